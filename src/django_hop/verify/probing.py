"""The probe of a test run: what it recorded on both sides, what differs, and which places of silent changes may be the reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..model import Finding, Safety, Stage
from ..plan import choose
from ..project.tree import tree_of_commit
from ..run import run
from .baseline import NAME, baseline_text, new_warnings
from .causes import UNEXPLAINED
from .comparing import compare
from .recording import probe_environment, read
from .running import Running
from .session import Ran, Session
from .settings import KINDS

_FIELDS = ("warnings", "sql", "responses", "mails", "uses", "schema")


def folder(running: Running) -> Path:
    """Where the recording of a side lies."""
    return running.scratch / "recording"


def variables(running: Running) -> dict[str, str]:
    """The variables with which a run records warnings, SQL, responses and the schema."""
    folder(running).mkdir(parents=True, exist_ok=True)
    return probe_environment(folder(running))


def differences(session: Session, before: Ran, after: Ran) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What differs between the recordings of two sides, by the names of Verification's fields, and what could not be recorded, in words.

    The warnings of the new side go to the logs' folder too, as the baseline that can be committed.
    """
    session.say("compare what the tests did")
    old, new = read(folder(before.running)), read(folder(after.running))
    after.running.logs.mkdir(parents=True, exist_ok=True)
    (after.running.logs / NAME).write_text(baseline_text(new), "utf-8")
    red = before.tests.red | after.tests.red
    found = compare(old, new, session.codemods, session.subject.hop, silent_places(session), red)
    problems = tuple(f"The probe could not look at everything: {problem}." for problem in found.problems)
    return {name: getattr(found, name) for name in _FIELDS}, problems


def unexplained(found: Mapping[str, Any], accepted: Collection[str]) -> dict[str, int]:
    """Kind -> number of the differences that nothing explains, of the kinds that are not accepted."""
    numbers = {}
    for kind in (one for one in KINDS if one not in accepted and found.get(one)):
        told = found[kind]
        causes = [one["cause"] for one in told["differences"]] if kind == "schema" else []
        causes += [group["cause"] for group in told.get("groups", ()) for _ in group["differences"]]
        numbers[kind] = sum(cause["kind"] == UNEXPLAINED for cause in causes)
    return {kind: number for kind, number in numbers.items() if number}


def ratchet(new: Running) -> tuple[str, ...]:
    """The warnings of the new side that the project's baseline file does not hold, in words."""
    return new_warnings(read(folder(new)), new.side.tree, new.side.inside)


def silent_places(session: Session) -> tuple[Finding, ...]:
    """Where the base has what changes its behaviour without an error, or what only a person can judge."""
    found, hop = session.subject, session.subject.hop
    choices = choose(session.codemods, hop, found.settings)
    asked = [one.codemod for one in choices if one.active and one.stage is not Stage.CLEANUP]
    asked = [one for one in asked if one.silent or one.safety is Safety.DETECT]
    tree = tree_of_commit(session.repository, found.base, session.request.project)
    return tuple(finding for result in run(tree, asked, hop, found.settings).results for finding in result.findings)
