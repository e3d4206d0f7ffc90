"""The admin: allow_tags."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import drop_line, without_gap
from django_hop.ops.nodes import name_of
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MESSAGE = "`allow_tags` is ignored and the markup shown as text: the function has to return safe text"
SAFE_CALLS = ("format_html", "format_html_join", "mark_safe", "SafeText", "SafeString", "render_to_string")
MARK_SAFE, FORMAT_HTML = "django.utils.safestring.mark_safe", "django.utils.html.format_html"
BY_HTML = "django.utils.html.mark_safe"
"""The same function by another way: the module imports it, and much code takes it from there."""


@dataclass(frozen=True)
class AllowTags(PythonOp):
    """`link.allow_tags = True` goes, and what the function returns becomes safe text.

    A literal template with plain attributes of objects goes through format_html(), which escapes them; everything else through
    mark_safe(), which keeps the output as it was.
    """

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"allow_tags"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each assignment to a function of the same block."""
        for target in site.nodes(ast.Attribute):
            statement = site.parent(target)
            if target.attr != "allow_tags" or not isinstance(target.ctx, ast.Store):
                continue
            try:
                if not isinstance(statement, ast.Assign) or statement.targets != [target] or not isinstance(statement.value, ast.Constant):
                    raise Refused("what is assigned cannot be seen")
                edits = [without_gap(site, edit) for edit in drop_line(site, statement)]
                if statement.value.value:
                    edits += self._returns(site, target)
            except Refused as error:
                yield site.finding(target, f"{MESSAGE}; {error}")
                continue
            yield from edits
            yield site.finding(target, MESSAGE, fixed=True)

    def _returns(self, site: Site, target: ast.Attribute) -> list[Edit]:
        """The edits that make the results of a function safe. Raises layout.Refused."""
        name = target.value
        bindings = site.names.uses[name].lookup(name.id) if isinstance(name, ast.Name) else ()
        if len(bindings) != 1:
            raise Refused("which function this is cannot be seen")
        node, value = bindings[0].node, bindings[0].value
        if isinstance(value, ast.Lambda):
            return self._safe(site, value.body)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            raise Refused("the function stands elsewhere")
        inner = [one for one in ast.walk(node) if one is not node]
        if any(isinstance(one, (ast.FunctionDef, ast.Yield, ast.YieldFrom)) for one in inner):
            raise Refused("the function holds another one")
        return [edit for one in inner if isinstance(one, ast.Return) and one.value is not None for edit in self._safe(site, one.value)]

    def _safe(self, site: Site, value: ast.expr) -> list[Edit]:
        if isinstance(value, ast.IfExp):
            return [*self._safe(site, value.body), *self._safe(site, value.orelse)]
        if self._is_safe(value):
            return []
        formatted = self._formatted(site, value)
        if formatted is not None:
            return [site.edit(value, f"{self._spoken(site, FORMAT_HTML, value)}({formatted})")]
        start, end = site.module.start(value), site.module.end(value)
        if isinstance(site.parent(value), ast.Return) and site.text[:start].endswith("return (") and site.text[end : end + 1] == ")":
            return [Edit(start - 1, start - 1, self._spoken(site, MARK_SAFE, value))]
        return [Edit(start, start, f"{self._spoken(site, MARK_SAFE, value)}("), Edit(end, end, ")")]

    @staticmethod
    def _is_safe(value: ast.expr) -> bool:
        if isinstance(value, ast.Constant):
            return not isinstance(value.value, str) or not any(mark in value.value for mark in "<>&\"'")
        func = value.func if isinstance(value, ast.Call) else None
        name = name_of(func)
        return name in SAFE_CALLS

    @staticmethod
    def _spoken(site: Site, name: str, at: ast.AST) -> str:
        spoken = site.imports.need(name, at)
        if spoken is None and name == MARK_SAFE and site.imports.bindings(BY_HTML):
            spoken = site.imports.need(BY_HTML, at)
        if spoken is None:
            raise Refused(f"the name `{name.rpartition('.')[2]}` is taken in this file")
        return spoken

    @staticmethod
    def _formatted(site: Site, value: ast.expr) -> str | None:
        """The arguments for format_html(), where all values are plain; None for other expressions."""
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mod) and isinstance(value.left, ast.Constant):
            given = value.right.elts if isinstance(value.right, ast.Tuple) else [value.right]
            template, text = value.left, site.module.segment(value.left)
            new = text.replace("{", "{{").replace("}", "}}").replace("%s", "{}").replace("%%", "%")
            if not isinstance(template.value, str):
                return None
            plain = "%(" not in text and "%%s" not in text and text.count("%s") == len(given)
            if not plain or ast.literal_eval(f"({new})").format(*"x" * len(given)) != template.value % tuple("x" * len(given)):
                return None
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "format" and not value.keywords:
            if not isinstance(value.func.value, ast.Constant) or not isinstance(value.func.value.value, str):
                return None
            given, new = value.args, site.module.segment(value.func.value)
        else:
            return None
        if "#" in site.module.segment(value).replace(new, "") or not all(_is_plain(site, one) for one in given):
            return None
        return "".join(
            [new, *(f"{_gap(site, before, one)}{site.module.segment(one)}" for before, one in zip([None, *given], given, strict=False))]
        )


def _gap(site: Site, before: ast.expr | None, node: ast.expr) -> str:
    """What stands between two values: a comma, and the line break where there was one."""
    text = "" if before is None else site.text[site.module.end(before) : site.module.start(node)]
    return text if text.count(",") == 1 and text.replace(",", "").isspace() else ", "


def _is_plain(site: Site, node: ast.expr) -> bool:
    """True for `obj.name`, `obj.get_absolute_url()`, `reverse(...)`, constants: values that hold no markup of their own."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Call):
        name = name_of(node.func)
        return name in ("reverse", "get_absolute_url", "escape", "count", "len", "str", "gettext", "ugettext", "_")
    return isinstance(node, ast.Attribute) and not any(mark in node.attr for mark in ("html", "tag", "link", "content", "body"))


CODEMODS = [
    Codemod(
        "admin-allow-tags",
        "functions with allow_tags return safe text instead",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-admin-allow-tags",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(AllowTags(),),
    ),
]
