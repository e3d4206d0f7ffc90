"""Where the server of a cache is, and with which options: as django-redis-cache says it, and as the backends after it do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import Edit
from django_hop.ops.dicts import without_item
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.settings_text import string_edit
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

DJANGO, DJANGO_REDIS = "django.core.cache.backends.redis.RedisCache", "django_redis.cache.RedisCache"
_PARSERS = frozenset(f"redis.connection.{name}" for name in ("DefaultParser", "HiredisParser", "PythonParser"))
_SOCKET = ("SOCKET_TIMEOUT", "SOCKET_CONNECT_TIMEOUT")
_KNOWN = frozenset((*_SOCKET, "DB", "PASSWORD", "PARSER_CLASS", "PICKLE_VERSION", "CONNECTION_POOL_CLASS", "CONNECTION_POOL_CLASS_KWARGS"))
_IDLE = frozenset(("MAX_ENTRIES", "CULL_FREQUENCY", "MAX_CONNECTIONS"))
"""What had no effect."""
_PART = r"(?:[\w.-]|%[sd]|%\(\w+\)[sd]|\{[\w.]*\})+"
_HOST = re.compile(rf"{_PART}:{_PART}")
_URL = re.compile(rf"(rediss?://(?:[^/?#,@\s]*@)?{_PART}(?P<port>:{_PART})?)(?P<db>/(?:{_PART})?)?")
_TEMPLATE = re.compile(r"[fF]?(\"|')([^\"'\\]*)\1")
_DEFAULT_DB = "1"
_PLAIN = re.compile(r"[\w.~-]+")


@dataclass(frozen=True)
class Item:
    """An item of the options that stays or comes: the key it had, if it had one, the key it has, and the text of its value."""

    old: str
    new: str
    text: str


@dataclass(frozen=True)
class Place:
    """The text that says where a server is, between its quotes."""

    start: int
    text: str
    made: bool
    """True if parts of it are filled in when the settings are read."""


def items_of(node: ast.expr | None) -> dict[str, ast.expr]:
    """The items of a dict literal whose keys are strings."""
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def moved(site: Site, node: ast.Dict, new: str) -> list[Edit]:
    """The edits of LOCATION and OPTIONS for a backend. Raises Refused."""
    items = items_of(node)
    given, location = items.get("OPTIONS"), items.get("LOCATION")
    options = items_of(given)
    if location is None or (given is not None and (not isinstance(given, ast.Dict) or len(options) != len(given.keys))):
        raise Refused("its options are not all seen")
    if strange := sorted(options.keys() - _KNOWN - _IDLE):
        raise Refused(f"OPTIONS has {', '.join(strange)}")
    place = _place(site, location)
    said, kept = _server(site, place, options, new)
    stay = [*kept, *_others(site, options, new)]
    edits = [Edit(place.start, place.start + len(place.text), said)] if said != place.text else []
    return [*edits, *_rewritten(site, node, given, stay)] if isinstance(given, ast.Dict) else edits


def _place(site: Site, node: ast.expr) -> Place:
    if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 1:
        node = node.elts[0]
    inner: ast.expr = node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        inner = node.left
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        inner = node.func.value
    match = _TEMPLATE.fullmatch(site.module.segment(inner)) if isinstance(inner, (ast.Constant, ast.JoinedStr)) else None
    if match is None:
        raise Refused("where the server is, is not seen")
    return Place(site.module.start(inner) + match.start(2), match[2], inner is not node or isinstance(inner, ast.JoinedStr))


def _server(site: Site, place: Place, options: dict[str, ast.expr], new: str) -> tuple[str, list[Item]]:
    """The address, with the number of the database if that is a literal, and the items that say the rest."""
    db, password = options.get("DB"), options.get("PASSWORD")
    number = _DEFAULT_DB if db is None else str(db.value) if isinstance(db, ast.Constant) and str(db.value).isdecimal() else ""
    items = [] if number or db is None else [Item("DB", "db", site.module.segment(db))]
    if url := _URL.fullmatch(place.text):
        if password is not None:
            raise Refused("PASSWORD has no effect beside an address: should it count?")
        if place.made and not (url["port"] or url["db"]):
            raise Refused("whether its address has a number is not seen")
        if url["db"] and url["db"] != "/":
            return place.text, []
        start = url[1]
    elif _HOST.fullmatch(place.text):
        auth = ""
        if password is not None and new == DJANGO_REDIS:
            items.append(Item("PASSWORD", "PASSWORD", site.module.segment(password)))
        elif isinstance(password, ast.Constant) and isinstance(password.value, str) and _PLAIN.fullmatch(password.value):
            auth = f":{password.value}@"
        elif password is not None and not (isinstance(password, ast.Constant) and password.value is None):
            raise Refused("the password goes into the address, and which characters it has is not seen")
        start = f"redis://{auth}{place.text}"
    else:
        raise Refused("the place of the server is neither an address nor host and port")
    if not number and new == DJANGO_REDIS:
        raise Refused("the number of the database is not a literal")
    return f"{start}/{number}" if number else start, items


def _others(site: Site, options: dict[str, ast.expr], new: str) -> Iterator[Item]:
    """The items about sockets and pools. Raises Refused for those that have no like."""
    for name, allowed in (("PARSER_CLASS", _PARSERS), ("PICKLE_VERSION", {"-1"})):
        value = options.get(name)
        text = value.value if isinstance(value, ast.Constant) else ast.unparse(value) if value is not None else None
        if value is not None and text not in allowed:
            raise Refused(f"{name} is one of its own")
    for name in _SOCKET:
        if name in options:
            yield Item(name, name.lower() if new == DJANGO else name, site.module.segment(options[name]))
    pool, given = options.get("CONNECTION_POOL_CLASS"), options.get("CONNECTION_POOL_CLASS_KWARGS")
    if pool is not None:
        if not isinstance(pool, ast.Constant) or not str(pool.value).startswith("redis."):
            raise Refused("CONNECTION_POOL_CLASS is one of its own")
        name = "CONNECTION_POOL_CLASS"
        yield Item(name, "pool_class" if new == DJANGO else name, site.module.segment(pool))
    if given is None:
        return
    if new == DJANGO_REDIS:
        yield Item("CONNECTION_POOL_CLASS_KWARGS", "CONNECTION_POOL_KWARGS", site.module.segment(given))
        return
    inner = items_of(given)
    if not isinstance(given, ast.Dict) or len(inner) != len(given.keys) or inner.keys() & {"db", "password", *map(str.lower, _SOCKET)}:
        raise Refused("the options of its pool are not all seen")
    yield from (Item("", key, site.module.segment(value)) for key, value in inner.items())


def _rewritten(site: Site, node: ast.Dict, given: ast.Dict, stay: list[Item]) -> list[Edit]:
    """The edits of OPTIONS: it goes if nothing stays, and is written anew if more than one item goes or one comes."""
    keys = {str(key.value): key for key in given.keys if isinstance(key, ast.Constant)}
    gone = [key for key in keys if key not in {one.old for one in stay}]
    small = len(gone) <= 1 and stay and all(one.old for one in stay)
    if not small and "#" in site.module.segment(given):
        raise Refused("a comment stands in OPTIONS")
    if not stay:
        place = next(at for at, key in enumerate(node.keys) if isinstance(key, ast.Constant) and key.value == "OPTIONS")
        return [without_item(site, node, place)]
    if small:
        renamed = [string_edit(site, keys[one.old], one.old, one.new) for one in stay if one.old != one.new]
        return [*renamed, *(without_item(site, given, list(keys).index(key)) for key in gone)]
    texts = [in_file_quotes(site, f'"{one.new}"') + f": {one.text}" for one in stay]
    first = given.keys[0]
    assert first is not None
    if first.lineno == given.lineno:
        return [site.edit(given, f"{{{', '.join(texts)}}}")]
    line, end = site.module.source.starts[first.lineno - 1], site.module.end(given) - 1
    inner, close = site.text[line : site.module.start(first)], site.text[site.text.rindex("\n", 0, end) + 1 : end]
    newline = site.module.source.newline
    return [site.edit(given, "".join(["{", *(f"{newline}{inner}{one}," for one in texts), f"{newline}{close}}}"]))]
