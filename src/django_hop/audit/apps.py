"""The Django apps of a project: from INSTALLED_APPS, AppConfig classes, models and migrations."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from ..ops.where import migrations as is_migration
from ..project.index import Project
from ..project.model_fields import option
from ..rewrite.module import dotted
from ..rewrite.scopes import Names
from .model import App

MODEL = "django.db.models.Model"
_MODELS = frozenset({MODEL, "django.db.models.base.Model"})
_CONFIGS = frozenset({"django.apps.AppConfig", "django.apps.config.AppConfig"})


def find_apps(project: Project, templates: Iterable[str]) -> tuple[tuple[App, ...], tuple[str, ...]]:
    """The project's apps by folder, and the other apps that INSTALLED_APPS names, without Django's own."""
    named, others = _installed(project)
    configs = dict(_configs(project))
    written = list(_models(project))
    migrations = Counter(home for path in project.python_paths if is_migration(path) and (home := path.rpartition("/migrations/")[0]))
    folders = {*named, *configs, *migrations, *(home for path, _ in written if (home := _home_of_models(path)))}
    models = Counter(_within(path, folders) for path, abstract in written if not abstract)
    abstracts = Counter(_within(path, folders) for path, abstract in written if abstract)
    of_templates = Counter(_within(path, folders) for path in templates)
    apps = [
        App(
            name=configs.get(folder, ("", ""))[1] or import_name(project.tree, folder),
            path=folder,
            config=configs.get(folder, ("", ""))[0],
            installed=folder in named,
            models=models[folder],
            abstract=abstracts[folder],
            migrations=migrations[folder],
            templates=of_templates[folder],
        )
        for folder in sorted(folders)
    ]
    return tuple(apps), others


def import_name(tree: Mapping[str, bytes], folder: str) -> str:
    """The name a package is imported under: its folder from the first one upwards that is in no package."""
    parts = folder.split("/")
    start = len(parts) - 1
    while start > 0 and f"{'/'.join(parts[:start])}/__init__.py" in tree:
        start -= 1
    return ".".join(parts[start:])


def _installed(project: Project) -> tuple[set[str], tuple[str, ...]]:
    """The folders of the apps that settings name and the project has; and the names of those that it does not have."""
    found: set[str] = set()
    others: set[str] = set()
    for name, near in dict.fromkeys(_names_in(project, "INSTALLED_APPS", set())):
        folder = _folder_of(project, name, near)
        if folder:
            found.add(folder)
        elif not name.startswith("django."):
            others.add(name)
    return found, tuple(sorted(others))


def _names_in(project: Project, setting: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """(name, settings module) of what the lists of a setting hold, and those that it is put together from: DJANGO_APPS + LOCAL_APPS."""
    seen.add(setting)
    for assignment in project.settings.assignments(setting):
        if assignment.value is None or assignment.kind == "delete":
            continue
        for node in ast.walk(assignment.value):
            elements = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node] if node is assignment.value else []
            for one in elements:
                said = one.value if isinstance(one, ast.Constant) else None
                if isinstance(said, str) and all(part.isidentifier() for part in said.split(".")):
                    yield said, assignment.path
            if isinstance(node, ast.Name) and node.id.isupper() and node.id not in seen:
                yield from _names_in(project, node.id, seen)


def _folder_of(project: Project, name: str, near: str) -> str:
    """The folder of an app as INSTALLED_APPS names it, by its package or its AppConfig; empty if it is not the project's."""
    for module in (name, name.rpartition(".")[0]):
        path = project.module_path(module, near) if module else None
        if path is None or not _is_importable(project.tree, path, module):
            continue
        if path.endswith("/__init__.py"):
            return path.removesuffix("/__init__.py")
        if module != name:  # `shop.apps.ShopConfig`
            return path.rpartition("/")[0]
    return ""


def _is_importable(tree: Mapping[str, bytes], path: str, module: str) -> bool:
    """True if the folder above the module is no package: `tests.stubs.rest_framework` is not rest_framework."""
    before = dotted(path).removesuffix(module).rstrip(".")
    return not before or f"{before.replace('.', '/')}/__init__.py" not in tree


def _configs(project: Project) -> Iterator[tuple[str, tuple[str, str]]]:
    """(folder, (class, name)) of each AppConfig in an apps.py; the last of several counts."""
    for path in project.holding(b"AppConfig"):
        folder, _, file = path.rpartition("/")
        if file != "apps.py" or not folder:
            continue
        for _, node, above in _classes(project, path):
            if not _CONFIGS & above:
                continue
            values = [one.value for one in node.body if isinstance(one, ast.Assign) and any(_is_name(target) for target in one.targets)]
            name = next((one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)), "")
            yield folder, (node.name, name)


def _is_name(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "name"


def _models(project: Project) -> Iterator[tuple[str, bool]]:
    """(file, whether it is abstract) of each model at the top of a module.

    A model descends from Django's, has a field of Django's, or descends from a class of the project that has one: what another package's
    base makes of a class without fields is not seen.
    """
    found = [
        (path, node, above, _has_field(names, node))
        for path in project.python_paths
        if not is_migration(path) and (b"models." in project.tree[path] or project.may_derive(project.tree[path], (MODEL,)))
        for names, node, above in _classes(project, path)
    ]
    known = _MODELS | {_import_path(project.tree, path, node.name) for path, node, _, has_field in found if has_field}
    for path, node, above, has_field in found:
        if has_field or known & above:
            said = option(node, "abstract")
            yield path, isinstance(said, ast.Constant) and said.value is True


def _import_path(tree: Mapping[str, bytes], path: str, name: str) -> str:
    folder, _, file = path.rpartition("/")
    module = "" if file == "__init__.py" else file.removesuffix(".py")
    return ".".join(filter(None, (import_name(tree, folder), module, name)))


def _home_of_models(path: str) -> str:
    """The app that a module of models says there is: `shop` for `shop/models.py` and `shop/models/orders.py`; empty for other modules."""
    parts = path.removesuffix(".py").split("/")
    return "/".join(parts[: parts.index("models")]) if "models" in parts else ""


def _classes(project: Project, path: str) -> Iterator[tuple[Names, ast.ClassDef, frozenset[str]]]:
    """The classes at the top of a module, each with the names of its known ancestors."""
    names = project.outline(path)
    if names is None:
        return
    stars = [star.origin for star in names.stars if star.origin]
    for name, bindings in names.module.bindings.items():
        for node in [one.node for one in bindings if isinstance(one.node, ast.ClassDef)][:1]:
            above = project.ancestors(f"{dotted(path)}.{name}", path)
            # A base that nothing here gives a name can only have come with a star import.
            brought = [one.id for one in node.bases if isinstance(one, ast.Name) and one.id not in names.module.bindings]
            origins = [f"{star}.{base}" for star in stars for base in brought]
            yield names, node, above.union(origins, *(project.ancestors(one, path) for one in origins))


def _has_field(names: Names, node: ast.ClassDef) -> bool:
    """True for a class with a field of a model: that is one, whatever package its base comes from."""
    values = [one.value for one in node.body if isinstance(one, (ast.Assign, ast.AnnAssign))]
    made = {id(value.func) for value in values if isinstance(value, ast.Call)}
    return bool(made) and any(
        name.startswith("django.db.models.") and name.endswith(("Field", "ForeignKey")) and any(id(use) in made for use in uses)
        for name, uses in names.references.items()
    )


def _within(path: str, folders: Collection[str]) -> str:
    """The deepest of the folders that holds a path; empty if none does."""
    parts = path.split("/")[:-1]
    return next((one for end in range(len(parts), 0, -1) if (one := "/".join(parts[:end])) in folders), "")
