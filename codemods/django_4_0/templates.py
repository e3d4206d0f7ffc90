"""Templates: numbers that are always localised, nodes that render to texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import TemplateOp, Words
from django_hop.ops.classes import FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.settings_uses import literal
from django_hop.ops.templates import uses
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Piece

FLOAT = (
    "`floatformat` writes numbers for the language from 4.0 on, whatever `USE_L10N` says; where a script or a form reads "
    "this, a u behind the digits keeps the point, which 4.0 and later know"
)
NODE = "`render()` of a template node must return a text from 4.0 on: wrap it in `str()`, which a SafeString needs not"


_ATTRIBUTE = re.compile(
    r"(?:value|style|width|height|min|max|step|data-[\w-]+)\s*=\s*(?:[\"'][^\"'<>]*|[^\s\"'<>]*\{\{\s*)$",
)
"""What stands before a value in an attribute that browsers and scripts read, with quotes or without."""


def _speaks_english(site: TemplateSite) -> bool:
    """True if the project has English formats only, as far as its settings and code say: there a number looks the same either way."""
    codes = [literal(one.value) for one in site.settings.assignments("LANGUAGE_CODE")]
    own = ("FORMAT_MODULE_PATH", "USE_THOUSAND_SEPARATOR", "DECIMAL_SEPARATOR")
    if not all(isinstance(code, str) and code.startswith("en") for code in codes) or any(site.settings.assignments(name) for name in own):
        return False
    switches = (b"LocaleMiddleware", b"i18n_patterns", b"translation.activate", b"translation.override", b"import activate")
    return not any(site.project.holding(word) for word in switches)


@dataclass(frozen=True)
class LocalisedFloats(TemplateOp):
    """`floatformat` in attributes and scripts, in projects that do not localise formats."""

    @property
    def words(self) -> Words:
        """The filter."""
        return (frozenset({"floatformat"}),)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """An edit for each use that something other than a reader reads, where the settings say that formats were not localised."""
        values = [literal(one.value) for one in site.settings.assignments("USE_L10N") if one.defines]
        if values and all(value is True for value in values):
            return
        known = bool(site.settings.assignments("INSTALLED_APPS"))
        if known and _speaks_english(site):
            return
        plain = known and all(value is False for value in values)
        for _, expression, use in uses(site, "floatformat"):
            argument = (use.argument or "").strip("\"'")
            if argument.endswith(("u", "ug")) or not self._is_read_by_machines(site.text[: expression.start], site.path):
                continue
            place = Piece(use.name, use.name_start, use.end)
            if not plain or not re.fullmatch(r"(?:-?\d+)?g?", argument):
                yield site.finding(place, f"{FLOAT}; here the digits are a variable, or the settings cannot be seen")
                continue
            quote = self._quote(site.text[: expression.start], use.argument or "")
            yield Edit(use.name_start, use.end, f"{use.name}:{quote}{argument}u{quote}")
            yield site.finding(place, FLOAT, fixed=True)

    @staticmethod
    def _quote(before: str, argument: str) -> str:
        """The quotes of the argument, or those that the attribute around it does not have."""
        if argument[:1] in ("'", '"'):
            return argument[0]
        opened = re.search(r"=\s*([\"'])[^\"'<>]*$", before)
        return "'" if opened and opened[1] == '"' else '"'

    @staticmethod
    def _is_read_by_machines(before: str, path: str) -> bool:
        """True inside a script, a style, an attribute, and in files that are no pages."""
        if not path.endswith((".html", ".htm", ".txt", ".md")):
            return True
        opened = re.findall(r"<(/?)(?:script|style)\b", before, re.IGNORECASE)
        if opened and not opened[-1]:
            return True
        return _ATTRIBUTE.search(before) is not None


def _no_text(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if a method returns None, a number or the length of something."""
    returns = [one for one in ast.walk(function) if isinstance(one, ast.Return) and site.enclosing(one, ast.FunctionDef) is function]
    if not any(isinstance(one, (ast.Return, ast.Raise)) for one in ast.walk(function)):
        return not any(
            isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and one.value.value is ... for one in function.body
        )
    for one in returns:
        value = one.value
        if value is None or (isinstance(value, ast.Constant) and not isinstance(value.value, str)):
            return True
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("len", "int", "sum", "float", "bool"):
            return True
    return False


CODEMODS = [
    Codemod(
        "floatformat-localised",
        "numbers that machines read stay as they are where they would be localised now",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-floatformat-always-localized",),
        docs="releases/4.0: Miscellaneous",
        silent=True,
        ops=crossing("4.0", LocalisedFloats()),
    ),
    Codemod(
        "node-render-text",
        "template nodes are found that do not render to a text",
        removed="4.0",
        works_from="1.11",
        safety=DETECT,
        covers=("4.0-node-render-must-return-str",),
        docs="releases/4.0: Miscellaneous",
        ops=(FindMethod(("django.template.base.Node", "django.template.Node"), ("render",), NODE, _no_text),),
    ),
]
