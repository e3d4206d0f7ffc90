"""What 3.1 changed for some callers only: checks of databases, the language's redirect, serialised text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import Look, PythonOp, Words, arguments_behind
from django_hop.ops.crossing import crossing
from django_hop.ops.functions import add_parameter
from django_hop.releases import order
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

REGISTER = frozenset({"django.core.checks.register", "django.core.checks.registry.register"})
DATABASES = "checks of databases run with every check from 3.1 on; take `databases=None` and ask only those"
TAGS = frozenset({"django.core.checks.Tags.database", "django.core.checks.registry.Tags.database"})


@dataclass(frozen=True)
class DatabaseChecks(PythonOp):
    """Checks tagged `database` take the databases, and look at none when no database is to be asked, as before."""

    @property
    def words(self) -> Words:
        """What registers a check, and the tag."""
        return (frozenset({"checks", "register", "database"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each such function that takes further keywords, in hops that start before 3.1; a finding at the others."""
        for function in site.nodes(ast.FunctionDef):
            for decorator in function.decorator_list:
                if not isinstance(decorator, ast.Call) or site.qualified(decorator.func) not in REGISTER:
                    continue
                tagged = any(
                    site.qualified(one) in TAGS or (isinstance(one, ast.Constant) and one.value == "database") for one in decorator.args
                )
                names = {one.arg for one in [*function.args.args, *function.args.kwonlyargs]}
                if tagged and "databases" not in names:
                    yield from self._function(site, function, alone=len(decorator.args) == 1)

    @staticmethod
    def _function(site: Site, function: ast.FunctionDef, *, alone: bool) -> Iterator[Edit | Finding]:
        documented = ast.get_docstring(function, clean=False) is not None and len(function.body) > 1
        first = function.body[1 if documented else 0]
        start = site.module.start(first)
        indent = site.text[site.module.source.starts[first.lineno - 1] : start]
        try:
            if order(site.hop.source) >= order("3.1"):
                raise Refused("it has run with every check since")
            if not alone:
                raise Refused(
                    "it ran before where one of its other tags was asked for, `check --tag`, and may be wanted there without databases"
                )
            if any(isinstance(one, ast.Name) and one.id == "databases" for one in ast.walk(function)):
                raise Refused("the name `databases` is taken in it")
            if function.args.kwarg is None or indent.strip() or getattr(first, "decorator_list", None):
                raise Refused("its header or body is not laid out as expected")
            yield from add_parameter(site, function, "databases=None")
        except Refused as error:
            yield site.finding(function, f"{DATABASES}; {error}")
            return
        newline = site.module.source.newline
        unit = "\t" if indent.startswith("\t") else "    "
        yield Edit(start, start, f"if not databases:{newline}{indent}{unit}return []{newline}{indent}")
        yield site.finding(function, DATABASES, fixed=True)


@dataclass(frozen=True)
class LanguageByAjax(PythonOp):
    """Posts to set_language() that rely on X-Requested-With."""

    @property
    def words(self) -> Words:
        """The header as a test client takes it."""
        return (frozenset({"HTTP_X_REQUESTED_WITH"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """What the URL or its name says."""
        return re.compile(rb"setlang|set_language")

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each request whose URL or name says setlang or set_language."""
        for keyword in site.nodes(ast.keyword):
            call = site.parent(keyword)
            if keyword.arg == "HTTP_X_REQUESTED_WITH" and isinstance(call, ast.Call) and call.args:
                target = site.module.segment(call.args[0])
                if "setlang" in target or "set_language" in target:
                    yield site.finding(keyword, "`set_language()` answers 204 by the header Accept from 3.1 on, not by X-Requested-With")


_SERIALIZE = re.compile(rb"""serialize(?<!\wserialize)[\s\\]*(\()[\s\\(]*[rRuU]?["'](?:json|yaml)["']""")
_OTHER_NAME = re.compile(rb"serialize[\s\\]+as\b")
_COMPARES = re.compile(rb"[\s\\)]*(?:[<>=!]=|[<>]|(?:in|is|not)\b)")
_ASSIGNED = re.compile(rb"(?:(?<![=!<>:])=|\breturn[ \t]|(?<!\w)(?!assert)\w+\()[ \t]*(?:\w+\.)*serialize\Z")


class _Compared:
    """Searches for serialised text that is not assigned, returned or given to a function that asserts nothing: it may be compared."""

    def search(self, data: bytes) -> object:
        """What is found, None if nothing is."""
        return next((one for one in _SERIALIZE.finditer(data) if self._may_compare(data, one)), None) or _OTHER_NAME.search(data)

    @staticmethod
    def _may_compare(data: bytes, call: re.Match[bytes]) -> bool:
        line = data[data.rfind(b"\n", 0, call.start()) + 1 : call.start() + len(b"serialize")]
        if not _ASSIGNED.search(line):
            return True
        given = arguments_behind(data, call.start(1))
        return given is None or _COMPARES.match(data, given[1]) is not None


@dataclass(frozen=True)
class SerialisedText(PythonOp):
    """Serialised text that is compared."""

    @property
    def words(self) -> Words:
        """The module and the function."""
        return (frozenset({"serializers", "serialize"}),)

    @property
    def second_look(self) -> Look:
        """One of the formats where the text is compared, or the function under another name."""
        return _Compared()

    @property
    def means(self) -> tuple[str, ...]:
        """The function."""
        return ("django.core.serializers.serialize",)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where the text of JSON or YAML stands in a comparison or an assertion."""
        for call in site.calls("django.core.serializers.serialize"):
            kind = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            pinned = {keyword.arg for keyword in call.keywords} & {"ensure_ascii", "allow_unicode"}
            around = site.parent(call)
            asserted = isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute) and around.func.attr.startswith("assert")
            if kind in ("json", "yaml") and not pinned and (isinstance(around, ast.Compare) or asserted):
                yield site.finding(
                    call, "JSON and YAML hold characters in place of escapes from 3.1 on; `ensure_ascii=True` gives the old text"
                )


CODEMODS = [
    Codemod(
        "database-checks",
        "checks of databases look at none unless they are told which",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-database-tagged-checks-get-databases",),
        docs="topics/checks",
        ops=(DatabaseChecks(),),
    ),
    Codemod(
        "set-language-accept",
        "the language view answers by the header Accept",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-set-language-accept-header",),
        docs="releases/3.1: Miscellaneous",
        ops=crossing("3.1", LanguageByAjax()),
    ),
    Codemod(
        "serialized-unicode",
        "serialised text holds characters, not escapes",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-serializers-unicode-output",),
        docs="releases/3.1: Miscellaneous",
        ops=crossing("3.1", SerialisedText()),
    ),
]
UNSEEN = [
    Unseen(
        "3.1-semicolon-no-query-separator",
        "patch releases of 2.2 and 3.0 have it as well, and URLs with semicolons mostly come from outside of the repository.",
        "responses",
    ),
]
