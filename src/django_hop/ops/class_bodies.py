"""What ops on class bodies ask: overridden methods and their calls, attributes, statements to take out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import Edit
from ..rewrite.module import dotted
from ..rewrite.scopes import FunctionNode
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .functions import bound


def override_calls(site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[ast.Call]:
    """Calls inside a method of the method it overrides: `super().m()`, `super(X, self).m()`, `Base.m(self)`."""
    bases = {name for base in node.bases if (name := site.qualified(base)) is not None}
    local = {base.id for base in node.bases if isinstance(base, ast.Name)}
    for call in ast.walk(function):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == function.name):
            continue
        owner = call.func.value
        if is_super(owner) or (isinstance(owner, ast.Name) and owner.id in local) or (site.qualified(owner) or "") in bases:
            yield call


def is_super(node: ast.expr) -> bool:
    """True for `super()` and `super(X, self)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def offset_of_arguments(call: ast.Call) -> int:
    """1 for `Base.method(self, ...)`, 0 for `super().method(...)`: how many arguments stand before the method's own."""
    assert isinstance(call.func, ast.Attribute)
    return 0 if is_super(call.func.value) else 1


def heirs(site: Site, node: ast.ClassDef) -> Iterator[tuple[ast.ClassDef, frozenset[str]]]:
    """The classes anywhere in the project that derive from a class of this file, each with the names of all its ancestors."""
    own = f"{dotted(site.path)}.{node.name}"
    for path in site.project.deriving(own):
        names = site.project.outline(path)
        for other in names.by_type.get(ast.ClassDef, []) if names is not None else ():
            assert isinstance(other, ast.ClassDef)
            found = site.project.ancestors(f"{dotted(path)}.{other.name}", path)
            if any(own == one or own.endswith(f".{one}") for one in found):
                yield other, found


def bases_known(site: Site, node: ast.ClassDef) -> bool:
    """True if every base class of a class is one of Django's or of the project's, so that what `super()` reaches is in sight."""
    for base in node.bases:
        name = site.qualified(base)
        if name is None:
            if not (isinstance(base, ast.Name) and len(site.scope(node).lookup(base.id)) == 1):
                return False
        elif not name.startswith("django.") and site.project.module_path(name.rpartition(".")[0], site.path) is None:
            return False
    return True


def own_names(function: FunctionNode) -> frozenset[str]:
    """The name of the first parameter: `self`, `cls`."""
    args = [*function.args.posonlyargs, *function.args.args]
    return frozenset(one.arg for one in args[: bound(function)])


def uses_through_self(site: Site, node: ast.ClassDef, name: str) -> Iterator[ast.Attribute]:
    """`self.name`, `cls.name`, `super().name` and `Class.name` in the methods of a class."""
    for function in functions(site):
        if owner_of(site, function) is not node:
            continue
        selves = own_names(function) | {node.name}
        for use in ast.walk(function):
            if not isinstance(use, ast.Attribute) or use.attr != name:
                continue
            if is_super(use.value) or (isinstance(use.value, ast.Name) and use.value.id in selves):
                yield use


def functions(site: Site) -> list[FunctionNode]:
    """All function definitions of a file, methods among them, but for those in branches that the hop's target does not take."""
    found: list[FunctionNode] = [*site.nodes(ast.FunctionDef), *site.nodes(ast.AsyncFunctionDef)]
    return [one for one in found if not is_past(site, one)]


def is_past(site: Site, node: ast.AST) -> bool:
    """True under `if django.VERSION < (4, 0):`, or in the `else` of `>=`, in a hop to 4.0 or later: the old form is right there."""
    inner: ast.AST = node
    for around in site.ancestors(node):
        if isinstance(around, ast.If) and inner is not around.test and _is_past(site, around, inner in around.body):
            return True
        inner = around
    return False


def _is_past(site: Site, choice: ast.If, holds: bool) -> bool:
    test = choice.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or site.qualified(test.left) != "django.VERSION":
        return False
    try:
        given = ast.literal_eval(test.comparators[0])
    except ValueError:
        return False
    target = tuple(int(part) for part in site.hop.target.split("."))
    if not isinstance(given, tuple) or len(given) < 2 or not all(isinstance(one, int) for one in given) or given[:2] > target:
        return False
    return isinstance(test.ops[0], ast.Lt if holds else ast.GtE)


def owner_of(site: Site, function: ast.AST) -> ast.ClassDef | None:
    """The class whose body a method stands in; None for functions in functions and in modules."""
    for around in site.ancestors(function):
        if isinstance(around, ast.ClassDef):
            return around
        if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return None
    return None


def assignments(node: ast.ClassDef, *names: str) -> Iterator[tuple[ast.Assign | ast.AnnAssign, ast.Name]]:
    """Assignments of a class body to one of these names, those under `if` and `try` included."""
    stack: list[ast.stmt] = list(node.body)
    while stack:
        statement = stack.pop(0)
        if isinstance(statement, ast.Assign):
            yield from ((statement, one) for one in statement.targets if isinstance(one, ast.Name) and one.id in names)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.target.id in names:
            yield statement, statement.target
        elif isinstance(statement, (ast.If, ast.Try)):
            stack = [*statement.body, *statement.orelse, *stack]


def defines(node: ast.ClassDef, name: str) -> bool:
    """True if a class body gives this name a meaning itself."""
    return any(True for _ in Site.methods(node, name)) or any(True for _ in assignments(node, name))


def drop_line(site: Site, statement: ast.stmt) -> list[Edit]:
    """The edits that remove a statement with its lines; `pass` where the block would be empty. Raises layout.Refused."""
    start, end = site.module.start(statement), site.module.end(statement)
    line_start = site.text.rfind("\n", 0, start) + 1
    line_end = site.text.find("\n", end)
    tail = site.text[end : line_end if line_end >= 0 else len(site.text)].strip()
    if site.text[line_start:start].strip() or (tail and not tail.startswith("#")):
        raise Refused("other code stands on the same line")
    parent = site.parent(statement)
    blocks = [getattr(parent, name, None) for name in ("body", "orelse", "finalbody")]
    if any(block == [statement] for block in blocks):
        return [Edit(start, end, "pass")]
    return [Edit(line_start, line_end + 1 if line_end >= 0 else len(site.text), "")]


def without_gap(site: Site, edit: Edit) -> Edit:
    """The edit that drops a line, with the empty line behind it where one stands before it, too."""
    newline = site.module.source.newline
    gap = not edit.new and site.text[: edit.start].endswith(newline * 2) and site.text.startswith(newline, edit.end)
    return Edit(edit.start, edit.end + len(newline), "") if gap else edit
