"""Ops on text files that run commands. A command word or an option is changed where its meaning is certain; elsewhere it is a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..model import Edit, Finding
from ..rewrite.shell_lexer import Command, Form, Word
from ..rewrite.text import Invocation, TextSite, holds_commands
from .base import TextOp, Words

_ASSIGNMENT = re.compile(r"\w+[:?+]?=.*", re.DOTALL)
_LABEL = re.compile(r"-|[\w./-]+:|.*:=?|[?+:]?=")
_PYTHON = re.compile(r"(?:.*/)?(?:python|pypy)[\d.]*(?:\.exe)?|\$[({]?python[\d.]*[)}]?|\{envpython\}", re.IGNORECASE)
_BIN = re.compile(r"(?:.*[/\\])?(?:bin|Scripts|[^/\\]*\{?env_?bin_?dir\}?|\$[({]?\w*BIN\w*[)}]?)[/\\]|")
_STARTERS = frozenset(
    "sudo exec time nohup env command then do else if while until ! { which type run export -v where RUN CMD ENTRYPOINT ONBUILD".split()  # noqa: SIM905
)
_RUNNERS = frozenset(("poetry", "pipenv", "uv", "pdm", "hatch", "rye", "heroku"))


def _words(*names: str) -> frozenset[str]:
    return frozenset(word for name in names for word in re.findall(r"\w+", name))


@dataclass(frozen=True)
class CommandName(TextOp):
    """Rename a program where it is run: `django-admin.py` -> `django-admin`, also in a `bin` folder; other mentions are findings."""

    names: Mapping[str, str]
    module: str = ""
    """What `python OLD` becomes, as `-m django`; empty if `python NEW` is right."""

    @property
    def words(self) -> Words:
        """All words of one of the old names."""
        return tuple(_words(name) for name in self.names)

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edit the words that are commands."""
        for command, place in self._mentions(site):
            word = command.words[place]
            old = next(one for one in self.names if word.text.endswith(one))
            edit = self._edit(site.text, command, place, old)
            if edit:
                yield edit
                yield site.finding(word, f"`{old}` is now `{self.names[old]}`", fixed=True)
            else:
                yield site.finding(word, f"`{old}` is named, but not surely run here: write `{self.names[old]}` for the program.")

    def _mentions(self, site: TextSite) -> list[tuple[Command, int]]:
        """The words that name a program; where a word stands in a list and in a line, the list says what comes before it."""
        pattern = re.compile(rf"(?:\w+=)?(?:.*[/\\])?(?:{'|'.join(map(re.escape, self.names))})")
        found: dict[int, tuple[Command, int]] = {}
        for command in sorted(site.commands, key=lambda one: one.form is not Form.SHELL):
            for place, word in enumerate(command.words):
                if pattern.fullmatch(word.text) and "://" not in word.text:
                    found[word.start] = (command, place)
        return [found[start] for start in sorted(found)]

    def _edit(self, text: str, command: Command, place: int, old: str) -> Edit | None:
        word = command.words[place]
        folder = re.sub(r"^\w+=", "", word.text[: -len(old)])
        leading = [one.text for one in command.words[:place]]
        if not _BIN.fullmatch(folder) or text.count(old, word.start, word.end) != 1:
            return None
        if _starts(leading):
            start = text.index(old, word.start)
            return Edit(start, start + len(old), self.names[old])
        if self.module and not folder and _starts(leading[:-1]) and _PYTHON.fullmatch(leading[-1]) and command.form is Form.SHELL:
            return Edit(word.start, word.end, self.module)
        return None


def _starts(leading: list[str]) -> bool:
    """True if the words before a word leave it the place of a command: labels, assignments, `sudo`, `poetry run`."""
    words = iter(leading)
    for word in words:
        if word in _RUNNERS:
            if next(words, "") != "run":
                return False
        elif not (word in _STARTERS or _ASSIGNMENT.fullmatch(word) or _LABEL.fullmatch(word)) and not _is_target(word, leading):
            return False
    return True


def _is_target(word: str, leading: list[str]) -> bool:
    """A name before `=`: `commands = django-admin.py check`."""
    return len(leading) > 1 and leading[0] == word and leading[1] in ("=", ":=", "?=", "+=", ":")


@dataclass(frozen=True)
class CommandOption(TextOp):
    """Rename options of one Django command: `makemigrations --exit` -> `makemigrations --check`."""

    command: str
    """Empty for all commands."""
    options: Mapping[str, str]
    """Old -> new; the new one may be two words, `-i python`."""
    judged: str = ""
    """If given, the message of the finding that stands for the edit where something acts on the exit status."""

    @property
    def words(self) -> Words:
        """The command's name with the words of one option."""
        return tuple(_words(self.command, option) for option in self.options)

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edit the options; a finding where the project has its own command of this name, or the words cannot be replaced in place."""
        for call in _calls(site, self.command):
            for word in call.arguments:
                old = next((one for one in self.options if word.text == one or (one[:2] == "--" and word.text.startswith(f"{one}="))), "")
                if old:
                    yield from self._changed(site, call, word, old)

    def _changed(self, site: TextSite, call: Invocation, word: Word, old: str) -> Iterator[Edit | Finding]:
        new = self.options[old]
        own = site.own_command(call.name)
        if own:
            yield site.finding(word, f"Django's `{call.name}` takes `{new}`, not `{old}`; this project's own command ({own}) may differ.")
        elif self.judged and call.judged:
            yield site.finding(word, self.judged)
        elif not word.plain or (" " in new and (call.command.form is Form.LIST or (word.quote and call.command.form is Form.SHELL))):
            yield site.finding(word, f"`{old}` of `{call.name}` is gone: write `{new}`.")
        else:
            if call.command.form is Form.ARRAY:
                new = f"{word.quote}, {word.quote}".join(new.split())
            yield Edit(word.start, word.start + len(old), new)
            yield site.finding(word, f"`{old}` of `{call.name}` is now `{self.options[old]}`", fixed=True)


def _calls(site: TextSite, command: str) -> Iterator[Invocation]:
    return site.calls(command) if command else site.calls()


@dataclass(frozen=True)
class CommandValue(TextOp):
    """Change the values of options of one Django command: `makemessages -l pt-BR` -> `-l pt_BR`."""

    command: str
    options: tuple[str, ...]
    convert: Callable[[str], str]
    """Old value -> new value; a function of a module, so that the op can be pickled."""

    @property
    def words(self) -> Words:
        """The command's name."""
        return (_words(self.command),)

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edit the values that `convert` changes."""
        for call in _calls(site, self.command):
            for value in self._values(call):
                new = self.convert(value.text)
                if new == value.text:
                    continue
                if value.plain and not site.own_command(call.name):
                    yield site.edit(value, new)
                    yield site.finding(value, f"`{value.text}` is now `{new}`", fixed=True)
                else:
                    yield site.finding(value, f"`{call.name}` wants `{new}` here.")

    def _values(self, call: Invocation) -> Iterator[Word]:
        arguments = iter(call.arguments)
        for word in arguments:
            if word.text in self.options:
                following = next(arguments, None)
                if following:
                    yield following
                continue
            for option in self.options:
                head = f"{option}=" if option.startswith("--") else option
                if word.text.startswith(head) and not (len(option) == 2 and word.text.startswith("--")):
                    yield Word(word.text[len(head) :], word.start + len(head), word.end, word.plain, word.quote)
                    break


@dataclass(frozen=True)
class CommandAppend(TextOp):
    """Add words to a call that has an option with a certain value: `check --tag database` -> `... --database default`."""

    command: str
    options: tuple[str, ...]
    """The option and its short form."""
    value: str
    added: str
    message: str
    """Of the finding where the words cannot be added in place."""

    @property
    def words(self) -> Words:
        """The command's name and the value."""
        return (_words(self.command, self.value),)

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edit the calls."""
        for call in _calls(site, self.command):
            texts = [word.text for word in call.arguments]
            if any(text.split("=")[0] == self.added.split()[0] for text in texts):
                continue
            place = self._place(texts)
            if place is None:
                continue
            word = call.arguments[place]
            if not word.plain or word.quote or call.command.form is not Form.SHELL or site.own_command(call.name):
                yield site.finding(word, self.message)
            else:
                yield Edit(word.end, word.end, f" {self.added}")
                yield site.finding(word, f"`{self.added}` is added", fixed=True)

    def _place(self, texts: list[str]) -> int | None:
        for place, text in enumerate(texts):
            if text in self.options and texts[place + 1 : place + 2] == [self.value]:
                return place + 1
            if any(text == f"{option}={self.value}" for option in self.options if option.startswith("--")):
                return place
        return None


@dataclass(frozen=True)
class FindCommandOption(TextOp):
    """Report calls of a Django command with options that match a pattern; with no pattern, every call."""

    command: str
    message: str
    pattern: str = ""
    """A regular expression for one whole argument."""
    needed: tuple[str, ...] = ()
    """Words that stand in every match of the pattern, if the command's name is not enough to look for."""

    @property
    def words(self) -> Words:
        """The command's name and the needed words."""
        return (_words(self.command, *self.needed),)

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """A finding for each argument, or call, that matches."""
        for call in _calls(site, self.command):
            if not self.pattern:
                yield site.finding(call.program, self.message)
            for word in call.arguments if self.pattern else ():
                if re.fullmatch(self.pattern, word.text):
                    yield site.finding(word, self.message)


@dataclass(frozen=True)
class FindImage(TextOp):
    """Report container images of servers that are too old: `image: postgres:9.5`."""

    images: tuple[str, ...]
    """Names without registry, `postgres`, `postgis/postgis`."""
    below: tuple[int, ...]
    """First version that is supported."""
    message: str
    part: int = 0
    """Which of the versions in the tag counts: 1 for the PostGIS version of `9.5-2.4`."""

    @property
    def words(self) -> Words:
        """The words of one of the images."""
        return tuple(_words(image) for image in self.images)

    def concerns(self, path: str) -> bool:
        """Files that run commands or describe services."""
        return holds_commands(path) or path.endswith((".json", ".tf", ".hcl"))

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """A finding for each image with a version that is too old."""
        names = "|".join(re.escape(image) for image in self.images)
        # A line that begins with # is a comment in all these files.
        for match in re.finditer(rf"^(?!\s*#).*?(?<![\w.-])(?P<image>(?:{names}):(?P<tag>[\w.-]+))", site.text, re.MULTILINE):
            versions = re.findall(r"\d+(?:\.\d+)*", match["tag"])
            if len(versions) <= self.part or not re.match(r"\d", match["tag"]):
                continue
            version = tuple(int(number) for number in versions[self.part].split("."))
            if version[: len(self.below)] < self.below[: len(version)]:
                yield site.finding(Word(match["image"], match.start("image"), match.end("image")), self.message)


@dataclass(frozen=True)
class FindInText(TextOp):
    """Report a pattern in files of certain suffixes: style sheets, scripts of the browser, text."""

    pattern: str
    needed: tuple[str, ...]
    """Words that stand in every match."""
    suffixes: tuple[str, ...]
    message: str

    @property
    def words(self) -> Words:
        """The needed words, all of them."""
        return (frozenset(self.needed),)

    def concerns(self, path: str) -> bool:
        """Files with one of the suffixes."""
        return path.lower().endswith(self.suffixes)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """A finding for each match."""
        for match in re.finditer(self.pattern, site.text):
            yield site.finding(Word(match.group(), match.start(), match.end()), self.message)
