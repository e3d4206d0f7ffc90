"""The surface of other text files: what an op may ask about the file it stands in, above all which command lines call Django's commands."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..model import Codemod, Edit, Finding, Hop
from ..ops.base import TextOp
from .shell_lexer import Command, Word, read_commands
from .source import Text, read_text
from .template import Span

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from ..project.index import Project

_SUFFIXES = frozenset(
    ".sh .bash .zsh .ksh .mk .yml .yaml .toml .cfg .ini .conf .bat .cmd .ps1 .service .cron .env .dockerfile .containerfile".split()  # noqa: SIM905
)
_NAMES = frozenset(("package.json", "app.json", "launch.json", "tasks.json", "devcontainer.json", ".envrc"))
_STEMS = ("dockerfile.", "containerfile.", "procfile.", ".env.", "makefile.")
_PROSE = re.compile(r"license|licence|copying|readme|change|history|news|authors|contributors|install|todo|notice|version", re.IGNORECASE)
_ADMIN = ("django-admin", "django-admin.py")
_VARIABLE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>\w+)[ \t]*[:?+]?=[ \t]*["']?[^#\r\n]*?"""
    r"""(?:\bmanage\.py|\bdjango-admin(?:\.py)?|-m[ \t]+django)["']?[ \t]*\r?$""",
    re.MULTILINE,
)


def holds_commands(path: str) -> bool:
    """True if a file of this name runs commands: shell, make, tox, continuous integration, Docker, Procfile, scripts without suffix."""
    pure = PurePosixPath(path)
    name = pure.name.lower()
    if pure.suffix.lower() in _SUFFIXES or name in _NAMES or name.startswith(_STEMS):
        return True
    return "." not in name and not _PROSE.match(name)


@dataclass(frozen=True)
class Invocation:
    """A call of manage.py, django-admin, `python -m django`, or a variable that holds one of them."""

    command: Command
    place: int
    """Which of the command's words names the program."""

    @property
    def program(self) -> Word:
        """The word that names the program."""
        return self.command.words[self.place]

    @property
    def name(self) -> str:
        """Django's command, `migrate`; empty if none is given."""
        return self._rest[0].text if self._rest else ""

    @property
    def arguments(self) -> tuple[Word, ...]:
        """The words after the command's name."""
        return self._rest[1:]

    @property
    def _rest(self) -> tuple[Word, ...]:
        return self.command.words[self.place + 1 :]

    @property
    def judged(self) -> bool:
        """True if something acts on the exit status: `!`, `if`, `&&` or `||` after it."""
        leading = {word.text for word in self.command.words[: self.place]}
        return self.command.after in ("&&", "||") or bool(leading & {"!", "if", "while", "until", "not"})


class TextDocument:
    """A text file ready for ops."""

    def __init__(self, path: str, source: Text) -> None:
        self.path = path
        self.source = source

    @cached_property
    def commands(self) -> list[Command]:
        """All command lines."""
        return read_commands(self.source.text, self.path)


class TextSite:
    """One text file under one codemod. `tree` is the project, path -> content; empty when only this file is known."""

    def __init__(self, document: TextDocument, hop: Hop, codemod: str, tree: Mapping[str, bytes]) -> None:
        self.document = document
        self.path = document.path
        self.text = document.source.text
        self.hop = hop
        self.codemod = codemod
        self.tree = tree

    @property
    def commands(self) -> list[Command]:
        """All command lines."""
        return self.document.commands

    @cached_property
    def invocations(self) -> list[Invocation]:
        """The command lines that call a Django command."""
        variables = frozenset(match["name"] for match in _VARIABLE.finditer(self.text))
        found = []
        for command in self.commands:
            for place, word in enumerate(command.words):
                if _is_program(command.words, place, word.text, variables):
                    found.append(Invocation(command, place))
                    break
        return found

    def calls(self, *names: str) -> Iterator[Invocation]:
        """The calls of these Django commands (of all, if no name is given)."""
        for invocation in self.invocations:
            if not names or invocation.name in names:
                yield invocation

    def own_command(self, name: str) -> str:
        """Path of the project's own management command of this name, which may mean something else by its options; else empty."""
        return next((path for path in self.tree if f"/{path}".endswith(f"/management/commands/{name}.py")), "")

    def edit(self, span: Span, new: str) -> Edit:
        """Replace a word or any other span by new text."""
        return Edit(span.start, span.end, new)

    def finding(self, span: Span, message: str, fixed: bool = False) -> Finding:
        """A place in this file, for a person."""
        line, column = self.document.source.position(span.start)
        return Finding(self.codemod, self.path, line, column, message, fixed)


def _is_program(words: tuple[Word, ...], place: int, text: str, variables: frozenset[str]) -> bool:
    if "://" in text:
        return False
    base = re.split(r"[/\\=]", text)[-1]
    if base in ("manage.py", *_ADMIN):
        return True
    if text == "django":
        return place > 0 and words[place - 1].text == "-m"
    variable = re.fullmatch(r"\$(?:\((\w+)\)|\{(\w+)\}|(\w+))|%(\w+)%", text)
    return variable is not None and variables & frozenset(variable.groups()) != frozenset()


class TextSurface:
    """Other text files for the engine: scripts, build and CI files, configuration."""

    def parse(self, path: str, data: bytes) -> TextDocument:
        """Decode the file. Raises Unreadable."""
        return TextDocument(path, read_text(data))

    def run(self, document: TextDocument, codemod: Codemod, hop: Hop, project: Project) -> list[Edit | Finding]:
        """All that the codemod's ops on text say about the document, if they concern a file of its name."""
        site = TextSite(document, hop, codemod.id, project.tree)
        return [answer for op in codemod.ops if isinstance(op, TextOp) and op.concerns(document.path) for answer in op.apply(site)]

    def fault(self, before: TextDocument, after: TextDocument) -> str | None:
        """JSON and TOML must still load, and the file must hold as many commands as before."""
        load = {".json": json.loads, ".toml": tomllib.loads}.get(PurePosixPath(before.path).suffix)
        if load and _loads(load, before) and not _loads(load, after):
            return "the changed file does not load any more"
        if len(before.commands) != len(after.commands):
            return "the changed file has another number of commands"
        return None

    def is_sound(self, before: TextDocument, data: bytes) -> bool:
        """There is nothing cheaper than to look."""
        return False

    def release(self, document: TextDocument) -> None:
        """Nothing in it holds itself."""


def _loads(load: Callable[[str], object], document: TextDocument) -> bool:
    try:
        load(document.source.text)
    except (ValueError, RecursionError):
        return False
    return True
