"""Mail that may fail silently, backends that may, and blind copies by header."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.class_bodies import is_super
from django_hop.ops.class_keywords import makes_one
from django_hop.ops.dicts import without_item
from django_hop.ops.functions import parameter_names
from django_hop.ops.nodes import is_value, keyword_of, name_of
from django_hop.ops.settings_uses import literal, settings_of
from django_hop.ops.statements import alone_on_lines
from django_hop.rewrite import layout
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

from .mail import MAIL, MESSAGES, sending

BASE = f"{MAIL}.backends.base.BaseEmailBackend"
OWN = f"{MAIL}.backends."
QUIET = "`fail_silently` is deprecated in 6.1"
SAID = f"{QUIET}: `with contextlib.suppress(OSError):` says which errors are meant"
KEPT = "`BaseEmailBackend` takes no `fail_silently` later: the backend keeps its own"
HANDED = "`BaseEmailBackend` takes no `fail_silently` and no unknown arguments later: keep your own, hand on the rest"
BCC = "6.1 refuses a Bcc header, which never sent anything"
HARMLESS = frozenset(
    (
        *("_", "gettext", "gettext_lazy", "ngettext", "pgettext", "ugettext", "render_to_string", "reverse", "strip_tags", "get"),
        *("str", "list", "tuple", "dict", "sorted", "set", "format", "join", "strip", "split", "splitlines", "replace", "getattr", "keys"),
        *("isoformat", "strftime", "get_full_name", "get_absolute_url", "build_absolute_uri", "lower", "title", "values_list"),
    )
)
"""Calls that raise no OSError of their own which the author may have wanted to see."""


@dataclass(frozen=True)
class QuietMail(PythonOp):
    """`send_mail(..., fail_silently=True)` as a statement is put under `contextlib.suppress(OSError)`."""

    @property
    def words(self) -> Words:
        """The keyword."""
        return (frozenset({"fail_silently"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for statements of one message with a literal True; findings for the rest without a connection."""
        for call in sending(site):
            keyword = keyword_of(call, "fail_silently")
            if keyword is None or is_value(keyword.value, False) or _has_connection(call):
                continue
            try:
                self._check(site, call, keyword)
                text = _under_with(site, call, "fail_silently")
                spoken = site.imports.need("contextlib.suppress", call)
                if spoken is None:
                    raise Refused("the name `suppress` is taken in this file")
            except Refused as error:
                yield site.finding(call, f"{SAID}; {error}")
                continue
            yield site.edit(site.statement(call), text.replace("suppress", spoken, 1))
            yield site.finding(call, SAID, fixed=True)

    @staticmethod
    def _check(site: Site, call: ast.Call, keyword: ast.keyword) -> None:
        """Raise Refused where more, or something else, than the errors of sending would be hidden."""
        statement = site.parent(call)
        if not is_value(keyword.value, True):
            raise Refused("whether it is silent shows only when it runs")
        if not isinstance(statement, ast.Expr):
            raise Refused("its result is used")
        if site.qualified(call.func) == f"{MAIL}.send_mass_mail":
            raise Refused("one message that fails must not keep back the others")
        if not alone_on_lines(site, statement):
            raise Refused("other code stands on its line")
        if isinstance(call.func, ast.Attribute) and call.func.attr == "send" and _has_own_send(site):
            raise Refused("messages of the project have a `send()` of their own")
        if any(not _is_harmless(one) for one in ast.walk(call) if isinstance(one, ast.Call) and one is not call):
            raise Refused("the errors of a call among its arguments would be hidden, too")
        if _has_foreign_backend(site):
            raise Refused("the project's backend is not one of Django's, so its errors are not known")


def _is_harmless(call: ast.Call) -> bool:
    name = name_of(call.func)
    return name in HARMLESS


def _has_own_send(site: Site) -> bool:
    """True if a file of the project defines `send()` where it speaks of Django's messages."""
    tree = site.project.tree
    return any(b"EmailM" in tree[path] for path in site.project.holding(b"def send("))


def _has_foreign_backend(site: Site) -> bool:
    """True if a settings module names a mail backend that is not Django's."""
    for one in settings_of(site).assignments("EMAIL_BACKEND"):
        for node in ast.walk(one.value) if one.value is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value and not node.value.startswith(OWN):
                return True
    return False


def _under_with(site: Site, call: ast.Call, gone: str) -> str:
    """The statement of a call, without one keyword, as the body of a `with suppress(OSError):`. Raises Refused."""
    text = layout.code_of(layout.drop_argument(site.cst_call(call), gone), site.module.segment(call))
    if any(mark in text for mark in ('"""', "'''", "\\\n", "\\\r\n")):
        raise Refused("a text in it goes over lines")
    statement, newline = site.statement(call), site.module.source.newline
    indent = site.text[site.module.source.starts[statement.lineno - 1] : site.module.start(statement)]
    around = site.parent(statement)
    outer = site.module.source.line(around.lineno) if isinstance(around, ast.stmt) else ""
    outer = outer[: len(outer) - len(outer.lstrip())]
    step = indent.removeprefix(outer) if indent.startswith(outer) and indent != outer else "    "
    first, *rest = text.split(newline)
    lines = [f"with suppress(OSError):{newline}{indent}{step}{first}", *(f"{step}{one}" if one.strip() else one for one in rest)]
    return newline.join(lines)


def _has_connection(call: ast.Call) -> bool:
    given = keyword_of(call, "connection")
    return given is not None and not is_value(given.value, None)


@dataclass(frozen=True)
class BackendSilence(PythonOp):
    """`super().__init__(fail_silently=fail_silently)` in backends: the argument becomes an attribute of the backend's own."""

    @property
    def words(self) -> Words:
        """The class with a constructor."""
        return (frozenset({"BaseEmailBackend", "__init__", "fail_silently"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for direct subclasses whose constructor hands on its own parameter; findings for other calls with it."""
        for node in site.subclasses(BASE):
            direct = any(site.qualified(base) == BASE for base in node.bases) and len(node.bases) == 1
            for function in site.methods(node, "__init__"):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and _hands_on(site, call):
                        yield from self._call(site, function, call, direct)

    @staticmethod
    def _call(site: Site, function: FunctionNode, call: ast.Call, direct: bool) -> Iterator[Edit | Finding]:
        statement = site.statement(call)
        keyword = keyword_of(call, "fail_silently")
        value = keyword.value if keyword is not None else call.args[0]
        try:
            if not direct or (keyword is None and not is_super(_owner(call))):
                raise Refused("another class stands between, or the base class is called by its name")
            if len(call.args) > 1 or any(isinstance(one, ast.Starred) for one in call.args):
                raise Refused("more arguments stand behind it")
            if "fail_silently" not in parameter_names(function) or not isinstance(value, ast.Name) or value.id != "fail_silently":
                raise Refused("what it hands on is not a parameter of its own")
            if site.parent(call) is not statement or not isinstance(statement, ast.Expr) or not alone_on_lines(site, statement):
                raise Refused("the call is no statement of its own")
            before = site.cst_call(call)
            after = layout.drop_argument(before, "fail_silently") if keyword is not None else layout.drop_argument_at(before, 0)
        except Refused as error:
            yield site.finding(call, f"{KEPT}; {error}")
            return
        yield site.replace_call(call, after)
        newline, starts = site.module.source.newline, site.module.source.starts
        indent = site.text[starts[statement.lineno - 1] : site.module.start(statement)]
        end = site.module.end(statement)
        tail = site.module.source.line(statement.end_lineno or statement.lineno)
        place = starts[(statement.end_lineno or statement.lineno) - 1] + len(tail.rstrip("\r\n"))
        yield Edit(max(place, end), max(place, end), f"{newline}{indent}self.fail_silently = fail_silently")
        yield site.finding(call, KEPT, fixed=True)


def _owner(call: ast.Call) -> ast.expr:
    return call.func.value if isinstance(call.func, ast.Attribute) else call.func


def _hands_on(site: Site, call: ast.Call) -> bool:
    """True for `super().__init__()` with a first argument by position, or with `fail_silently`, and for the base class's by its name."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"):
        return False
    if site.qualified(call.func.value) == BASE:
        return keyword_of(call, "fail_silently") is not None or len(call.args) > 1
    if not is_super(call.func.value):
        return False
    return keyword_of(call, "fail_silently") is not None or bool(call.args and not isinstance(call.args[0], ast.Starred))


@dataclass(frozen=True)
class BackendArguments(PythonOp):
    """`super().__init__(**kwargs)` in backends."""

    @property
    def words(self) -> Words:
        """The class with a constructor."""
        return (frozenset({"BaseEmailBackend", "__init__"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each constructor that hands on what it does not name."""
        for node in site.subclasses(BASE):
            for function in site.methods(node, "__init__"):
                if function.args.kwarg is not None and "super(" in site.module.segment(function):
                    yield site.finding(function, HANDED)


@dataclass(frozen=True)
class BccHeaders(PythonOp):
    """`EmailMessage(headers={"Bcc": ...})`: the header goes where `bcc` is given, too; else a person says whether it is meant."""

    @property
    def words(self) -> Words:
        """The header and the argument."""
        return tuple(frozenset({spelling, name}) for spelling in ("Bcc", "bcc", "BCC") for name in ("headers", "extra_headers"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for dict literals beside a `bcc`; a finding at each other such key."""
        for node in site.names.strings:
            if str(node.value).lower() != "bcc":
                continue
            parent = site.parent(node)
            keyword = site.parent(parent) if isinstance(parent, ast.Dict) else None
            call = site.parent(keyword) if isinstance(keyword, ast.keyword) and keyword.arg == "headers" else None
            assigned = (
                isinstance(parent, ast.Subscript) and isinstance(parent.value, ast.Attribute) and parent.value.attr == "extra_headers"
            )
            if isinstance(call, ast.Call) and isinstance(parent, ast.Dict) and makes_one(site, call, MESSAGES):
                yield from self._call(site, call, parent, node)
            elif assigned:
                yield site.finding(node, f"{BCC}: `bcc=[...]` does, or leave it out")

    @staticmethod
    def _call(site: Site, call: ast.Call, headers: ast.Dict, node: ast.Constant) -> Iterator[Edit | Finding]:
        try:
            given = keyword_of(call, "bcc")
            if given is None or literal(given.value) in (None, [], ()):
                raise Refused("`bcc=[...]` does, or leave it out")
            if len(headers.keys) == 1:
                edits = change_arguments(site, call, add={}, drop=["headers"])
            else:
                edits = [without_item(site, headers, headers.keys.index(node))]
        except Refused as error:
            yield site.finding(node, f"{BCC}: {error}")
            return
        yield from edits
        yield site.finding(node, f"{BCC}: `bcc` is given beside it", fixed=True)


CODEMODS = [
    Codemod(
        "mail-fail-silently-true",
        "mail that may fail silently says which errors it may hide",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("6.1-mail-fail-silently-true",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        after=("mail-functions-keywords", "mail-connection-argument", "mail-connection-alone"),
        ops=(QuietMail(),),
    ),
    Codemod(
        "mail-backend-silence",
        "mail backends keep fail_silently as an attribute of their own",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("6.1-email-backend-fail-silently",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        ops=(BackendSilence(),),
    ),
    Codemod(
        "mail-backend-arguments",
        "constructors of mail backends are found that hand on their arguments",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-email-backend-unknown-kwargs",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        ops=(BackendArguments(),),
    ),
    Codemod(
        "bcc-header",
        "Bcc headers of messages go where the copies are sent by bcc",
        removed="6.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("6.1-emailmessage-bcc-header",),
        docs="releases/6.1: Email",
        after=("mail-classes-keywords",),
        ops=(BccHeaders(),),
    ),
]
