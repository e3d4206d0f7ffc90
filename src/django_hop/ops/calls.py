"""Calls of a known name: another callee, arguments added, dropped, renamed or named."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.scopes import Binding
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words, words_of
from .names import release_root


@dataclass(frozen=True)
class Call(PythonOp):
    """Change the calls of one importable name.

    `Call("django.db.models.NullBooleanField", becomes="django.db.models.BooleanField", add={"null": "True"})`.

    `add` maps keywords to source text, added where the keyword is missing. `drop` names keywords that go. `rename` maps old
    keywords to new ones. `positional` names the positional parameters in order, so that an argument given by position
    counts as given; `name_from` gives the positional arguments from that index on their keywords. `unless` sees the call and
    returns a message when a person has to decide. A call with `*args` or `**kwargs` that could hide such an argument is only reported.
    """

    target: str
    message: str
    becomes: str | None = None
    add: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    positional: tuple[str, ...] = ()
    name_from: int | None = None
    unless: Callable[[Site, ast.Call], str | None] | None = None
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """Every part of the callee; of the dropped or renamed keywords one must be there if nothing else is to do."""
        (name,) = words_of(self.target)
        by_place = set(self.positional) & set(self.drop)
        if self.becomes is None and not self.add and self.name_from is None and not by_place:
            return tuple(name | {keyword} for keyword in [*self.drop, *self.rename])
        return (name,)

    @property
    def means(self) -> tuple[str, ...]:
        """The callee."""
        return (self.target,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each call; findings for calls that hide arguments and for uses that are no calls."""
        for node in site.references(self.target):
            parent = site.parent(node)
            if isinstance(parent, ast.Call) and parent.func is node:
                yield from self._call(site, parent)
            elif not isinstance(parent, ast.Attribute) and (self.becomes or self.add):
                yield site.finding(
                    node, f"{self.message}; here the name is passed on without being called, so its arguments cannot be seen"
                )
        for node in site.doubtful(self.target):
            if self._may_concern(node, site.parent(node)):
                yield site.finding(node, f"{self.message}; what this name means depends on which import worked")

    def _call(self, site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        if not self._concerns(call):
            return
        refusal = self._refusal(site, call)
        if refusal:
            yield site.finding(call, f"{self.message}; {refusal}")
            return
        edits: list[Edit] = [site.edit_keyword(one, self.rename[one.arg]) for one in call.keywords if one.arg and one.arg in self.rename]
        try:
            edits += self._arguments(site, call)
        except Refused as error:
            yield site.finding(call, f"{self.message}; {error}")
            return
        if self.becomes is not None:
            spoken = site.imports.need(self.becomes, call.func, instead_of=self._binding(site, call.func))
            if spoken is None:
                yield site.finding(call, f"{self.message}; the name `{self.becomes.rpartition('.')[2]}` is taken in this file")
                return
            edits.append(site.edit(call.func, spoken))
            release_root(site, call.func, spoken)
        yield from edits
        yield site.finding(call, self.message, fixed=True)

    def _may_concern(self, node: ast.expr, parent: ast.AST | None) -> bool:
        if isinstance(parent, ast.Call) and parent.func is node:
            return self._concerns(parent)
        return not isinstance(parent, ast.Attribute) and bool(self.becomes or self.add)

    def _concerns(self, call: ast.Call) -> bool:
        """True if there is anything to do at this call, or something may hide in its stars."""
        given = {keyword.arg for keyword in call.keywords}
        named = set(self.positional[: len(call.args)])
        return bool(
            self.becomes
            or given & {*self.drop, *self.rename}
            or named & set(self.drop)
            or (set(self.add) - given - named)
            or (self.name_from is not None and (len(call.args) > self.name_from or any(isinstance(arg, ast.Starred) for arg in call.args)))
            or (None in given and (self.drop or self.rename))
        )

    def _refusal(self, site: Site, call: ast.Call) -> str | None:
        stars = any(isinstance(arg, ast.Starred) for arg in call.args)
        unpacked = any(keyword.arg is None for keyword in call.keywords)
        if (stars and (self.positional or self.name_from is not None)) or (unpacked and (self.add or self.drop or self.rename)):
            return "the arguments are unpacked here, so what they hold cannot be seen"
        given = {keyword.arg for keyword in call.keywords}
        if clash := given & {self.rename[one] for one in given if one and one in self.rename}:
            return f"`{clash.pop()}` is given too"
        if set(self.positional[: len(call.args)]) & set(self.drop):
            return "the argument is given by position"
        return self.unless(site, call) if self.unless else None

    @staticmethod
    def _binding(site: Site, func: ast.expr) -> Binding | None:
        if isinstance(func, ast.Name):
            bindings = site.names.uses[func].lookup(func.id)
            return bindings[0] if len(bindings) == 1 else None
        return None

    def _arguments(self, site: Site, call: ast.Call) -> list[Edit]:
        edits = self._named(site, call)
        given = {keyword.arg for keyword in call.keywords} | set(self.positional[: len(call.args)])
        missing = {name: value for name, value in self.add.items() if name not in given}
        dropped = [keyword.arg for keyword in call.keywords if keyword.arg in self.drop]
        return edits + change_arguments(site, call, add=missing, drop=[name for name in dropped if name])

    def _named(self, site: Site, call: ast.Call) -> list[Edit]:
        if self.name_from is None:
            return []
        edits = []
        for place, arg in enumerate(call.args[self.name_from :], self.name_from):
            if place >= len(self.positional):
                raise Refused("there are more positional arguments than parameters")
            start = site.module.start(arg)
            if isinstance(arg, (ast.GeneratorExp, ast.NamedExpr)) or site.text[:start].rstrip().endswith("(("):
                raise Refused("an argument stands in parentheses of its own")
            edits.append(Edit(start, start, f"{self.positional[place]}="))
        return edits


def change_arguments(site: Site, call: ast.Call, *, add: Mapping[str, str], drop: list[str]) -> list[Edit]:
    """The edits that add and drop keyword arguments of a call, laid out like its neighbours. Raises layout.Refused."""
    if not add and not drop:
        return []
    if not drop and (edit := _appended(site, call, add)):
        return [edit]
    if not add and len(drop) == 1:
        keyword = next(one for one in call.keywords if one.arg == drop[0])
        return [without_argument(site, call, _given(site, call).index(keyword))]
    from ..rewrite import layout

    before = site.cst_call(call)
    after = before
    for name in drop:
        after = layout.drop_argument(after, name)
    for name, value in add.items():
        after = layout.add_argument(after, layout.keyword(name, value))
    return [site.replace_call(call, after)]


_OPENED, _COMMA, _CLOSED = re.compile(r"[ \t\n]*\([ \t\n]*"), re.compile(r"[ \t\n]*,[ \t\n]*"), re.compile(r"[ \t\n]*,?[ \t\n]*\)")
_LONG = 2_000


def _given(site: Site, call: ast.Call) -> list[ast.expr | ast.keyword]:
    """The arguments in the order of the text."""
    return sorted([*call.args, *call.keywords], key=site.module.start)


def without_argument(site: Site, call: ast.Call, place: int) -> Edit:
    """The edit that drops a call's argument number `place`, in the order of the text. Raises Refused if a comment would be lost."""
    if edit := dropped(site, call, _given(site, call)[place]):
        return edit
    from ..rewrite import layout

    return site.replace_call(call, layout.drop_argument_at(site.cst_call(call), place))


def dropped(site: Site, call: ast.Call, gone: ast.expr | ast.keyword) -> Edit | None:
    """The edit that drops an argument as LibCST would, which takes as long to load as a hundred files to parse.

    None where LibCST has to be asked: a comment or a parenthesis stands beside the argument, or the call is long.
    """
    start, end = site.module.start(call), site.module.end(call)
    given = _given(site, call)
    place, text = given.index(gone), site.text
    before = site.module.end(given[place - 1] if place else call.func)
    behind = site.module.start(given[place + 1]) if gone is not given[-1] else end
    first, last = site.module.start(gone), site.module.end(gone)
    head = (_COMMA if place else _OPENED).fullmatch(text, before, first)
    tail = (_COMMA if gone is not given[-1] else _CLOSED).fullmatch(text, last, behind)
    if head is None or tail is None or end - start > _LONG or "\r" in text[start:end]:
        return None
    if gone is not given[-1]:
        cut = (first, behind)
    elif place:
        cut = (before, last)
    else:
        cut = (text.index("(", before) + 1, end - 1)
    return site.edit(call, text[start : cut[0]] + text[cut[1] : end])


_TAIL = re.compile(r"(,?)(?:\n[ \t]*)?\)")


def _appended(site: Site, call: ast.Call, add: Mapping[str, str]) -> Edit | None:
    """The same where there is no layout to ask LibCST for: on one line with nothing before the parenthesis, or `_on_lines`."""
    end = site.module.end(call) - 1
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    last = max(map(site.module.end, given), default=site.module.end(call.func) + 1)
    said = ", ".join(f"{name}={value}" for name, value in add.items())
    if call.lineno != call.end_lineno:
        return _on_lines(site, call, said) if given and len(add) == 1 else None
    if last != end or (not given and site.text[last - 1] != "("):
        return None
    return Edit(end, end, f", {said}" if given else said)


def _on_lines(site: Site, call: ast.Call, said: str) -> Edit | None:
    """One more argument of a call on several lines: on a line of its own if the last one is, and with a comma behind it if that has one.

    None where a comment, a blank line or a parenthesis stands beside the last argument.
    """
    text, first, end = site.text, site.module.start(call), site.module.end(call)
    last = max([*call.args, *call.keywords], key=site.module.start)
    before, place = text[first : site.module.start(last)], site.module.end(last)
    bare = before.rstrip(" \t\n")
    gap, tail = before[len(bare) :], _TAIL.fullmatch(text, place, end)
    if not tail or not bare.endswith((",", "(")) or "\n" in gap[1:]:
        return None
    separator = gap if gap.startswith("\n") else " "
    place += len(tail[1])
    new = f"{separator}{said}," if tail[1] else f",{separator}{said}"
    return site.edit(call, f"{text[first:place]}{new}{text[place:end]}")
