"""The manual pages of codemods: the page plus what the codemod itself says."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from .errors import HopError
from .messages import SAFETY_WORDS, release_note_link
from .model import Codemod
from .packs import Pack, page_path


def explain(name: str, packs: Sequence[Pack]) -> str:
    """The manual page of a codemod, as Markdown. Raises HopError for an unknown id."""
    codemods = {codemod.id: codemod for pack in packs for codemod in pack.codemods}
    if name not in codemods:
        near = difflib.get_close_matches(name, sorted(codemods), n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`django-hop codemods` lists them."
        raise HopError(f"There is no codemod {name!r}.", hint)
    return page(codemods[name], packs)


def page(codemod: Codemod, packs: Sequence[Pack]) -> str:
    """Headline, facts and page of a codemod."""
    source = page_path(codemod, packs)
    text = source.read_text("utf-8") if source else ""
    return f"# {codemod.id}\n\n{codemod.title}.\n\n{_facts(codemod)}\n\n{text}".rstrip() + "\n"


def _facts(codemod: Codemod) -> str:
    rows = [
        ("pack", codemod.pack),
        ("warns from", f"Django {codemod.deprecated}" if codemod.deprecated else "never warned"),
        ("old form gone or changed in", f"Django {codemod.removed}" if codemod.removed else "still there"),
        ("result works from", f"Django {codemod.works_from}"),
        ("safety", SAFETY_WORDS[codemod.safety]),
    ]
    if codemod.silent:
        rows.append(("silent", "the old form fails without an error"))
    if codemod.modernise:
        rows.append(("opt-in", "only with --modernise"))
    if codemod.covers:
        rows.append(("catalogue", ", ".join(f"`{one}`" for one in codemod.covers)))
    if codemod.docs:
        rows.append(("release notes", f"[{codemod.docs}]({release_note_link(codemod.docs)})"))
    return "\n".join(f"- {name}: {value}" for name, value in rows)
