"""Digests, redirects after log-in, sessions, files, template tags, warnings, private names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call, change_arguments, without_argument
from django_hop.ops.class_bodies import assignments
from django_hop.ops.classes import AddParameter
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.names import FindName
from django_hop.ops.receivers import by_bindings
from django_hop.ops.receivers import request as REQUEST
from django_hop.ops.settings import FindSetting
from django_hop.ops.settings_uses import UNKNOWN, literal
from django_hop.ops.template_finds import FindText
from django_hop.ops.warning_classes import warning_class
from django_hop.releases import order
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

SHA1 = "the default digest becomes SHA-256 after 6.x: `algorithm` keeps what is stored valid"
HOSTS = "6.1 gives the request to `get_success_url_allowed_hosts()`"
PREFIX = "6.1 no longer puts `HTTP_` before the name under ASGI: if this works with 6.0 under ASGI, the name needs it now"
BITS = "`parse_bits()` takes no `takes_context` since 6.1"
FILES = ("django.core.files.base.ContentFile", "django.core.files.base.File", "django.core.files.File")
GONE = {
    "django.utils.cache.cc_delim_re": "split the header by hand",
    "django.utils.version.PY38": "every supported interpreter is newer",
    "django.utils.version.PY39": "every supported interpreter is newer",
    "django.core.serializers.xml_serializer.getInnerTextList": "it was private",
    "django.core.serializers.xml_serializer.fast_cache_clearing": "it was private",
    "django.utils.log.get_connection": "import it from `django.core.mail`",
}


@dataclass(frozen=True)
class Digest(Call):
    """Calls say the algorithm that is their default today."""

    def _arguments(self, site: Site, call: ast.Call) -> list[Edit]:
        return change_arguments(site, call, add={"algorithm": in_file_quotes(site, '"sha1"')}, drop=[])


def tested(site: Site, node: ast.expr) -> bool:
    """True if an expression is asked whether it is true: `if x`, `not x`, `x or y`, `bool(x)`."""
    parent = site.parent(node)
    if isinstance(parent, (ast.If, ast.IfExp, ast.While, ast.Assert)):
        return parent.test is node
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id == "bool" and node in parent.args
    return isinstance(parent, ast.BoolOp) or (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not))


@dataclass(frozen=True)
class SessionTests(PythonOp):
    """`if request.session:`."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"request", "session"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each test of a request's session."""
        for node in site.nodes(ast.Attribute):
            if node.attr == "session" and tested(site, node) and REQUEST.sure(site, node.value):
                yield site.finding(
                    node,
                    "an empty session is false since 6.1, before it never was: `hasattr()` or `is not None` ask for the session itself",
                )


@dataclass(frozen=True)
class FileTests(PythonOp):
    """`if not content:` of what was made by ContentFile() or File()."""

    @property
    def words(self) -> Words:
        """One of the classes."""
        return (frozenset({"ContentFile"}), frozenset({"File", "files", "core"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each test of a name that is such a file."""
        for name in list(site.names.uses):
            if tested(site, name) and by_bindings(site, name, frozenset(), lambda _, binding: False, self._is_file):
                yield site.finding(name, "files are always true since 6.1, with or without a name")

    @staticmethod
    def _is_file(site: Site, node: ast.expr, seen: frozenset[str]) -> bool:
        return isinstance(node, ast.Call) and site.qualified(node.func) in FILES


@dataclass(frozen=True)
class RemoteUserHeader(PythonOp):
    """`header = "AUTHUSER"` of a RemoteUserMiddleware: 5.2 and 6.0 put `HTTP_` before it under ASGI, and 6.1 does not."""

    @property
    def words(self) -> Words:
        """The class and its attribute."""
        return (frozenset({"RemoteUserMiddleware", "header"}), frozenset({"PersistentRemoteUserMiddleware", "header"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits in projects that only ASGI can serve, in hops from a release that put it there; findings where WSGI can, too."""
        served = {path.rpartition("/")[2] for path in site.project.tree} & {"asgi.py", "wsgi.py"}
        if "asgi.py" not in served:
            return
        sure = "wsgi.py" not in served and order(site.hop.source) >= order("5.2")
        for node in site.subclasses("django.contrib.auth.middleware.RemoteUserMiddleware"):
            for statement, _ in assignments(node, "header"):
                value = statement.value
                if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                    continue
                if value.value.startswith("HTTP_") or value.value == "REMOTE_USER":
                    continue
                text = site.module.segment(value)
                if sure and text[1:-1] == value.value:
                    place = site.module.start(value) + 1
                    yield Edit(place, place, "HTTP_")
                yield site.finding(statement, PREFIX, fixed=sure and text[1:-1] == value.value)


@dataclass(frozen=True)
class SpatialFiles(PythonOp):
    """`SpatialReference("/data/custom.prj")`."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"SpatialReference"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where a path or an address is given."""
        for name in ("django.contrib.gis.gdal.SpatialReference", "django.contrib.gis.gdal.srs.SpatialReference"):
            for call in site.calls(name):
                said = literal(call.args[0]) if call.args else UNKNOWN
                if isinstance(said, str) and ("://" in said or said.startswith(("/", "./", "../")) or said.endswith((".prj", ".wkt"))):
                    yield site.finding(call, "`SpatialReference` no longer opens files and addresses: give it the text, or an SRID")


@dataclass(frozen=True)
class ParseBits(PythonOp):
    """`parse_bits(..., False, name)`: the literal False goes."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"parse_bits", "template"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with False; a finding at each other call with the argument."""
        for call in site.calls("django.template.library.parse_bits"):
            places = [8] if len(call.args) > 9 else []
            places += [len(call.args) + place for place, one in enumerate(call.keywords) if one.arg == "takes_context"]
            if not places:
                continue
            given = [*call.args, *(one.value for one in call.keywords)][places[0]]
            try:
                if len(places) > 1 or any(isinstance(one, ast.Starred) for one in call.args):
                    raise Refused("the arguments are unpacked")
                if literal(given) not in (False, None):
                    raise Refused("where it is True, leave `context` out of the parameters")
                # Arguments are counted in the order of the text, in which no keyword stands before a positional one here.
                edit = without_argument(site, call, places[0])
            except Refused as error:
                yield site.finding(call, f"{BITS}; {error}")
                continue
            yield edit
            yield site.finding(call, BITS, fixed=True)


CODEMODS = [
    Codemod(
        "hmac-algorithm",
        "digests say that they are SHA-1, as their default was",
        deprecated="6.1",
        removed="7.0",
        works_from="3.1",
        safety=SAFE,
        covers=("6.1-hmac-default-algorithm",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        silent=True,
        ops=(
            Digest("django.utils.crypto.salted_hmac", SHA1, add={"algorithm": '"sha1"'}, positional=("key_salt", "value", "secret")),
            Digest("django.core.signing.base64_hmac", SHA1, add={"algorithm": '"sha1"'}, positional=("salt", "value", "key", "algorithm")),
        ),
    ),
    Codemod(
        "allowed-hosts-request",
        "get_success_url_allowed_hosts() takes the request",
        removed="6.1",
        works_from="1.11",
        safety=SAFE,
        covers=("6.1-redirecturlmixin-request-argument",),
        docs="releases/6.1: Miscellaneous",
        ops=(AddParameter((), "get_success_url_allowed_hosts", "request=None", HOSTS, position=0, passed="position", pass_on=False),),
    ),
    Codemod(
        "transitional-settings-6-1",
        "transitional settings are found that go after 6.x",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-signed-cookie-fallback-setting", "6.1-use-blank-choice-dash-setting"),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=tuple(
            FindSetting(name, f"`{name}` is there for the releases 6.x only: take it out with the release after them", reads=True)
            for name in ("SIGNED_COOKIE_LEGACY_SALT_FALLBACK", "USE_BLANK_CHOICE_DASH")
        ),
    ),
    Codemod(
        "session-truth",
        "tests of sessions are found that are false for an empty one",
        removed="6.1",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-session-bool",),
        docs="releases/6.1: Miscellaneous",
        silent=True,
        ops=crossing("6.1", SessionTests()),
    ),
    Codemod(
        "file-truth",
        "tests of files are found that are always true",
        removed="6.1",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-file-always-truthy",),
        docs="releases/6.1: Miscellaneous",
        silent=True,
        ops=crossing("6.1", FileTests()),
    ),
    Codemod(
        "remote-user-header",
        "headers of remote users have the prefix that ASGI gave them",
        removed="6.1",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-remoteuser-asgi-header-prefix",),
        docs="releases/6.1: django.contrib.auth",
        silent=True,
        ops=crossing("6.1", RemoteUserHeader()),
    ),
    Codemod(
        "double-dots",
        "double dots in template variables are found",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-template-double-dot",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(
            FindText(
                r"^\{[{%](?:[^\"'}]|\"[^\"]*\"|'[^']*')*?\w\.\.\w",
                ("*..",),
                "two dots look up an empty name, which finds nothing: is one meant?",
            ),
        ),
    ),
    Codemod(
        "parse-bits",
        "parse_bits() is called without takes_context",
        removed="6.1",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-template-parse-bits-takes-context",),
        docs="releases/6.1: Miscellaneous",
        ops=crossing("6.1", ParseBits()),
    ),
    Codemod(
        "spatial-reference-files",
        "spatial references are found that open files",
        removed="6.1",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-gis-spatialreference-no-files",),
        docs="releases/6.1.3",
        ops=(SpatialFiles(),),
    ),
    Codemod(
        "removed-in-django61-warning",
        "RemovedInDjango61Warning becomes the warning of the release that follows",
        removed="6.1",
        works_from="6.0",
        safety=REVIEW,
        covers=("6.1-removedindjango61warning-gone",),
        docs="utils/deprecation.py of 6.1 (not in the notes)",
        ops=warning_class(
            "RemovedInDjango61Warning",
            "RemovedInNextVersionWarning",
            "`RemovedInDjango61Warning` is gone with 6.1; `RemovedInNextVersionWarning` moves on by itself",
        ),
    ),
    Codemod(
        "removed-in-django70-warning",
        "RemovedInDjango70Warning becomes RemovedInDjango2028Warning",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-removedindjango70warning-renamed",),
        docs="utils/deprecation.py of 6.1 (not in the notes)",
        ops=warning_class(
            "RemovedInDjango70Warning", "RemovedInDjango2028Warning", "the release after 6.x is called 2028, and its warning, too"
        ),
    ),
    Codemod(
        "private-names-6-1",
        "private names are found that 6.1 no longer has",
        removed="6.1",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-unlisted-removals",),
        docs="not in the notes; found by comparing the releases",
        ops=tuple(FindName(name, f"`{name}` is gone: {hint}") for name, hint in GONE.items()),
    ),
]

UNSEEN = [
    Unseen("6.1-cache-keys-vary", "Keys of cached pages and fragments change: the cache is cold after the switch."),
    Unseen("6.1-multipart-strict-base64", "What clients send shows only when they do.", "responses"),
    Unseen("6.1-dbcache-strict-base64", "Only rows that something else than Django wrote are refused.", "tests"),
    Unseen("6.1-pbkdf2-iterations", "Only the cost of hashing rises; both releases read each other's passwords."),
]
