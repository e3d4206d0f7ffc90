"""Settings that go, take another name or other values, or that a person should look at.

All ops act on settings modules of the project's chain only, and on uses that are surely Django's settings object.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..project.settings_module import Assignment
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words, words_of
from .calls import change_arguments
from .names import release_root
from .settings_default import SetDefault
from .settings_lists import ListItem
from .settings_rename import RenameSetting, times
from .settings_text import string_edit, without_decorator, without_statement
from .settings_uses import ANY, UNKNOWN, Use, feeders, literal, matches, own_assignments, settings_of, uses

__all__ = ["ANY", "UNKNOWN", "DropSetting", "FindSetting", "ListItem", "RenameSetting", "SetDefault", "SettingValue", "literal", "times"]

_REMOVABLE = frozenset({"assign", "annotate", "augment", "method", "item", "delete"})


@dataclass(frozen=True)
class DropSetting(PythonOp):
    """Remove a setting: `DropSetting("USE_L10N", "`USE_L10N` is gone in Django 5.0", value=True)`.

    With `value` (a literal, or a test of the literal) it goes only where its value is that one; other values are reported. It stays,
    reported, where anything still reads it. Overrides in tests go with it; other uses are reported.
    """

    name: str
    message: str
    value: object = ANY
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The setting's name."""
        return (frozenset({self.name}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for assignments and overrides; findings for reads and other values."""
        own = own_assignments(site, self.name)
        why = self._obstacle(site) if own else None
        for one in own:
            refusal = self._refusal(one) or why
            if refusal:
                yield site.finding(one.target, f"{self.message}; {refusal}")
                continue
            try:
                edit = without_statement(site, one.statement)
            except Refused as error:
                yield site.finding(one.target, f"{self.message}; {error}")
                continue
            yield edit
            yield site.finding(one.target, self.message, fixed=True)
        for use in uses(site, self.name):
            yield from self._use(site, use)

    def _obstacle(self, site: Site) -> str | None:
        """Why the setting cannot go from any module of the group."""
        chain = settings_of(site)
        for path, node in chain.read_in_unit(site.path, self.name):
            return f"{path}:{node.lineno} still reads it"  # type: ignore[attr-defined]
        for path in chain.readers(self.name):
            return f"{path} still reads it"
        touching = chain.in_unit(site.path, self.name)
        if any(self._refusal(one) for one in touching) and not all(one.defines for one in touching):
            return "another place that changes it has to stay"
        below = {site.path, *chain.chain(site.path)}
        if self.value is not ANY and any(one.path in below and self._refusal(one) for one in touching):
            return "it sets aside another value, which would come back"
        return None

    def _refusal(self, one: Assignment) -> str | None:
        if one.kind not in _REMOVABLE or (isinstance(one.statement, ast.Assign) and len(one.statement.targets) != 1):
            return "it is set together with other names"
        if one.kind == "delete" and isinstance(one.statement, ast.Delete) and len(one.statement.targets) != 1:
            return "it is deleted together with other names"
        if self.value is ANY:
            return None
        same = matches(self.value, one.value) if one.defines else None
        if same is None:
            return "its value is only known when the project runs"
        return None if same else f"its value is `{ast.unparse(one.value)}`" if one.value is not None else "its value is unknown"

    def _use(self, site: Site, use: Use) -> Iterator[Edit | Finding]:
        if use.kind != "override" or use.call is None:
            yield site.finding(use.node, f"{self.message}; it is used here")
            return
        if not matches(self.value, use.value):
            yield site.finding(use.node, f"{self.message}; here it is overridden with another value")
            return
        call = use.call
        if any(self._refusal(one) for one in settings_of(site).assignments(self.name)):
            yield site.finding(use.node, f"{self.message}; the project sets another value, which the override sets aside")
            return
        try:
            if len(call.args) + len(call.keywords) > 1 or site.qualified(call.func) == "django.conf.settings.configure":
                yield from change_arguments(site, call, add={}, drop=[self.name])
            elif call in getattr(site.parent(call), "decorator_list", ()):
                yield without_decorator(site, call)
                release_root(site, call.func)
            else:
                raise Refused("the override does nothing any more")
        except Refused as error:
            yield site.finding(use.node, f"{self.message}; {error}")
            return
        yield site.finding(use.node, self.message, fixed=True)


@dataclass(frozen=True)
class SettingValue(PythonOp):
    """Replace strings in the values of settings: `SettingValue(("CACHES",), {"django...MemcachedCache": "django...PyMemcacheCache"})`.

    Reaches into nested dicts and lists, the constants that flow into the setting, and overrides in tests. Without names, any string
    in a settings module or override counts. A new value of None is only reported.
    """

    names: tuple[str, ...]
    values: Mapping[str, str | None]
    message: str = "`{old}` is now `{new}`"
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """All parts of one of the old strings, as far as they are words."""
        return words_of(*self.values)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for strings in settings; findings for those that are put together."""
        held = [node for node in site.names.strings if node.value in self.values]
        if not held:
            return
        spans = self._spans(site)
        for node in held:
            if any(around in spans for around in (node, *site.ancestors(node))) and not self._other(site, node):
                yield from self._string(site, node)

    def _spans(self, site: Site) -> set[ast.AST]:
        """The nodes inside which a string is a setting's value."""
        chain = settings_of(site)
        found: set[ast.AST] = set()
        if chain.is_settings(site.path):
            names = feeders(chain, site.path, frozenset(self.names))
            found |= {one.statement for one in chain.read(site.path, site.module.tree) if not self.names or one.name in names}
        elsewhere = self.names or tuple({keyword.arg for keyword in site.nodes(ast.keyword) if keyword.arg and keyword.arg.isupper()})
        found |= {use.value for use in uses(site, *elsewhere) if use.value is not None}
        return found

    @staticmethod
    def _other(site: Site, node: ast.Constant) -> bool:
        """True for strings that are keys, compared with, or no values at all."""
        parent = site.parent(node)
        return isinstance(parent, (ast.Compare, ast.Expr, ast.Subscript)) or (isinstance(parent, ast.Dict) and node in parent.keys)

    def _string(self, site: Site, node: ast.Constant) -> Iterator[Edit | Finding]:
        old = str(node.value)
        new = self.values[old]
        message = self.message.format(old=old, new=new)
        try:
            if new is None:
                raise Refused("a person has to choose what takes its place")
            yield string_edit(site, node, old, new)
        except Refused as error:
            yield site.finding(node, f"{message}; {error}" if new is not None else self.message.format(old=old, new="gone"))
            return
        yield site.finding(node, message, fixed=True)


@dataclass(frozen=True)
class FindSetting(PythonOp):
    """Report a setting where it is set or overridden: `FindSetting("CSRF_TRUSTED_ORIGINS", "...", value=lambda v: ...)`.

    `value` is a literal or a test of the literal; `unsure` reports values that only running the project can tell, `reads` also reads.
    """

    name: str
    message: str
    value: object = ANY
    unsure: bool = False
    reads: bool = False
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The setting's name."""
        return (frozenset({self.name}),)

    @property
    def second_look(self) -> re.Pattern[bytes] | None:
        """A value, where only some values matter."""
        if self.reads or self.unsure or self.value is ANY:
            return None
        given = r"""(?:["'][\s\\]*[:,]|[\s\\]*(?::[^=\n]+=|[-+*|]?=(?!=)|[.\[]))"""
        return re.compile(rf"\b{self.name}{given}".encode())

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each place."""
        for one in own_assignments(site, self.name):
            if one.kind not in ("delete", "import") and self._concerns(one.value):
                yield site.finding(one.target, self.message)
        for use in uses(site, self.name):
            if self.reads if use.value is None else self._concerns(use.value):
                yield site.finding(use.node, self.message)

    def _concerns(self, value: ast.expr | None) -> bool:
        same = matches(self.value, value)
        return self.unsure if same is None else same
