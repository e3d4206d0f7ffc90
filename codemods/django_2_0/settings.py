"""Settings: names of the PostgreSQL engine, the isolation level of MySQL, what went."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.settings import DropSetting, ListItem
from django_hop.ops.settings_dicts import with_item
from django_hop.ops.settings_text import string_edit
from django_hop.ops.settings_uses import own_assignments, settings_of
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

OLD, NEW = "django.db.backends.postgresql_psycopg2", "django.db.backends.postgresql"
ISOLATION = '2.0 asks MySQL for READ COMMITTED; `"isolation_level": None` in OPTIONS leaves the server\'s default'
MESSAGE = "the engine `postgresql_psycopg2` has been called `postgresql` since 1.9"


@dataclass(frozen=True)
class EngineName(PythonOp):
    """The old name of the engine becomes the new one where it is given; where something is compared with it, both names count."""

    @property
    def words(self) -> Words:
        """The old name."""
        return (frozenset({"django", "backends", "postgresql_psycopg2"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for values and comparisons; findings for keys of dictionaries and strings that are put together."""
        for node in site.names.strings:
            if node.value != OLD:
                continue
            try:
                edit = self._edit(site, node)
            except Refused as error:
                yield site.finding(node, f"{MESSAGE}; {error}")
                continue
            if edit is not None:
                yield edit
                yield site.finding(node, MESSAGE, fixed=True)

    def _edit(self, site: Site, node: ast.Constant) -> Edit | None:
        around, compare = site.parent(node), site.parent(site.parent(node) or node)
        if isinstance(around, ast.Compare) and len(around.ops) == 1:
            return self._comparison(site, node, around)
        if isinstance(around, (ast.Tuple, ast.List, ast.Set)) and any(_is_new(one) for one in around.elts):
            return None
        if isinstance(around, (ast.Tuple, ast.List, ast.Set)) and isinstance(compare, ast.Compare):
            end = site.module.end(node)
            return Edit(end, end, f", {string_of(site, node)}")
        if isinstance(around, ast.Dict) and node in around.keys:
            if any(key is not None and _is_new(key) for key in around.keys):
                return None
            raise Refused("what is looked up under it may be asked for by either name")
        return string_edit(site, node, OLD, NEW)

    @staticmethod
    def _comparison(site: Site, node: ast.Constant, around: ast.Compare) -> Edit:
        """`engine == "old"` becomes `engine in ("new", "old")`: the configuration may still say either."""
        if around.comparators[0] is not node or not isinstance(around.ops[0], (ast.Eq, ast.NotEq)):
            raise Refused("here it is compared in an unusual way")
        gap = site.text[site.module.end(around.left) : site.module.start(node)]
        if gap.strip() not in ("==", "!="):
            raise Refused("here it is compared in an unusual way")
        word = "in" if isinstance(around.ops[0], ast.Eq) else "not in"
        both = f"({string_of(site, node)}, {site.module.segment(node)})"
        return Edit(site.module.end(around.left), site.module.end(node), gap.replace(gap.strip(), word) + both)


def string_of(site: Site, node: ast.Constant) -> str:
    """The new name in the quotes of the old one. Raises Refused."""
    text = site.module.segment(node)
    if text[1:-1] != OLD:
        raise Refused("the string is put together from pieces")
    return f"{text[0]}{NEW}{text[-1]}"


def _is_new(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == NEW


@dataclass(frozen=True)
class IsolationLevel(PythonOp):
    """MySQL in DATABASES without an isolation level gets `"isolation_level": None`, which is what was."""

    @property
    def words(self) -> Words:
        """The setting and the engine."""
        return (frozenset({"DATABASES", "mysql"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal entries; findings where the options are put together, or set elsewhere."""
        for one in own_assignments(site, "DATABASES"):
            for node in ast.walk(one.value) if one.value is not None else ():
                if isinstance(node, ast.Dict) and (engine := _mysql(node)) and "isolation" not in site.module.segment(node).lower():
                    try:
                        edit = self._edit(site, node)
                    except Refused as error:
                        yield site.finding(engine, f"{ISOLATION}; {error}")
                        continue
                    yield edit
                    yield site.finding(engine, ISOLATION, fixed=True)

    @staticmethod
    def _edit(site: Site, node: ast.Dict) -> Edit:
        chain = settings_of(site)
        if chain.is_dynamic(site.path) or any(not one.defines for one in chain.in_unit(site.path, "DATABASES")):
            raise Refused("the setting is changed after it is written")
        options = [
            value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant) and key.value == "OPTIONS"
        ]
        if any(not isinstance(key, ast.Constant) for key in node.keys) or len(options) > 1:
            raise Refused("a part of the entry cannot be seen")
        if not options:
            return with_item(site, node, '"OPTIONS": {"isolation_level": None}')
        if not isinstance(options[0], ast.Dict) or any(not isinstance(key, ast.Constant) for key in options[0].keys):
            raise Refused("a part of the options cannot be seen")
        return with_item(site, options[0], '"isolation_level": None')


def _mysql(node: ast.Dict) -> ast.expr | None:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "ENGINE" and isinstance(value, ast.Constant):
            return value if str(value.value).endswith(".mysql") else None
    return None


CODEMODS = [
    Codemod(
        "postgresql-engine-name",
        "the PostgreSQL engine is called by its name of today",
        deprecated="2.0",
        removed=None,
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-databases-engine-psycopg2", "psycopg2-3.0-engine-name"),
        docs="releases/2.0: Features deprecated in 2.0 / Miscellaneous",
        ops=(EngineName(),),
    ),
    Codemod(
        "mysql-isolation-level",
        "MySQL connections keep the isolation level of the server",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-mysql-isolation-level",),
        docs="releases/2.0: Default MySQL isolation level is read committed",
        silent=True,
        ops=crossing("2.0", IsolationLevel()),
    ),
    Codemod(
        "default-content-type",
        "the setting DEFAULT_CONTENT_TYPE goes",
        deprecated="2.0",
        removed="3.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-default-content-type",),
        docs="releases/2.0: Features deprecated in 2.0 / Miscellaneous",
        silent=True,
        ops=(
            DropSetting(
                "DEFAULT_CONTENT_TYPE", "`DEFAULT_CONTENT_TYPE` is not read from 3.0 on; responses are `text/html`", value="text/html"
            ),
        ),
    ),
    Codemod(
        "eggs-loader",
        "the template loader for eggs leaves the list",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-eggs-loader",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            ListItem(
                ("TEMPLATES", "TEMPLATE_LOADERS"),
                "the template loader for eggs is gone; install packages unzipped",
                remove=("django.template.loaders.eggs.Loader",),
            ),
        ),
    ),
]
