"""Mail: arguments by keyword, errors of headers, what Python's new messages changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.class_bodies import offset_of_arguments, override_calls
from django_hop.ops.class_keywords import name_arguments
from django_hop.ops.classes import FindAttribute, FindMethod
from django_hop.ops.methods import method_calls
from django_hop.ops.names import FindName, is_fallback, release_root
from django_hop.rewrite.site import Site

MAIL = "django.core.mail"
BY_KEYWORD = "optional arguments of the mail functions are given by keyword"
SENDER = ("fail_silently", "auth_user", "auth_password", "connection")
FUNCTIONS = {
    "send_mail": (4, ("subject", "message", "from_email", "recipient_list", *SENDER, "html_message")),
    "send_mass_mail": (1, ("datatuple", *SENDER)),
    "mail_admins": (2, ("subject", "message", "fail_silently", "connection", "html_message")),
    "mail_managers": (2, ("subject", "message", "fail_silently", "connection", "html_message")),
    "get_connection": (1, ("backend", "fail_silently")),
}
_FIRST = ("subject", "body", "from_email", "to", "bcc", "connection", "attachments", "headers")
CLASSES = {"EmailMessage": (*_FIRST, "cc", "reply_to"), "EmailMultiAlternatives": (*_FIRST, "alternatives", "cc", "reply_to")}
HEADER = "`BadHeaderError` is `ValueError`, which alone is left later"
MIME = "attachments of the old `email.mime` classes are deprecated: `attach(name, content, type)`, or an `email.message.MIMEPart`"
SUBTYPES = (
    "Django's messages no longer ask for `mixed_subtype` and `alternative_subtype`: inline pictures are a `MIMEPart` with a Content-ID"
)
RETURNS = "`message()` gives Python's modern `email.message.EmailMessage` since 6.0: its texts, encodings and line ends may differ"
HOOKS = (
    *("_create_message", "_create_attachments", "_create_attachment"),
    *("_create_mime_attachment", "_create_alternatives", "_set_list_header_if_not_empty"),
)


@dataclass(frozen=True)
class InitKeywords(PythonOp):
    """`super().__init__(subject, body, sender, to, bcc)` in classes that derive from Django's own."""

    @property
    def words(self) -> Words:
        """One of the classes with a constructor."""
        return tuple(frozenset({name, "__init__", "class"}) for name in CLASSES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with more than four arguments by position."""
        for node in site.nodes(ast.ClassDef):
            base = next(
                (name for one in node.bases for name in CLASSES if site.qualified(one) in (f"{MAIL}.{name}", f"{MAIL}.message.{name}")),
                None,
            )
            if base is None:
                continue
            for function in site.methods(node, "__init__"):
                for call in override_calls(site, node, function):
                    yield from self._call(site, call, CLASSES[base])

    @staticmethod
    def _call(site: Site, call: ast.Call, names: tuple[str, ...]) -> Iterator[Edit | Finding]:
        given = call.args[offset_of_arguments(call) :]
        if len(given) <= 4:
            return
        yield from site.change(call, BY_KEYWORD, name_arguments, site, call, names[4:], offset_of_arguments(call) + 4)


@dataclass(frozen=True)
class BadHeader(PythonOp):
    """`except BadHeaderError:` becomes `except ValueError:`; the import goes with the last use."""

    @property
    def words(self) -> Words:
        """The name."""
        return (frozenset({"BadHeaderError", "mail"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for uses; findings where ValueError is caught beside it, or the name has two origins or is taken from here."""
        for target in (f"{MAIL}.BadHeaderError", f"{MAIL}.message.BadHeaderError"):
            for node in site.references(target):
                if self._beside(site, node) or not isinstance(getattr(node, "ctx", None), ast.Load):
                    yield site.finding(node, f"{HEADER}; here both are named")
                    continue
                yield site.edit(node, "ValueError")
                yield site.finding(node, HEADER, fixed=True)
                release_root(site, node)
            for node in site.doubtful(target):
                yield site.finding(node, f"{HEADER}; what this name means depends on which import worked")
            for binding in site.imports.bindings(target):
                if site.imports.exported(binding) and not is_fallback(binding, "ValueError"):
                    yield site.finding(binding.alias or binding.node, f"{HEADER}; other code takes the name from here")

    @staticmethod
    def _beside(site: Site, node: ast.expr) -> bool:
        around = site.enclosing(node, ast.Try)
        handlers = around.handlers if around is not None else []
        caught = [one.type for one in handlers if one.type is not None and any(part is node for part in ast.walk(one.type))]
        names = {one.id for handler in handlers if handler.type is not None for one in ast.walk(handler.type) if isinstance(one, ast.Name)}
        return bool(caught) and "ValueError" in names


@dataclass(frozen=True)
class MimeAttachments(PythonOp):
    """`message.attach(MIMEImage(data))`, `attachments=[MIMEImage(...)]`."""

    @property
    def words(self) -> Words:
        """The module of the classes, in a file that has to do with Django's mail."""
        return (frozenset({"email", "mime", "attach"}), frozenset({"email", "mime", "attachments"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each attachment of such a class, in files that use Django's messages."""
        if not any((one.origin or "").startswith(MAIL) for ones in site.names.module.bindings.values() for one in ones):
            return
        for call, _ in method_calls(site, "attach"):
            if call.args and self._is_mime(site, call.args[0]):
                yield site.finding(call, MIME)
        for keyword in site.nodes(ast.keyword):
            given = keyword.value.elts if keyword.arg == "attachments" and isinstance(keyword.value, (ast.List, ast.Tuple)) else []
            if any(self._is_mime(site, one) for one in given):
                yield site.finding(keyword, MIME)

    def _is_mime(self, site: Site, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            bindings = site.names.uses.get(node, site.names.module).lookup(node.id)
            return bool(bindings) and all(
                one.value is not None and isinstance(one.value, ast.Call) and self._is_mime(site, one.value) for one in bindings
            )
        return isinstance(node, ast.Call) and (site.qualified(node.func) or "").startswith("email.mime.")


def _is_parsed(site: Site, node: ast.Attribute) -> bool:
    """True for `x.message().get_payload(...)` and its like."""
    call = site.parent(node)
    around = site.parent(call) if isinstance(call, ast.Call) and call.func is node and not call.args else None
    names = ("as_bytes", "as_string", "get_payload", "set_payload", "add_header", "attach", "walk", "get_content_charset", "replace_header")
    return isinstance(around, ast.Attribute) and around.attr in names


def _is_stored(site: Site, node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def _is_charset(site: Site, node: ast.Attribute) -> bool:
    statement = site.parent(node)
    value = statement.value if isinstance(statement, ast.Assign) else None
    return isinstance(value, ast.Call) and (site.qualified(value.func) or "").startswith("email.charset.")


CODEMODS = [
    Codemod(
        "mail-functions-keywords",
        "optional arguments of the mail functions are given by keyword",
        deprecated="6.0",
        removed="7.0",
        works_from="1.11",
        safety=SAFE,
        covers=("6.0-mail-functions-positional",),
        docs="releases/6.0: Features deprecated in 6.0 / Positional arguments in django.core.mail APIs",
        ops=tuple(Call(f"{MAIL}.{name}", BY_KEYWORD, positional=names, name_from=first) for name, (first, names) in FUNCTIONS.items()),
    ),
    Codemod(
        "mail-classes-keywords",
        "messages are made with at most four arguments by position",
        deprecated="6.0",
        removed="7.0",
        works_from="1.11",
        safety=SAFE,
        covers=("6.0-mail-classes-positional",),
        docs="releases/6.0: Features deprecated in 6.0 / Positional arguments in django.core.mail APIs",
        ops=(
            *(
                Call(f"{module}.{name}", BY_KEYWORD, positional=names, name_from=4)
                for module in (MAIL, f"{MAIL}.message")
                for name, names in CLASSES.items()
            ),
            InitKeywords(),
        ),
    ),
    Codemod(
        "bad-header-error",
        "BadHeaderError becomes ValueError",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=SAFE,
        covers=("6.0-badheadererror",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=(BadHeader(),),
    ),
    Codemod(
        "mail-subtypes",
        "subtypes and character sets of messages are found",
        removed="6.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-email-subtype-properties", "6.0-email-encoding-charset-object"),
        docs="releases/6.0: Email",
        ops=(
            FindAttribute((), ("mixed_subtype", "alternative_subtype"), SUBTYPES),
            FindUse(("mixed_subtype", "alternative_subtype"), SUBTYPES, "", _is_stored),
            FindUse(("encoding",), "`encoding` of a message is the name of a character set, no longer a `Charset`", "", _is_charset),
        ),
    ),
    Codemod(
        "mail-message-internals",
        "code is found that knows how Django builds messages",
        removed="6.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-email-private-overrides", "6.0-email-message-return-type"),
        docs="releases/6.0: Email",
        ops=(
            FindMethod(
                (f"{MAIL}.EmailMessage", f"{MAIL}.EmailMultiAlternatives"),
                HOOKS,
                "Django 6.0 calls this private method no more, or with other arguments",
            ),
            FindUse(("message",), RETURNS, "", _is_parsed),
        ),
    ),
    Codemod(
        "mime-attachments",
        "attachments of the old MIME classes are found",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-mimebase-attachments",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=(MimeAttachments(),),
    ),
    Codemod(
        "mail-helpers",
        "helpers of django.core.mail are found that go",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-safemime-classes", "6.0-mail-private-helpers"),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=tuple(
            FindName(f"{module}.{name}", f"`{name}` is deprecated: {hint}")
            for name, hint in (
                ("SafeMIMEText", "`message()` gives an `email.message.EmailMessage`"),
                ("SafeMIMEMultipart", "`message()` gives an `email.message.EmailMessage`"),
                ("forbid_multi_line_headers", "Python's policies refuse such headers"),
                ("sanitize_address", "`email.headerregistry.Address` does it"),
            )
            for module in (MAIL, f"{MAIL}.message")
        ),
    ),
]
