"""The JSON of every command: one versioned schema each, documented in docs/json.md. Keys are only ever added within a version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..inplace import Checked
from ..model import Codemod, CommitInfo, Failure, Finding, Hop, HopResult, Skipped
from ..plan import Choice

if TYPE_CHECKING:
    from ..dependencies.interpreters import Interpreter
    from ..verify.model import Verification

VERSION = 1


def dumps(kind: str, content: Mapping[str, Any]) -> str:
    """The JSON text of one answer, with its schema first: `django-hop/<kind>/<version>`."""
    return json.dumps({"schema": f"django-hop/{kind}/{VERSION}", **content}, indent=2, ensure_ascii=True)


def finding(one: Finding) -> dict[str, Any]:
    """A finding; lines and columns count from 1."""
    return {"codemod": one.codemod, "path": one.path, "line": one.line, "column": one.column, "message": one.message, "fixed": one.fixed}


def problems(failures: Sequence[Failure], skipped: Sequence[Skipped]) -> dict[str, Any]:
    """The files that could not be processed, and those that were not looked at."""
    return {
        "errors": [{"path": one.path, "codemod": one.codemod, "message": one.message} for one in failures],
        "skipped": [{"path": one.path, "reason": one.reason} for one in skipped],
    }


def hop_dict(result: HopResult) -> dict[str, Any]:
    """One hop; empty ids on a dry run."""
    return {
        "hop": {"from": result.hop.source, "to": result.hop.target},
        "evidence": list(result.evidence),
        "base": result.base,
        "branch": result.branch,
        "head": result.head,
        "prepare_branch": result.prepare_branch,
        "prepare_head": result.prepare_head,
        "cleanup_branch": result.cleanup_branch,
        "cleanup_head": result.cleanup_head,
        "dry_run": result.dry_run,
        "commits": [commit(one) for one in result.commits],
        "cleanup": [commit(one) for one in result.cleanup],
        "findings": [finding(one) for one in result.findings],
        **problems(result.failures, result.skipped),
        "notes": list(result.notes),
        "facts": dict(result.facts),
        "seconds": round(result.seconds, 3),
    }


def commit(one: CommitInfo) -> dict[str, Any]:
    """A commit."""
    return {
        "sha": one.sha,
        "codemod": one.codemod,
        "title": one.title,
        "stage": one.stage.value,
        "safety": one.safety.value,
        "files": list(one.files),
        "places": one.places,
    }


def interpreter(one: Interpreter) -> dict[str, Any]:
    """A place that names a Python."""
    return {"file": one.path, "line": one.line, "text": one.text, "python": one.python or None, "kind": one.kind, "format": one.format}


def hops_json(results: Sequence[HopResult], *, stack: bool, verified: Mapping[str, Verification] | None = None) -> str:
    """One hop as an object of its own; a stack as a list under `hops`. `verified` holds what verify found, by branch."""
    hops = [hop_dict(result) | _verified(result, verified or {}) for result in results]
    return dumps("hops", {"hops": hops}) if stack else dumps("hop", hops[0])


def _verified(result: HopResult, verified: Mapping[str, Verification]) -> dict[str, Any]:
    if result.branch not in verified:
        return {}
    from .verification import verification_dict

    return {"verify": verification_dict(verified[result.branch])}


def codemod_dict(choice: Choice) -> dict[str, Any]:
    """A codemod and its part in a hop."""
    codemod: Codemod = choice.codemod
    return {
        "id": codemod.id,
        "title": codemod.title,
        "pack": codemod.pack,
        "deprecated": codemod.deprecated,
        "removed": codemod.removed,
        "works_from": codemod.works_from,
        "stage": choice.stage.value if choice.stage else None,
        "safety": codemod.safety.value,
        "catalogue": list(codemod.covers),
        "active": choice.active,
        "why_not": choice.why_not or None,
        "silent": codemod.silent,
    }


def codemods_json(hop: Hop, choices: Sequence[Choice]) -> str:
    """All codemods, as `codemods --json` prints them."""
    return dumps("codemods", {"hop": {"from": hop.source, "to": hop.target}, "codemods": [codemod_dict(choice) for choice in choices]})


def plan_json(results: Sequence[HopResult]) -> str:
    """The plan: hop by hop, codemod by codemod."""
    hops = []
    for result in results:
        whole = hop_dict(result)
        hops.append(
            {
                **{key: whole[key] for key in ("hop", "evidence", "branch", "facts", "errors", "skipped", "notes")},
                "codemods": [
                    {key: commit[key] for key in ("codemod", "title", "stage", "safety", "places")} | {"files": len(commit["files"])}
                    for commit in whole["commits"]
                ],
                "findings": sum(not one["fixed"] for one in whole["findings"]),
            }
        )
    return dumps("plan", {"hops": hops})


def checked_json(checked: Checked, *, written: bool) -> str:
    """What `check` found or `fix` wrote."""
    return dumps(
        "fix" if written else "check",
        {
            "hop": {"from": checked.hop.source, "to": checked.hop.target},
            "evidence": list(checked.evidence),
            "files": checked.files,
            "changed": [{"path": path, "codemods": list(ids)} for path, ids in checked.codemods.items()],
            "findings": [finding(one) for one in checked.findings],
            **problems(checked.failures, checked.skipped),
        },
    )
