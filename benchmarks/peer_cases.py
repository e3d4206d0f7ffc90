"""What the peers make of our pages' cases, judged case by case.

A case is judged by its subject alone, since a peer may do more in the same lines: what the tool made is finished by our codemod,
and compared with what the tool makes of our result.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from peer_reasons import STAYS, WRONG
from peer_tools import Answer, Span

from django_hop.model import Codemod
from django_hop.packs import page_path, shipped
from django_hop.releases import order
from django_hop.rewrite.scopes import Names
from django_hop.testing import Case, read_page, result_text, run_case


class Verdict(str, Enum):
    """What a tool made of one case, against what we make of it."""

    SAME = "same"
    """Every place became what we make of it, layout and order of imports aside."""
    LESS = "less"
    """Some places did, others were left."""
    OTHER = "other"
    """A place became something else, which is right too."""
    WRONG = "wrong"
    """It does not parse, uses a name that nothing binds, or is what our page or a proof says must not be."""
    NOTHING = "nothing"
    """No place of the subject was changed."""
    FAILED = "failed"
    """The tool raised."""


@dataclass(frozen=True)
class Subject:
    """One case of a page, under a path that is unique and says no word that a tool takes for a kind of file."""

    codemod: Codemod
    case: Case
    key: str


def subjects(span: Span) -> list[Subject]:
    """All cases of the codemods of the packs for these releases."""
    found: list[Subject] = []
    for pack in shipped():
        if not pack.release or not order(span.oldest) <= order(pack.release) <= order(span.newest):
            continue
        for codemod in pack.codemods:
            page = page_path(codemod, shipped())
            for case in read_page(page.read_text("utf-8")) if page else []:
                found.append(Subject(codemod, case, f"{len(found)}/{case.path}"))
    return found


def judge(subject: Subject, before: Answer, after: Answer, tool: str) -> Verdict:
    """The verdict on a `before` case, from what the tool makes of its text and of ours."""
    key, case, codemod = subject.key, subject.case, subject.codemod
    if key in before.raised.get("", {}):
        return Verdict.FAILED
    if (tool, codemod.id) in STAYS:
        return Verdict.NOTHING
    text = before.results[""].get(key, case.before)
    if broken(case, text):
        return Verdict.WRONG
    left = places(codemod, case, text)
    if text == case.before or left == places(codemod, case, case.before):
        return Verdict.NOTHING
    theirs = replace(case, before=text)
    finished = result_text(theirs, run_case(codemod, theirs))
    if shape(case.path, finished) == shape(case.path, after.results[""].get(key, case.after)):
        return Verdict.LESS if left else Verdict.SAME
    if is_wrong(tool, codemod, text):
        return Verdict.WRONG
    return Verdict.LESS if left else Verdict.OTHER


def is_wrong(tool: str, codemod: Codemod, text: str) -> bool:
    """True if a person found results like this one wrong."""
    return (tool, codemod.id) in WRONG and WRONG[tool, codemod.id].fits(text)


def parts_of(subject: Subject, answer: Answer) -> set[str]:
    """The fixers that changed a case."""
    return {part for part, changed in answer.results.items() if part and subject.key in changed}


def touches(subject: Subject, answer: Answer, concerned: set[str], tool: str) -> Verdict | None:
    """The verdict on a case that must stay, None if it stays. Where a tool has fixers, only those about the page's subject count."""
    text = answer.results[""].get(subject.key)
    if text is None or (len(answer.results) > 1 and not parts_of(subject, answer) & concerned):
        return None
    return Verdict.WRONG if broken(subject.case, text) or is_wrong(tool, subject.codemod, text) else Verdict.OTHER


def places(codemod: Codemod, case: Case, text: str) -> int:
    """How many places our codemod changes in a text."""
    return sum(finding.fixed for finding in run_case(codemod, replace(case, before=text)).findings)


def broken(case: Case, text: str) -> bool:
    """True if a result does not parse, or uses names that nothing binds and that were bound before."""
    if not case.path.endswith(".py"):
        return False
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return True
    return bool(Names(tree).undefined() - Names(ast.parse(case.before)).undefined())


def shape(path: str, text: str) -> object:
    """What a text says, apart from its layout and from the order and grouping of imports."""
    return Counter(_statements(ast.parse(text).body)) if path.endswith(".py") else text.split()


def _statements(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.ImportFrom):
            yield from (f"{statement.level} {statement.module} {name.name} {name.asname}" for name in statement.names)
        elif isinstance(statement, ast.Import):
            yield from (f"{name.name} {name.asname}" for name in statement.names)
        else:
            yield from _compound(statement)


def _compound(statement: ast.stmt | ast.ExceptHandler) -> Iterator[str]:
    head = [type(statement).__name__]
    for name, value in ast.iter_fields(statement):
        if name in ("body", "orelse", "finalbody") and isinstance(value, list):
            yield from _statements(value)
        elif name == "handlers":
            for handler in value:
                yield from _compound(handler)
        else:
            head.append(f"{name}={[_dump(one) for one in value] if isinstance(value, list) else _dump(value)}")
    yield " ".join(head)


def _dump(value: object) -> str:
    return ast.dump(value) if isinstance(value, ast.AST) else repr(value)
