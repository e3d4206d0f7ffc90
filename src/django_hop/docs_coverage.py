"""The coverage of the catalogue as Markdown: release by release, surface by surface, record by record, and what is proved where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from .catalogue import Row, State, rows
from .docs_page import page_text, proved
from .model import Codemod, Safety
from .packs import Pack
from .proof.claims import Claim, Form, Shows

_STATES = tuple(State)
_INTRODUCTION = """\
# Coverage

What becomes of every change that a release of Django or of another package made: the records of our catalogue, which is read from the
release notes, the sources and runs of the real releases.

- **rewritten**: a codemod changes the code
- **located**: a codemod reports the places; a person decides
- **requirement**: the commits that move requirements do it
- **runtime**: no source shows it; the named check shows it when the project runs
- **none**: nothing in user code can depend on it
- **open**: not dealt with

"Peers" are the other tools that do something about a record, as run by us; [peers.md](peers.md) compares them case by case.
"""


def coverage(packs: Sequence[Pack]) -> str:
    """The text of docs/coverage.md, over the releases for which we ship a pack. Raises HopError for a page with a broken proof."""
    ours = {pack.release for pack in packs if pack.release}
    every = rows(packs)
    all_rows = [row for row in every if row.record.django in ours]
    releases = list(dict.fromkeys(row.record.django for row in all_rows))
    surfaces = sorted({row.record.surface for row in all_rows})
    others = [row for row in every if row.record.package] if any(codemod.package for pack in packs for codemod in pack.codemods) else []
    parts = [
        _INTRODUCTION,
        "## By release\n\n" + _summary("release", all_rows, lambda row: row.record.django, releases),
        "## By surface\n\n" + _summary("surface", all_rows, lambda row: row.record.surface, surfaces),
        _packages_summary(others),
        *(_release(release, [row for row in all_rows if row.record.django == release]) for release in releases),
        *(_package(name, [row for row in others if row.record.package == name]) for name in _packages(others)),
        _proofs(packs),
    ]
    return "\n".join(part for part in parts if part)


def _packages(found: Iterable[Row]) -> list[str]:
    return sorted({row.record.package for row in found})


def _packages_summary(found: Sequence[Row]) -> str:
    return "## By package\n\n" + _summary("package", found, lambda row: row.record.package, _packages(found)) if found else ""


def _summary(title: str, found: Sequence[Row], key: Callable[[Row], str], names: Sequence[str]) -> str:
    counts = Counter((key(row), row.state) for row in found)
    alone = Counter(key(row) for row in found if row.state in (State.REWRITTEN, State.LOCATED) and not row.record.peers)
    lines = [
        f"| {title} | records | {' | '.join(state.value for state in _STATES)} | rewritten or located, by no peer |",
        "|---" + "|---:" * (len(_STATES) + 2) + "|",
    ]
    for name in names:
        each = [counts[name, state] for state in _STATES]
        lines.append(f"| {name} | {sum(each)} | {' | '.join(map(str, each))} | {alone[name]} |")
    total = [sum(counts[name, state] for name in names) for state in _STATES]
    lines.append(f"| **all** | {sum(total)} | {' | '.join(map(str, total))} | {sum(alone.values())} |")
    return "\n".join(lines) + "\n"


def _release(release: str, found: Iterable[Row]) -> str:
    lines = ["| record | surface | prevalence | what we do | by | peers |", "|---|---|---|---|---|---|"]
    for row in found:
        record = row.record
        peers = ", ".join(cell(peer) for peer in record.peers)
        facts = f"{record.surface} | {record.prevalence} | {row.state.value}"
        lines.append(f"| `{record.id}`: {cell(record.title)} | {facts} | {_by(row)} | {peers} |")
    return f"## Django {release}\n\n" + "\n".join(lines) + "\n"


def _package(name: str, found: Iterable[Row]) -> str:
    lines = ["| record | since | old form gone in | surface | prevalence | what we do | by |", "|---|---|---|---|---|---|---|"]
    for row in found:
        record = row.record
        facts = f"{record.since} | {record.removed_in} | {record.surface} | {record.prevalence} | {row.state.value}"
        lines.append(f"| `{record.id}`: {cell(record.title)} | {facts} | {_by(row)} |")
    return f"## {name}\n\n" + "\n".join(lines) + "\n"


def _by(row: Row) -> str:
    if row.codemods:
        return ", ".join(_link(codemod) for codemod in row.codemods)
    if row.unseen is None:
        return ""
    shown_by = row.unseen.shown_by if row.state is State.RUNTIME else ""
    return cell(row.unseen.reason) + (f" Shown by: {shown_by}." if shown_by else "")


def _link(codemod: Codemod) -> str:
    return f"[{codemod.id}](codemods/{codemod.id}.md)"


def _proofs(packs: Sequence[Pack]) -> str:
    lines = ["| codemod | safety | old form works on | warns on | fails on | new form works on |", "|---|---|---|---|---|---|"]
    changing = [codemod for pack in packs for codemod in pack.codemods if codemod.safety is not Safety.DETECT]
    unproved = []
    for codemod in changing:
        shown = proved(codemod, page_text(codemod, packs))
        if shown:
            name = f"{_link(codemod)} ({codemod.package})" if codemod.package else _link(codemod)
            lines.append(f"| {name} | {codemod.safety.value} | {' | '.join(_where(shown))} |")
        elif codemod.safety is Safety.SAFE:
            unproved.append(_link(codemod))
    words = (
        f"{len(lines) - 2} of {len(changing)} codemods that change code carry programs that run in the old and in the new form,\n"
        "on the releases below; the new form without any deprecation warning. `pytest -m proof tests/proof` runs them,\n"
        "and says where an interpreter is missing.\n\n"
        f"Called safe without a program that shows it: {', '.join(unproved) or 'none'}."
    )
    return f"## Proofs\n\n{words}\n\n" + "\n".join(lines) + "\n"


def _where(shown: Sequence[Claim]) -> list[str]:
    """The releases of the four columns, oldest first: old form works, warns, fails; new form works."""
    groups: list[list[str]] = [[], [], [], []]
    for claim in shown:
        column = 3 if claim.form is Form.NEW else {Shows.WARNS: 1, Shows.FAILS: 2}.get(claim.shows, 0)
        groups[column].append(cell(claim.release))
    return [", ".join(dict.fromkeys(group)) for group in groups]


def cell(text: str) -> str:
    """Text that fits a cell of a Markdown table: one line, no bars, no HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
