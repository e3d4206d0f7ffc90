"""What `check` and `fix` know of other packages than Django: old forms that the declared releases no longer have must not come back.

Packs are loaded only where the words of a file say that they may matter: data/guard.json holds them, `tools/guard.py` makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from .data_files import read_json
from .model import Codemod, Hop, Move, Safety, Stage
from .ops.base import PythonOp, TemplateOp, TextOp
from .rewrite.files import kind_of
from .rewrite.imported import words_in

if TYPE_CHECKING:
    from packaging.version import Version

    from .dependencies.near import Near
    from .packs import Pack

NEEDLESS = ("mock", "six")
"""Packages that nothing needs any more, called as the module they bring, whose codemods need nothing in their place. Not `future`: its
`builtins` is the standard library's."""
MANY = 200
"""From so many files on, some pack or other is needed in any case."""


@dataclass(frozen=True)
class Guard:
    """What is guarded: packages at their declared floors, and those that are no longer declared."""

    floors: Mapping[str, Version]
    gone: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    """Those whose packs, of ours, have to be loaded."""

    @property
    def moves(self) -> tuple[Move, ...]:
        """Moves to the declared floors from nobody knows where."""
        return tuple(Move(name, "", str(version), Stage.PREPARE) for name, version in sorted(self.floors.items()))

    def has(self, codemod: Codemod) -> bool:
        """True if what a package's codemod is for is gone at the declared release, or came back with a package that was dropped."""
        from packaging.version import Version

        if codemod.package in self.gone:
            return True
        floor = self.floors.get(codemod.package)
        return floor is not None and _guards(codemod) and Version(codemod.removed or "") <= floor


NOTHING = Guard({})


def guard_for(
    near: Callable[[], Near], hop: Hop, tree: Mapping[str, bytes], project: Mapping[str, bytes], *, always: bool = False
) -> Guard:
    """What to guard in some files of a project: `near` is asked for what it declares only if a file may have an old form, or `always`.

    The project itself is asked only about what is needless.
    """
    known = _concerned(_shipped(), tree)
    if not known and not always:
        return NOTHING
    from packaging.version import Version

    declared = near()
    floors = declared.floors()
    ours = {name for name, entry in known.items() if name in floors and Version(entry["from"]) <= floors[name]}
    gone = {name for name in NEEDLESS if name in known and hop.arrived and declared.asks_for("django") and not declared.asks_for(name)}
    gone = {name for name in gone if _is_gone(name, project)}
    return Guard(floors, frozenset(gone), frozenset(ours | gone))


def _guards(codemod: Codemod) -> bool:
    """True if the old form stands out in code that was written for the release that no longer has it, and somebody has to act."""
    return codemod.removed is not None and not codemod.from_before and not (codemod.silent and codemod.safety is Safety.DETECT)


def _is_gone(name: str, project: Mapping[str, bytes]) -> bool:
    """True if no file of a project declares a package, and no folder or module of the project has its name."""
    from .dependencies.inventory import inventory

    own = {part for path in project for part in (*PurePosixPath(path).parts[:-1], PurePosixPath(path).stem)}
    return name not in own and all(one.name != name for one in inventory(project)[0])


def _concerned(known: Mapping[str, Any], tree: Mapping[str, bytes]) -> Mapping[str, Any]:
    """The packages of which some file has the words that its kind of file may have; all, where there are many files."""
    if len(tree) >= MANY:
        return known
    found = [(kind_of(path).__name__, data, words_in(data)) for path, data in tree.items()]
    return {
        name: entry
        for name, entry in known.items()
        if any(_has_some(entry["words"].get(kind, ()), data, words) for kind, data, words in found)
    }


def _has_some(alternatives: Iterable[str], data: bytes, found: frozenset[bytes]) -> bool:
    """True if a file has all words of an alternative; `*word` may be a part of one."""
    for alternative in alternatives:
        words = alternative.encode().split()
        if all(word[1:] in data if word.startswith(b"*") else word in found for word in words):
            return True
    return False


def _shipped() -> dict[str, Any]:
    found: dict[str, Any] = read_json("guard.json")
    return found


def index(packs: Sequence[Pack]) -> dict[str, dict[str, Any]]:
    """What data/guard.json holds: for each package the release from which on it is guarded, and the words of its codemods,
    by the kind of file."""
    from packaging.version import Version

    found: dict[str, dict[str, Any]] = {}
    for codemod in (codemod for pack in packs for codemod in pack.codemods):
        if not codemod.package or not (codemod.package in NEEDLESS or _guards(codemod)):
            continue
        entry = found.setdefault(codemod.package, {"from": codemod.removed or "0", "words": {}})
        entry["from"] = min(entry["from"], codemod.removed or "0", key=Version)
        for op in codemod.ops:
            kind = next(kind for kind in (PythonOp, TemplateOp, TextOp) if isinstance(op, kind))
            entry["words"].setdefault(kind.__name__, set()).update(" ".join(sorted(words)) for words in op.words)
    for entry in found.values():
        entry["words"] = {kind: sorted(words) for kind, words in sorted(entry["words"].items())}
    return dict(sorted(found.items()))
