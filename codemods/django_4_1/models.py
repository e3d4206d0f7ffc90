"""Models: what validation leaves out is a set, constraints validate themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines, is_super
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

EXCLUDE = "`exclude` is a set from 4.1 on, to which no list can be added"
METHODS = ("full_clean", "clean_fields", "validate_unique", "validate_constraints")
OWN = "_get_validation_exclusions"
ADDING = {"append": "add", "extend": "update"}
VALIDATE = (
    "constraints validate models from 4.1 on: without `validate()` this one raises NotImplementedError; `def validate(self, *args, "
    "**kwargs): pass` leaves it to the database"
)
SEQUENCE = (
    "new keys are identity columns from 4.1 on, whose sequence belongs to the column: this statement works on old `serial` columns only"
)


@dataclass
class _Uses:
    """What a method does with the set: edits, and whether it makes a set of its own first."""

    edits: list[Edit] = field(default_factory=list)
    mutated: bool = False
    owned: bool = False


@dataclass(frozen=True)
class ExcludeIsSet(PythonOp):
    """`exclude.append(x)` becomes `exclude.add(x)`, on a set that the method makes for itself."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return tuple(frozenset({"class", "def", name}) for name in (*METHODS, OWN))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for overrides that change what is left out; findings where the set is the caller's, or a list is needed."""
        for node in site.nodes(ast.ClassDef):
            for function in site.methods(node, *METHODS, OWN):
                try:
                    uses = self._uses(site, function)
                except Refused as error:
                    yield site.finding(function, f"{EXCLUDE}; {error}")
                    continue
                if not uses.mutated:
                    continue
                if not uses.owned:
                    yield site.finding(function, f"{EXCLUDE}; make one at the beginning: `exclude = set(exclude or ())`")
                    continue
                yield from uses.edits
                yield site.finding(function, EXCLUDE, fixed=True)

    def _uses(self, site: Site, function: FunctionNode) -> _Uses:
        found = _Uses()
        names = {"exclude"} if function.name in METHODS else set()
        for statement in function.body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(target := statement.targets[0], ast.Name):
                new = self._made(site, statement.value, target.id, function)
                if new is not None:
                    names.add(target.id)
                    found.owned = True
                    if new:
                        found.edits.append(site.edit(statement.value, new))
                elif target.id in names:
                    raise Refused(f"`{target.id}` is made in another way")
        for one in ast.walk(function):
            if isinstance(one, (ast.Name, ast.Call)):
                self._use(site, function, one, names, found)
        return found

    @staticmethod
    def _made(site: Site, value: ast.expr, name: str, function: FunctionNode) -> str | None:
        """The text that makes a set where a list is made or taken; empty if it is one; None for other values."""
        text = ast.unparse(value)
        if function.name == OWN and _is_super_call(value):
            return f"set({site.module.segment(value)})"
        if text in (f"set({name} or ())", f"set({name} or [])", f"set({name})"):
            return ""
        if text in (
            f"{name} or []",
            f"list({name} or [])",
            f"list({name} or ())",
            f"{name} or list()",
            f"list({name}) if {name} else []",
            f"[] if {name} is None else list({name})",
        ):
            return f"set({name} or ())"
        return None

    @staticmethod
    def _use(site: Site, function: FunctionNode, node: ast.Name | ast.Call, names: set[str], found: _Uses) -> None:
        direct = function.name == OWN and isinstance(node, ast.Call) and _is_super_call(node)
        if not direct and not (isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, (ast.Load, ast.Store))):
            return
        parent = site.parent(node)
        outer = site.parent(parent) if parent is not None else None
        if isinstance(parent, ast.Attribute) and isinstance(outer, ast.Call) and outer.func is parent:
            if parent.attr in ADDING:
                found.mutated = True
                found.edits.append(site.edit_attribute(parent, ADDING[parent.attr]))
            elif parent.attr in ("insert", "sort", "index", "pop", "reverse", "count"):
                raise Refused(f"a set has no `{parent.attr}()` of that kind")
            elif parent.attr == "remove" and any(isinstance(one, ast.Try) for one in site.ancestors(node) if one is not function):
                found.mutated = True
                raise Refused("`remove()` of a set raises KeyError, not ValueError: `discard()` raises nothing")
        elif isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add):
            other = parent.right if parent.left is node else parent.left
            if not isinstance(other, (ast.List, ast.Tuple)) or not other.elts or parent.left is not node:
                raise Refused("something else than a list is added")
            found.mutated = True
            found.owned = found.owned or direct
            start, end = site.module.start(other), site.module.end(other)
            between = site.text[site.module.end(node) : start]
            if between.strip() != "+" or site.text[start] not in "([":
                raise Refused("parentheses or a comment stand between")
            operator = site.module.end(node) + between.index("+")
            inner = site.text[start + 1 : end - 1]
            if direct:
                found.edits.append(site.edit(node, f"set({site.module.segment(node)})"))
            found.edits += [Edit(operator, operator + 1, "|"), Edit(start, end, f"{{{inner}}}")]
        elif isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.Add) and parent.target is node:
            if not isinstance(parent.value, (ast.List, ast.Tuple)) or not parent.value.elts:
                raise Refused("something else than a list is added")
            found.mutated = True
            place = site.text.index("+=", site.module.end(node))
            start, end = site.module.start(parent.value), site.module.end(parent.value)
            if site.text[start] not in "([":
                raise Refused("a tuple stands without brackets")
            found.edits += [Edit(place, place + 2, "|="), Edit(start, end, f"{{{site.text[start + 1 : end - 1]}}}")]
        elif isinstance(parent, ast.Subscript) and parent.value is node:
            raise Refused("it is looked up by place")


def _is_super_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == OWN and is_super(node.func.value)


@dataclass(frozen=True)
class ConstraintValidates(PythonOp):
    """Constraints that derive from BaseConstraint itself, without validate()."""

    @property
    def words(self) -> Words:
        """The base class."""
        return (frozenset({"class", "BaseConstraint"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each class."""
        for node in site.subclasses("django.db.models.constraints.BaseConstraint", "django.db.models.BaseConstraint"):
            direct = any((site.qualified(base) or "").endswith(".BaseConstraint") for base in node.bases)
            if direct and not defines(node, "validate"):
                yield site.finding(node, VALIDATE)


CODEMODS = [
    Codemod(
        "validation-exclude-set",
        "what validation leaves out is treated as a set",
        removed="4.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.1-model-validation-exclude-is-set",),
        docs="releases/4.1: Miscellaneous",
        ops=(ExcludeIsSet(),),
    ),
    Codemod(
        "constraint-validate",
        "constraints without validate() are found",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-baseconstraint-validate",),
        docs="releases/4.1: Miscellaneous",
        ops=(ConstraintValidates(),),
    ),
    Codemod(
        "postgresql-serial",
        "SQL is found that works on serial columns only",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-postgresql-identity-columns",),
        docs="releases/4.1: Models",
        ops=tuple(
            FindInStrings(r"(?i)\b(?:alter|drop|create)\s+sequence\b|\bdefault\s+nextval\(", (word,), SEQUENCE)
            for word in ("SEQUENCE", "sequence", "nextval")
        ),
    ),
]
