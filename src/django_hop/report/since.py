"""What happened to a branch since the hop: commits by people, what verify parked, what a hop of today would do besides."""

from __future__ import annotations

from collections.abc import Iterator

from .reviewed import Review
from .words import code, counted, prose

MOST_FILES = 5


def since_section(review: Review) -> Iterator[str]:
    """The lines of the Markdown report; none if the branch is as the hop made it."""
    if review.foreign:
        yield from ("## Not made by django-hop", "", f"{counted(len(review.foreign), 'commit')} on {code(review.result.branch)}:", "")
        yield from ("| commit | what | by | files |", "|---|---|---|---|")
        for one in review.foreign:
            more = f" and {len(one.files) - MOST_FILES} more" if len(one.files) > MOST_FILES else ""
            files = ", ".join(code(path) for path in one.files[:MOST_FILES]).replace("|", "\\|") + more
            yield f"| {one.sha[:10]} | {prose(one.subject)} | {prose(one.author)} | {files} |"
        yield ""
    if review.parked:
        yield from ("## Parked", "", f"Taken out of the branch by `django-hop verify`, and kept on {code(review.parked_branch)}:", "")
        yield from (f"- {one.sha[:10]} {prose(one.title)} ({code(one.codemod)})" for one in review.parked)
        yield ""
    if review.missing:
        yield from ("## Not on the branch", "", f"{missing_words(review)}:", "")
        yield from (f"- {prose(title)} ({code(name)})" for name, title in review.missing)
        yield ""


def missing_words(review: Review) -> str:
    """Why there may be codemods that are not on the branch, without a final stop."""
    count = "one more commit" if len(review.missing) == 1 else f"{len(review.missing)} more commits"
    return (
        f"A hop with the options given now would make {count}; an option left them out, somebody removed them, "
        "or another version of django-hop made the branch"
    )
