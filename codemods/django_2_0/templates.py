"""Django's template language: filters, tag libraries, contexts, loaders."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import DropParameter, FindMethod
from django_hop.ops.names import Rename
from django_hop.ops.template_finds import FindText
from django_hop.ops.templates import MoveFilterLast
from django_hop.rewrite.site import Site

_LIBRARIES = frozenset({"django.template.Library", "django.template.base.Library", "django.template.library.Library"})
_LOADER = ("django.template.loaders.base.Loader",)
_PLAIN = frozenset(
    [
        "upper",
        "lower",
        "title",
        "capfirst",
        "truncatechars",
        "truncatewords",
        "cut",
        "ljust",
        "rjust",
        "center",
        "wordwrap",
        "addslashes",
        "slugify",
        "striptags",
        "stringformat",
    ]
)
"""Filters that take text and give plain text: tried on 1.11, where `escape` before or behind them gave the same."""
_ROOMY = (ast.stmt, ast.BoolOp, ast.IfExp, ast.keyword, ast.List, ast.Tuple, ast.Dict)
"""Where a comparison may stand without parentheses."""
_DIRS = "`template_dirs` is no longer handed to template loaders"


@dataclass(frozen=True)
class AssignmentTag(PythonOp):
    """`register.assignment_tag` -> `register.simple_tag`, in every form of use."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"assignment_tag"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edit the attribute of a tag library; a finding where it cannot be seen that it is one."""
        libraries = {
            target.id
            for node in site.nodes(ast.Assign)
            if isinstance(node.value, ast.Call) and site.qualified(node.value.func) in _LIBRARIES
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in site.nodes(ast.Attribute):
            if node.attr != "assignment_tag":
                continue
            name = node.value.id if isinstance(node.value, ast.Name) else ""
            imported = (site.qualified(node.value) or "").rpartition(".")[2] == "register"
            if name in libraries or imported:
                yield site.edit_attribute(node, "simple_tag")
                yield site.finding(node, "`assignment_tag` is now `simple_tag`", fixed=True)
            else:
                yield site.finding(node, "If this is a tag library: `assignment_tag` is gone, `simple_tag` does the same")


@dataclass(frozen=True)
class HasKey(PythonOp):
    """`context.has_key(name)` -> `name in context`, where a parameter is called context."""

    @property
    def words(self) -> Words:
        """The method with one of the names that template contexts have."""
        return (frozenset({"has_key", "context"}), frozenset({"has_key", "ctx"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edit the calls in code that deals with templates."""
        if "template" not in site.text and "template" not in site.path:
            return
        for call in site.nodes(ast.Call):
            function = call.func
            if not (isinstance(function, ast.Attribute) and function.attr == "has_key" and len(call.args) == 1 and not call.keywords):
                continue
            if isinstance(function.value, ast.Name) and function.value.id in ("context", "ctx"):
                yield from self._changed(site, call, function.value.id)

    def _changed(self, site: Site, call: ast.Call, context: str) -> Iterator[Edit | Finding]:
        key = site.module.segment(call.args[0])
        if not isinstance(call.args[0], (ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.Subscript, ast.JoinedStr)) or "\n" in key:
            key = f"({key})"
        parent = site.parent(call)
        negated = isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
        place: ast.expr = parent if negated and isinstance(parent, ast.UnaryOp) else call
        new = f"{key} not in {context}" if negated else f"{key} in {context}"
        around = site.parent(place)
        roomy = isinstance(around, _ROOMY) or (isinstance(around, ast.Call) and around.args == [place])
        yield site.edit(place, new if roomy else f"({new})")
        yield site.finding(call, "`has_key()` of a template context is now `in`", fixed=True)


@dataclass(frozen=True)
class FindLoaderCall(PythonOp):
    """Report template loaders that are called like functions."""

    @property
    def words(self) -> Words:
        """Where loaders come from."""
        return (frozenset({"template_loaders"}), frozenset({"find_template_loader"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each call of a loader, or of a name that holds one."""
        names = {node.target.id for node in site.nodes(ast.For) if isinstance(node.target, ast.Name) and _gives_loaders(node.iter)}
        for node in site.nodes(ast.Assign):
            if _gives_loader(node.value):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        for call in site.nodes(ast.Call):
            if _gives_loader(call.func) or (isinstance(call.func, ast.Name) and call.func.id in names):
                yield site.finding(call, "Template loaders are no longer called: `loader.get_template(name)` gives the template")


def _gives_loaders(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "template_loaders"


def _gives_loader(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return _gives_loaders(node.value)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "find_template_loader"


CODEMODS = [
    Codemod(
        "assignment-tag",
        "tag libraries register simple_tag in place of assignment_tag",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-assignment-tag",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(AssignmentTag(),),
    ),
    Codemod(
        "escape-filter-order",
        "the escape filter stands last, where it always acted",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-escape-filter-immediate",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(
            MoveFilterLast(
                "escape",
                _PLAIN,
                "`escape` acts where it stands, no longer last: decide whether it belongs before or behind the filters that follow",
            ),
        ),
    ),
    Codemod(
        "context-has-key",
        "template contexts are asked with in, not has_key()",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-context-has-key",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(HasKey(),),
    ),
    Codemod(
        "template-origin-aliases",
        "StringOrigin and LoaderOrigin are called Origin",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-template-origin-aliases",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            Rename("django.template", {"StringOrigin": "Origin"}),
            Rename("django.template.base", {"StringOrigin": "Origin"}),
            Rename("django.template.loader", {"LoaderOrigin": "Origin"}, to="django.template.base"),
        ),
    ),
    Codemod(
        "template-loader-dirs",
        "template loaders no longer take template_dirs",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-loader-template-dirs",),
        docs="releases/2.0: Features removed in 2.0",
        ops=tuple(
            DropParameter(_LOADER, method, "template_dirs", _DIRS) for method in ("get_template", "get_template_sources", "cache_key")
        ),
    ),
    Codemod(
        "template-loader-methods",
        "template loaders that still define load_template_source() are found",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-loader-load-template", "2.0-loader-call"),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            FindMethod(
                _LOADER,
                ("load_template", "load_template_source", "load_template_sources"),
                "Loaders are asked for `get_template_sources()`, which yields Origin objects, and `get_contents(origin)`, which reads one",
            ),
            FindLoaderCall(),
        ),
    ),
    Codemod(
        "javascript-formats",
        "comparisons of formats that arrive in JavaScript as numbers are found",
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("2.0-js-formats-are-integers",),
        docs="releases/2.0: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=tuple(
            FindText(
                rf"""get_format\(\s*["']{name}["']\s*\)\s*(?:[!=]==|\.)""",
                ("get_format", name),
                f"{name} arrives as a number, no longer as a string: compare it with a number",
                any_file=True,
            )
            for name in ("FIRST_DAY_OF_WEEK", "NUMBER_GROUPING")
        ),
    ),
]

UNSEEN = [
    Unseen("2.0-loader-supports-recursion", "Nothing asks for the attribute any more; a loader that has it works as before."),
]
