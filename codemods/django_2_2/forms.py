"""Form media and the values of selects."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.expressions import quoted
from django_hop.ops.strings import FindInStrings
from django_hop.ops.where import tests
from django_hop.rewrite.site import Site

INIT = "admin/js/jquery.init.js"
ORDER = "Scripts that use `django.jQuery` name jquery.init.js before them: since 2.2 files without a stated order may move"
SELECT = "The options of NullBooleanSelect have the values unknown, true and false since 2.2, in place of 1, 2 and 3"


@dataclass(frozen=True)
class JqueryInit(PythonOp):
    """`js = ["maps/picker.js"]` gets `admin/js/jquery.init.js` in front where that script of the project uses `django.jQuery`."""

    @property
    def words(self) -> Words:
        """The class and its list."""
        return (frozenset({"class", "Media", "js"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal lists; findings for others that hold such a script."""
        for node in site.nodes(ast.ClassDef):
            if node.name != "Media" or not isinstance(site.parent(node), ast.ClassDef):
                continue
            for statement, _ in assignments(node, "js"):
                value = statement.value
                if not isinstance(value, (ast.List, ast.Tuple)):
                    continue
                names = [one.value for one in value.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                if any("jquery.init.js" in name for name in names) or not any(self._uses(site, name) for name in names):
                    continue
                if len(names) < len(value.elts):
                    yield site.finding(statement, ORDER)
                    continue
                start = site.module.start(value.elts[0])
                yield Edit(start, start, self._first(site, value, start))
                yield site.finding(statement, ORDER, fixed=True)

    @staticmethod
    def _uses(site: Site, name: str) -> bool:
        """True if a static file of the project uses the admin's jQuery."""
        return any(path.endswith(f"static/{name}") and b"django.jQuery" in data for path, data in site.project.tree.items())

    @staticmethod
    def _first(site: Site, value: ast.List | ast.Tuple, start: int) -> str:
        """The new element with what stands between it and the next: a line break where each has its own line."""
        line = site.text.rfind("\n", 0, start) + 1
        indent = site.text[line:start]
        own_line = not indent.strip() and line > site.module.start(value)
        newline = site.module.source.newline
        return f"{quoted(site, INIT)},{newline}{indent}" if own_line else f"{quoted(site, INIT)}, "


CODEMODS = [
    Codemod(
        "media-jquery-init",
        "Scripts that use the admin's jQuery say so in their Media",
        removed="2.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.2-form-media-topological-sort",),
        docs="releases/2.2: Merging of form Media assets",
        ops=(JqueryInit(),),
    ),
    Codemod(
        "null-boolean-select-values",
        "Options of NullBooleanSelect have other values",
        removed="2.2",
        works_from="2.2",
        safety=DETECT,
        covers=("2.2-nullbooleanselect-values",),
        docs="releases/2.2: Miscellaneous",
        silent=True,
        ops=(FindInStrings(r"<option value=\"[123]\"[^>]*>(?:Unknown|Yes|No)</option>", ("option", "value"), SELECT, where=tests),),
    ),
]

UNSEEN = [
    Unseen("2.2-uuid-form-field-dashes", "The value stands in rendered HTML only.", "responses"),
    Unseen("2.2-plural-equations", "The formulas stand in message catalogues, which are compared with Django's own.", "tests"),
    Unseen("2.2-sqlite-positive-integer-check", "The constraint is made when SQLite rebuilds a table.", "schema"),
    Unseen("2.2-group-name-length", "Django's own migration widens the column; nothing in the project refers to it."),
]
