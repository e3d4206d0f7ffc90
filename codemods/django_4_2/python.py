"""Helpers: signers by keyword, moved and removed functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.class_bodies import is_super, override_calls
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import Rename, release_root
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

SIGNER = "signers take their arguments by keyword only from 5.1 on"
PARAMETERS = ("key", "sep", "salt", "algorithm", "fallback_keys")
SIGNERS = ("django.core.signing.Signer", "django.core.signing.TimestampSigner")
OLD_PARSER = "django.http.multipartparser.parse_header"
PARSER = "`parse_header()` is gone: `django.utils.http.parse_header_parameters()` takes and returns str where it took and returned bytes"
STORAGE = "django.core.files.storage"


@dataclass(frozen=True)
class SignerSubclass(PythonOp):
    """`super().__init__(key, sep)` in subclasses of signers."""

    @property
    def words(self) -> Words:
        """A constructor in a file that speaks of signers."""
        return tuple(frozenset({"class", "__init__", "super", name}) for name in ("Signer", "TimestampSigner"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls by position."""
        for node in site.subclasses(*SIGNERS):
            for function in site.methods(node, "__init__"):
                for call in override_calls(site, node, function):
                    if not call.args or not isinstance(call.func, ast.Attribute) or not is_super(call.func.value):
                        continue
                    if any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(PARAMETERS):
                        yield site.finding(call, f"{SIGNER}; the arguments are unpacked here, so what they hold cannot be seen")
                        continue
                    for name, one in zip(PARAMETERS, call.args, strict=False):
                        yield Edit(site.module.start(one), site.module.start(one), f"{name}=")
                    yield site.finding(call, SIGNER, fixed=True)


@dataclass(frozen=True)
class ParseHeader(PythonOp):
    """`kind, options = parse_header(text.encode())` takes the text; `options["charset"].decode()` is the value itself then."""

    @property
    def words(self) -> Words:
        """The function and its module."""
        return (frozenset({"multipartparser", "parse_header"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the call's text and every use of the options are in sight."""
        for node in site.references(OLD_PARSER):
            call = site.parent(node)
            try:
                if not isinstance(call, ast.Call) or call.func is not node or len(call.args) != 1 or call.keywords:
                    raise Refused("it is passed on")
                edits = [self._text(site, call.args[0]), *self._uses(site, call)]
                spoken = site.imports.need("django.utils.http.parse_header_parameters", call)
                if spoken is None:
                    raise Refused("the name `parse_header_parameters` is taken in this file")
            except Refused as error:
                yield site.finding(node, f"{PARSER}; {error}")
                continue
            yield site.edit(node, spoken)
            yield from edits
            release_root(site, node, spoken)
            yield site.finding(node, PARSER, fixed=True)
        for node in site.doubtful(OLD_PARSER):
            yield site.finding(node, PARSER)

    @staticmethod
    def _text(site: Site, value: ast.expr) -> Edit:
        """The edit that makes the argument a text: `x.encode(...)` or a literal of bytes. Raises Refused."""
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "encode":
            return site.edit(value, site.module.segment(value.func.value))
        source = site.module.segment(value)
        if isinstance(value, ast.Constant) and isinstance(value.value, bytes) and source[:1] in "bB" and value.value.isascii():
            return site.edit(value, source[1:])
        raise Refused("what it is given may be bytes")

    @staticmethod
    def _uses(site: Site, call: ast.Call) -> list[Edit]:
        """The edits that let the values be texts: all of them are decoded on the spot. Raises Refused."""
        statement = site.parent(call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        if not (isinstance(target, ast.Tuple) and len(target.elts) == 2 and isinstance(options := target.elts[1], ast.Name)):
            raise Refused("its result is not unpacked into two names")
        found = site.names.uses[options].lookup(options.id) if options in site.names.uses else ()
        if len(found) != 1 or found[0].scope.kind not in ("module", "function"):
            raise Refused("its result has a name that means something else, too")
        if found[0].scope.kind == "module" and site.imports.exported(found[0]):
            raise Refused("other modules take its result from here")
        edits = []
        for name in (one for one, scope in site.names.uses.items() if one.id == options.id and one is not options):
            if found[0] not in site.names.uses[name].lookup(name.id):
                continue
            edits += _decoded(site, name)
        return edits


def _decoded(site: Site, name: ast.Name) -> list[Edit]:
    """The edits for one use of the options: `options["a"].decode()` and `options.get("a", b"").decode()`. Raises Refused."""
    item = site.parent(name)
    if isinstance(item, ast.Compare) and name in item.comparators and all(isinstance(one, (ast.In, ast.NotIn)) for one in item.ops):
        return []
    default: list[Edit] = []
    if isinstance(item, ast.Attribute) and item.attr == "get" and isinstance(call := site.parent(item), ast.Call) and call.func is item:
        item = call
        if len(call.args) == 2:
            default = [ParseHeader._text(site, call.args[1])]
    elif not isinstance(item, ast.Subscript) or not isinstance(item.ctx, ast.Load):
        raise Refused("its values are used in another way than decoded")
    decode = site.parent(item)
    outer = site.parent(decode) if isinstance(decode, ast.Attribute) and decode.attr == "decode" else None
    if not isinstance(outer, ast.Call) or outer.func is not decode or in_format_string(site, outer):
        raise Refused("its values are used in another way than decoded")
    return [*default, Edit(site.module.end(item), site.module.end(outer), "")]


CODEMODS = [
    Codemod(
        "signer-keywords",
        "signers are given their arguments by keyword",
        deprecated="4.2",
        removed="5.1",
        works_from="1.11",
        safety=SAFE,
        covers=("4.2-signer-positional-args",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        ops=(*(Call(name, SIGNER, positional=PARAMETERS, name_from=0) for name in SIGNERS), SignerSubclass()),
    ),
    Codemod(
        "multipart-parse-header",
        "headers are parsed by parse_header_parameters(), which gives texts",
        removed="4.2",
        works_from="4.2",
        safety=REVIEW,
        covers=("4.2-multipart-parse-header",),
        docs="releases/4.2: Miscellaneous",
        ops=(ParseHeader(),),
    ),
    Codemod(
        "files-storage-names",
        "helpers are imported from their own modules, not out of django.core.files.storage",
        removed="4.2",
        works_from="1.11",
        safety=SAFE,
        covers=("4.2-storage-module-is-package",),
        docs="core/files/storage/ of 4.2 (not in the notes)",
        ops=(
            Rename(STORAGE, {"get_valid_filename": "get_valid_filename"}, "django.utils.text"),
            Rename(STORAGE, {"safe_join": "safe_join"}, "django.utils._os"),
            Rename(STORAGE, {"filepath_to_uri": "filepath_to_uri"}, "django.utils.encoding"),
            Rename(STORAGE, {"get_random_string": "get_random_string"}, "django.utils.crypto"),
            Rename(STORAGE, {"deconstructible": "deconstructible"}, "django.utils.deconstruct"),
            Rename(STORAGE, {"SuspiciousFileOperation": "SuspiciousFileOperation"}, "django.core.exceptions"),
            Rename(STORAGE, {"File": "File", "locks": "locks"}, "django.core.files"),
            Rename(STORAGE, {"file_move_safe": "file_move_safe"}, "django.core.files.move"),
            Rename(STORAGE, {"timezone": "timezone"}, "django.utils"),
        ),
    ),
]
