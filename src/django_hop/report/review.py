"""The faces of `review`: Markdown, HTML, SARIF, JSON."""

from __future__ import annotations

from pathlib import Path

from ..errors import HopError
from ..project.repository import Repository
from .reviewed import Review

FACES = ("markdown", "html", "sarif")
_SUFFIXES = {".html": "html", ".htm": "html", ".sarif": "sarif", ".md": "markdown", ".markdown": "markdown"}


def face_for(given: str | None, output: Path | None) -> str:
    """The format: the one given, else what the file's name says, else Markdown. Raises HopError for one that there is not."""
    if given is not None and given not in FACES:
        raise HopError(f"{given!r} is not a format of a review.", f"Give one of {', '.join(FACES)}, or --json.")
    name = output.name.lower() if output is not None else ""
    by_name = "sarif" if name.endswith(".sarif.json") else _SUFFIXES.get(Path(name).suffix, "markdown")
    return given or by_name


def faced(repository: Repository, found: Review, face: str) -> str:
    """A review in one of the formats, or as `json`."""
    if face == "html":
        from .diffs import diffs
        from .html import html

        shas = [*(one.sha for one in found.commits), *(one.sha for one in found.foreign)]
        return html(found, diffs(repository, shas))
    if face == "sarif":
        from .sarif import sarif

        return sarif(found.result, found.codemods) + "\n"
    if face == "json":
        return review_json(found)
    from .markdown import hop_report
    from .since import since_section

    return hop_report(found.result, found.codemods, found.verified, tuple(since_section(found)))


def review_json(found: Review) -> str:
    """The review as JSON (docs/json.md)."""
    from .as_json import commit, dumps, hop_dict
    from .markdown import next_steps, to_follow

    said = {}
    if found.verified is not None:
        from .verification import verification_dict

        said = {"verify": verification_dict(found.verified)}
    return dumps(
        "review",
        {
            **hop_dict(found.result),
            "foreign": [
                {"sha": one.sha, "subject": one.subject, "author": one.author, "files": list(one.files)} for one in found.foreign
            ],
            "parked_branch": found.parked_branch if found.parked else "",
            "parked": [commit(one) for one in found.parked],
            "missing": [{"codemod": name, "title": title} for name, title in found.missing],
            "then": [
                {"when": when, "codemod": name, "files": list(files), "text": text}
                for when, name, files, text in to_follow(found.result, found.codemods)
            ],
            "next": list(next_steps(found.result)),
            **said,
        },
    )
