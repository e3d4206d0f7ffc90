"""Hooks that run after a factory has made its object: from 4.0 on nobody saves the object once more behind them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines
from django_hop.ops.settings_text import end_of_line
from django_hop.project.index import Project
from django_hop.project.model_fields import find_class, inner_class, option
from django_hop.rewrite.scopes import FunctionNode, Names
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

_FACTORIES = ("factory.DjangoModelFactory", "factory.django.DjangoModelFactory")
_METHOD = "factory.post_generation"
_RELATED = ("factory.RelatedFactory", "factory.RelatedFactoryList")
_HOOKS = (_METHOD, *_RELATED, "factory.PostGeneration", "factory.PostGenerationMethodCall")
_SKIP, _AFTER = "skip_postgeneration_save", "_after_postgeneration"
_MESSAGE = "from factory_boy 4.0 on nobody saves an object again after its hooks"
_WRITING = frozenset({"add", "set", "create", "get_or_create", "update_or_create", "bulk_create"})
_MANAGER = _WRITING | {"all", "filter", "exclude", "count", "exists", "first", "last"}
"""Methods of related managers: what they write, they write themselves, and fields of other kinds have none of them."""
_DEEPEST = 20


@dataclass(frozen=True)
class Hooks(PythonOp):
    """A factory whose hooks leave the object's own columns alone skips the second save; any other keeps it, by an override that does it."""

    @property
    def words(self) -> Words:
        """A factory with one of the hooks."""
        return tuple(frozenset({"class", name.rpartition(".")[2]}) for name in _HOOKS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for factories with hooks; findings where a base is out of sight or the class is laid out in an unusual way."""
        hooks = {one: name for name in _HOOKS for one in site.references(name)}
        own = {node: [one for one in hooks if node in site.ancestors(one)] for node in site.subclasses(*_FACTORIES)} if hooks else {}
        for node, found in own.items():
            above, known = _lineage(site.project, site.names, site.path, node)
            if not found or any(_settled(one) for one in above) or any(own.get(one) for one in above if one is not node):
                continue
            try:
                if not known:
                    raise Refused("a base of this factory is not in sight")
                kinds = {one: hooks[one] for one in found}
                edit = _skip(site, node) if _leaves_columns(site, node, kinds) else _override(site, node)
            except Refused as error:
                yield site.finding(node, f"{_MESSAGE}; {error}: `{_SKIP} = True` in Meta, and hooks that save")
                continue
            yield edit
            yield site.finding(node, _MESSAGE, fixed=True)


# -- the classes around a factory --------------------------------------------------------------------------------------


def _lineage(project: Project, names: Names, path: str, node: ast.ClassDef, left: int = _DEEPEST) -> tuple[list[ast.ClassDef], bool]:
    """A class and those of the project above it, and whether all above it are the project's or factory_boy's."""
    found, known = [node], True
    for base in node.bases:
        name = names.qualified(base)
        local = names.module.bindings.get(base.id, ()) if isinstance(base, ast.Name) else ()
        if name in _FACTORIES:
            continue
        if len(local) == 1 and isinstance(local[0].node, ast.ClassDef) and left:
            more, sight = _lineage(project, names, path, local[0].node, left - 1)
        elif left and (there := find_class(project, name, path) if name else None) and (other := project.names(there[0])) is not None:
            more, sight = _lineage(project, other, there[0], there[1], left - 1)
        else:
            more, sight = [], False
        found, known = [*found, *more], known and sight
    return found, known


def _settled(node: ast.ClassDef) -> bool:
    """True if a class says itself what happens after its hooks."""
    meta = inner_class(node)
    return defines(node, _AFTER) or (meta is not None and defines(meta, _SKIP))


def _has_heirs(project: Project, name: str) -> bool:
    """True if a class of the project seems to derive from one of this name."""
    below = re.compile(rb"^[ \t]*class\s+\w+\s*\([^)]*\b%s\b" % name.encode(), re.M)
    return any(below.search(project.tree[path]) for path in project.holding(name.encode()))


def _saves_plainly(site: Site, node: ast.ClassDef) -> bool:
    """True if a factory's model is one of Django's, or a class of the project that nothing but Django saves or watches."""
    model = option(node, "model")
    name = site.qualified(model) if isinstance(model, (ast.Name, ast.Attribute)) else None
    if isinstance(model, ast.Constant) and isinstance(model.value, str):
        name = "django.contrib.auth.models.User" if model.value == "auth.User" else None
    if name is None:
        return False
    last = name.rpartition(".")[2].encode()
    if any(last in site.project.tree[path] for path in site.project.holding(b"post_save")):
        return False
    if name.startswith("django."):
        return True
    there = find_class(site.project, name, site.path)
    names = site.project.names(there[0]) if there is not None else None
    if there is None or names is None:
        return False
    pending = [(names, there[0], there[1])]
    for names, path, one in pending:
        if defines(one, "save") or defines(one, "save_base") or len(pending) > _DEEPEST:
            return False
        for base in one.bases:
            spoken = names.qualified(base) or (f"{path[:-3].replace('/', '.')}.{base.id}" if isinstance(base, ast.Name) else "")
            if not spoken.startswith("django."):
                above = find_class(site.project, spoken, path)
                other = site.project.names(above[0]) if above is not None else None
                if above is None or other is None:
                    return False
                pending.append((other, *above))
    return True


# -- what hooks do -----------------------------------------------------------------------------------------------------


def _leaves_columns(site: Site, node: ast.ClassDef, hooks: dict[ast.expr, str]) -> bool:
    """True if no hook, of the factory or of one that derives from it, can have changed what a second save would write."""
    if inner_class(node) is None or len(node.bases) != 1 or site.qualified(node.bases[0]) not in _FACTORIES:
        return False
    if _has_heirs(site.project, node.name) or not _saves_plainly(site, node):
        return False
    return all(name in _RELATED or (name == _METHOD and _only_relates(site, site.parent(hook), hook)) for hook, name in hooks.items())


def _only_relates(site: Site, function: ast.AST | None, hook: ast.AST) -> bool:
    """True if a method under `@post_generation` only reads its object, and writes through related managers and other factories."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or function.decorator_list != [hook]:
        return False
    args = [*function.args.posonlyargs, *function.args.args]
    uses = [one for one in ast.walk(function) if isinstance(one, ast.Name) and args and one.id == args[0].arg]
    return bool(args) and all(isinstance(one.ctx, ast.Load) and _harmless(site, one, function) for one in uses)


def _harmless(site: Site, use: ast.Name, function: FunctionNode) -> bool:
    parent = site.parent(use)
    if isinstance(parent, ast.Attribute):
        return isinstance(parent.ctx, ast.Load) and _reads(site, parent)
    call = site.parent(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or call.func is use:
        return isinstance(parent, ast.Return) and parent in ast.walk(function)
    said = ast.unparse(call.func)
    if isinstance(parent, ast.keyword):
        return said.endswith("Factory") or re.search(r"(\.objects|Factory)\.(create|create_batch|get_or_create)$", said) is not None
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("add", "set")


def _reads(site: Site, value: ast.Attribute) -> bool:
    """True if `self.x` is only read, or is a related manager that is told something."""
    parent = site.parent(value)
    if isinstance(parent, ast.Attribute):
        call = site.parent(parent)
        called = isinstance(call, ast.Call) and call.func is parent
        return isinstance(parent.ctx, ast.Load) and (parent.attr in _MANAGER if called else isinstance(call, (ast.keyword, ast.Compare)))
    return isinstance(parent, (ast.keyword, ast.Compare, ast.FormattedValue, ast.UnaryOp, ast.If))


# -- the edits ---------------------------------------------------------------------------------------------------------


def _indent(site: Site, node: ast.ClassDef) -> str:
    """What stands before the statements of a class body. Raises Refused where they share a line with the class."""
    first = node.body[0]
    start = site.module.source.starts[first.lineno - 1]
    indent = site.text[start : start + first.col_offset]
    if indent.strip() or first.lineno == node.lineno:
        raise Refused("its body stands on an unusual line")
    return indent


def _behind(site: Site, node: ast.ClassDef) -> int:
    place = end_of_line(site, node.body[-1])
    if place is None:
        raise Refused("other code stands on its last line")
    return place


def _skip(site: Site, node: ast.ClassDef) -> Edit:
    """One more option in Meta."""
    meta = inner_class(node)
    assert meta is not None
    place = _behind(site, meta)
    return Edit(place, place, f"{site.module.source.newline}{_indent(site, meta)}{_SKIP} = True")


def _override(site: Site, node: ast.ClassDef) -> Edit:
    """A method behind the last statement that saves as factory_boy did."""
    indent, place = _indent(site, node), _behind(site, node)
    step = "\t" if "\t" in indent else "    "
    lines = (
        "",
        f"{indent}@classmethod",
        f"{indent}def {_AFTER}(cls, instance, create, results=None):",
        f"{indent}{step}if create and results:",
        f"{indent}{step}{step}instance.save()",
    )
    return Edit(place, place, site.module.source.newline + site.module.source.newline.join(lines))


CODEMODS = [
    Codemod(
        "factory-postgeneration",
        "factories say whether an object is saved again after its hooks",
        package="factory-boy",
        deprecated="3.3",
        removed="4.0",
        works_from="3.3",
        safety=REVIEW,
        covers=("factory-3.3-postgeneration-save",),
        docs="factory_boy 3.3 changes: skip_postgeneration_save",
        silent=True,
        after=("factory-modules", "factory-meta"),
        ops=(Hooks(),),
        from_before=True,
    ),
]
