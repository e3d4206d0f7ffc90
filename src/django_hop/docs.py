"""The generated documentation: a page per codemod, their index, the coverage of the catalogue. `explain` shows the same pages."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from .docs_coverage import cell, coverage
from .docs_page import page
from .errors import HopError
from .model import ANY, Codemod
from .packs import Pack

MARK = "<!-- Made by `django-hop docs`: do not edit. -->\n"
"""The first line of every generated file; a file without it is never overwritten or removed."""


def explain(name: str, packs: Sequence[Pack]) -> str:
    """The manual page of a codemod, as Markdown. Raises HopError for an unknown id."""
    codemods = {codemod.id: codemod for pack in packs for codemod in pack.codemods}
    if name not in codemods:
        near = difflib.get_close_matches(name, sorted(codemods), n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`django-hop codemods` lists them."
        raise HopError(f"There is no codemod {name!r}.", hint)
    return page(codemods[name], packs)


def documents(packs: Sequence[Pack]) -> dict[str, str]:
    """All generated files: path below the documentation's folder -> text. The same packs give the same texts."""
    pages = {f"codemods/{codemod.id}.md": page(codemod, packs) for pack in packs for codemod in pack.codemods}
    texts = {**pages, "codemods/README.md": index(packs), "coverage.md": coverage(packs)}
    return {path: MARK + text for path, text in sorted(texts.items())}


def index(packs: Sequence[Pack]) -> str:
    """The list of all codemods, a table a pack. The releases in it are Django's, or those of the package the pack is for."""
    count = sum(len(pack.codemods) for pack in packs)
    also = "`django-hop explain ID` shows the same pages; [coverage.md](../coverage.md) goes by Django's changes."
    parts = [f"# Codemods\n\n{count} codemods. {also}\n"]
    for pack in packs:
        lines = ["| codemod | | warns from | gone or changed in | result works from | safety |", "|---|---|---|---|---|---|"]
        lines += [_line(codemod) for codemod in pack.codemods]
        if pack.codemods:
            parts.append(f"## {pack.name}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _line(codemod: Codemod) -> str:
    safety = ", ".join([codemod.safety.value, *(["silent"] if codemod.silent else []), *(["opt-in"] if codemod.modernise else [])])
    works_from = codemod.works_from if codemod.works_from != ANY else ""
    releases = f"{codemod.deprecated or ''} | {codemod.removed or ''} | {works_from}"
    return f"| [{codemod.id}]({codemod.id}.md) | {cell(codemod.title)} | {releases} | {safety} |"


def outdated(folder: Path, texts: dict[str, str]) -> list[str]:
    """Paths below the folder that must be written or removed. Raises HopError if a file that somebody else wrote stands in the way."""
    stale = [path for path, text in texts.items() if _ours(folder / path) != text]
    kept = {folder / path for path in texts}
    left = [path for path in sorted((folder / "codemods").glob("*.md")) if path not in kept and path.read_text("utf-8").startswith(MARK)]
    return sorted([*stale, *(path.relative_to(folder).as_posix() for path in left)])


def _ours(path: Path) -> str | None:
    if not path.is_file():
        return None
    text = path.read_text("utf-8")
    if not text.startswith(MARK):
        raise HopError(f"{path} was not made by `django-hop docs`.", "Move it, or give another --folder.")
    return text


def write(folder: Path, texts: dict[str, str]) -> list[str]:
    """Bring the folder up to date; gives the paths that were written or removed. Raises HopError as `outdated` does."""
    changed = outdated(folder, texts)
    for path in changed:
        if path in texts:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(texts[path], "utf-8", newline="\n")
        else:
            (folder / path).unlink()
    return changed
