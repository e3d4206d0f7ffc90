"""The admin: look-ups that know the request, helpers, markup."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, TemplateOp, Words
from django_hop.ops.class_bodies import is_super
from django_hop.ops.classes import POSITION, AddParameter
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import in_file_quotes, in_format_string, method_calls
from django_hop.ops.names import Rename, release_root
from django_hop.ops.strings import FindInStrings
from django_hop.ops.template_finds import FindTemplate, FindText
from django_hop.ops.where import tests
from django_hop.rewrite.site import Site
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Kind, Piece

CHECKBOX = "django.contrib.admin.helpers.checkbox"
WIDGET = '`checkbox` is gone: `forms.CheckboxInput({"class": "action-select"}, lambda value: False)` is what it was'
LOOKUP = "`lookup_allowed()` takes the request"
HERE = "it must be given here, too; Django 6.0 fails without it, an override that takes it at once"
HEADER = "the admin's site name is a `div`, no longer an `h1`, and its style sheet names only `#site-name`"
BARE = "the admin's style sheet names `#site-name` since 5.0, and no `h1` of its header any more: write `<div id=\"site-name\">`"
MARKUP = "the admin's areas are `header` and `main` elements since 5.0: take the base template anew and apply your changes to it"


_BARE_NAME = re.compile(r"""<h1\b(?![^>]*\bid\s*=\s*["']?site-name\b)""")
_OWN_HEADER = re.compile(rb"""\bid\s*=\s*["']?header\b""")


@dataclass(frozen=True)
class BareName(TemplateOp):
    """An `h1` without the id `site-name` in the block that names the site: `#branding h1` was its style until 5.0."""

    @property
    def words(self) -> Words:
        """The block and the element."""
        return (frozenset({"block", "branding", "h1"}),)

    def apply(self, site: TemplateSite) -> Iterator[Finding]:
        """A finding at each."""
        inside = False
        for token in (one for one in site.tokens if one.live):
            if token.kind is Kind.TAG:
                inside = token.content.split() == ["block", "branding"] or (inside and token.content.split()[:1] != ["endblock"])
            elif token.kind is Kind.TEXT and inside:
                for match in _BARE_NAME.finditer(token.source):
                    yield site.finding(Piece(match.group(), token.start + match.start(), token.start + match.end()), BARE)


@dataclass(frozen=True)
class HeaderRule(FindText):
    """`#header h1` in style sheets and scripts, unless pages of the project have a `header` of their own and no path says admin."""

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """A finding for each match."""
        own = (
            _OWN_HEADER.search(data) and b"admin/base" not in data
            for path, data in site.tree.items()
            if path.endswith((".html", ".htm", ".jinja", ".jinja2", ".j2")) and "/admin/" not in f"/{path}"
        )
        if "admin" in site.path or not any(own):
            yield from super().apply(site)


@dataclass(frozen=True)
class LookupCalls(PythonOp):
    """`model_admin.lookup_allowed("a", "b")` outside overrides: tests, custom change lists."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"lookup_allowed"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where two arguments are given and the method is not the overridden one."""
        for call, func in method_calls(site, "lookup_allowed"):
            full = len(call.args) + len(call.keywords) > 2 or any(isinstance(one, ast.Starred) for one in call.args)
            if not is_super(func.value) and not full and not self._in_override(site, call) and not self._answered(site, call):
                yield site.finding(call, f"{LOOKUP}: {HERE}")

    @staticmethod
    def _in_override(site: Site, call: ast.Call) -> bool:
        around = site.enclosing(call, ast.FunctionDef)
        return around is not None and around.name == "lookup_allowed"

    @staticmethod
    def _answered(site: Site, call: ast.Call) -> bool:
        """True if every override in the project answers this literal key before it asks Django."""
        key = call.args[0] if call.args else None
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return False
        overrides = [one for path in site.project.holding(b"def lookup_allowed(") for one in _overrides(site, path)]
        return bool(overrides) and all(_answers(one, key.value) for one in overrides)


def _overrides(site: Site, path: str) -> Iterator[ast.FunctionDef]:
    """The functions of a file that are called so; none of a file that cannot be parsed."""
    names = site.project.names(path)
    for node in names.by_type.get(ast.FunctionDef, ()) if names is not None else ():
        if isinstance(node, ast.FunctionDef) and node.name == "lookup_allowed":
            yield node


def _answers(function: ast.FunctionDef, key: str) -> bool:
    """True if a call without a request gets its answer from an `if key == "...": return` at the head of an override."""
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args)]
    # Another override is given a parameter for the request, and then cannot be called without it.
    without = given.vararg is not None or (len(names) > 3 and len(names) - len(given.defaults) <= 3)
    if len(names) < 2 or None in given.kw_defaults or not without:
        return False
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    for statement in body:
        if not isinstance(statement, ast.If) or not isinstance(statement.body[0], ast.Return):
            return False
        test = statement.test
        if not isinstance(test, ast.Compare) or not isinstance(test.left, ast.Name) or test.left.id != names[1]:
            return False
        if len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq) or not isinstance(test.comparators[0], ast.Constant):
            return False
        if test.comparators[0].value == key:
            answer = statement.body[0].value
            return answer is None or isinstance(answer, ast.Constant)
        if statement.orelse:
            return False
    return False


@dataclass(frozen=True)
class Checkbox(PythonOp):
    """`helpers.checkbox` becomes the widget that it was, made on the spot."""

    @property
    def words(self) -> Words:
        """The name and its module."""
        return (frozenset({"checkbox", "helpers", "admin"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for uses; findings where the name has two origins, is assigned, or is taken from here."""
        exported = [one for one in site.imports.bindings(CHECKBOX) if site.imports.exported(one)]
        for binding in exported:
            yield site.finding(binding.alias or binding.node, f"{WIDGET}; other code takes the name from here")
        for node in site.references(CHECKBOX):
            spoken = None
            if not exported and isinstance(getattr(node, "ctx", None), ast.Load) and not in_format_string(site, node):
                spoken = site.imports.need("django.forms.CheckboxInput", node)
            if spoken is None:
                yield site.finding(node, WIDGET)
                continue
            yield site.edit(node, in_file_quotes(site, f'{spoken}({{"class": "action-select"}}, lambda value: False)'))
            yield site.finding(node, WIDGET, fixed=True)
            release_root(site, node, spoken)
        for node in site.doubtful(CHECKBOX):
            yield site.finding(node, WIDGET)


CODEMODS = [
    Codemod(
        "lookup-allowed-request",
        "ModelAdmin.lookup_allowed() takes the request",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=SAFE,
        covers=("5.0-modeladmin-lookup-allowed-request",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(AddParameter((), "lookup_allowed", "request", LOOKUP, position=2, passed=POSITION), LookupCalls()),
    ),
    Codemod(
        "admin-registration-exceptions",
        "AlreadyRegistered and NotRegistered come from django.contrib.admin.exceptions",
        removed=None,
        works_from="5.0",
        safety=SAFE,
        covers=("5.0-admin-registration-exceptions-moved",),
        docs="not in the notes; contrib/admin/exceptions.py of 5.0",
        ops=(
            Rename(
                "django.contrib.admin.sites",
                {one: one for one in ("AlreadyRegistered", "NotRegistered")},
                to="django.contrib.admin.exceptions",
            ),
        ),
    ),
    Codemod(
        "admin-checkbox",
        "the admin's checkbox widget is made where code took it",
        removed="5.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("5.0-admin-helpers-checkbox",),
        docs="releases/5.0: Backwards incompatible changes / Miscellaneous",
        ops=(Checkbox(),),
    ),
    Codemod(
        "admin-header-markup",
        "templates and tests are found that know the markup of the admin's header",
        removed="5.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-admin-site-header-div", "5.0-admin-main-header-tags"),
        docs="releases/5.0: Backwards incompatible changes / Miscellaneous",
        ops=crossing(
            "5.0",
            BareName(),
            HeaderRule(r"#header\s+h1\b", ("header", "h1"), HEADER, any_file=True, paths=r"^(?!.*(?:\.min\.|/vendor|/contrib/admin/))"),
            FindInStrings(r"h1#site-name|#header\s+h1\b|<h1 id=[\"']site-name", ("h1",), HEADER, where=tests),
            FindTemplate(r"(^|/)templates/admin/base\.html$", MARKUP),
        ),
    ),
]
