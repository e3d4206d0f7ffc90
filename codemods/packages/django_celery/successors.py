"""The app djcelery and its loader: what Celery and its two companions have in their place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django_hop.dependencies.inventory import parse_file, parser_for
from django_hop.model import ANY, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Where, Words, words_of
from django_hop.ops.celery_apps import apps
from django_hop.ops.find import FindModule
from django_hop.ops.names import Rename
from django_hop.ops.settings_text import string_edit, with_element, without_statement
from django_hop.ops.settings_uses import feeders, own_assignments, settings_of
from django_hop.ops.where import migrations, not_migrations
from django_hop.project.index import Project
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-celery"
MESSAGE = "django-celery ends with Celery 3: an app of one's own, django-celery-beat and django-celery-results take its place"
BEAT, RESULTS = "django-celery-beat", "django-celery-results"
_SCHEDULES = ("CrontabSchedule", "IntervalSchedule", "PeriodicTask", "PeriodicTasks")
_SCHEDULERS = ("CELERYBEAT_SCHEDULER", "CELERY_BEAT_SCHEDULER")
_BACKENDS = ("CELERY_RESULT_BACKEND",)
_VALUES = {
    **{f"djcelery.schedulers{mark}DatabaseScheduler": "django_celery_beat.schedulers:DatabaseScheduler" for mark in ".:"},
    **{f"djcelery.backends.database{mark}DatabaseBackend": "django-db" for mark in ".:"},
    **{f"djcelery.backends.cache{mark}CacheBackend": "django-cache" for mark in ".:"},
}
_OTHER_CODEMODS = (rb"djcelery", rb"djcelery\.setup_loader", rb"djcelery\.models", rb"djcelery\.contrib\.test_runner(?:\.\w+)?")
_HANDLED = re.compile(b"|".join((*_OTHER_CODEMODS, *(re.escape(one.replace(":", ".").encode()) for one in _VALUES))))


@dataclass(frozen=True)
class Loader(PythonOp):
    """`djcelery.setup_loader()` goes where the project's own app reads Django's settings and finds the tasks."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"djcelery", "setup_loader"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the call and its import; nothing else, for the other findings name the module."""
        if why_loader_stays(site.project):
            return
        for call in site.calls("djcelery.setup_loader"):
            statement = site.parent(call)
            if not isinstance(statement, ast.Expr) or call.args:
                continue
            try:
                edit = without_statement(site, statement)
            except Refused:
                continue
            yield edit
            yield site.finding(call, "the project's app of Celery loads the settings and the tasks without djcelery's loader", fixed=True)
            root = call.func.value if isinstance(call.func, ast.Attribute) else call.func
            if isinstance(root, ast.Name):
                site.imports.gone(root)
                for binding in site.names.uses[root].lookup(root.id):
                    if binding.alias is not None:
                        site.imports.drop_unused(binding)


def why_loader_stays(project: Project) -> str:
    """Why djcelery's loader is still needed; empty if Celery's own support for Django does all that it did."""
    made = apps(project)
    if not made or not all(one.in_django for one in made):
        return "no app of its own"
    for one in made:
        data = project.tree[one.path]
        if b"django.conf" not in data or b"config_from_object" not in data or b"autodiscover_tasks" not in data:
            return "the app does not read Django's settings, or find tasks"
        package, _, file = one.path.rpartition("/")
        loaded = rb"(?:from|import)[^\n]*\b" + re.escape(file.removesuffix(".py").encode()) + rb"\b"
        if not re.search(loaded, project.tree.get(f"{package}/__init__.py", b"")):
            return "the app is not imported with its package"
    given = project.settings.assignments("CELERY_RESULT_BACKEND")
    # Without a value the loader keeps results in the database, and gives two names a meaning that they do not have without it.
    if not given or any(isinstance(one.value, ast.Constant) and one.value.value in ("database", "cache", None) for one in given):
        return "results are kept where the loader says"
    if any(re.search(rb"manage\.py[\"',\s]+celery", data) for path, data in project.tree.items() if not path.endswith((".md", ".rst"))):
        return "its commands are used"
    return ""


@dataclass(frozen=True)
class Successors(PythonOp):
    """`djcelery` in INSTALLED_APPS, its scheduler and its result backends -> those of the packages that took them over.

    All of them or none: `declared` says whether the project's requirements have to name the packages already, or must not.
    """

    declared: bool

    @property
    def words(self) -> Words:
        """The app."""
        return (frozenset({"djcelery"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for settings."""
        if not settings_of(site).is_settings(site.path):
            return
        wanted = successors(site.project)
        if not wanted or why_app_stays(site.project) or all(declares(site.project, one) for one in wanted) is not self.declared:
            return
        for one in own_assignments(site, *_SCHEDULERS, *_BACKENDS):
            if isinstance(one.value, ast.Constant) and one.value.value in _VALUES:
                yield string_edit(site, one.value, str(one.value.value), _VALUES[str(one.value.value)])
                yield site.finding(one.value, MESSAGE, fixed=True)
        yield from self._apps(site, [one.replace("-", "_") for one in wanted])

    @staticmethod
    def _apps(site: Site, new: list[str]) -> Iterator[Edit | Finding]:
        names = feeders(settings_of(site), site.path, frozenset({"INSTALLED_APPS"}))
        held = {one.statement for one in settings_of(site).read(site.path, site.module.tree) if one.name in names}
        for node in site.names.strings:
            parent = site.parent(node)
            if node.value == "djcelery" and isinstance(parent, (ast.List, ast.Tuple)) and site.statement(node) in held:
                yield string_edit(site, node, "djcelery", new[0])
                for one in new[1:]:
                    yield from with_element(site, parent, one, after=node)
                yield site.finding(node, MESSAGE, fixed=True)


@dataclass(frozen=True)
class Models(PythonOp):
    """`djcelery.models` -> `django_celery_beat.models` and `django_celery_results.models`, where the requirements name them, or do not."""

    declared: bool
    where: Where | None = not_migrations

    @property
    def words(self) -> Words:
        """Both parts of the name."""
        return words_of("djcelery.models")

    @property
    def means(self) -> tuple[str, ...]:
        """The module."""
        return ("djcelery.models",)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports and uses."""
        for package, names in ((BEAT, {name: name for name in _SCHEDULES}), (RESULTS, {"TaskMeta": "TaskResult"})):
            if declares(site.project, package) is self.declared:
                yield from Rename("djcelery.models", names, to=f"{package.replace('-', '_')}.models").apply(site)


def successors(project: Project) -> list[str]:
    """Which of the two packages take over what the project uses of django-celery."""
    said: Mapping[str, tuple[str, ...]] = {BEAT: _SCHEDULERS, RESULTS: _BACKENDS}
    models = b"".join(project.tree[path] for path in project.holding(b"djcelery.models"))
    words = {BEAT: rb"\b(?:PeriodicTasks?|CrontabSchedule|IntervalSchedule)\b", RESULTS: rb"\bTaskMeta\b"}
    return [
        package
        for package, names in said.items()
        if re.search(words[package], models)
        or any(
            isinstance(one.value, ast.Constant) and one.value.value in _VALUES
            for name in names
            for one in project.settings.assignments(name)
        )
    ]


def why_app_stays(project: Project) -> str:
    """Why the app cannot be replaced as a whole; empty if nothing stands in the way."""
    if re.search(rb"\b(?:TaskState|WorkerState|TaskSetMeta)\b", b"".join(project.tree[path] for path in project.holding(b"djcelery"))):
        return "its snapshots have no successor"
    for path in project.holding(b"djcelery"):
        if migrations(path):
            return "migrations depend on it"
        for match in re.finditer(rb"(?<![\w.])djcelery(?:[.:]\w+)*", project.tree[path]):
            if not _HANDLED.fullmatch(match[0].replace(b":", b".")):
                return f"{path} uses more of it"
    options = re.compile(rb"djcelery\.schedulers")
    others = [path for path in project.tree if not path.endswith(".py")]
    return "a command names its scheduler" if any(options.search(project.tree[path]) for path in others) else ""


def declares(project: Project, package: str) -> bool:
    """True if a file of the project declares a requirement of the package."""
    return any(
        any(one.name == package for one in parse_file(path, data.decode("utf-8", "replace")).declared)
        for path, data in project.tree.items()
        if package.encode() in data.lower().replace(b"_", b"-") and parser_for(path) is not None
    )


_THEN = (
    "django-celery-beat and django-celery-results want Celery 4, where django-celery wants Celery 3: the requirements move in one commit. "
    "Run their migrations, and copy the schedules from the tables djcelery_* to django_celery_beat_* before beat starts: on empty tables "
    "nothing runs, and two beats on both would run every job twice."
)

CODEMODS = [
    Codemod(
        "djcelery-app",
        "django-celery's loader gives way to an app of Celery",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("djcelery-4.0-app",),
        docs="celery 4.0 what's new: Django users",
        after=("djcelery-models", "djcelery-test-runner", "djcelery-settings", "djcelery-successors"),
        ops=(Loader(), FindModule("djcelery", MESSAGE, where=not_migrations)),
    ),
    Codemod(
        "djcelery-settings",
        "settings name the packages that took over from django-celery",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("djcelery-4.0-app",),
        docs="celery 4.0 what's new: Django users",
        then=_THEN,
        ops=(Successors(declared=True),),
    ),
    Codemod(
        "djcelery-successors",
        "the successors of django-celery take its place, which the requirements have to name, too",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        modernise=True,
        covers=("djcelery-4.0-app", "djcelery-4.0-model-imports"),
        docs="celery 4.0 what's new: Django users",
        then=_THEN,
        ops=(Successors(declared=False), Models(declared=False)),
    ),
]
