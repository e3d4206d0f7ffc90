"""Django's commands as Python calls them: `call_command("test", "-k")`, and programs named in strings for subprocesses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from .base import PythonOp, Where, Words
from .calls import change_arguments
from .nodes import is_value, text
from .python_runners import is_run

_CALL = "django.core.management.call_command"


@dataclass(frozen=True)
class CallCommand(PythonOp):
    """Change or report options of one of Django's commands where Python calls it.

    `strings` maps options given as literals, `call_command("test", "-k")`, to new ones, or to None for a finding; `keywords` maps keywords,
    `call_command("shell", plain=True)`, to (keyword, value) or None. Only a keyword that is the literal True is changed.
    """

    command: str
    message: str
    strings: Mapping[str, str | None] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)
    given: str = ""
    """A string that must stand in the call, if only that makes the option matter."""
    unless: str = ""
    """A keyword that settles the matter."""
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """call_command, the command's name, and the words of one option."""
        options = [*self.strings, *self.keywords]
        return tuple(frozenset({"call_command", self.command, *re.findall(r"\w+", option)}) for option in options)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """The command's name as a string."""
        return re.compile(f"[\"']{re.escape(self.command)}[\"']".encode())

    @property
    def means(self) -> tuple[str, ...]:
        """The function."""
        return (_CALL,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits and findings for each call whose first argument is the command's name."""
        for call in site.calls(_CALL):
            if not call.args or not is_value(call.args[0], self.command) or not self._matters(call):
                continue
            own = any(f"/{path}".endswith(f"/management/commands/{self.command}.py") for path in site.project.tree)
            for argument in call.args[1:]:
                if (said := text(argument)) is not None and said in self.strings:
                    yield from self._string(site, argument, said, None if own else self.strings[said])
            for keyword in call.keywords:
                if keyword.arg is not None and keyword.arg in self.keywords and not is_value(keyword.value, False):
                    yield from self._keyword(site, call, keyword, None if own else self.keywords[keyword.arg])

    def _matters(self, call: ast.Call) -> bool:
        if self.unless and any(keyword.arg == self.unless for keyword in call.keywords):
            return False
        return not self.given or any(text(node) == self.given for node in ast.walk(call) if isinstance(node, ast.expr))

    def _string(self, site: Site, argument: ast.expr, old: str, new: str | None) -> Iterator[Edit | Finding]:
        said = site.module.segment(argument)
        if new is None or said.count(old) != 1:
            yield site.finding(argument, self.message)
            return
        start = site.module.start(argument) + said.index(old)
        yield site.edit_span(start, start + len(old), new)
        yield site.finding(argument, self.message, fixed=True)

    def _keyword(self, site: Site, call: ast.Call, keyword: ast.keyword, new: tuple[str, str] | None) -> Iterator[Edit | Finding]:
        if new is None or keyword.arg is None or not is_value(keyword.value, True) or any(one.arg == new[0] for one in call.keywords):
            yield site.finding(keyword, self.message)
            return
        yield from change_arguments(site, call, add=dict([new]), drop=[keyword.arg])
        yield site.finding(keyword, self.message, fixed=True)


@dataclass(frozen=True)
class FindProgram(PythonOp):
    """Report a program that a string runs: `["django-admin.py", "check"]`, `run("x; django-admin.py check")`; not what is only said."""

    name: str
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The words of the program's name."""
        return (frozenset(re.findall(r"\w+", self.name)),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """The name in one piece."""
        return re.compile(re.escape(self.name).encode())

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each string that names the program as a word of its own, and goes to what runs it."""
        pattern = re.compile(rf"(?:^|[\s\"'=;&|(/]){re.escape(self.name)}(?:$|[\s\"';&|)])")
        for node in site.names.strings:
            said = str(node.value)
            if said == self.name and _names_itself(site, node):
                continue
            if pattern.search(said) and "://" not in said and is_run(site, node, alone=said.rpartition("/")[2] == self.name):
                place = site.text.find(self.name, site.module.start(node), site.module.end(node))
                yield site.finding_at(place, self.message) if place >= 0 else site.finding(node, self.message)


def _names_itself(site: Site, node: ast.expr) -> bool:
    """True for the first of the arguments that ManagementUtility gets: a name to show, no program to run."""
    parent = site.parent(node)
    first = isinstance(parent, (ast.List, ast.Tuple)) and parent.elts[0] is node
    return first and re.search("ManagementUtility|execute_from_command_line", site.text) is not None and "subprocess" not in site.text
