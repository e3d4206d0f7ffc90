"""One codemod as a manual page: what its entry says, where it is proved, and its page with the cases made readable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import HopError
from .messages import SAFETY_WORDS, release_note_link
from .model import ANY, Codemod
from .packs import Pack, page_path
from .proof.claims import Claim, claims
from .proof.pages import FLAGS, read_proofs
from .proof.prove import summary
from .testing import FENCE, PageError

LABELS = {
    "before": "Before",
    "after": "After",
    "same": "Left alone",
    "finding": "Reported, not changed",
    "given": "Another file of the project",
    "with": "Another file of the program",
    "proof": "A program in the old form, which is run on real releases",
    "check": "What is asserted of it",
    "unproved": "Why no program shows it",
}


@dataclass(frozen=True)
class Fact:
    """One line of a page's head."""

    name: str
    value: str


def page_text(codemod: Codemod, packs: Sequence[Pack]) -> str:
    """The page as its author wrote it, without a title; empty if there is none."""
    source = page_path(codemod, packs)
    return re.sub(r"\A#\s[^\n]*\n+", "", source.read_text("utf-8")) if source else ""


def page(codemod: Codemod, packs: Sequence[Pack]) -> str:
    """Headline, facts and page of a codemod, as Markdown that a person reads. Raises HopError for a page with a broken proof."""
    text = page_text(codemod, packs)
    head = "\n".join(f"- {fact.name}: {fact.value}" for fact in facts(codemod, text))
    return f"# {codemod.id}\n\n{codemod.title}.\n\n{head}\n\n{readable(text)}".rstrip() + "\n"


def facts(codemod: Codemod, text: str) -> list[Fact]:
    """What the entry says, and where the proofs of the page hold it to that."""
    product = codemod.package or "Django"
    found = [
        Fact("pack", codemod.pack),
        Fact("warns from", f"{product} {codemod.deprecated}" if codemod.deprecated else "never warned"),
        Fact("old form gone or changed in", f"{product} {codemod.removed}" if codemod.removed else "still there"),
        Fact("result works from", f"any release, without {product}" if codemod.works_from == ANY else f"{product} {codemod.works_from}"),
        Fact("safety", SAFETY_WORDS[codemod.safety]),
    ]
    if codemod.silent:
        found.append(Fact("silent", "the old form fails without an error"))
    if codemod.modernise:
        found.append(Fact("opt-in", "only with --modernise"))
    if codemod.then:
        found.append(Fact("afterwards", codemod.then))
    if codemod.covers:
        found.append(Fact("catalogue", ", ".join(f"`{one}`" for one in codemod.covers)))
    if shown := proved(codemod, text):
        found.append(Fact("proved by running", summary(shown)))
    if codemod.docs:
        link = release_note_link(codemod.docs)
        found.append(Fact("release notes", f"[{codemod.docs}]({link})" if link else codemod.docs))
    return found


def proved(codemod: Codemod, text: str) -> list[Claim]:
    """What the proofs of a page show on real releases, the old form first; empty without proofs. Raises HopError for a broken one."""
    try:
        proofs = read_proofs(text)
    except PageError as error:
        hint = "Repair the page; codemods/README.md says how one looks."
        raise HopError(f"The page of {codemod.id} cannot be read: {error}.", hint) from error
    shown = dict.fromkeys(claim for proof in proofs for claim in claims(codemod, proof))
    return sorted(shown, key=lambda claim: (claim.form.value != "old", claim.place))


def readable(text: str) -> str:
    """A page with a label before each block in the place of the marks behind its language."""
    return FENCE.sub(lambda block: _block(block["info"].split(), block["ticks"], block["body"]), text)


def _block(words: list[str], ticks: str, body: str) -> str:
    language, role = (words[0] if words else ""), (words[1] if len(words) > 1 else "")
    plain = f"{ticks}{language}\n{body}{ticks}\n"
    if role not in LABELS:
        return plain
    options = dict(word.split("=", 1) for word in words[2:] if "=" in word)
    path = next((f" (`{word}`)" for word in words[2:] if "=" not in word and word not in FLAGS), "")
    hop = f", in the hop {' to '.join(options['hop'].split('-'))}" if "hop" in options else ""
    fails = f"; where it is removed, it fails with `{options['fails']}`" if "fails" in options else ""
    return f"{LABELS[role]}{path}{hop}{fails}:\n\n{plain}"
