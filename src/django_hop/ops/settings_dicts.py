"""Settings that are dictionaries of options of a package: `REST_FRAMEWORK`, `SIMPLE_JWT`; their keys, and items that come."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words
from .methods import in_file_quotes
from .settings_text import string_edit
from .settings_uses import own_assignments, uses

Wrap = Callable[[str], str]
"""The source of a value -> the source of the value under the new key."""


@dataclass(frozen=True)
class DictKey(PythonOp):
    """Keys of a dictionary setting get other names: `DictKey("SIMPLE_JWT", {"SECRET_KEY": "SIGNING_KEY"}, message)`.

    `wrap` gives the value under an old key another form, `"({},)"`. Reaches into the assignments of settings modules, items that are
    assigned one by one (`SIMPLE_JWT["SECRET_KEY"] = ...`), and overrides in tests. A dictionary that has the new key, too, is reported.
    """

    setting: str
    names: Mapping[str, str]
    message: str
    """May say `{old}` and `{new}`."""
    wrap: Mapping[str, str] = field(default_factory=dict)
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The setting with one of the keys."""
        return tuple(frozenset({self.setting, old}) for old in self.names)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for keys; findings where both are there."""
        for value in dict_values(site, self.setting):
            keys = {key.value: key for key in value.keys if isinstance(key, ast.Constant)}
            for old, new in self.names.items():
                if old in keys:
                    held = value.values[value.keys.index(keys[old])]
                    yield from self._key(site, keys[old], held, old, new, both=new in keys)
        for node in site.nodes(ast.Subscript):
            key = node.slice
            if isinstance(key, ast.Constant) and key.value in self.names and _is_setting(site, node.value, self.setting):
                parent = site.parent(node)
                given = parent.value if isinstance(parent, ast.Assign) and node in parent.targets else None
                old = str(key.value)
                yield from self._key(site, key, given, old, self.names[old], both=given is None and old in self.wrap)

    def _key(self, site: Site, key: ast.Constant, held: ast.expr | None, old: str, new: str, *, both: bool) -> Iterator[Edit | Finding]:
        message = self.message.format(old=old, new=new)
        if both:
            yield site.finding(key, f"{message}; a person has to put them together")
            return
        try:
            edits = [string_edit(site, key, old, new)]
        except Refused as error:
            yield site.finding(key, f"{message}; {error}")
            return
        if held is not None and old in self.wrap:
            edits.append(site.edit(held, self.wrap[old].format(site.module.segment(held))))
        yield from edits
        yield site.finding(key, message, fixed=True)


def dict_values(site: Site, setting: str) -> Iterator[ast.Dict]:
    """The dictionaries that a file writes as the value of a setting: in a settings module, in overrides, in `X.update({...})`."""
    values = [one.value for one in own_assignments(site, setting) if one.kind != "item"]
    values += [use.value for use in uses(site, setting)]
    for value in dict.fromkeys(values):
        if isinstance(value, ast.Dict):
            yield value
        elif isinstance(value, ast.Call) and value.args and isinstance(value.args[0], ast.Dict):
            yield value.args[0]


def _is_setting(site: Site, node: ast.expr, setting: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == setting and any(one.name == setting for one in own_assignments(site, setting))
    return isinstance(node, ast.Attribute) and node.attr == setting and site.qualified(node.value) == "django.conf.settings"


def with_item(site: Site, node: ast.Dict, item: str) -> Edit:
    """Put an item behind the last of a dict, on a line of its own if that has one. Raises Refused."""
    text, item = site.text, in_file_quotes(site, item)
    if not node.values or (first := node.keys[0]) is None or (last := node.keys[-1]) is None:
        start = site.module.start(node) + 1
        if text[start : site.module.end(node) - 1].strip():
            raise Refused("the dictionary holds nothing but a comment")
        return Edit(start, start, item)
    end = site.module.end(node.values[-1])
    closing = re.compile(r"(,?)[ \t]*(#[^\r\n]*)?\s*\}").fullmatch(text, end, site.module.end(node))
    if closing is None:
        raise Refused("the dictionary has an unusual layout")
    if first.lineno == node.lineno:
        if closing[2] is not None or "\n" in text[end : site.module.end(node)]:
            raise Refused("the dictionary has an unusual layout")
        return Edit(end, closing.end(1), f", {item}{closing[1]}")
    indent = " " * last.col_offset
    if text[site.module.start(last) - last.col_offset : site.module.start(last)].strip():
        raise Refused("the dictionary has an unusual layout")
    tail = text[closing.end(1) : closing.end(2) if closing[2] else closing.end(1)]
    comma = "," if closing[1] else ""
    return Edit(end, closing.end(1) + len(tail), f",{tail}{site.module.source.newline}{indent}{item}{comma}")
