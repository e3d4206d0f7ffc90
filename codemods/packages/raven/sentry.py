"""raven and what sentry-sdk does in its place: nothing goes before the project uses that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import ANY, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.dicts import item_of, without_item
from django_hop.ops.find import FindModule
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.names import release_root
from django_hop.ops.settings import FindSetting, ListItem
from django_hop.ops.settings_text import without_element
from django_hop.ops.settings_uses import own_assignments, settings_of
from django_hop.project.index import Project
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "raven"
_MIDDLEWARES = tuple(
    f"{module}.{name}"
    for module in ("raven.contrib.django.raven_compat.middleware", "raven.contrib.django.middleware")
    for name in (
        "Sentry404CatchMiddleware",
        "SentryResponseErrorIdMiddleware",
        "SentryMiddleware",
        "SentryLogMiddleware",
        "DjangoRestFrameworkCompatMiddleware",
    )
)
_CLIENT = "raven.contrib.django.raven_compat.models.client"
_CALLS = {
    "captureException": ("capture_exception", 0),
    "captureMessage": ("capture_message", 1),
    "user_context": ("set_user", 1),
    "tags_context": ("set_tags", 1),
}
"""The function of sentry_sdk, and how many arguments are the same."""
_LATER = "raven goes when the project calls `sentry_sdk.init()`"


def uses_sdk(project: Project) -> bool:
    """True if the project says sentry_sdk somewhere."""
    return bool(project.holding(b"sentry_sdk"))


@dataclass(frozen=True)
class Middleware(ListItem):
    """The middleware goes from projects with sentry_sdk; elsewhere it is a finding."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits or findings."""
        for one in super().apply(site):
            if uses_sdk(site.project):
                yield one
            elif isinstance(one, Finding):
                yield Finding(one.codemod, one.path, one.line, one.column, f"{self.message}; {_LATER}")


@dataclass(frozen=True)
class Handlers(PythonOp):
    """Handlers of raven's go from LOGGING, and from the lists that name them."""

    @property
    def words(self) -> Words:
        """The key, and raven."""
        return (frozenset({"raven", "handlers", "class"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal dictionaries; findings where the layout is unusual."""
        message = "sentry-sdk reports log records without a handler"
        for logging in site.nodes(ast.Dict):
            handlers = item_of(logging, "handlers")
            if not isinstance(handlers, ast.Dict):
                continue
            for place, (key, value) in enumerate(zip(handlers.keys, handlers.values, strict=True)):
                named = item_of(value, "class")
                if not isinstance(named, ast.Constant) or not str(named.value).startswith("raven.") or not isinstance(key, ast.Constant):
                    continue
                try:
                    if not uses_sdk(site.project):
                        raise Refused(_LATER)
                    edits = self._edits(site, logging, str(key.value)) or [without_item(site, handlers, place)]
                except Refused as error:
                    yield site.finding(named, f"{message}; {error}")
                    return
                yield from edits
                yield site.finding(named, message, fixed=True)
                return

    @staticmethod
    def _edits(site: Site, logging: ast.Dict, name: str) -> list[Edit]:
        """The edits that take a name out of the lists of handlers; the handler itself goes in the next round."""
        found = []
        for node in ast.walk(logging):
            held = item_of(node, "handlers") if isinstance(node, ast.Dict) else None
            for element in held.elts if isinstance(held, (ast.List, ast.Tuple)) else ():
                if isinstance(element, ast.Constant) and element.value == name and isinstance(held, (ast.List, ast.Tuple)):
                    found += without_element(site, held, element)
        return found


@dataclass(frozen=True)
class Calls(PythonOp):
    """`client.captureException()` -> `sentry_sdk.capture_exception()`, with the arguments both take."""

    @property
    def words(self) -> Words:
        """The client with one of its methods."""
        return tuple(
            frozenset({"raven_compat", "client", name}) for name in (*_CALLS, "extra_context", "http_context", "captureBreadcrumb")
        )

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits in projects with sentry_sdk; findings for other calls."""
        message = "`client` of raven is the module `sentry_sdk`"
        for node in site.references(_CLIENT):
            method = site.parent(node)
            call = site.parent(method) if isinstance(method, ast.Attribute) else None
            new, count = _CALLS.get(method.attr if isinstance(method, ast.Attribute) else "", ("", 0))
            plain = isinstance(call, ast.Call) and call.func is method and len(call.args) == count and not call.keywords
            spoken = site.imports.need(f"sentry_sdk.{new}", node) if new and plain and uses_sdk(site.project) else None
            if spoken is None or not isinstance(method, ast.Attribute):
                yield site.finding(method or node, message if uses_sdk(site.project) else f"{message}; {_LATER}")
                continue
            yield site.edit(method, spoken)
            if method.attr == "captureMessage" and isinstance(call, ast.Call):
                # raven reports messages as errors, sentry-sdk as information.
                end = site.module.end(call.args[0])
                yield Edit(end, end, in_file_quotes(site, ', level="error"'))
            release_root(site, node)
            yield site.finding(method, message, fixed=True)


_OPTIONS = {
    "dsn": "dsn",
    "release": "release",
    "environment": "environment",
    "name": "server_name",
    "sample_rate": "sample_rate",
    "auto_log_stacks": "attach_stacktrace",
}
"""Keys of RAVEN_CONFIG, and the argument of `sentry_sdk.init()` that says the same."""


@dataclass(frozen=True)
class Config(PythonOp):
    """`RAVEN_CONFIG = {"dsn": ...}` -> `sentry_sdk.init(dsn=..., ...)`, where the project declares sentry-sdk and does not call it yet."""

    @property
    def words(self) -> Words:
        """The setting."""
        return (frozenset({"RAVEN_CONFIG"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit for the one place that sets it; findings for others."""
        message = "RAVEN_CONFIG is `sentry_sdk.init(...)`; `send_default_pii=True` sends data of users, as raven did"
        own = own_assignments(site, "RAVEN_CONFIG")
        for one in own:
            yield from site.change(one.target, message, self._edit, site, one.statement)

    @staticmethod
    def _edit(site: Site, statement: ast.stmt) -> Edit:
        chain, project = settings_of(site), site.project
        if not declares_sdk(project):
            raise Refused("the requirement sentry-sdk has to come first")
        if uses_sdk(project):
            raise Refused("sentry_sdk is used already")
        if len(chain.assignments("RAVEN_CONFIG")) != 1 or chain.readers("RAVEN_CONFIG") or chain.read_in_unit(site.path, "RAVEN_CONFIG"):
            raise Refused("other code sets or reads it")
        value = statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        if not isinstance(value, ast.Dict) or not value.keys or "#" in site.module.segment(value):
            raise Refused("it is no plain dictionary")
        names = [key.value if isinstance(key, ast.Constant) else None for key in value.keys]
        if any(name not in _OPTIONS for name in names):
            raise Refused("some of its options have another form in sentry-sdk")
        spoken = site.imports.need_all("sentry_sdk.init", "sentry_sdk.integrations.django.DjangoIntegration", at=statement)
        if spoken is None:
            raise Refused("the names `init` or `DjangoIntegration` are taken in this file")
        newline = site.module.source.newline
        given = [f"{_OPTIONS[str(name)]}={site.module.segment(held)}" for name, held in zip(names, value.values, strict=True)]
        lines = "".join(f"    {line},{newline}" for line in [*given, f"integrations=[{spoken[1]}()]", "send_default_pii=True"])
        return site.edit(statement, f"{spoken[0]}({newline}{lines})")


def declares_sdk(project: Project) -> bool:
    """True if a file that declares requirements names sentry-sdk."""
    files = (data for path, data in project.tree.items() if path.endswith((".txt", ".in", ".toml", ".cfg", "Pipfile", "setup.py")))
    return any(b"sentry-sdk" in data or b"sentry_sdk" in data for data in files)


CODEMODS = [
    Codemod(
        "raven-middleware",
        "middleware of raven goes",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("raven-6.10-middleware",),
        docs="Sentry: Migrating from raven to sentry-sdk",
        ops=(Middleware(("MIDDLEWARE", "MIDDLEWARE_CLASSES"), "sentry-sdk needs no middleware", remove=_MIDDLEWARES),),
    ),
    Codemod(
        "raven-logging",
        "log handlers of raven go",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("raven-6.10-logging",),
        docs="Sentry: Migrating from raven to sentry-sdk",
        ops=(Handlers(),),
    ),
    Codemod(
        "raven-calls",
        "errors and messages are captured by sentry_sdk",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("raven-6.10-client-calls",),
        docs="Sentry: Migrating from raven to sentry-sdk",
        ops=(Calls(),),
    ),
    Codemod(
        "raven-config",
        "Sentry is set up by sentry_sdk.init()",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("raven-6.10-init",),
        docs="Sentry: Migrating from raven to sentry-sdk",
        then="The requirement raven becomes sentry-sdk.",
        after=("raven-middleware", "raven-logging", "raven-calls"),
        ops=(
            Config(),
            FindSetting("SENTRY_CLIENT", "SENTRY_CLIENT has no counterpart: `before_send` of `sentry_sdk.init()` filters events"),
            FindModule("raven", "raven has no releases any more: sentry-sdk takes its place"),
        ),
    ),
]
