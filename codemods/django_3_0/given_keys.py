"""Do files of the project give new objects of a model a key of its own choice, and may they be saved where an object has that key?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.ops.base import arguments_behind
from django_hop.ops.nodes import is_value, keyword_of, name_of, text
from django_hop.rewrite.scopes import Binding, Names

_LOOKUPS = frozenset({"filter", "exclude", "get", "isinstance", "str", "repr", "assertEqual", "assertNotEqual"})
_READING = ("get_", "is_", "has_", "to_", "as_", "clean", "full_clean", "validate", "serialize", "refresh_from_db")
_FRESH = frozenset({"uuid1", "uuid4"})


def may_give(data: bytes, models: frozenset[str], keys: frozenset[str]) -> bool:
    """False where a look at the text tells that `GivenKeys` finds nothing in it: most files that name a model only query it."""
    model, key = (b"(?:%s)" % "|".join(map(re.escape, sorted(names))).encode() for names in (models, keys))
    given = re.compile(rb"\b%s\s*=(?!=)|\*\*" % key)
    if re.search(rb"setattr|\.[\s\\]*%s\s*=(?!=)" % key, data):
        return True
    if not given.search(data):
        return False
    # The class itself (`cls(...)`), and what gives it another name.
    renamed = rb"(?:^|[;:])[ \t]*\w+[ \t]*=[\s\\(]*(?:\w+[\s\\]*\.[\s\\]*)*%s\b(?![\s\\]*[.(,\w])" % model
    other = rb"class\s+%s\b|\b%s[\s\\]+as\b|[\"'.]%s[\"']" % (model, model, model)
    if re.search(other, data) or re.search(renamed, data, re.M):
        return True
    calls = (arguments_behind(data, match.end() - 1) for match in re.finditer(rb"\b%s[\s\\]*\(" % model, data))
    return any(found is None or any(given.search(one) for one in found[0]) for found in calls)


@dataclass(frozen=True)
class GivenKeys:
    """The new objects of a model in one file: `models` are its name and those of its subclasses, `keys` are `pk` and the field's name."""

    names: Names
    models: frozenset[str]
    keys: frozenset[str]

    def found(self) -> bool:
        """True if a new object gets a key, or arguments out of sight, and may be saved while another object has that key."""
        made = [one for one in self.names.by_type.get(ast.Call, ()) if isinstance(one, ast.Call) and self._makes(one)]
        if any(self._is_given(one) and not self._is_missing(one) and self._may_be_saved(one) for one in made):
            return True
        if any(self._is_filled(one) for one in self.names.by_type.get(ast.Call, ()) if isinstance(one, ast.Call)):
            return True
        stores = (one for one in self.names.by_type.get(ast.Attribute, ()) if isinstance(one, ast.Attribute) and one.attr in self.keys)
        return any(self._is_assigned(one) and not self._is_missing(one) for one in stores if isinstance(one.ctx, ast.Store))

    # -- which objects --------------------------------------------------------------------------------------------

    def _makes(self, node: ast.AST | None) -> bool:
        """True for `Token(...)`, under another name of the class, too, and for `cls(...)` inside it."""
        if not isinstance(node, ast.Call):
            return False
        func = node.func
        if name_of(func) in self.models:
            return True
        if isinstance(func, ast.Name) and func.id != "cls":
            return any(self._is_class(one) for one in self._bindings(func))
        return self._is_inside(node) and ast.unparse(func) in ("cls", "self.__class__", "type(self)")

    def _is_class(self, binding: Binding) -> bool:
        """True for the model imported under another name, assigned to one, or got by its name as text."""
        if binding.origin is not None and binding.origin.rpartition(".")[2] in self.models:
            return True
        if isinstance(binding.value, ast.Call):
            return any((text(one) or "").rpartition(".")[2] in self.models for one in binding.value.args)
        return name_of(binding.value) in self.models

    def _is_inside(self, node: ast.AST) -> bool:
        return any(isinstance(one, ast.ClassDef) and one.name in self.models for one in self._around(node))

    def _bindings(self, name: ast.Name) -> tuple[Binding, ...] | list[Binding]:
        return self.names.uses.get(name, self.names.module).lookup(name.id)

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        current = self.names.parents.get(node)
        while current is not None:
            yield current
            current = self.names.parents.get(current)

    # -- which keys -----------------------------------------------------------------------------------------------

    def _is_given(self, call: ast.Call) -> bool:
        return any(one.arg is None or (one.arg in self.keys and not _is_new(one.value)) for one in call.keywords)

    def _is_assigned(self, target: ast.Attribute) -> bool:
        """True if the key of an object that is made in the same scope, or of `self` in the model, is assigned."""
        statement = self.names.parents.get(target)
        if not isinstance(target.value, ast.Name) or (isinstance(statement, ast.Assign) and _is_new(statement.value)):
            return False
        if target.value.id == "self" and self._is_inside(target):
            return True
        return self._is_made(target.value)

    def _is_filled(self, call: ast.Call) -> bool:
        """True for `setattr(token, name, value)` with a name out of sight."""
        if name_of(call.func) != "setattr" or len(call.args) != 3 or not isinstance(owner := call.args[0], ast.Name):
            return False
        known = text(call.args[1])
        if known is not None and (known not in self.keys or _is_new(call.args[2])):
            return False
        return ((owner.id == "self" and self._is_inside(call)) or self._is_made(owner)) and not self._is_missing(call)

    def _is_made(self, name: ast.Name) -> bool:
        if not any(self._makes(one.value) for one in self._bindings(name)):
            return False  # before the dearer question which of them it is
        return any(self._makes(one.value) and self._is_used(name, one) for one in self._reaching(name))

    def _reaching(self, name: ast.Name) -> tuple[Binding, ...] | list[Binding]:
        """The bindings of a name that a use of it may see: the one before it in its block, or in one around that; else all."""
        bindings, inner = self._bindings(name), ast.AST()
        statements = {self.names.parents.get(one.node): one for one in bindings if one.kind == "assign"}
        for around in self._around(name):
            for block in (getattr(around, part, None) for part in ("body", "orelse", "finalbody")):
                if isinstance(block, list) and inner in block:
                    before = block[: block.index(inner)]
                    last = next((at for at in range(len(before) - 1, -1, -1) if self._binds(before[at], statements)), None)
                    if last is not None:
                        found = statements.get(before[last])
                        return bindings if found is None else (found,)
            inner = around
        return bindings

    @staticmethod
    def _binds(statement: ast.stmt, statements: dict[ast.AST | None, Binding]) -> bool:
        return any(one in statements for one in ast.walk(statement))

    # -- what becomes of them -------------------------------------------------------------------------------------

    def _may_be_saved(self, call: ast.Call) -> bool:
        """False for objects that are only compared, looked up with or asked for their attributes."""
        parent = self.names.parents.get(call)
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            target = parent.targets[0]
            return any(self._is_used(target, one) for one in self._bindings(target) if one.node is target)
        return self._leads_to_save(call)

    def _is_used(self, name: ast.Name, binding: Binding) -> bool:
        """True if the object that a name is bound to there may be saved."""
        bound = self._bindings(name)
        uses = (one for one in self.names.uses if one.id == name.id and isinstance(one.ctx, ast.Load) and self._bindings(one) is bound)
        return any(self._leads_to_save(one) and any(seen is binding for seen in self._reaching(one)) for one in uses)

    def _leads_to_save(self, node: ast.expr) -> bool:
        parent = self.names.parents.get(node)
        if isinstance(parent, (ast.Compare, ast.Expr, ast.FormattedValue)):
            return False
        if isinstance(parent, ast.Attribute):
            call = self.names.parents.get(parent)
            forced = isinstance(call, ast.Call) and (one := keyword_of(call, "force_insert")) is not None and is_value(one.value, True)
            return isinstance(call, ast.Call) and call.func is parent and not forced and not parent.attr.startswith(_READING)
        if isinstance(parent, ast.keyword):
            parent = self.names.parents.get(parent)
        return not (isinstance(parent, ast.Call) and name_of(parent.func) in _LOOKUPS)

    # -- where no object has the key ------------------------------------------------------------------------------

    def _is_missing(self, node: ast.AST) -> bool:
        """True under `if not Token.objects.filter(pk=key).exists():` and `except Token.DoesNotExist:` of a query for the key."""
        inner = node
        for around in self._around(node):
            if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return False
            if isinstance(around, ast.If) and inner is not around.test and self._is_absent(around.test, inner in around.body):
                return True
            if isinstance(around, ast.ExceptHandler) and inner in around.body and self._is_unfound(around):
                return True
            inner = around
        return False

    def _is_absent(self, test: ast.expr, holds: bool) -> bool:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And if holds else ast.Or):
            return any(self._is_absent(one, holds) for one in test.values)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._is_absent(test.operand, not holds)
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Is, ast.Eq)):
            if is_value(test.comparators[0], False):
                return self._is_absent(test.left, not holds)
            return is_value(test.comparators[0], True) and self._is_absent(test.left, holds)
        return not holds and isinstance(test, ast.Call) and name_of(test.func) == "exists" and self._asks_key(test)

    def _is_unfound(self, handler: ast.ExceptHandler) -> bool:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        block = self.names.parents.get(handler)
        missing = any(name_of(one) in ("DoesNotExist", "ObjectDoesNotExist") for one in kinds)
        return missing and isinstance(block, ast.Try) and any(self._asks_key(one) for one in block.body)

    def _asks_key(self, node: ast.AST) -> bool:
        """True for a query of the model that names the key."""
        return any(
            isinstance(one, ast.Call)
            and any(given.arg in self.keys for given in one.keywords)
            and any(name_of(part) in self.models for part in ast.walk(one.func))
            for one in ast.walk(node)
        )


def _is_new(value: ast.expr) -> bool:
    """True for None, with which Django takes the default, and for a key that nothing has had before."""
    if isinstance(value, ast.Call) and name_of(value.func) == "str" and len(value.args) == 1:
        return _is_new(value.args[0])
    return is_value(value, None) or (isinstance(value, ast.Call) and name_of(value.func) in _FRESH and not value.args)
