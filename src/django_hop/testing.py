"""The pages of a pack as tests: read the cases, run them, accept new results. Our own tests and users' packs use the same code.

A page is Markdown. Fenced blocks carry a role and a path behind the language:

    ```python before app/models.py        the code before; the next block is what it becomes
    ```python after
    ```python same app/models.py          must not change, and must not be reported
    ```python finding app/models.py       must not change, and is reported; lines that say `finding` in a comment are the places
    ```python given app/base.py           another file of the project, for the next case only

`hop=2.2-3.2` behind the path sets the hop; without it the hop is the shortest in which the codemod is at work. Whether a codemod for
another package is at work the declared requirement decides before; few of them also ask which Django the hop starts from.
The roles `proof`, `with` and `check` are programs for the real releases: see proof/pages.py.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .model import Codemod, Hop, Rewritten
from .project.index import Project
from .releases import NAMES, NEWEST, before, order
from .rewrite.files import kind_of, rewrite_file
from .words import WordFilter

FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=ticks)[ \t]*$\n?", re.M | re.S)
"""A fenced block: `info` is what stands behind the ticks."""
ROLES = frozenset({"before", "after", "same", "finding", "given"})


@dataclass(frozen=True)
class Case:
    """One case of a page. `line` is where its block stands; `after_span` is the span of the `after` text in the page."""

    name: str
    role: str
    path: str
    before: str
    after: str
    line: int
    hop: Hop | None = None
    after_span: tuple[int, int] | None = None
    given: Mapping[str, str] = field(default_factory=dict)


class PageError(Exception):
    """A page that cannot be read; the message says the line."""


def read_page(text: str) -> list[Case]:
    """All cases of a page, in order. Raises PageError."""
    cases: list[Case] = []
    given: dict[str, str] = {}
    opened: tuple[str, str, int, Hop | None] | None = None
    for match in FENCE.finditer(text):
        words = match["info"].split()
        role = words[1] if len(words) > 1 else ""
        if role not in ROLES:
            continue
        line = text.count("\n", 0, match.start()) + 1
        path = next((word for word in words[2:] if not word.startswith("hop=")), "")
        hop = next((Hop(*word.removeprefix("hop=").split("-")) for word in words[2:] if word.startswith("hop=")), None)
        if role == "after":
            if opened is None:
                raise PageError(f"line {line}: an `after` block without its `before`")
            name, source, at, wanted = opened
            cases.append(
                Case(_title(text, match.start()), "before", name, source, match["body"], at, wanted, match.span("body"), dict(given))
            )
            opened, given = None, {}
            continue
        if opened is not None:
            raise PageError(f"line {opened[2]}: a `before` block without its `after`")
        if not path:
            raise PageError(f"line {line}: a `{role}` block needs a path")
        if role == "given":
            given[path] = match["body"]
        elif role == "before":
            opened = (path, match["body"], line, hop)
        else:
            cases.append(Case(_title(text, match.start()), role, path, match["body"], match["body"], line, hop, None, dict(given)))
            given = {}
    if opened is not None:
        raise PageError(f"line {opened[2]}: a `before` block without its `after`")
    return cases


def _title(text: str, offset: int) -> str:
    """What a case is called: the last line of prose before its block."""
    head = FENCE.sub(lambda block: "\n" * block[0].count("\n"), text[:offset])
    lines = [line.strip("# ").rstrip(":") for line in head.splitlines() if line.strip()]
    return lines[-1] if lines else "case"


def default_hop(codemod: Codemod) -> Hop:
    """The shortest hop in which a codemod is at work; for a package other than Django, a common one."""
    if codemod.package:
        return Hop("2.2", "3.2")
    first = codemod.removed or codemod.deprecated or codemod.works_from
    if first not in NAMES:
        first = codemod.deprecated if codemod.deprecated in NAMES else NEWEST
    assert first is not None
    target = max([first, codemod.works_from], key=order)
    return Hop(before(target), target)


def run_case(codemod: Codemod, case: Case) -> Rewritten:
    """Run one case through the word filter and the engine, as a hop would."""
    data = case.before.encode()
    project = Project({**{path: text.encode() for path, text in case.given.items()}, case.path: data})
    hop = case.hop or default_hop(codemod)
    candidates = WordFilter([codemod], kind_of(case.path)).candidates(data, case.path, project)
    if not candidates:
        return Rewritten(case.path)
    return rewrite_file(case.path, data, candidates, hop, project)


def result_text(case: Case, result: Rewritten) -> str:
    """The text after a case was run."""
    return result.steps[-1][1].decode() if result.steps else case.before


def faults(codemod: Codemod, case: Case) -> Iterator[str]:
    """What is wrong with a case, one sentence each; nothing if it holds."""
    result = run_case(codemod, case)
    text = result_text(case, result)
    for failure in result.failures:
        yield f"the codemod failed: {failure.message}"
    for skipped in result.skipped:
        yield f"the file was skipped: {skipped.reason}"
    if text != case.after:
        yield f"the text differs:\n{_diff(case.after, text)}"
    if case.role == "before":
        yield from _change_faults(codemod, case, result, text)
    elif case.role == "same" and (result.findings or result.remaining):
        yield f"must not be reported, but: {result.findings or result.remaining}"
    elif case.role == "finding":
        yield from _finding_faults(case, result)


def _change_faults(codemod: Codemod, case: Case, result: Rewritten, text: str) -> Iterator[str]:
    if case.before == case.after:
        yield "before and after are the same; use a `same` block"
    if not any(finding.fixed for finding in result.findings):
        yield "nothing was reported as fixed"
    again = run_case(codemod, Case(case.name, "same", case.path, text, text, case.line, case.hop, None, case.given))
    if again.steps:
        yield f"a second run changes it again:\n{_diff(text, result_text(case, again))}"
    if case.path.endswith(".py"):
        try:
            ast.parse(case.after)
        except SyntaxError as error:
            yield f"the expected text does not parse: {error}"


def _finding_faults(case: Case, result: Rewritten) -> Iterator[str]:
    found = {finding.line for finding in result.findings if not finding.fixed}
    marked = {number for number, line in enumerate(case.before.splitlines(), 1) if re.search(r"(#|\{#|<!--).*\bfinding\b", line)}
    if not found:
        yield "nothing was reported"
    elif marked and found != marked:
        yield f"reported lines {sorted(found)}, marked lines {sorted(marked)}"


def _diff(wanted: str, got: str) -> str:
    import difflib

    return "".join(difflib.unified_diff(wanted.splitlines(True), got.splitlines(True), "wanted", "got"))


def accept(page: Path, codemod: Codemod) -> int:
    """Write what the codemod gives into the `after` blocks of a page. Returns how many changed. Raises PageError for a no-op."""
    changed = 0
    place = 0
    while True:
        text = page.read_text("utf-8")
        cases = [case for case in read_page(text) if case.after_span is not None]
        if place >= len(cases):
            return changed
        case = cases[place]
        got = result_text(case, run_case(codemod, case))
        if got == case.before:
            raise PageError(f"{page.name}:{case.line}: nothing changes; an accepted no-op is an error")
        if got != case.after and case.after_span:
            start, end = case.after_span
            page.write_text(text[:start] + got + text[end:], "utf-8")
            changed += 1
        place += 1


def thin(cases: Sequence[Case]) -> str | None:
    """What a page still lacks: a change or finding, two `same` cases, as many `same` and `finding` cases as changes; None if nothing."""
    number = Counter(case.role for case in cases)
    if not number["before"] + number["finding"]:
        return "no case that changes or finds"
    if number["same"] < 2:
        return f"{number['same']} `same` cases, 2 at least: a colliding name, a shadowed, aliased or conditional one, one in a migration"
    if number["same"] + number["finding"] < number["before"]:
        return f"{number['before']} changes, and only {number['same'] + number['finding']} cases that must not change"
    return None
