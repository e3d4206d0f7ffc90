"""Command lines: where global options stand, programs that became one, options with other names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, TextOp, Words
from django_hop.rewrite.shell_lexer import Command, Form, Word
from django_hop.rewrite.site import Site
from django_hop.rewrite.text import TextSite, holds_commands

PACKAGE = "celery"
_PROGRAM = re.compile(r"(?:.*/)?celery")
_SUB = frozenset(
    (
        *("amqp", "beat", "call", "control", "events", "flower", "graph", "inspect", "list", "logtool", "migrate", "purge"),
        *("report", "result", "shell", "status", "worker"),
    )
)
_TAKING = frozenset(("-A", "--app", "-b", "--broker", "--result-backend", "--loader", "--config", "--workdir"))
_FLAGS = frozenset(("-C", "--no-color", "--quiet"))
_MOVED = "Celery 5 takes `{}` before the name of the command only"
_PROGRAMS = {"celeryd": "worker", "celerybeat": "beat", "celeryd-multi": "multi", "celeryctl": "", "camqadm": "amqp"}
_MANAGED = {"celery": "", "celeryd": "worker", "celerybeat": "beat", "celeryd_multi": "multi", "celerycam": ""}


def _commands(site: TextSite) -> Iterator[Command]:
    """Each command once: where words stand in a list and in lines, the list says which command they are."""
    seen: set[int] = set()
    for command in sorted(site.commands, key=lambda one: one.form is Form.SHELL):
        if not seen & {word.start for word in command.words}:
            yield command
        if command.form is not Form.SHELL:
            seen |= {word.start for word in command.words}


def _outer(word: Word) -> tuple[int, int]:
    """Where a word stands, its quotes included."""
    return word.start - len(word.quote), word.end + len(word.quote)


def _program(command: Command) -> int | None:
    """The place of `celery` where one of its commands follows at once."""
    for place, word in enumerate(command.words[:-1]):
        if _PROGRAM.fullmatch(word.text) and command.words[place + 1].text in _SUB:
            return place
    return None


@dataclass(frozen=True)
class GlobalOptions(TextOp):
    """`celery worker -A shop -l info` -> `celery -A shop worker -l info`."""

    @property
    def words(self) -> Words:
        """The program with one of its commands."""
        return tuple(frozenset({"celery", name}) for name in sorted(_SUB))

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edits where the words stand as they are; findings for a value that is missing."""
        for command in _commands(site):
            place = _program(command)
            if place is not None:
                yield from self._command(site, command, place)

    @staticmethod
    def _command(site: TextSite, command: Command, place: int) -> Iterator[Edit | Finding]:
        words = command.words
        begin = _outer(words[place + 1])[0]
        between = site.text[_outer(words[place])[1] : begin]
        moved: list[str] = []
        at = place + 2
        while at < len(words):
            text = words[at].text
            count = 2 if text in _TAKING else int(text in _FLAGS or (text.partition("=")[0] in _TAKING - {"-A", "-b"} and "=" in text))
            last = at + count - 1
            if count and last < len(words) and "#" not in between:
                start, end = _outer(words[at])[0], _outer(words[last])[1]
                moved.append(site.text[start:end])
                yield Edit(_outer(words[at - 1])[1], end, "")
                yield site.finding(words[at], _MOVED.format(text), fixed=True)
            elif count:
                yield site.finding(words[at], _MOVED.format(text))
            at += max(count, 1)
        if moved:
            separator = re.sub(r"\\\s*", "", between) or " "
            yield Edit(begin, begin, "".join(f"{one}{separator}" for one in moved))


@dataclass(frozen=True)
class FindGlobalOptions(PythonOp):
    """Report strings that hold such a command line."""

    @property
    def words(self) -> Words:
        """The program with one of its commands."""
        return tuple(frozenset({"celery", name}) for name in sorted(_SUB))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each string that is no docstring."""
        pattern = re.compile(rf"(?:^|.*[\s/])celery\s+(?:{'|'.join(sorted(_SUB))})\s(?:.*\s)?(?:-A|--app|-b|--broker|--workdir)\b.*", re.S)
        for node in site.names.strings:
            if isinstance(node.value, str) and pattern.fullmatch(node.value) and not isinstance(site.parent(node), ast.Expr):
                yield site.finding(node, _MOVED.format("-A"))


def app_of(tree: Mapping[str, bytes]) -> str:
    """What `-A` takes in this project: the package whose `celery.py` makes the only app; empty if that cannot be told."""
    made = [path for path, data in tree.items() if path.endswith(".py") and re.search(rb"=\s*(?:celery\.)?Celery\(", data)]
    path = PurePosixPath(made[0]) if len(made) == 1 else PurePosixPath()
    return path.parts[0] if path.name == "celery.py" and len(path.parts) == 2 else ""


@dataclass(frozen=True)
class Programs(TextOp):
    """`celeryd -A shop` -> `celery -A shop worker`, `python manage.py celerybeat` -> `celery -A shop beat`."""

    @property
    def words(self) -> Words:
        """One of the programs, or manage.py with one of its commands."""
        return (
            *(frozenset(re.findall(r"\w+", name)) for name in _PROGRAMS),
            *(frozenset({"manage", name}) for name in _MANAGED),
        )

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edits where the app is known; findings else."""
        for call in site.calls(*_MANAGED):
            if not site.own_command(call.name):
                yield from self._managed(site, call.command, call.place)
        for command in _commands(site):
            place = next((at for at, word in enumerate(command.words) if self._starts(command, at, word)), None)
            if place is not None:
                yield from self._program(site, command, place)

    @staticmethod
    def _starts(command: Command, at: int, word: Word) -> bool:
        leading = [one.text for one in command.words[:at]]
        alone = all(one in ("exec", "sudo", "-") or one.endswith(":") or "=" in one for one in leading)
        return PurePosixPath(word.text).name in _PROGRAMS and alone and not re.search(r"(?:^|/)(?:etc|log|run|init\.d)/", word.text)

    def _program(self, site: TextSite, command: Command, place: int) -> Iterator[Edit | Finding]:
        word = command.words[place]
        name = PurePosixPath(word.text).name
        message = f"`{name}` is `celery -A APP {_PROGRAMS[name]}`".rstrip("` ") + "`"
        given = [at for at, one in enumerate(command.words) if at > place and (one.text in ("-A", "--app") or one.text[:6] == "--app=")]
        if name == "celeryd-multi" and command.form is Form.SHELL and word.plain:
            yield Edit(word.end - len(name), word.end, "celery multi")
            yield site.finding(word, "`celeryd-multi` is `celery multi`", fixed=True)
        elif not given or not _PROGRAMS[name] or command.form is not Form.SHELL or not word.plain:
            yield site.finding(word, message)
        else:
            # The options behind the name are moved in front of it by the codemod for global options.
            yield Edit(word.end - len(name), word.end, f"celery {_PROGRAMS[name]}")
            yield site.finding(word, message, fixed=True)

    @staticmethod
    def _managed(site: TextSite, command: Command, place: int) -> Iterator[Edit | Finding]:
        app = app_of(site.tree)
        words = command.words
        program, name = words[place], words[place + 1]
        first = place - 1 if place and re.fullmatch(r"(?:.*/)?python[\d.]*", words[place - 1].text) else place
        message = f"`manage.py {name.text}` came from django-celery: `celery -A APP` does it"
        sub = _MANAGED[name.text]
        known = bool(sub) or (name.text == "celery" and len(words) > place + 2 and words[place + 2].text in _SUB)
        if not app or not known or command.form is not Form.SHELL or not all(one.plain for one in words[first : place + 2]):
            yield site.finding(program, message)
            return
        yield Edit(words[first].start, name.end, f"celery -A {app} {sub}".rstrip())
        yield site.finding(program, message, fixed=True)


@dataclass(frozen=True)
class WorkerOptions(TextOp):
    """`--maxtasksperchild` -> `--max-tasks-per-child`; options without a successor are findings."""

    @property
    def words(self) -> Words:
        """The program with one of the options."""
        return tuple(frozenset({"celery", "worker", name}) for name in ("maxtasksperchild", "autoreload", "execv"))

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edits for the renamed option."""
        old = "--maxtasksperchild"
        for command in _commands(site):
            texts = [word.text for word in command.words]
            if not any(_PROGRAM.fullmatch(text) for text in texts) or "worker" not in texts:
                continue
            for word in command.words:
                if word.text.partition("=")[0] == old and word.plain:
                    yield Edit(word.start, word.start + len(old), "--max-tasks-per-child")
                    yield site.finding(word, "`--maxtasksperchild` is `--max-tasks-per-child`", fixed=True)
                elif word.text in ("--autoreload", "--no-execv", "--force-execv"):
                    yield site.finding(word, f"Celery 4.0 and later know no `{word.text}`, and do not start with it")


CODEMODS = [
    Codemod(
        "celery-global-options",
        "options for all commands of celery stand before the command",
        package=PACKAGE,
        removed="5.0",
        works_from="3.1",
        safety=SAFE,
        covers=("celery-5.0-cli-global-options",),
        docs="celery 5.0 what's new: Ordering of Celery's global options",
        after=("celery-programs",),
        ops=(GlobalOptions(), FindGlobalOptions()),
    ),
    Codemod(
        "celery-programs",
        "celeryd, celerybeat and manage.py celery become the program celery",
        package=PACKAGE,
        removed="4.0",
        works_from="3.1",
        safety=REVIEW,
        covers=("celery-4.0-cli-programs",),
        docs="celery 4.0 what's new: Removed features",
        ops=(Programs(),),
    ),
    Codemod(
        "celery-worker-options",
        "options of workers take their names of today",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("celery-4.0-cli-options",),
        docs="celery 4.0 what's new: Changes to the command line interface",
        ops=(WorkerOptions(),),
    ),
]
