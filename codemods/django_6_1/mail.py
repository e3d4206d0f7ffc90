"""Mail: arguments that mailers replace, connections, hooks that are gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.classes import FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import method_calls
from django_hop.ops.names import FindName, release_root
from django_hop.ops.nodes import is_value, keyword_of
from django_hop.ops.receivers import by_bindings, instance_of
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MAIL = "django.core.mail"
FUNCTIONS = tuple(f"{MAIL}.{name}" for name in ("send_mail", "send_mass_mail", "mail_admins", "mail_managers"))
MESSAGES = tuple(f"{module}.{name}" for module in (MAIL, f"{MAIL}.message") for name in ("EmailMessage", "EmailMultiAlternatives"))
MESSAGE = instance_of("message", *MESSAGES)
SMTP = f"{MAIL}.backends.smtp.EmailBackend"
QUIET = "`fail_silently` is deprecated in 6.1"
LOUD = f"{QUIET}; False is what happens without it"
TOGETHER = "with a `connection`, `fail_silently` and the credentials were ignored; 6.1 refuses them together"
CONNECTION = "`connection` is deprecated in 6.1: `using` names a mailer of `MAILERS`"
DEFAULT = "`get_connection()` is deprecated in 6.1: `mailers.default`"
OPTIONS = "`get_connection()` is deprecated in 6.1: name a mailer with these options in `MAILERS`, and take `mailers[name]`"


def sending(site: Site) -> Iterator[ast.Call]:
    """Calls of the mail functions, and of `send()` at a message."""
    for name in FUNCTIONS:
        yield from site.calls(name)
    for call, func in method_calls(site, "send"):
        if MESSAGE.sure(site, func.value):
            yield call


@dataclass(frozen=True)
class LoudMail(PythonOp):
    """`fail_silently=False` goes; a True or a variable is a finding."""

    @property
    def words(self) -> Words:
        """The keyword."""
        return (frozenset({"fail_silently"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the literal False by keyword."""
        for call in sending(site):
            keyword = keyword_of(call, "fail_silently")
            if keyword is None or not is_value(keyword.value, False):
                continue
            yield from site.change(call, LOUD, change_arguments, site, call, add={}, drop=["fail_silently"])


@dataclass(frozen=True)
class ConnectionAlone(PythonOp):
    """`send_mail(..., fail_silently=True, connection=c)` keeps only the connection, which alone counted."""

    @property
    def words(self) -> Words:
        """The connection with one of the others."""
        return tuple(frozenset({"connection", name}) for name in ("fail_silently", "auth_user", "auth_password"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with a connection that is not a variable; findings where it may be None."""
        for call in (call for name in FUNCTIONS for call in site.calls(name)):
            extra = [one.arg for one in call.keywords if one.arg in ("auth_user", "auth_password") and not is_value(one.value, None)]
            quiet = keyword_of(call, "fail_silently")
            extra += ["fail_silently"] if quiet is not None and not is_value(quiet.value, False) else []
            connection = keyword_of(call, "connection")
            if connection is None or is_value(connection.value, None) or not extra:
                continue
            try:
                if not isinstance(connection.value, ast.Call) and not self._is_made(site, connection.value):
                    raise Refused("this connection may be None")
                edits = change_arguments(site, call, add={}, drop=[one for one in extra if one])
            except Refused as error:
                yield site.finding(call, f"{TOGETHER}; {error}")
                continue
            yield from edits
            yield site.finding(call, TOGETHER, fixed=True)

    @staticmethod
    def _is_made(site: Site, node: ast.expr) -> bool:
        return by_bindings(site, node, frozenset(), lambda _, binding: False, lambda _, value, seen: isinstance(value, ast.Call))


@dataclass(frozen=True)
class Connections(PythonOp):
    """`connection=None` and `connection=get_connection()` go, which are what happens without; any other has to become a mailer."""

    @property
    def words(self) -> Words:
        """The keyword."""
        return (frozenset({"mail", "connection"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the two; a finding at each other call of the mail functions and message classes with such an argument."""
        for call in [call for name in (*FUNCTIONS, *MESSAGES) for call in site.calls(name)]:
            connection = keyword_of(call, "connection")
            if connection is not None:
                yield from self._connection(site, call, connection)

    @staticmethod
    def _connection(site: Site, call: ast.Call, connection: ast.keyword) -> Iterator[Edit | Finding]:
        made = _default_maker(site, connection.value)
        if made is None and not is_value(connection.value, None):
            yield site.finding(call, CONNECTION)
            return
        try:
            if made is not None and (obstacle := _needs_its_connection(site, call)):
                raise Refused(obstacle)
            edits = change_arguments(site, call, add={}, drop=["connection"])
        except Refused as error:
            yield site.finding(call, f"{CONNECTION}; {error}")
            return
        yield from edits
        if made is not None:
            release_root(site, made)
        yield site.finding(call, f"{CONNECTION}; this one is what it is without", fixed=True)


@dataclass(frozen=True)
class Credentials(PythonOp):
    """`send_mail(..., auth_user="a", auth_password="b")`."""

    @property
    def words(self) -> Words:
        """One of the arguments."""
        return tuple(frozenset({"mail", name}) for name in ("auth_user", "auth_password"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call of the mail functions with such an argument and no connection, which would win."""
        for call in [call for name in FUNCTIONS for call in site.calls(name)]:
            given = {one.arg for one in call.keywords}
            if given & {"auth_user", "auth_password"} and "connection" not in given:
                yield site.finding(
                    call, "`auth_user` and `auth_password` are deprecated in 6.1: a mailer of `MAILERS` has `username` and `password`"
                )


def _default_maker(site: Site, node: ast.expr) -> ast.expr | None:
    """The callee of `get_connection()` without arguments, or `mailers.default`; None for anything else."""
    if isinstance(node, ast.Attribute) and site.qualified(node) == f"{MAIL}.mailers.default":
        return node
    if isinstance(node, ast.Call) and not node.args and not node.keywords and site.qualified(node.func) == f"{MAIL}.get_connection":
        return node.func
    return None


def _needs_its_connection(site: Site, call: ast.Call) -> str | None:
    """What would count without the connection, and does not with it; None if there is nothing."""
    if any(one.arg in ("auth_user", "auth_password", "fail_silently", None) for one in call.keywords):
        return "without it the other arguments would count"
    if site.qualified(call.func) in MESSAGES and re.search(r"\.send\(\s*[^)\s]|\.connection\b", site.text):
        return "the message may be sent with `fail_silently`, or its connection be used"
    return None


@dataclass(frozen=True)
class DefaultMailer(PythonOp):
    """`get_connection()` becomes `mailers.default`; with arguments it is a finding."""

    @property
    def words(self) -> Words:
        """The function and its module."""
        return (frozenset({"mail", "get_connection"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls without arguments."""
        for call in site.calls(f"{MAIL}.get_connection"):
            if call.args or call.keywords:
                continue
            spoken = site.imports.need(f"{MAIL}.mailers", call.func)
            if spoken is None:
                yield site.finding(call, f"{DEFAULT}; the name `mailers` is taken in this file")
                continue
            yield site.edit(call, f"{spoken}.default")
            yield site.finding(call, DEFAULT, fixed=True)
            release_root(site, call.func, spoken)


@dataclass(frozen=True)
class OtherConnections(PythonOp):
    """`get_connection("path", username=...)`, and the function passed on."""

    @property
    def words(self) -> Words:
        """The function and its module."""
        return (frozenset({"mail", "get_connection"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such use."""
        for node in site.references(f"{MAIL}.get_connection"):
            call = site.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node or call.args or call.keywords:
                yield site.finding(node, OPTIONS)
        for string in site.names.strings:
            if string.value in (f"{MAIL}.get_connection", f"{MAIL}.message.get_connection"):
                yield site.finding(string, f"{DEFAULT}; a test that puts something in its place does not see mailers")


def _is_closed(site: Site, node: ast.Attribute) -> bool:
    """True for `message.connection.close()`."""
    around = site.parent(node)
    return isinstance(around, ast.Attribute) and around.attr in ("close", "open", "send_messages") and MESSAGE.sure(site, node.value)


CODEMODS = [
    Codemod(
        "mail-fail-silently-false",
        "mail is sent without fail_silently=False, which is the default",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=SAFE,
        covers=("6.1-mail-fail-silently-false",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        after=("mail-functions-keywords",),
        ops=(LoudMail(),),
    ),
    Codemod(
        "mail-connection-alone",
        "mail with a connection of its own is sent without what was ignored",
        removed="6.1",
        works_from="1.11",
        safety=SAFE,
        covers=("6.1-mail-connection-plus-options-typeerror",),
        docs="releases/6.1: Email",
        after=("mail-functions-keywords",),
        ops=(ConnectionAlone(),),
    ),
    Codemod(
        "mail-connection-argument",
        "mail is sent without connections that are the default",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("6.1-mail-connection-argument",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        after=("mail-functions-keywords", "mail-classes-keywords", "mail-connection-alone"),
        ops=(Connections(),),
    ),
    Codemod(
        "mail-credentials",
        "mail is found that is sent with credentials of its own, or whose connection is used afterwards",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-mail-auth-arguments", "6.1-emailmessage-connection-not-set"),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        ops=(Credentials(), FindUse(("connection",), "`send()` no longer keeps the connection it used: None from 6.1 on", when=_is_closed)),
    ),
    Codemod(
        "default-mailer",
        "get_connection() becomes mailers.default",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=SAFE,
        covers=("6.1-mail-get-connection",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        after=("mail-connection-argument",),
        ops=(DefaultMailer(),),
    ),
    Codemod(
        "mail-get-connection",
        "connections for mail are found that are made with a backend or options",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-mail-get-connection-arguments", "6.1-smtp-backend-direct"),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        ops=(
            OtherConnections(),
            FindName(SMTP, "making an SMTP backend directly is deprecated in 6.1 (a subclass is not): name a mailer in `MAILERS`"),
        ),
    ),
    Codemod(
        "mail-hooks",
        "methods of messages, handlers and middleware are found that 6.1 no longer calls",
        removed="6.1",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-emailmessage-get-connection-method", "6.1-adminemailhandler-connection-hook", "6.1-brokenlinkemails-internals"),
        docs="releases/6.1: Email",
        ops=crossing(
            "6.1",
            FindMethod(
                MESSAGES, ("get_connection",), "6.1 fails to send a message with a `get_connection()` of its own: `send(using=alias)`"
            ),
            FindMethod(
                ("django.utils.log.AdminEmailHandler",),
                ("connection",),
                "6.1 fails at start-up with a `connection()` of the handler's own: `using` names a mailer",
            ),
            FindMethod(
                ("django.middleware.common.BrokenLinkEmailsMiddleware",),
                ("process_response",),
                "6.1 sends these mails in `send_mail()` with `using`: see whether this override still does what it should",
            ),
        ),
    ),
]
