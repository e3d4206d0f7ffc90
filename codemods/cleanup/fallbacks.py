"""Imports with a fallback for a release that serves no more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import MoveModule, Rename
from django_hop.releases import not_after
from django_hop.rewrite.site import Site

MESSAGE = "the import that this falls back from works on every release from here on"
COMMENT = re.compile(r"[ \t]*#[^\r\n]*")


@cache
def moves() -> dict[str, dict[str, tuple[str, str | None]]]:
    """What our own codemods know: old name or module -> new one -> the release from which on that is there, and the one without the old."""
    from django_hop.packs import shipped

    found: dict[str, dict[str, tuple[str, str | None]]] = {}
    for pack in shipped():
        for codemod in pack.codemods:
            for op in codemod.ops if not codemod.package else ():
                pairs = op.pairs if isinstance(op, Rename) else [(op.old, op.new)] if isinstance(op, MoveModule) else []
                for old, new in pairs:
                    found.setdefault(old, {})[new] = (codemod.works_from, codemod.removed)
    return found


def known(old: str, new: str) -> tuple[str, str | None] | None:
    """From when on `new` does what `old` did, and when `old` went; None if we do not know them to be the same."""
    (old_module, _, old_name), (new_module, _, new_name) = old.rpartition("."), new.rpartition(".")
    by_name = moves().get(old, {}).get(new)
    return by_name or (moves().get(old_module, {}).get(new_module) if old_name == new_name else None)


@dataclass(frozen=True)
class DropFallback(PythonOp):
    """`try: from new import x`, `except ImportError: from old import x` becomes the import of the new name, and so the other way round."""

    @property
    def words(self) -> Words:
        """A fallback for an import."""
        return tuple(frozenset({"try", "except", "import", error}) for error in ("ImportError", "ModuleNotFoundError"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where every name of the fallback is known to be the same thing as the one it stands in for."""
        for node in site.nodes(ast.Try):
            first, second = self._branches(node)
            if not first or not second:
                continue
            if self._same(site, first, second, gone=False):
                kept = first
            elif self._same(site, second, first, gone=True):
                kept = second
            else:
                continue
            start = node.lineno if kept is first else node.handlers[0].lineno
            if any(site.module.source.line(line).lstrip().startswith("#") for line in range(start, kept[-1].lineno)):
                yield site.finding(node, f"{MESSAGE}; a comment stands above it")
                continue
            yield site.edit(node, self._text(site, kept, node))
            yield site.finding(node, MESSAGE, fixed=True)

    @staticmethod
    def _branches(node: ast.Try) -> tuple[list[ast.ImportFrom], list[ast.ImportFrom]]:
        """The imports of the body and of its one handler; empty if anything else stands there."""
        handler = node.handlers[0] if len(node.handlers) == 1 and not node.orelse and not node.finalbody else None
        error = handler.type.id if handler is not None and isinstance(handler.type, ast.Name) else ""
        if handler is None or error not in ("ImportError", "ModuleNotFoundError"):
            return [], []
        first = [one for one in node.body if isinstance(one, ast.ImportFrom)]
        second = [one for one in handler.body if isinstance(one, ast.ImportFrom)]
        return (first, second) if len(first) == len(node.body) and len(second) == len(handler.body) else ([], [])

    @staticmethod
    def _same(site: Site, new: list[ast.ImportFrom], old: list[ast.ImportFrom], *, gone: bool) -> bool:
        """True if both bind the same names to the same things on the target; with `gone` only if the old ones are no more."""
        news, olds = _bound(site, new), _bound(site, old)
        if news.keys() != olds.keys():
            return False
        for name, origin in news.items():
            facts = known(olds[name], origin)
            if facts is None or not not_after(facts[0], site.hop.target) or (gone and not not_after(facts[1], site.hop.target)):
                return False
        return True

    @staticmethod
    def _text(site: Site, statements: list[ast.ImportFrom], node: ast.Try) -> str:
        """The statements as they are, with the comments behind them, moved out to where the `try` stands."""
        column, last = node.col_offset, site.module.end(node)
        newline, texts = site.module.source.newline, []
        for one in statements:
            end = site.module.end(one)
            # Behind the last line of the whole statement a comment stays by itself.
            comment = COMMENT.match(site.text, end) if end < last else None
            first, *rest = (site.module.segment(one) + (comment.group() if comment else "")).splitlines()
            extra = " " * (one.col_offset - column)
            texts.append(newline.join([first, *(line.removeprefix(extra) for line in rest)]))
        return f"{newline}{' ' * column}".join(texts)


def _bound(site: Site, statements: list[ast.ImportFrom]) -> dict[str, str]:
    """Local name -> what it is."""
    return {alias.asname or alias.name: f"{site.names.absolute(one)}.{alias.name}" for one in statements for alias in one.names}


CODEMODS = [
    Codemod(
        "old-release-imports",
        "imports do without a fallback for releases that serve no more",
        removed=None,
        works_from="2.0",
        safety=SAFE,
        docs="internals/release-process",
        cleanup=True,
        ops=(DropFallback(),),
    ),
]
