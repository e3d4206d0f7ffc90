"""Commit messages: subject, why, evidence, trailers (DESIGN.md section 6)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from . import __version__
from .model import Codemod, Hop, Move, Safety, Stage, Step
from .packs import Pack, page_path

RELEASE_NOTES = "https://docs.djangoproject.com/en/stable/releases/{release}/"
WIDTH = 72

SAFETY_WORDS = {
    Safety.SAFE: "safe: the behaviour stays the same",
    Safety.REVIEW: "review: usually right, please look at each place",
    Safety.DETECT: "detect: nothing is changed",
}


def stage_words(stage: Stage, hop: Hop) -> str:
    """What a stage means for the one who deploys."""
    if stage is Stage.PREPARE:
        return f"prepare: works on Django {hop.source} and {hop.target}, can be deployed first"
    if stage is Stage.BUMP:
        return f"bump: needs Django {hop.target}"
    return f"cleanup: only when Django {hop.source} no longer serves"


def release_note_link(docs: str) -> str:
    """The address of the release notes that `docs` names (`releases/3.0: section`), or an empty text."""
    match = re.match(r"releases/([\d.]+)", docs)
    return RELEASE_NOTES.format(release=match[1]) if match else ""


def why(codemod: Codemod, packs: Sequence[Pack]) -> str:
    """The prose a page opens with: why the codemod exists."""
    page = page_path(codemod, packs)
    if page is None:
        return ""
    text = re.sub(r"\A#[^\n]*\n+", "", page.read_text("utf-8"))
    head = re.split(r"^(?:#|```)", text, maxsplit=1, flags=re.M)[0]
    return " ".join(head.split("\n\n")[0].split())


def commit_message(
    step: Step, codemod: Codemod | None, hop: Hop, packs: Sequence[Pack], moves: Sequence[Move] = (), needing: Sequence[str] = ()
) -> str:
    """The whole message of a step's commit; deterministic. Without a codemod: the requirements of `moves` (of Django if empty) move,
    and the codemods `needing` them follow."""
    subject = f"{step.pack}: {step.title}"
    if codemod is not None:
        reason = why(codemod, packs) or codemod.title
        sources = [f"{codemod.docs}\n{release_note_link(codemod.docs)}"] if codemod.docs else []
    elif moves:
        reason = " ".join(dict.fromkeys(move.reason for move in moves))
        sources = ["\n".join(dict.fromkeys(line for move in moves for line in move.evidence))]
    else:
        reason = f"From here on the branch needs Django {hop.target}. Everything before this commit also works on Django {hop.source}."
        sources = [RELEASE_NOTES.format(release=hop.target)]
    places = f"{step.places} {'place' if step.places == 1 else 'places'} in {len(step.files)} {'file' if len(step.files) == 1 else 'files'}"
    facts = [f"Places: {places}", f"Safety: {SAFETY_WORDS[step.safety]}", f"Stage: {stage_words(step.stage, hop)}"]
    trailers = [f"Django-Hop-Codemod: {step.codemod}", f"Django-Hop-Stage: {step.stage.value}", f"Django-Hop-Version: {__version__}"]
    follow = [_filled(f"Then: {codemod.then}")] if codemod is not None and codemod.then else []
    if needing:
        follow.append(_filled(f"Deploy it together with the code that needs it, in the commits behind it: {', '.join(needing)}."))
    body = [_filled(reason), *sources, *follow, "\n".join(facts), "\n".join(trailers)]
    return "\n\n".join([subject, *(part.strip() for part in body if part.strip())]) + "\n"


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
