"""django-choices, whose classes Django has itself since 3.0."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import ANY, DETECT, REVIEW, Codemod, Edit, Finding, Hop
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.find import FindModule
from django_hop.ops.names import release_root
from django_hop.releases import not_after
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-choices"
BASES = ("djchoices.DjangoChoices", "djchoices.choices.DjangoChoices")
ITEMS = frozenset({"djchoices.ChoiceItem", "djchoices.C", "djchoices.choices.ChoiceItem", "djchoices.choices.C"})
_UNLIKE = r"\b{0}\.(?:validator|get_choice|attributes|labels|values|get_order_expression)\b|\bin {0}\b(?!\.)"
_TAKEN = frozenset({"name", "value", "label", "names", "values", "labels", "choices", "mro"})
RECORDS = ("choices-2.0-textchoices",)


@dataclass(frozen=True)
class NativeChoices(PythonOp):
    """`class Status(DjangoChoices): open = ChoiceItem("O", "Open")` -> `class Status(TextChoices): open = "O", "Open"`."""

    message: str = "`TextChoices` and `IntegerChoices` of Django take the place of `DjangoChoices`"

    @property
    def words(self) -> Words:
        """The base class."""
        return (frozenset({"djchoices", "DjangoChoices"}),)

    def in_hop(self, hop: Hop) -> bool:
        """Hops from a Django that has such classes: what is prepared has to run on it."""
        return not_after("3.0", hop.source)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for classes of plain items; findings for others, and where something is used that Django's classes do not have."""
        if not self.in_hop(site.hop):
            return
        for name in BASES:
            for base in site.references(name):
                node = site.parent(base)
                yield from site.change(base, self.message, self._edits, site, node, base)

    def _edits(self, site: Site, node: ast.AST | None, base: ast.expr) -> list[Edit]:
        if not isinstance(node, ast.ClassDef) or node.bases != [base] or node.keywords:
            raise Refused("here it is no base class alone")
        unlike = re.compile(_UNLIKE.format(node.name).encode())
        if any(unlike.search(data) for data in site.project.tree.values() if node.name.encode() in data):
            raise Refused("the project asks it for what Django's classes do not have")
        items = [self._item(site, statement) for statement in node.body if not _is_docstring(statement)]
        kinds = {type(value) for _, value, _, _ in items}
        if len(kinds) != 1 or not kinds <= {str, int}:
            raise Refused("its values are not all texts, nor all numbers")
        kind = "TextChoices" if kinds == {str} else "IntegerChoices"
        spoken = site.imports.need(f"django.db.models.{kind}", base)
        if spoken is None:
            raise Refused(f"the name `{kind}` is taken in this file")
        release_root(site, base, spoken)
        edits = [site.edit(base, spoken)]
        for call, _, value, label in items:
            release_root(site, call.func)
            edits.append(site.edit(call, f"{value}, {label}"))
        return edits

    @staticmethod
    def _item(site: Site, statement: ast.stmt) -> tuple[ast.Call, object, str, str]:
        """The call of an item, its value, and the sources of value and label. Raises Refused."""
        call = statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Name) or site.qualified(call.func) not in ITEMS:
            raise Refused("it has more than items")
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        value = call.args[0] if call.args else given.get("value")
        label = call.args[1] if len(call.args) > 1 else given.get("label")
        if len(call.args) > 2 or not given.keys() <= {"value", "label"} or not isinstance(value, ast.Constant):
            raise Refused("an item has no plain value, or an order of its own")
        if "#" in site.module.segment(call) or isinstance(value.value, bool) or target.id in _TAKEN or target.id.startswith("_"):
            raise Refused("an item is written in an unusual way")
        said = site.module.segment(label) if label is not None else f'"{re.sub("_+", " ", target.id)}"'
        return call, value.value, site.module.segment(value), said


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


CODEMODS = [
    Codemod(
        "django-choices",
        "django-choices has no further releases; Django has such classes itself",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=RECORDS,
        docs="django-choices 2.0 documentation: migration to native choices",
        after=("django-choices-native",),
        ops=(FindModule("djchoices", "Django has such classes itself: a hop from 3.0 or later rewrites plain classes"),),
    ),
    Codemod(
        "django-choices-native",
        "TextChoices and IntegerChoices of Django take the place of DjangoChoices",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=RECORDS,
        docs="django-choices 2.0 documentation: migration to native choices",
        then=(
            "The requirement goes when nothing needs it any more. Members are enum members: str() of one gives its value, in templates, "
            "too; labels and values are lists."
        ),
        ops=(NativeChoices(),),
    ),
]
