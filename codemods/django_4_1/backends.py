"""Database backends, constraints, transactions: what few projects have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import functions, owner_of
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import FindMethodCall, in_file_quotes
from django_hop.ops.settings_uses import literal
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

CHANGED = {
    "ignore_conflicts_suffix_sql": "`on_conflict_suffix_sql(fields, on_conflict, update_fields, unique_fields)`",
    "_convert_field_to_tz": "`_convert_sql_to_tz(sql, params, tzname)`, which gives a pair of SQL and parameters",
}
SQL_PARAMS = (
    *("date_extract_sql", "datetime_extract_sql", "time_extract_sql", "date_trunc_sql", "datetime_trunc_sql", "time_trunc_sql"),
    *("datetime_cast_date_sql", "datetime_cast_time_sql"),
)
PAIR = "from 4.1 on this takes SQL and its parameters, and gives both back"
OPCLASSES = (
    "`opclasses` of an ExclusionConstraint goes with 5.0, in migrations, too: `OpClass` in the expressions says the same, "
    "with `django.contrib.postgres` "
    "installed; if a migration is made for it, models and old migrations do not say the same"
)
DURABLE = "a durable block inside another atomic block raises RuntimeError in tests, too, from 4.1 on"


@dataclass(frozen=True)
class FindHook(PythonOp):
    """Calls and overrides of methods of these names, which are telling enough."""

    names: tuple[str, ...]
    message: str

    @property
    def words(self) -> Words:
        """One of the names."""
        return tuple(frozenset({name}) for name in self.names)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each."""
        for name in self.names:
            yield from FindMethodCall(name, self.message).apply(site)
            for function in functions(site):
                if function.name == name and owner_of(site, function) is not None:
                    yield site.finding(function, self.message)


@dataclass(frozen=True)
class OpClasses(PythonOp):
    """`ExclusionConstraint(opclasses=[...])` moves the classes into the expressions."""

    @property
    def words(self) -> Words:
        """The class and the argument."""
        return (frozenset({"ExclusionConstraint", "opclasses"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where both lists are literal and of one length, in models and migrations alike."""
        for call in site.calls("django.contrib.postgres.constraints.ExclusionConstraint"):
            given = {one.arg: one.value for one in call.keywords}
            if "opclasses" not in given:
                continue
            yield from site.change(call, OPCLASSES, self._edits, site, call, given.get("expressions"), given["opclasses"])

    @staticmethod
    def _edits(site: Site, call: ast.Call, expressions: ast.expr | None, opclasses: ast.expr) -> list[Edit]:
        names = literal(opclasses)
        if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
            raise Refused("the classes are put together")
        if names and (not isinstance(expressions, (ast.List, ast.Tuple)) or len(expressions.elts) != len(names)):
            raise Refused("the expressions are put together")
        pairs = expressions.elts if names and isinstance(expressions, (ast.List, ast.Tuple)) else []
        if not all(isinstance(one, (ast.List, ast.Tuple)) and len(one.elts) == 2 for one in pairs):
            raise Refused("the expressions are put together")
        gone = next(one for one in call.keywords if one.arg == "opclasses")
        spoken = site.imports.need("django.contrib.postgres.indexes.OpClass", call) if any(names) else ""
        if spoken is None:
            raise Refused("the name `OpClass` is taken in this file")
        firsts = [one.elts[0] for one in pairs if isinstance(one, (ast.List, ast.Tuple))]
        edits = [
            site.edit(first, f"{spoken}({site.module.segment(first)}, name={in_file_quotes(site, chr(34) + name + chr(34))})")
            for first, name in zip(firsts, names, strict=False)
            if name
        ]
        return [*edits, without_keyword(site, call, gone)]


def without_keyword(site: Site, call: ast.Call, gone: ast.keyword) -> Edit:
    """Take a keyword out of a call by its text, so that other arguments can change beside it. Raises Refused."""
    text, start, end = site.text, site.module.start(gone), site.module.end(gone)
    line = site.module.source.starts[gone.lineno - 1]
    comma = re.compile(r"\s*,").match(text, end)
    following = text.find("\n", comma.end() if comma else end)
    if comma and not text[line:start].strip() and following >= 0 and not text[comma.end() : following].strip():
        return Edit(line, following + 1, "")
    place = call.keywords.index(gone)
    neighbours = [*call.args, *(one for one in call.keywords if one is not gone)]
    if not neighbours:
        return Edit(start, comma.end() if comma else end, "")
    if place + 1 < len(call.keywords):
        stop = site.module.start(call.keywords[place + 1])
        if "#" in text[end:stop]:
            raise Refused("a comment stands between the arguments")
        return Edit(start, stop, "")
    before = site.module.end(call.keywords[place - 1] if place else call.args[-1])
    if "#" in text[before:start]:
        raise Refused("a comment stands between the arguments")
    return Edit(before, end, "")


@dataclass(frozen=True)
class NestedDurable(PythonOp):
    """`atomic(durable=True)` inside another atomic block of the same function."""

    @property
    def words(self) -> Words:
        """The argument."""
        return (frozenset({"atomic", "durable"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such block."""
        for call in site.calls("django.db.transaction.atomic"):
            if not any(one.arg == "durable" and literal(one.value) is True for one in call.keywords):
                continue
            for around in list(site.ancestors(call))[2:]:
                if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    break
                if isinstance(around, ast.With) and any(
                    "atomic" in ast.unparse(item.context_expr) for item in around.items if call not in ast.walk(item)
                ):
                    yield site.finding(call, DURABLE)
                    break


CODEMODS = [
    Codemod(
        "backend-hooks-4-1",
        "hooks of database backends are found that changed in 4.1",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=(
            "4.1-dbops-on-conflict-suffix-sql",
            "4.1-dbops-convert-sql-to-tz",
            "4.1-dbops-datetime-sql-params",
        ),
        docs="releases/4.1: Database backend API",
        ops=(
            *(FindHook((name,), f"4.1 has {text} instead") for name, text in CHANGED.items()),
            *crossing("4.1", FindHook(SQL_PARAMS, PAIR)),
        ),
    ),
    Codemod(
        "exclusion-constraint-opclasses",
        "opclasses of ExclusionConstraint move into its expressions",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-exclusionconstraint-opclasses",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        then="no migration follows where models and migrations change alike, as they do here. Where makemigrations still writes a "
        "RemoveConstraint and an AddConstraint, do not run them as they are: they check the whole table again under a lock, for the same "
        "constraint.",
        ops=(OpClasses(),),
    ),
    Codemod(
        "durable-atomic-nested",
        "durable blocks inside other atomic blocks are found",
        removed="4.1",
        works_from="3.2",
        safety=DETECT,
        covers=("4.1-durable-atomic-in-testcase",),
        docs="releases/4.1: Tests",
        ops=(NestedDurable(),),
    ),
]

UNSEEN = [
    Unseen("4.1-urlresolver-callback-helpers-moved", "The last 4.1 has these names where they were."),
    Unseen("4.1-makemessages-keeps-unchanged-po", "Only the dates in message files differ."),
    Unseen("4.1-generated-files-black", "Only files that are yet to be generated look different."),
    Unseen("4.1-template-tag-module-name-clash", "`manage.py check` names two tag libraries of one name.", shown_by="checks"),
]
