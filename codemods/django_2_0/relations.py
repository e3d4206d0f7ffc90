"""Foreign keys: `on_delete`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.releases import not_after
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MODULES = ("django.db.models", "django.contrib.gis.db.models", "django.db.models.fields.related")
FOREIGN_KEYS = frozenset(f"{module}.{name}" for module in MODULES for name in ("ForeignKey", "OneToOneField"))
OTHERS = frozenset(
    {"mptt.fields.TreeForeignKey", "mptt.fields.TreeOneToOneField", "mptt.models.TreeForeignKey", "modelcluster.fields.ParentalKey"}
)
"""Classes of other packages that hand `on_delete` on."""
MESSAGE = "A foreign key says what happens when its target is deleted: `on_delete=CASCADE` was the default"
POSITION = "The second positional argument of a foreign key is `on_delete`, here it is a field's name"


@dataclass(frozen=True)
class OnDelete(PythonOp):
    """`on_delete=models.CASCADE` is written out; a field's name by position becomes `to_field`."""

    @property
    def words(self) -> Words:
        """The classes, or what a project's own is derived from them."""
        names = sorted({one.rpartition(".")[2] for one in FOREIGN_KEYS | OTHERS})
        return (*(frozenset({name}) for name in names), frozenset({"models", "*Foreign"}), frozenset({"models", "*OneToOne"}))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A relation that is followed by another field, a closing line or the end of the file sooner than by `on_delete`."""
        return re.compile(
            rb"(?:Foreign|OneToOne|Parental|Tree|FK|Key)\w*[\s\\]*\((?!(?:(?!\w+(?:Field|Key)[\s\\]*\().){0,2000}?\bon_delete\b)", re.S
        )

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls whose arguments are in sight; findings for the others and for derived classes."""
        optional = not not_after("2.0", site.hop.source)
        for call in site.nodes(ast.Call):
            name = site.qualified(call.func)
            if name is None or any(one.arg == "on_delete" for one in call.keywords):
                continue
            if name in FOREIGN_KEYS | OTHERS:
                yield from self._call(site, call)
            elif (
                optional and not call.args[1:] and not name.startswith("django.") and site.project.ancestors(name, site.path) & FOREIGN_KEYS
            ):
                yield site.finding(call, f"{MESSAGE}; whether this class gives it cannot be seen here")

    def _call(self, site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
            # A call that Django 2 took has it somewhere.
            if not not_after("2.0", site.hop.source):
                yield site.finding(call, f"{MESSAGE}; the arguments are unpacked here, so what they hold cannot be seen")
            return
        named = len(call.args) > 1 and isinstance(call.args[1], ast.Constant) and isinstance(call.args[1].value, str)
        if len(call.args) > 1 and not named:
            return
        if named and (len(call.args) > 2 or not_after("2.0", site.hop.source)):
            yield site.finding(call, f"{POSITION}; Django 2 ignored it, and writing `to_field` would change the column")
            return
        cascade = self._cascade(site, call)
        if cascade is None:
            yield site.finding(call, f"{MESSAGE}; the name `CASCADE` is taken in this file")
            return
        try:
            if named:
                start = site.module.start(call.args[1])
                yield Edit(start, start, f"on_delete={cascade}, to_field=")
            else:
                yield from change_arguments(site, call, add={"on_delete": cascade}, drop=[])
        except Refused as error:
            yield site.finding(call, f"{MESSAGE}; {error}")
            return
        yield site.finding(call, POSITION if named else MESSAGE, fixed=True)

    @staticmethod
    def _cascade(site: Site, call: ast.Call) -> str | None:
        if isinstance(call.func, ast.Attribute) and site.qualified(call.func.value) in MODULES:
            return f"{site.module.segment(call.func.value)}.CASCADE"
        return site.imports.need("django.db.models.CASCADE", call.func)


CODEMODS = [
    Codemod(
        "on-delete",
        "Foreign keys say on_delete",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-on-delete-required", "2.0-fk-positional-to-field"),
        docs="releases/2.0: Features removed in 2.0",
        ops=(OnDelete(),),
    ),
]
