"""What other tools make of our pages' cases, and what they still find after our hop. Writes docs/peers.md.

    python benchmarks/peers.py --peers PYTHON [--corpus FOLDER] [--write]

`--peers` is the interpreter of an environment with django-upgrade==1.33.0, django-codemod==2.5.1, djade==1.10.0 and pyupgrade==3.22.0.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus import PROJECTS, fetch
from peer_cases import Subject, Verdict, judge, parts_of, subjects, touches
from peer_corpus import HOP, Hopped, Remainder, hopped, remainders
from peer_reasons import LEFT, WRONG
from peer_tools import NEW, OLD, TOOLS, Answer, Span, ask, reads

DOCUMENT = Path(__file__).parents[1] / "docs" / "peers.md"
MORE = ("Mezzanine==4.3.1", "django-guardian==2.1.0")

Cells = Mapping[str, Mapping[str, str]]
"""Codemod id -> tool -> what the table says."""
Totals = Counter[tuple[str, str]]
"""(tool, verdict) -> cases."""

LEGEND = """\
- **same**: every place became what we make of it, layout and order of imports aside
- **less**: some places were changed, others of the same case were left
- **other**: became something else that is right too
- **wrong**: does not parse, uses a name that nothing binds, or is what our page, its proof or Django itself says must not be;
  the reasons stand below
- **failed**: the tool raised
- **nothing** and a blank cell: no place of the case was changed
- **more**: so many cases that our page leaves or reports were changed, rightly or for another reason (a fallback in `try` becomes two equal
  branches; branches of `django.VERSION` that the source release needs go); **wrong more**: wrongly

A tool may do more in the same lines: what it made is finished by our codemod and compared with what it makes of our result."""


def table(tools: Mapping[str, tuple[Answer, Answer]], found: Sequence[Subject]) -> tuple[Cells, Totals, set[tuple[str, str]]]:
    """The cells, the totals, and which (tool, codemod) is wrong somewhere."""
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    totals: Totals = Counter()
    wrong = set()
    for tool, (before, after) in tools.items():
        for name in dict.fromkeys(subject.codemod.id for subject in found):
            counts = _verdicts(tool, before, after, [one for one in found if one.codemod.id == name and reads(tool, one.case.path)])
            totals.update({(tool, verdict): count for verdict, count in counts.items()})
            if counts["wrong"] or counts["wrong more"]:
                wrong.add((tool, name))
            if set(counts) - {"nothing"}:
                cells[name][tool] = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
    return cells, totals, wrong


def _verdicts(tool: str, before: Answer, after: Answer, own: Sequence[Subject]) -> Counter[str]:
    counts: Counter[str] = Counter()
    concerned: set[str] = set()
    for subject in own:
        if subject.case.role == "before":
            verdict = judge(subject, before, after, tool)
            counts[verdict.value] += 1
            if verdict is not Verdict.NOTHING:
                concerned |= parts_of(subject, before)
    if set(counts) - {"nothing"}:
        for subject in own:
            if subject.case.role != "before" and (touched := touches(subject, before, concerned, tool)):
                counts["wrong more" if touched is Verdict.WRONG else "more"] += 1
    return Counter({verdict: counts[verdict] for verdict in [*(one.value for one in Verdict), "more", "wrong more"] if counts[verdict]})


def cases_part(python: Path, span: Span) -> tuple[str, dict[str, str]]:
    """The section about our pages' cases for some releases, and the versions of the tools."""
    found = subjects(span)
    tools = {}
    for tool in TOOLS:
        own = [subject for subject in found if reads(tool, subject.case.path)]
        answer = ask(python, tool, {subject.key: subject.case.before for subject in own}, span, each=True)
        tools[tool] = (answer, ask(python, tool, {subject.key: subject.case.after for subject in own}, span))
    cells, totals, wrong = table(tools, found)
    count = sum(subject.case.role == "before" for subject in found)
    verdicts = [*(one.value for one in Verdict), "more", "wrong more"]
    summary = _rows(["tool", *verdicts], [[tool, *(str(totals[tool, verdict]) for verdict in verdicts)] for tool in TOOLS])
    each = _rows(["codemod", *TOOLS], [[f"[{name}](codemods/{name}.md)", *(cells[name].get(tool, "") for tool in TOOLS)] for name in cells])
    unbound = "does not parse, or uses a name that nothing binds"
    said = {one: WRONG[one].reason if one in WRONG else unbound for one in sorted(wrong)}
    reasons = "\n".join(f"- {tool}, [{name}](codemods/{name}.md): {reason}" for (tool, name), reason in said.items())
    codemods = len({subject.codemod.id for subject in found})
    told = ", ".join(f"{tool} {span.options(tool)}" for tool in TOOLS)
    text = f"""## Our pages' cases, {span}

{told}.

{count} cases with a change and {len(found) - count} that must stay, of {codemods} codemods for the releases {span}.
django-hop gives what the page says in all of them: they are its tests. {codemods - len(cells)} codemods are not in the table, because no
other tool changes any of their cases.

{summary}

### Codemod by codemod, {span}

{each}

### What is wrong, {span}

{reasons}
"""
    return text, {tool: answer.version for tool, (answer, _) in tools.items()}


def corpus_part(python: Path, corpus: Hopped) -> str:
    """The section about what is left after our hop."""
    rows = []
    for tool in TOOLS:
        for one in remainders(python, tool, corpus):
            rows.append([tool, one.part or "whole", str(one.places), str(one.reported), _why_left(tool, one)])
    sources = ", ".join(f"`{name}`" for name in (*PROJECTS, *MORE))
    return f"""## What they still change after our hop

Our hop {HOP} with `--modernise` changes {corpus.places:,} places in the sources of
{sources};
then each tool runs on the result. What it still changes is either missing here, or left for the reason given. Of pyupgrade only changes
around `six` count, and of djade only tags and libraries that take another name: the rest is Python's syntax and layout.
A tool without a row changes nothing else, imports in another order aside.

{_rows(["tool", "fixer", "places left", "of these reported by us", "why the others are left"], rows)}
"""


def _why_left(tool: str, one: Remainder) -> str:
    if one.reported == one.places:
        return "all reported"
    example = one.example[:120].replace("|", "\\|").replace("`", "'")
    return f"{LEFT.get((tool, one.part), '**missing here**')} (`{example}`)"


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Parse, ask, print or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True, help="Python of an environment with the peers")
    cache = Path(tempfile.gettempdir()) / "django-hop-corpus"
    parser.add_argument("--corpus", type=Path, default=cache, help="folder for the source distributions")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.name}")
    options = parser.parse_args()
    python = options.peers.absolute()
    parts = [cases_part(python, span) for span in (OLD, NEW)]
    left = corpus_part(python, hopped(fetch(options.corpus, (*PROJECTS, *MORE))))
    used = ", ".join(f"{tool} {version}" for tool, version in parts[0][1].items())
    cases = "\n".join(part for part, _ in parts)
    text = f"""# Other tools

What other tools do about Django {OLD.oldest} to {NEW.newest}, run case by case, and what they still find where django-hop has been.
`python benchmarks/peers.py --peers PYTHON --write` makes this page, with {used}.

{LEGEND}

{cases}
{left}"""
    if options.write:
        DOCUMENT.write_text(text, "utf-8")
    print(text)


main()
