"""ASGI: consumers in routes, who answers HTTP, the server for development, and what Channels 1 was."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops import urls
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.dicts import item_of
from django_hop.ops.find import FindModule
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.names import FindName, release_root
from django_hop.ops.settings import ListItem
from django_hop.ops.settings_uses import own_assignments
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

PACKAGE = "channels"
_GENERIC = (
    "WebsocketConsumer",
    "AsyncWebsocketConsumer",
    "JsonWebsocketConsumer",
    "AsyncJsonWebsocketConsumer",
)
CONSUMERS = (
    *(f"channels.generic.websocket.{name}" for name in _GENERIC),
    *(
        "channels.consumer.AsyncConsumer",
        "channels.consumer.SyncConsumer",
        "channels.generic.http.AsyncHttpConsumer",
    ),
)
_COMMUNICATORS = tuple(
    f"{module}.{name}"
    for module in (
        "channels.testing",
        "channels.testing.websocket",
        "channels.testing.http",
        "channels.testing.application",
    )
    for name in ("WebsocketCommunicator", "HttpCommunicator", "ApplicationCommunicator")
)
_HANDLER = "channels.http.AsgiHandler"
_APPLICATION = "django.core.asgi.get_asgi_application"
_HTTP = "Channels 4 answers no HTTP by itself: `get_asgi_application()` of Django does"
_DAPHNE = "from Channels 4.0 on runserver serves web sockets only with the app `daphne` (requirement `channels[daphne]`)"


@dataclass(frozen=True)
class AsAsgi(PythonOp):
    """`path("rates/", Consumer)` -> `path("rates/", Consumer.as_asgi())`, for classes that derive from a consumer of Channels."""

    @property
    def words(self) -> Words:
        """Where consumers are mounted."""
        names = (
            "path",
            "re_path",
            "url",
            "ChannelNameRouter",
            "ProtocolTypeRouter",
            *(one.rpartition(".")[2] for one in _COMMUNICATORS),
        )
        return tuple(frozenset({name}) for name in dict.fromkeys(names))

    def in_project(self, project: Project, data: bytes) -> bool:
        """A project with consumers."""
        return bool(project.holding(b"channels"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each class."""
        for node in self._places(site):
            name = site.qualified(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
            if node is not None and name is not None and self._is_consumer(site, name):
                end = site.module.end(node)
                yield Edit(end, end, ".as_asgi()")
                yield site.finding(node, "a consumer is mounted with `.as_asgi()`", fixed=True)

    @staticmethod
    def _is_consumer(site: Site, name: str) -> bool:
        return name in CONSUMERS or bool(site.project.ancestors(name, site.path) & set(CONSUMERS))

    @staticmethod
    def _places(site: Site) -> Iterator[ast.expr | None]:
        for call in urls.calls(site, "django.urls.path", "django.urls.re_path", "django.conf.urls.url"):
            yield urls.view_of(call)
        for call in [
            *site.calls("channels.routing.ChannelNameRouter"),
            *site.calls("channels.routing.ProtocolTypeRouter"),
        ]:
            for given in call.args:
                yield from given.values if isinstance(given, ast.Dict) else ()
        for call in (call for name in _COMMUNICATORS for call in site.calls(name)):
            yield call.args[0] if call.args else None


@dataclass(frozen=True)
class Handler(PythonOp):
    """`AsgiHandler` -> `get_asgi_application()`, which also comes into routers without `"http"`."""

    @property
    def words(self) -> Words:
        """The two names."""
        return (
            frozenset({"channels", "AsgiHandler"}),
            frozenset({"channels", "ProtocolTypeRouter"}),
        )

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for uses as a value and for literal dictionaries; findings else."""
        for node in site.references(_HANDLER):
            parent = site.parent(node)
            call = parent if isinstance(parent, ast.Call) and parent.func is node else None
            bare = call is not None and not call.args and not call.keywords
            plain = bare or isinstance(parent, (ast.Dict, ast.Assign))
            spoken = site.imports.need(_APPLICATION, node) if plain else None
            if spoken is not None:
                yield site.edit(node, spoken if call is not None else f"{spoken}()")
                release_root(site, node, spoken)
            yield site.finding(node, _HTTP, fixed=spoken is not None)
        for call in site.calls("channels.routing.ProtocolTypeRouter"):
            given = call.args[0] if call.args else None
            if isinstance(given, ast.Dict) and (None in given.keys or item_of(given, "http") is not None):
                continue
            literal = isinstance(given, ast.Dict) and bool(given.keys) and all(isinstance(key, ast.Constant) for key in given.keys)
            spoken = site.imports.need(_APPLICATION, call) if literal else None
            if spoken is None or not isinstance(given, ast.Dict) or given.keys[0] is None:
                yield site.finding(call, _HTTP)
                continue
            first = given.keys[0]
            start = site.module.start(first)
            line = site.text[site.module.source.starts[first.lineno - 1] : start]
            behind = f"{site.module.source.newline}{line}" if not line.strip() else " "
            yield Edit(start, start, in_file_quotes(site, f'"http": {spoken}(),') + behind)
            yield site.finding(call, _HTTP, fixed=True)


def declares_daphne(project: Project) -> bool:
    """True if a file that declares requirements names daphne."""
    return any(
        b"daphne" in data
        for path, data in project.tree.items()
        if path.endswith((".txt", ".in", ".toml", ".cfg", "Pipfile", "setup.py", ".yml")) and "uv.lock" not in path
    )


@dataclass(frozen=True)
class Daphne(ListItem):
    """The app comes where the requirement is declared; elsewhere its lack is a finding."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits or findings for INSTALLED_APPS."""
        if declares_daphne(site.project):
            yield from super().apply(site)
            return
        apps = [one for one in own_assignments(site, "INSTALLED_APPS") if one.value is not None]
        names = {node.value for node in site.names.strings}
        if "channels" in names and "daphne" not in names and apps:
            yield site.finding(apps[0].target, _DAPHNE)


def in_layer(site: Site, node: ast.Attribute) -> bool:
    """True inside a class that derives from the base of channel layers."""
    return node in {inner for one in site.subclasses("channels.layers.BaseChannelLayer") for inner in ast.walk(one)}


CODEMODS = [
    Codemod(
        "channels-as-asgi",
        "consumers are mounted with as_asgi()",
        package=PACKAGE,
        deprecated="3.0",
        removed="4.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("channels-3.0-as-asgi",),
        docs="channels 3.0 release notes: ASGI v3",
        ops=(AsAsgi(),),
    ),
    Codemod(
        "channels-asgi-handler",
        "Django answers HTTP in routers of Channels",
        package=PACKAGE,
        deprecated="3.0",
        removed="4.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("channels-3.0-asgi-handler",),
        docs="channels 3.0 release notes: AsgiHandler",
        ops=(Handler(),),
        from_before=True,
    ),
    Codemod(
        "channels-daphne",
        "the server for development is an app of daphne's",
        package=PACKAGE,
        removed="4.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("channels-4.0-daphne-runserver",),
        docs="channels 4.0 release notes: runserver moved to daphne",
        silent=True,
        ops=(
            Daphne(
                ("INSTALLED_APPS",),
                _DAPHNE,
                append="daphne",
                before="django.contrib.staticfiles",
                when="channels",
            ),
        ),
        from_before=True,
    ),
    Codemod(
        "channels-1",
        "what was written for Channels 1 is written anew",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("channels-2.0-rewrite",),
        docs="channels 2.0 release notes",
        ops=(
            *(
                FindName(
                    name,
                    f"`{name}` was of Channels 1: consumers are classes since 2.0, groups belong to the channel layer",
                )
                for name in (
                    *(
                        "channels.routing.route",
                        "channels.routing.route_class",
                        "channels.routing.include",
                        "channels.Group",
                    ),
                    *(
                        "channels.sessions.channel_session",
                        "channels.auth.channel_session_user",
                        "channels.asgi.get_channel_layer",
                    ),
                    *(
                        "channels.auth.channel_session_user_from_http",
                        "channels.Channel",
                    ),
                )
            ),
            FindModule(
                "asgi_redis",
                "`asgi_redis.RedisChannelLayer` is `channels_redis.core.RedisChannelLayer`, without ROUTING",
            ),
        ),
    ),
    Codemod(
        "channels-layer-checks",
        "checks of names in channel layers have other names",
        package=PACKAGE,
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("channels-4.2-layer-internals",),
        docs="channels 4.2 release notes",
        ops=(
            FindUse(
                ("valid_channel_name", "valid_group_name"),
                "Channels 4.2 renamed this to `require_valid_...`",
                receiver="self",
                when=in_layer,
            ),
        ),
        from_before=True,
    ),
]
