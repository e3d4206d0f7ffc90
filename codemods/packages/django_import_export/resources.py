"""Hooks of resources: all take the instance, the row, and the rest by keyword."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import override_calls
from django_hop.ops.classes import FindMethod, name_edit
from django_hop.project.index import Project
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

RESOURCES = ("import_export.resources.Resource", "import_export.resources.ModelResource")
WIDGETS = tuple(
    f"import_export.widgets.{name}"
    for name in (
        *("Widget", "NumberWidget", "FloatWidget", "IntegerWidget", "DecimalWidget", "CharWidget", "BooleanWidget", "DateWidget"),
        *("DateTimeWidget", "TimeWidget", "DurationWidget", "SimpleArrayWidget", "JSONWidget", "ForeignKeyWidget", "ManyToManyWidget"),
    )
)
FLAGS = {"using_transactions": "False", "dry_run": "False", "row_number": "None"}


@dataclass(frozen=True)
class Hook:
    """A method: how many parameters stay, the flags behind them that now come by keyword, the new name, and whether a row comes."""

    kept: int
    flags: tuple[str, ...]
    name: str
    row: bool = True


_SAVED = ("using_transactions", "dry_run")
HOOKS: Mapping[str, Hook] = {
    "before_save_instance": Hook(1, _SAVED, "before_save_instance"),
    "after_save_instance": Hook(1, _SAVED, "after_save_instance"),
    "save_instance": Hook(2, _SAVED, "save_instance"),
    "delete_instance": Hook(1, _SAVED, "delete_instance"),
    "before_delete_instance": Hook(1, ("dry_run",), "before_delete_instance"),
    "after_delete_instance": Hook(1, ("dry_run",), "after_delete_instance"),
    "save_m2m": Hook(2, _SAVED, "save_m2m", row=False),
    "import_obj": Hook(2, ("dry_run",), "import_instance", row=False),
    "after_import_instance": Hook(2, ("row_number",), "after_init_instance"),
}


@dataclass(frozen=True)
class HookSignature(PythonOp):
    """Overrides of hooks take the parameters of 4.0, and give them to `super()`; flags that the body uses are read from the keywords."""

    hooks: Mapping[str, Hook] = field(default_factory=lambda: HOOKS)

    @property
    def words(self) -> Words:
        """One of the hooks."""
        return tuple(frozenset({"class", "def", name}) for name in self.hooks)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A class whose bases have a name that a descendant may have."""
        return project.may_derive(data, RESOURCES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for overrides with the parameters of before; findings for others that 4.0 cannot call."""
        for node in site.subclasses(*RESOURCES):
            for function in site.methods(node, *self.hooks):
                hook = self.hooks[function.name]
                message = f"`{function.name}()` takes other parameters in 4.0"
                if hook.name != function.name:
                    message = f"`{function.name}()` is now `{hook.name}()`"
                elif function.args.kwarg is not None and not set(hook.flags) & {one.arg for one in function.args.args}:
                    continue
                yield from site.change(function, message, self._edits, site, node, function, hook)

    def _edits(self, site: Site, node: ast.ClassDef, function: FunctionNode, hook: Hook) -> list[Edit]:
        parameters = function.args.args[1:]
        given = function.args
        names = [one.arg for one in parameters]
        if given.vararg or given.kwonlyargs or given.posonlyargs or tuple(names[hook.kept :]) != hook.flags or len(names) < hook.kept:
            raise Refused("its parameters are not those of before")
        used = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
        if hook.row and "row" in used | set(names):
            raise Refused("the name `row` means something else here")
        first, last = parameters[0], [*parameters, *given.defaults, *([given.kwarg] if given.kwarg else [])]
        start, end = site.module.start(first), max(map(site.module.end, last))
        if "#" in site.text[start:end] or len(given.defaults) > len(hook.flags):
            raise Refused("its parameters stand in an unusual way")
        rest = given.kwarg.arg if given.kwarg else "kwargs"
        kept = [site.module.segment(one) for one in parameters[: hook.kept]]
        edits = [Edit(start, end, ", ".join([*kept, *(["row"] if hook.row else []), f"**{rest}"]))]
        if hook.name != function.name:
            edits.append(name_edit(site, function, hook.name))
        passed: set[ast.AST] = set()
        for call in override_calls(site, node, function):
            edits += self._call(site, call, hook, names, rest, passed)
        return edits + self._flags(site, function, hook, rest, passed)

    @staticmethod
    def _call(site: Site, call: ast.Call, hook: Hook, names: list[str], rest: str, passed: set[ast.AST]) -> list[Edit]:
        """The same for a call of the overridden method that gives everything on."""
        keywords = [one for one in call.keywords if one.arg is not None]
        given = [ast.unparse(one) for one in call.args] + [f"{one.arg}={ast.unparse(one.value)}" for one in keywords]
        expected = [*names[: hook.kept], *hook.flags]
        plain = [one.partition("=")[2] if one.partition("=")[0] == one.partition("=")[2] else one for one in given]
        if plain != expected or len(call.args) < hook.kept or "#" in site.module.segment(call):
            raise Refused("the call of the overridden method gives other arguments on")
        passed.update([*call.args, *(one.value for one in call.keywords)])
        said = ", ".join([*names[: hook.kept], *(["row"] if hook.row else []), f"**{rest}"])
        last = [*call.args, *(one.value for one in call.keywords)]
        edits = [Edit(site.module.start(call.args[0]), max(map(site.module.end, last)), said)]
        if isinstance(call.func, ast.Attribute) and call.func.attr != hook.name:
            edits.append(site.edit_attribute(call.func, hook.name))
        return edits

    @staticmethod
    def _flags(site: Site, function: FunctionNode, hook: Hook, rest: str, passed: set[ast.AST]) -> list[Edit]:
        """Lines at the head of the body for the flags that it uses."""
        used = {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and one not in passed}
        wanted = [flag for flag in hook.flags if flag in used]
        if not wanted:
            return []
        body = function.body
        is_docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str)
        first = body[1] if is_docstring and len(body) > 1 else body[0]
        line = site.module.source.starts[first.lineno - 1]
        indent = site.text[line : site.module.start(first)]
        if indent.strip() or first.lineno == function.lineno:
            raise Refused("its body stands on the line of its head")
        newline = site.module.source.newline
        said = "".join(f'{indent}{flag} = {rest}.get("{flag}", {FLAGS[flag]}){newline}' for flag in wanted)
        return [Edit(line, line, said.replace(", None)", ")"))]


def _takes_no_keywords(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    return function.args.kwarg is None


def _takes_no_fields(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    return function.args.kwarg is None and len(function.args.args) + len(function.args.kwonlyargs) == 1


CODEMODS = [
    Codemod(
        "import-export-hooks",
        "hooks of resources take the instance, the row, and the rest by keyword",
        package="django-import-export",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("import-export-4.0-method-names",),
        docs="django-import-export 4.0 release notes: API changes",
        ops=(
            HookSignature(),
            FindMethod(
                RESOURCES,
                ("get_export_headers",),
                "`get_export_headers()` is called with the selected fields from 4.0 on",
                when=_takes_no_fields,
            ),
            FindMethod(
                RESOURCES,
                ("export_field", "export_resource"),
                "from 4.2 on this method is called with keyword arguments: let it take `**kwargs`",
                when=_takes_no_keywords,
            ),
            FindMethod(
                WIDGETS,
                ("render",),
                "from 4.2 on `render()` of a widget is called with keyword arguments: let it take `**kwargs`",
                when=_takes_no_keywords,
            ),
        ),
    ),
]
