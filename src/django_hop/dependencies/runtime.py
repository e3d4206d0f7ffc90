"""The Python that a project names in its files moves to the one a hop needs, with the smallest change that does it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.version import Version

from ..model import Edit, Finding, Hop
from ..releases import NAMES, facts
from .commands import is_command_file
from .interpreters import CLASSIFIER, MATRIX, RANGE, Interpreter, names_python, read
from .inventory import is_foreign
from .pythons import PythonNeed, span
from .releases_of import python_order
from .specifier import PEP440, POETRY, Outcome, splice
from .text import Positions, decode
from .versions import admits, move_to

CODEMOD = "python-requirement"
_BASES = {
    "stretch": ("3.5", "3.9"),
    "buster": ("3.5", "3.11"),
    "bullseye": ("3.6", "3.13"),
    "bookworm": ("3.8", "3.14"),
    "trixie": ("3.9", "3.15"),
}
"""The Pythons for which the official image has a tag on each Debian release."""
_NAMED = re.compile(rb"\bpython(3\.\d+)\b")
_FACTOR = re.compile(r"\b(?:django|dj)-?([1-9])\.?(\d)\b")
_TAG = re.compile(r"(?:-slim)?(?:-(?P<base>[a-z]+[\d.]*))?")


@dataclass(frozen=True)
class Runtime:
    """The new contents of the files that changed, the findings, and the number of places."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    places: int


@dataclass(frozen=True)
class _Change:
    """What to do about one place: the edit (None: leave it) and what to say (empty: nothing)."""

    place: Interpreter
    edit: Edit | None
    message: str = ""


def needs_change(places: Sequence[Interpreter], need: PythonNeed, hop: Hop) -> bool:
    """True if a hop has to move the Python that the files name: that of the runtime, or the floor of a range."""
    return need.moves or any(one.kind == RANGE and is_low(one, hop) for one in places)


def is_low(one: Interpreter, hop: Hop) -> bool:
    """True for a Python, or the floor of a range, that the target does not run on any more."""
    return one.python != "" and python_order(one.python) < python_order(facts(hop.target).pythons[0])


def runtime_findings(places: Sequence[Interpreter], need: PythonNeed, hop: Hop) -> list[Finding]:
    """Where the runtime stays: what is still tested or run on a Python that the target does not run on."""
    if needs_change(places, need, hop):
        return []
    said = f"Django {hop.target} does not run on Python {{}}; it does on {span(facts(hop.target).pythons)}."
    return [
        Finding("dependencies", one.path, one.line, 1, said.format(one.python))
        for one in places
        if one.kind not in {RANGE, CLASSIFIER} and one.python and is_low(one, hop)
    ]


def move_python(tree: Mapping[str, bytes], target: str, hop: Hop) -> Runtime:
    """Move every place in a tree that names a Python below what the hop needs. Raises nothing for bad input."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    count = 0
    for path in sorted(path for path in tree if names_python(path)):
        try:
            text, encoding = decode(tree[path])
        except (UnicodeError, LookupError):
            continue
        changes = list(_changes(text, read(path, text), target, hop))
        edits = [one.edit for one in changes if one.edit is not None]
        new = splice(text, edits) if edits else text
        if edits and not _is_right(path, text, new, hop):
            refused = f"Python {{}} cannot be moved by rule here. Make it {target} by hand."
            changes = [_Change(one.place, None, refused.format(one.place.text)) for one in changes]
            edits = []
        positions = Positions(text)
        findings.extend(_finding(one, positions) for one in _told_once(changes))
        if edits:
            files[path] = new.encode(encoding)
            count += len(edits)
    findings.extend(_named_in_commands(tree, target, hop))
    return Runtime(files, tuple(findings), count)


def _named_in_commands(tree: Mapping[str, bytes], target: str, hop: Hop) -> Iterator[Finding]:
    """`python3.8` in scripts and Makefiles, and in paths: whether another one is there a person knows."""
    for path in sorted(path for path in tree if is_command_file(path) and not is_foreign(path) and not path.endswith("tox.ini")):
        for match in _NAMED.finditer(tree[path]):
            python = match.group(1).decode("ascii")
            start = tree[path].rfind(b"\n", 0, match.start()) + 1
            if python_order(python) < python_order(facts(hop.target).pythons[0]) and not tree[path][start:].lstrip().startswith(b"#"):
                line = tree[path].count(b"\n", 0, match.start()) + 1
                yield Finding(CODEMOD, path, line, match.start() - start + 1, f"Python {python} is named here. Make it {target}.")


def _finding(change: _Change, positions: Positions) -> Finding:
    at = change.place.start
    return Finding(CODEMOD, change.place.path, positions.line(at), positions.column(at), change.message, change.edit is not None)


def _told_once(changes: Sequence[_Change]) -> Iterator[_Change]:
    """What there is to say, where the same is left to a person in several lines of a matrix at the first of them only."""
    told: set[str] = set()
    for one in changes:
        if one.message and not (one.edit is None and one.place.kind == MATRIX and one.message in told):
            told.add(one.message)
            yield one


def _is_right(path: str, before: str, after: str, hop: Hop) -> bool:
    """True if the file names no more Pythons than before and none of those that were moved is too old."""
    old, new = read(path, before), read(path, after)
    kept = [one for one in new if one.kind not in {MATRIX, CLASSIFIER}]
    return len(new) <= len(old) and len(kept) == sum(one.kind not in {MATRIX, CLASSIFIER} for one in old)


def _changes(text: str, places: Sequence[Interpreter], target: str, hop: Hop) -> Iterator[_Change]:
    groups: dict[tuple[str, int], list[Interpreter]] = {}
    for one in places:
        if one.kind in {MATRIX, CLASSIFIER}:
            groups.setdefault((one.kind, one.group), []).append(one)
        elif one.kind == RANGE:
            yield from _range(one, target, hop)
        elif is_low(one, hop):
            yield _single(text, one, target)
    for (kind, _), members in groups.items():
        low = [one for one in members if is_low(one, hop)]
        if low and kind == MATRIX:
            yield from _matrix(text, members, low, target, hop)
        elif low:
            yield from _classifiers(text, members, low, target)


def _single(text: str, one: Interpreter, target: str) -> _Change:
    """One version in place of another. A patch release is not guessed: `3.8.12` becomes `3.12`."""
    said = f"Python {one.text} is now {target}." if one.format != "tox" else f"The environment runs on Python {target} now."
    if one.around.startswith("@") or "@" in one.around:
        return _Change(one, None, f"The image of Python {one.text} is pinned by its digest. Pin one of Python {target}.")
    base = _TAG.fullmatch(one.around)
    if one.around and base is None:
        return _Change(one, None, f"`{one.text}{one.around}`: make this the tag of an image with Python {target}.")
    name = base["base"] if base else None
    if name and name.startswith("alpine") and name != "alpine":
        return _Change(one, None, f"`{one.text}{one.around}` names a release of Alpine. Choose one that has an image with Python {target}.")
    if name in _BASES and not _has_image(name, target):
        what = f"There is no image of Python {target} on {name} (its last is {_BASES[name][1]})."
        return _Change(one, None, f"{what} Choose a later Debian, and check what apt-get installs.")
    if name and name not in _BASES and name not in {"alpine", "slim", "windowsservercore", "node", "browsers"}:
        return _Change(one, None, f"`{one.text}{one.around}`: check whether this tag has an image with Python {target}.")
    new = target.replace(".", "") if one.format == "tox" and one.text.isdigit() else target
    if one.text.count(".") == 2:
        said += " It was pinned to a patch release; pin the newest if you do so."
    return _Change(one, _quoted(text, one, new), said)


def _has_image(base: str, python: str) -> bool:
    first, last = _BASES[base]
    return python_order(first) <= python_order(python) <= python_order(last)


def _quoted(text: str, one: Interpreter, new: str) -> Edit:
    """The edit for a version; one that YAML would read as the number 3.1 is put in quotes."""
    plain = one.format == "github" and text[one.start - 1 : one.start] not in {"'", '"'}
    return Edit(one.start, one.end, f'"{new}"' if plain and new.endswith("0") else new)


def _range(one: Interpreter, target: str, hop: Hop) -> Iterator[_Change]:
    """A floor below the target's oldest Python is raised to it: resolvers that look at the whole range find nothing otherwise."""
    if not is_low(one, hop):
        return
    oldest = facts(hop.target).pythons[0]
    dialect = POETRY if one.format == "poetry" else PEP440
    why = f"Django {hop.target} needs Python {oldest} or later."
    for python in (oldest, target):
        outcome, new = move_to(one.text, dialect, Version(python)) if python else (Outcome.UNCLEAR, "")
        raised = new if outcome is Outcome.MOVED else _raised(one.text, python) if outcome is Outcome.ADMITS else ""
        if raised and (not target or _admits(raised, dialect, target)):
            yield _Change(one, Edit(one.start, one.end, raised), f"`{one.text}` is now `{raised}`: {why}")
            return
    yield _Change(one, None, f"`{one.text}` cannot be moved by rule. {why}")


def _admits(text: str, dialect: str, python: str) -> bool:
    return admits(text, dialect, Version(f"{python}.1")) or admits(text, dialect, Version(python))


def _raised(text: str, python: str) -> str:
    """The range with its floor at a version it admits: `>=3.6` becomes `>=3.10`, `^3.6` becomes `^3.10`."""
    return re.sub(r"(>=|~=|\^)(\s*)3\.\d+(?:\.\d+)?", lambda match: f"{match[1]}{match[2]}{python}", text, count=1)


def _matrix(text: str, members: Sequence[Interpreter], low: Sequence[Interpreter], target: str, hop: Hop) -> Iterator[_Change]:
    """Versions that the target does not run on leave a list; where none would be left, the last becomes the new one."""
    why = f"Django {hop.target} does not run on it."
    if members[0].group <= 0:
        named = [one for one in low if not _defines(text, one)]
        if named:
            dropped = _listed(sorted({one.python for one in named}, key=python_order))
            them = "them" if " and " in dropped else "it"
            what = f"Drop Python {dropped} from the environments, and add {target}"
            yield _Change(named[0], None, f"{what}: Django {hop.target} does not run on {them}.")
        return
    last = low[-1] if len(low) == len(members) else None
    if last is not None and _beside_older(text, last, target):
        yield _Change(last, None, f"These releases of Django do not run on Python {target}: add an environment with it for {hop.target}.")
        return
    for one in low:
        if one is last:
            new = target.replace(".", "") if one.text.isdigit() else target
            yield _Change(one, _quoted(text, one, new), f"Python {target} is tested in place of {one.python}.")
            continue
        edit = _without(text, one)
        yield _Change(one, edit, f"Python {one.python} is no longer tested: {why}" if edit else f"Drop Python {one.python}: {why}")


def _listed(pythons: Sequence[str]) -> str:
    """`3.6, 3.7 and 3.8`."""
    return " and ".join(one for one in (", ".join(pythons[:-1]), pythons[-1]) if one)


def _defines(text: str, one: Interpreter) -> bool:
    """True for `py36: python3.6` in tox.ini, which says what the name of an environment means and makes none."""
    return re.match(r"[ \t]*py3\d+[ \t]*:", text[text.rfind("\n", 0, one.start) + 1 :]) is not None


def _beside_older(text: str, one: Interpreter, python: str) -> bool:
    """True for `py{36,37}-django21`, where a Django is tested that does not run on the new Python."""
    line = text[text.rfind("\n", 0, one.start) + 1 :].splitlines()[0]
    named = [f"{first}.{second}" for first, second in _FACTOR.findall(line)]
    return any(python not in facts(release).pythons for release in named if release in NAMES)


def _without(text: str, one: Interpreter) -> Edit | None:
    """The edit that takes an item out of a list: its line in a block list, itself and a comma in a list in brackets."""
    start, end = one.start, one.end
    if text[start - 1 : start] in {"'", '"'}:
        start, end = start - 1, end + 1
    line = text.rfind("\n", 0, start) + 1
    if re.fullmatch(r"[ \t]*-[ \t]+", text[line:start]):
        after = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|\Z)").match(text, end)
        return Edit(line, after.end(), "") if after else None
    following = re.compile(r"[ \t]*,[ \t]*").match(text, end)
    if following:
        return Edit(start, following.end(), "")
    before = re.search(r",[ \t]*$", text[:start])
    return Edit(before.start(), end, "") if before else None


def _classifiers(text: str, members: Sequence[Interpreter], low: Sequence[Interpreter], target: str) -> Iterator[_Change]:
    """Classifiers of Pythons that are gone leave with their lines; where none would be left, a person says what it is tested on."""
    if len(low) == len(members):
        add = f" Add `Programming Language :: Python :: {target}` when it is tested there." if target else ""
        yield _Change(low[-1], None, f"The package is classified for Python {low[-1].python} and older only.{add}")
        return
    for one in low:
        line = text.rfind("\n", 0, one.start) + 1
        whole = re.compile(r"[ \t]*[\"']?Programming Language :: Python :: 3\.\d+[\"']?,?[ \t]*(?:\r\n|\n|\r)").match(text, line)
        edit = Edit(whole.start(), whole.end(), "") if whole else None
        yield _Change(one, edit, f"The classifier of Python {one.python} {'is gone' if edit else 'should go'}.")
