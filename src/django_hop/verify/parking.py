"""Write a branch without the steps that break tests, and the branch on which they are parked."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..commit import BranchPlan, write_branch, write_branches
from ..model import Step
from ..project.repository import Repository
from .back_out import Guilty, excluded
from .chains import Chains
from .judged import counted, is_check
from .model import Parked
from .subject import Subject

MOST_TESTS = 30


@dataclass(frozen=True)
class Rebuilt:
    """The branch as it is now."""

    head: str
    prepare_head: str
    parked: tuple[Parked, ...]


def rebuild(repository: Repository, subject: Subject, chains: Chains, guilty: Sequence[Guilty]) -> Rebuilt:
    """Move both branches of the hop to where nothing guilty is in them, and park that on a branch on top. Raises HopError."""
    contents, steps, out = chains.without(excluded(guilty))
    written = write_branches(repository, BranchPlan(subject.branch, subject.base, tuple(steps), subject.prepare_branch))
    victims = _victims(chains, guilty, out)
    parked_steps = [step for one in [*guilty, *victims] if (step := _parked_step(chains, one, out, contents, subject)) is not None]
    branch = f"{subject.branch}-parked"
    shas = write_branch(repository, branch, written.head, parked_steps) if parked_steps else ()
    by_id = {step.codemod: sha for step, sha in zip(parked_steps, shas, strict=True)}
    titles = {step.codemod: step.title for step in chains.steps}
    found = [
        Parked(one.codemod, titles[one.codemod], one.files, one.tests, _reason(chains, one), branch, by_id.get(one.codemod, ""))
        for one in [*guilty, *victims]
    ]
    return Rebuilt(written.head, written.prepare_head, tuple(found))


def _victims(chains: Chains, guilty: Sequence[Guilty], out: Mapping[str, frozenset[str]]) -> list[Guilty]:
    """The steps that had to go with the guilty ones, because they could not be applied without them."""
    files: dict[str, list[str]] = {}
    known = excluded(guilty)
    for path, ids in out.items():
        for codemod in ids - known.get(path, frozenset()):
            files.setdefault(codemod, []).append(path)
    return [Guilty(step.codemod, tuple(sorted(files[step.codemod])), ()) for step in chains.steps if step.codemod in files]


def _reason(chains: Chains, one: Guilty) -> str:
    if not one.tests:
        return "it could not be applied without what was taken out"
    others = len(chains.paths_of(one.codemod)) - len(one.files)
    stays = f"; it stays in {others} {'file' if others == 1 else 'files'} where no test fails with it" if others else ""
    return f"{counted(one.tests)} with it{stays}"


def _parked_step(chains: Chains, one: Guilty, out: dict[str, frozenset[str]], contents: dict[str, bytes], subject: Subject) -> Step | None:
    """The commit that puts a step back: on top of the branch, and of what was parked before it. `out` and `contents` move along."""
    for path in one.files:
        out[path] = out.get(path, frozenset()) - {one.codemod}
    again = chains.without({path: ids for path, ids in out.items() if ids})[0]
    files = {path: again[path] for path in one.files if again[path] != contents[path]}
    if not files:
        return None
    contents.update(files)
    step = next(step for step in chains.steps if step.codemod == one.codemod)
    return replace(step, files=files, message=_message(step, one, subject))


def _message(step: Step, one: Guilty, subject: Subject) -> str:
    """The step's own message, with what fails before the trailers."""
    text, _, trailers = step.message.rstrip("\n").rpartition("\n\n")
    subject_line, _, body = text.partition("\n")
    return "\n\n".join([f"Parked: {subject_line}", *_why(one, subject), body.strip("\n"), trailers]) + "\n"


def _why(one: Guilty, subject: Subject) -> Iterable[str]:
    if not one.tests:
        yield textwrap.fill("Parked by `django-hop verify`: it could not be applied without what was taken out.", 72)
        return
    old = subject.hop.source
    text = f"Parked by `django-hop verify`: with this commit fails what passed on Django {old}; without it it passes."
    yield textwrap.fill(text, 72)
    lines = [f"- {test}" for test in one.tests[:MOST_TESTS]]
    if len(one.tests) > MOST_TESTS:
        lines.append(f"- and {len(one.tests) - MOST_TESTS} more")
    yield ("Failing checks:\n" if all(map(is_check, one.tests)) else "Failing tests:\n") + "\n".join(lines)
