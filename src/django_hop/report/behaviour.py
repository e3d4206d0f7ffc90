"""What tests do otherwise on the new release: warnings, SQL, responses, mails, schema, on the terminal and in the Markdown report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from ..verify.model import Verification
from .words import code, counted, prose, shown

MOST = 6
"""Differences that are shown of one cause; --json has all."""
MOST_PLACES = 4
AROUND = 8
"""Words that are shown around what differs in a statement."""
NAMES = {"sql": "SQL", "responses": "responses", "mails": "mails", "uses": "templates, cache and signals"}
"""Kind of a difference -> the word for it."""
_WORD = re.compile(r"[\w.]+|\W")


def print_behaviour(out: Console, found: Verification) -> None:
    """Sections that say something; one line for those where nothing differs. Nothing where nothing was recorded."""
    if found.warnings is not None and (found.warnings["before"] or found.warnings["new"]):
        out.print(Text("\nwarnings: ", style="bold").append(warnings_line(found.warnings)), soft_wrap=True)
        for one in _remaining(found.warnings):
            out.print(Text(f"  {shown(one)}", style="yellow"), soft_wrap=True)
    for field, name in NAMES.items():
        value = getattr(found, field)
        if value and value["compared"]:
            out.print(Text(f"\n{name}: ", style="bold").append(_tests_line(value)), soft_wrap=True)
            for group in value["groups"]:
                _print_group(out, group)
    if found.schema and found.schema["databases"]:
        out.print(Text("\nschema: ", style="bold").append(_schema_line(found.schema)), soft_wrap=True)
        for one in found.schema["differences"][: MOST * 2]:
            out.print(Text(f"  {shown(_schema_words(one))}"), soft_wrap=True)


def _print_group(out: Console, group: Mapping[str, Any]) -> None:
    cause = group["cause"]
    style = {"unexplained": "yellow", "wording": "dim"}.get(cause["kind"], "")
    out.print(Text(f"  {counted(group['tests'], 'test')}: {shown(_cause_words(cause))}", style=style), soft_wrap=True)
    if cause["kind"] == "wording":
        return
    for one in group["differences"][:MOST]:
        out.print(Text.assemble(f"    {shown(one['what'])}", (f"  {shown(one['tests'][0])}", "dim")), soft_wrap=True)
        for sign, text in _changed(one):
            out.print(Text(f"      {sign} {shown(text)}", style="red" if sign == "-" else "green"), soft_wrap=True)
    if len(group["differences"]) > MOST:
        out.print(Text(f"    and {len(group['differences']) - MOST} more; --json prints them all", style="dim"))


def warnings_line(found: Mapping[str, Any]) -> str:
    """`37 places warned before: 35 rewritten, 2 left`, and what is new."""
    gone = sum(one["gone"] for one in found["messages"] if one["codemod"])
    parts = [f"{gone} of them rewritten"]
    parts += [f"{found['gone'] - gone} gone otherwise"] if found["gone"] > gone else []
    parts += [f"{found['left']} left", *([f"{found['new']} new on this release"] if found["new"] else [])]
    return f"{counted(found['before'], 'place')} of deprecated use before the hop; {', '.join(parts)}"


def _remaining(found: Mapping[str, Any]) -> Iterator[str]:
    """The messages that are left or new, each with its places and the codemod that knows it."""
    some = [one for one in found["messages"] if one["left"] or one["new"]]
    for one in some[: MOST * 2]:
        places = [f"{place['path']}:{place['line']}" if place["line"] else place["through"] or "no place" for place in one["places"]]
        known = f"codemod {one['codemod']}" if one["codemod"] else "no codemod knows it"
        more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
        yield f"{', '.join(places[:MOST_PLACES])}{more}: {one['message'][:200]} ({known})"
    if len(some) > MOST * 2:
        yield f"and {len(some) - MOST * 2} other messages; --json has them"


def _tests_line(value: Mapping[str, Any]) -> str:
    if not value["tests"]:
        return f"the same in all {counted(value['compared'], 'test')}"
    return f"{value['tests']} of {counted(value['compared'], 'test')} differ, in {counted(value['differences'], 'way')}"


def _cause_words(cause: Mapping[str, Any]) -> str:
    if cause["kind"] == "wording":
        return f"the same in other words: {cause['text']}"
    if cause["kind"] == "unexplained":
        hint = f"; silent changes of this kind have places here: {', '.join(cause['codemods'][:MOST_PLACES])}" if cause["codemods"] else ""
        return f"{cause['text']}{hint}"
    told = f"{cause['text']} [{cause['docs']}]" if cause["docs"] else cause["text"]
    places = cause["places"]
    return f"{told}; {', '.join(places[:MOST_PLACES])}" if places else told


def _changed(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was and what is; of long texts only what differs, with a few words around."""
    old, new = one["old"], one["new"]
    if old is not None and old == new:
        yield " ", _cut(old)
        return
    if old and new:
        old, new = differing(old, new)
    if old is not None:
        yield "-", _cut(old)
    if new is not None:
        yield "+", _cut(new)


def _cut(text: str) -> str:
    return text if len(text) <= 400 else f"{text[:200]} ... {text[-190:]}"


def differing(old: str, new: str) -> tuple[str, str]:
    """Two texts without the long parts at their starts and ends in which they agree."""
    words = (_WORD.findall(old), _WORD.findall(new))
    shortest = min(map(len, words))
    start = next((place for place in range(shortest) if words[0][place] != words[1][place]), shortest)
    end = next((place for place in range(shortest - start) if words[0][-1 - place] != words[1][-1 - place]), shortest - start)
    first, last = max(start - AROUND, 0), max(end - AROUND, 0)
    left, right = ("... " if first else ""), (" ..." if last else "")
    cut = [f"{left}{''.join(one[first : len(one) - last])}{right}" for one in words]
    return cut[0], cut[1]


def _schema_line(found: Mapping[str, Any]) -> str:
    made = ", ".join(f"{alias}: {counted(one['tables'], 'table')} on {one['vendor']}" for alias, one in found["databases"].items())
    number = len(found["differences"])
    return f"{made}; {counted(number, 'difference') if number else 'the same after migrate'}"


def _schema_words(one: Mapping[str, Any]) -> str:
    return f"{one['table']} {one['what']}: {one['old'] or 'nothing'} -> {one['new'] or 'nothing'} ({_cause_words(one['cause'])})"


def behaviour_section(found: Verification) -> Iterator[str]:
    """The same as lines of the Markdown report."""
    if found.warnings is not None and (found.warnings["before"] or found.warnings["new"]):
        yield from ("### Warnings", "", f"{prose(warnings_line(found.warnings))}.", "")
        yield from _listed(prose(one) for one in _remaining(found.warnings))
    values = {name: getattr(found, field) for field, name in NAMES.items()}
    told = {name: value for name, value in values.items() if value and value["compared"]}
    if told:
        yield from ("### What the tests do otherwise", "")
    for name, value in told.items():
        yield from (f"{name[0].upper()}{name[1:]}: {_tests_line(value)}.", "")
        for group in value["groups"]:
            yield f"- {counted(group['tests'], 'test')}: {prose(_cause_words(group['cause']))}"
            if group["cause"]["kind"] != "wording":
                yield from _group_lines(group["differences"])
        yield from ([""] if value["groups"] else [])
    if found.schema and found.schema["databases"]:
        yield from ("### Schema", "", f"{prose(_schema_line(found.schema))}.", "")
        yield from _listed(prose(_schema_words(one)) for one in found.schema["differences"][: MOST * 2])


def _group_lines(differences: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in differences[:MOST]:
        changed = "; ".join(f"{sign} {code(text)}" if sign != " " else code(text) for sign, text in _changed(one))
        yield f"  - {prose(one['what'])}: {changed} ({code(one['tests'][0])})"
    if len(differences) > MOST:
        yield f"  - and {len(differences) - MOST} more"


def _listed(lines: Iterator[str]) -> Iterator[str]:
    found = [f"- {line}" for line in lines]
    yield from ([*found, ""] if found else [])
