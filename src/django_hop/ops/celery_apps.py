"""The apps of Celery that a project makes, and which names are tasks of theirs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..project.index import Project
from ..rewrite.module import dotted
from ..rewrite.scopes import Binding, FunctionNode, Names
from ..rewrite.site import Site
from ..rewrite.source import Refused

CELERY = frozenset({"celery.Celery", "celery.app.base.Celery"})
SHARED = frozenset({"celery.shared_task", "celery.app.shared_task"})


@dataclass(frozen=True)
class App:
    """`app = Celery("shop")` at the top of a module."""

    path: str
    name: str
    call: ast.Call

    @property
    def in_django(self) -> bool:
        """True if nothing keeps Celery's support for Django out: no loader or class of tasks is given."""
        return not {one.arg for one in self.call.keywords} & {"loader", "task_cls", "fixups", None}


def apps(project: Project) -> list[App]:
    """All apps that are made at the top of a module."""
    found = []
    for path in project.holding(b"Celery("):
        names = project.names(path)
        for ones in names.module.bindings.values() if names is not None else ():
            for one in ones:
                if names is not None and isinstance(one.value, ast.Call) and names.qualified(one.value.func) in CELERY:
                    found.append(App(path, one.name, one.value))
    return found


def import_name(project: Project, path: str) -> str:
    """The dotted name by which a file is imported: packages count from the topmost folder with an `__init__.py` on."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    first = len(parts) - 1
    while first and f"{'/'.join(parts[:first])}/__init__.py" in project.tree:
        first -= 1
    return ".".join(parts[first:])


def task_of(site: Site, node: ast.expr) -> FunctionNode | None:
    """The task function that an expression means; None for whatever is not certainly a function with a task's decorator."""
    name, near = site.qualified(node), site.path
    for _ in range(4):  # a package may hand on what its modules define
        module, _, last = (name or "").rpartition(".")
        path = site.project.module_path(module, near) if module else None
        names = site.project.names(path) if path is not None else None
        bound = names.module.bindings.get(last, []) if names is not None else []
        if names is None or path is None or len(bound) != 1:
            return None
        function = bound[0].node
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = function.decorator_list[:1]
            return function if any(_makes_task(site.project, path, names, one) for one in first) else None
        name, near = bound[0].origin, path
    return None


def _makes_task(project: Project, path: str, names: Names, decorator: ast.expr) -> bool:
    """True for `@shared_task` and `@app.task`, also called, but for those that name another base class."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(decorator, ast.Call) and any(one.arg in ("base", None) for one in decorator.keywords):
        return False
    if names.qualified(called) in SHARED:
        return True
    return isinstance(called, ast.Attribute) and called.attr == "task" and is_app(project, path, names, called.value)


def is_app(project: Project, path: str, names: Names, node: ast.expr) -> bool:
    """True for a name that holds an app of the project, made here or imported."""
    known = apps(project)
    if isinstance(node, ast.Name) and any(one.path == path and one.name == node.id for one in known):
        return len(names.module.bindings.get(node.id, ())) == 1
    module, _, last = (names.qualified(node) or "").rpartition(".")
    return any(one.name == last and one.path == project.module_path(module, path) for one in known)


def bindings_of(site: Site, node: ast.Name) -> list[Binding]:
    """What gives a name its meaning where it stands."""
    return list(site.names.uses.get(node, site.names.module).lookup(node.id))


def loads(site: Site, name: ast.Name) -> Iterator[ast.Name]:
    """All places of the file that mean the same variable."""
    found = bindings_of(site, name)
    for node, scope in site.names.uses.items():
        if node.id == name.id and list(scope.lookup(node.id)) == found:
            yield node


def say_app(site: Site, node: ast.stmt) -> str:
    """How the project's one app is said in a file, in and behind a statement at its top; imported if need be. Raises Refused."""
    made = apps(site.project)
    if len(made) != 1:
        raise Refused(f"the project has {len(made) or 'no'} apps at the top of a module, so which it is has to be said")
    app, name = made[0], made[0].name
    if app.path == site.path:
        before = [one for one in site.names.module.bindings.get(name, ()) if getattr(one.node, "lineno", 0) < node.lineno]
        if len(before) != 1:
            raise Refused("the app is made behind it")
        return name
    names, own = site.project.names(app.path), dotted(site.path)
    taken = [names.absolute(one) for one in names.by_type.get(ast.ImportFrom, ()) if isinstance(one, ast.ImportFrom)] if names else []
    taken += (
        [alias.name for one in names.by_type.get(ast.Import, ()) if isinstance(one, ast.Import) for alias in one.names] if names else []
    )
    if any(own == one or own.endswith(f".{one}") for one in taken if one):
        raise Refused("the app's module imports this one")
    module = import_name(site.project, app.path)
    if is_ambiguous(site.project, module):
        raise Refused(f"whether the app's module is imported as `{module}` is not certain")
    spoken = site.imports.need(f"{module}.{name}", node)
    if spoken is None:
        raise Refused(f"the name `{name}` is taken in this file")
    return spoken


def is_ambiguous(project: Project, module: str) -> bool:
    """True if files of the package are also named without its first part: then a folder inside of a package is on the path."""
    _, _, rest = module.partition(".")
    if "." not in rest:
        return False
    name = re.escape(rest.partition(".")[0].encode())
    spoken = re.compile(rb"^[ \t]*(?:from|import)[ \t]+" + name + rb"[ \t.]|[\"']" + name + rb"(?:\.[\w.]+)?[\"']", re.M)
    return any(spoken.search(project.tree[path]) for path in project.holding(rest.partition(".")[0].encode()))
