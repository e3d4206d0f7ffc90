"""Findings as SARIF 2.1.0, for GitHub's code scanning and editors: one rule a codemod, one result a place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..messages import release_note_link
from ..model import Codemod, Finding, HopResult
from ..project.git import encode
from ..releases import not_after
from .words import shown

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""What paths count from: the top of the repository."""


def sarif(result: HopResult, codemods: Mapping[str, Codemod]) -> str:
    """The findings that are left for a person, as the text of a SARIF file."""
    left = [finding for finding in result.findings if not finding.fixed]
    ids = list(dict.fromkeys(finding.codemod for finding in left))
    rules = [_rule(name, codemods.get(name), result) for name in ids]
    run = {
        "tool": {"driver": {"name": "django-hop", "version": __version__, "rules": rules}},
        "automationDetails": {"id": f"django-hop/{result.hop.target}/"},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(left, ids, codemods, result.hop.target)),
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "message": {"text": shown(f"{one.codemod}: {one.message}" if one.codemod else one.message)},
                        "locations": [_location(one.path)],
                    }
                    for one in result.failures
                ],
            }
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True)


def level(codemod: Codemod | None, target: str) -> str:
    """error for silent traps, which no test run shows by itself; warning for what no longer works as before; else note."""
    if codemod is None:
        return "warning"
    if codemod.silent:
        return "error"
    return "warning" if codemod.package or not_after(codemod.removed, target) else "note"


def _rule(name: str, codemod: Codemod | None, result: HopResult) -> dict[str, Any]:
    if codemod is None:
        title, docs = "what the hop leaves to a person", f"releases/{result.hop.target}"
    else:
        title, docs = codemod.title, codemod.docs
    link = release_note_link(docs)
    section = docs.partition(":")[2].strip()
    text = f"{title}." + (f" Then: {codemod.then}" if codemod is not None and codemod.then else "")
    helped = f"`django-hop explain {name}` says more." if codemod is not None else ""
    notes = docs.partition(":")[0].removeprefix("releases/")
    noted = f"Release notes of {notes}{', ' + section if section else ''}." if link else docs and f"{docs}."
    return {
        "id": name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": text},
        "help": {"text": " ".join(filter(None, [text, noted, helped]))},
        **({"helpUri": link} if link else {}),
        "defaultConfiguration": {"level": level(codemod, result.hop.target)},
        "properties": {
            "tags": ["django", f"django-{result.hop.target}", *(["silent"] if codemod is not None and codemod.silent else [])],
            **({"releaseNotes": docs} if docs else {}),
        },
    }


def _results(left: Iterable[Finding], ids: list[str], codemods: Mapping[str, Codemod], target: str) -> Iterable[dict[str, Any]]:
    places = {name: place for place, name in enumerate(ids)}
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in left:
        same = (finding.codemod, finding.path, finding.message)
        seen[same] += 1
        yield {
            "ruleId": finding.codemod,
            "ruleIndex": places[finding.codemod],
            "level": level(codemods.get(finding.codemod), target),
            "message": {"text": shown(finding.message)},
            "locations": [_location(finding.path, finding)],
            "partialFingerprints": {"djangoHopFinding/v1": _fingerprint(same, seen[same])},
        }


def _fingerprint(same: tuple[str, str, str], number: int) -> str:
    """The same for a finding whatever its line, so that lines above it may come and go."""
    return sha256("\0".join([*same, str(number)]).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _location(path: str, finding: Finding | None = None) -> dict[str, Any]:
    artifact = {"uri": quote(encode(path)), "uriBaseId": ROOT}
    region = {"region": {"startLine": max(finding.line, 1), "startColumn": max(finding.column, 1)}} if finding is not None else {}
    return {"physicalLocation": {"artifactLocation": artifact, **region}}
