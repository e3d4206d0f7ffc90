"""What the migrations of each app hold: squashes, barriers to squashing, what cannot be taken back, what only history may use."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..ops.where import migrations as is_migration
from ..project.index import Project
from ..rewrite.module import Module, parse
from ..rewrite.source import Unreadable
from .apps import import_name
from .model import Migrations, Place

_POSTGRES = "django.contrib.postgres.fields"
_CITEXT = ("CICharField", "CIEmailField", "CITextField")
HISTORICAL = {
    **{f"django.db.models.{module}IPAddressField": "1.9" for module in ("", "fields.")},
    **{f"django.db.models.{module}CommaSeparatedIntegerField": "2.0" for module in ("", "fields.")},
    **{f"django.db.models.{module}NullBooleanField": "4.0" for module in ("", "fields.")},
    **{f"{_POSTGRES}.{module}JSONField": "4.0" for module in ("", "jsonb.")},
    **{f"{_POSTGRES}.{module}{name}": "5.1" for module in ("", "citext.") for name in _CITEXT},
    **{f"django.db.migrations.{module}AlterIndexTogether": "5.1" for module in ("", "operations.")},
}
"""What models can no longer use from a release on, while migrations still can: Django's `system_check_removed_details`, and the operation
whose option is gone."""
_RUNS = {
    f"django.db.migrations.{module}{name}": (name, reverse)
    for module in ("", "operations.", "operations.special.")
    for name, reverse in (("RunPython", "reverse_code"), ("RunSQL", "reverse_sql"))
}
_RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")


@dataclass
class _Found:
    """The migrations of one app, while they are read."""

    names: set[str] = field(default_factory=set)
    squashed: list[str] = field(default_factory=list)
    replaces: set[str] = field(default_factory=set)
    barriers: int = 0
    one_way: list[Place] = field(default_factory=list)
    historical: list[Place] = field(default_factory=list)
    fixed_user: list[Place] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_migrations(project: Project) -> tuple[Migrations, ...]:
    """The migrations of the project, app by app in the order of the folders. Each file is parsed once and let go."""
    user = _user_model(project)
    apps: dict[str, _Found] = {}
    for path in project.python_paths:
        home = path.rpartition("/migrations/")[0]
        if home and is_migration(path) and b"Migration" in project.tree[path]:
            _read(path, project.tree[path], apps.setdefault(home, _Found()), user)
    return tuple(
        Migrations(
            app=import_name(project.tree, home),
            count=len(one.names),
            squashed=tuple(one.squashed),
            replaced=len(one.replaces & one.names),
            barriers=one.barriers,
            one_way=tuple(one.one_way),
            historical=tuple(one.historical),
            fixed_user=tuple(one.fixed_user),
            unread=tuple(one.unread),
        )
        for home, one in sorted(apps.items())
    )


def _user_model(project: Project) -> str:
    """What AUTH_USER_MODEL says, if it is said once and says one thing; empty otherwise."""
    said = project.settings.assignments("AUTH_USER_MODEL")
    values = {one.value.value if isinstance(one.value, ast.Constant) else None for one in said}
    (value,) = values if len(values) == 1 else (None,)
    return value if isinstance(value, str) else ""


def _read(path: str, data: bytes, found: _Found, user: str) -> None:
    found.names.add(path.rpartition("/")[2].removesuffix(".py"))
    try:
        module = parse(path, data)
        references = module.names.references
    except (Unreadable, RecursionError):
        found.unread.append(path)
        return
    replaced = list(_replaced(module.tree))
    if replaced:
        found.squashed.append(path)
        found.replaces.update(replaced)
    parents = module.names.parents
    for name, (operation, reverse) in _RUNS.items():
        for call in _calls(references.get(name, ()), parents):
            keywords = {one.arg: one.value for one in call.keywords}
            sure = None not in keywords and not any(isinstance(one, ast.Starred) for one in call.args)
            found.barriers += not (isinstance(said := keywords.get("elidable"), ast.Constant) and said.value is True)
            if sure and len(call.args) < 2 and reverse not in keywords:
                found.one_way.append(Place(path, call.lineno, f"{operation} without {reverse}"))
    for name, release in HISTORICAL.items():
        lines = sorted({one.lineno for one in references.get(name, ())})
        found.historical += [Place(path, line, f"{name.rpartition('.')[2]}, for migrations only since Django {release}") for line in lines]
    if user and user.lower() != "auth.user":
        found.fixed_user += [Place(path, line, f"auth.User, and AUTH_USER_MODEL is {user}") for line in _to_auth_user(module)]
    module.release()


def _calls(uses: Iterable[ast.expr], parents: dict[ast.AST, ast.AST]) -> Iterator[ast.Call]:
    for use in uses:
        parent = parents.get(use)
        if isinstance(parent, ast.Call) and parent.func is use:
            yield parent


def _replaced(tree: ast.Module) -> Iterator[str]:
    """The names of the migrations that the file's migration replaces."""
    for node in tree.body:
        for statement in node.body if isinstance(node, ast.ClassDef) and node.name == "Migration" else ():
            if isinstance(statement, ast.Assign) and any(isinstance(one, ast.Name) and one.id == "replaces" for one in statement.targets):
                for pair in statement.value.elts if isinstance(statement.value, (ast.List, ast.Tuple)) else ():
                    if isinstance(pair, (ast.List, ast.Tuple)) and len(pair.elts) == 2 and isinstance(pair.elts[1], ast.Constant):
                        yield str(pair.elts[1].value)


def _to_auth_user(module: Module) -> list[int]:
    """Lines of relations to the literal `auth.User`."""
    calls = [
        call
        for name, uses in module.names.references.items()
        if name.startswith("django.db.models.") and name.rpartition(".")[2] in _RELATIONS
        for call in _calls(uses, module.names.parents)
    ]
    aims = [(call, next((one.value for one in call.keywords if one.arg == "to"), call.args[0] if call.args else None)) for call in calls]
    return sorted(call.lineno for call, aim in aims if isinstance(aim, ast.Constant) and str(aim.value).lower() == "auth.user")
