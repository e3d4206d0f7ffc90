"""CSRF_TRUSTED_ORIGINS: entries with a scheme."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.settings_text import string_edit
from django_hop.ops.settings_uses import own_assignments, settings_of, uses
from django_hop.ops.text import FindInText
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

NAME = "CSRF_TRUSTED_ORIGINS"
MESSAGE = "entries of `CSRF_TRUSTED_ORIGINS` begin with a scheme, and a wildcard is an asterisk"
ELSEWHERE = f"{MESSAGE}: the value comes from elsewhere, so change it there, as `https://shop.example.com` and `https://*.example.com`"
VARIABLE = (
    r"(?m)^(?!\s*#)[^\n]*?\b%s[\"']?(?:\s*[:=]\s*|\s*\n\s*value:\s*)(?![^\n]*[${])"
    r"[\"'\[]*(?:[^\n#]*[,; ][\"']?)?(?<![\w.*/:-])(?![\w+-]+://)[\w.-]+"
)
"""A line that gives the variable a value with an entry without a scheme in it; `$` and `{` stand for values from elsewhere."""
MADE = f"{MESSAGE}: put the scheme before what is made here, as in `https://shop.example.com` and `https://*.example.com`"
FILES = (
    *(".env", ".envrc", ".example", ".sample", ".dist", ".template", ".dev", ".local", ".prod", ".production", ".staging", ".test"),
    *(".yml", ".yaml", ".toml", ".ini", ".cfg", ".conf", ".sh", ".service", "app.json", "dockerfile", "procfile", "makefile"),
)


@dataclass(frozen=True)
class TrustedOrigins(PythonOp):
    """Put `https://` before literal entries; what is computed or comes from the environment is a finding."""

    @property
    def words(self) -> Words:
        """The setting's name."""
        return (frozenset({NAME}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for strings in lists, `+=`, `.append()`, defaults of env.list() and overrides in tests."""
        for one in own_assignments(site, NAME):
            if one.kind in ("assign", "annotate", "augment") and one.value is not None:
                yield from self._value(site, one.value)
            elif one.kind == "method" and isinstance(one.value, ast.Call):
                for argument in one.value.args:
                    yield from self._entry(site, argument) if isinstance(argument, ast.Constant) else self._value(site, argument)
            elif one.kind == "item" and one.value is not None:
                yield from self._entry(site, one.value)
            elif one.kind in ("unpack", "import", "function"):
                yield site.finding(one.target, ELSEWHERE)
        for call in site.calls("environ.Env") if settings_of(site).is_settings(site.path) else ():
            for keyword in call.keywords:
                if keyword.arg in (NAME, f"DJANGO_{NAME}") and isinstance(keyword.value, ast.Tuple):
                    yield from self._value(site, keyword.value.elts[-1])
        for use in uses(site, NAME):
            if use.value is not None:
                yield from self._value(site, use.value)

    def _value(self, site: Site, node: ast.expr) -> Iterator[Edit | Finding]:
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            for entry in node.elts:
                yield from self._entry(site, entry)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield from self._value(site, node.left)
            yield from self._value(site, node.right)
        elif isinstance(node, ast.IfExp):
            yield from self._value(site, node.body)
            yield from self._value(site, node.orelse)
        elif (isinstance(node, (ast.ListComp, ast.GeneratorExp)) and _begins_with_scheme(node.elt)) or (
            isinstance(node, ast.Name) and node.id == NAME
        ):
            return
        elif isinstance(node, ast.Call):
            for argument in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "default")]:
                if isinstance(argument, (ast.List, ast.Tuple)):
                    yield from self._value(site, argument)
            yield site.finding(node, ELSEWHERE)
        else:
            yield site.finding(node, ELSEWHERE)

    def _entry(self, site: Site, node: ast.expr) -> Iterator[Edit | Finding]:
        if isinstance(node, ast.Starred):
            yield from self._value(site, node.value)
        elif _begins_with_scheme(node) or (isinstance(node, ast.Constant) and not isinstance(node.value, str)):
            return
        elif isinstance(node, ast.Constant):
            yield from self._literal(site, node)
        else:
            yield site.finding(node, ELSEWHERE if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) else MADE)

    @staticmethod
    def _literal(site: Site, node: ast.Constant) -> Iterator[Edit | Finding]:
        old = str(node.value)
        new = f"https://*{old}" if old.startswith(".") else f"https://{old}"
        try:
            if not old.strip() or "*" in old or any(one.value == new for one in site.names.strings):
                raise Refused("is this entry still needed?")
            yield string_edit(site, node, old, new)
        except Refused as error:
            yield site.finding(node, f"{MESSAGE}; {error}")
            return
        yield site.finding(node, f"{MESSAGE}; for plain http, as in development, add an entry with `http://`", fixed=True)


def _begins_with_scheme(node: ast.expr) -> bool:
    """True for a text that begins with a scheme, also put together: `f"https://{host}"`, `"https://" + host`."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return _begins_with_scheme(node.values[0])
    if isinstance(node, ast.BinOp):
        return _begins_with_scheme(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _begins_with_scheme(node.func.value)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "://" in node.value


CODEMODS = [
    Codemod(
        "csrf-trusted-origins",
        "trusted origins are written with their scheme",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-csrf-trusted-origins-scheme",),
        docs="releases/4.0: CSRF_TRUSTED_ORIGINS changes / Format change",
        ops=(
            TrustedOrigins(),
            *(FindInText(VARIABLE % name, (name,), FILES, MESSAGE) for name in (NAME, f"DJANGO_{NAME}")),
        ),
    ),
]
