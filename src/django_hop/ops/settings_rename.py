"""Settings that take another name, and values that take another unit with it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..project.settings_module import Assignment
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words
from .settings_text import string_edit
from .settings_uses import Use, own_assignments, settings_of, uses

ValueChange = Callable[[ast.expr, str], "str | None"]
"""From an expression and its text to the text of the new value; None if that cannot be told."""


def times(factor: int) -> ValueChange:
    """A change of unit: `3` becomes `3 * 86400`. Numbers, names, and calls that surely give numbers; nothing else."""

    def change(node: ast.expr, text: str) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return f"{text} * {factor}"
        if isinstance(node, ast.BinOp) and isinstance(literal_number(node), (int, float)):
            return f"{text} * {factor}" if isinstance(node.op, ast.Mult) else f"({text}) * {factor}"
        if isinstance(node, ast.Call) and (
            (isinstance(node.func, ast.Name) and node.func.id in ("int", "float"))
            or (isinstance(node.func, ast.Attribute) and node.func.attr in ("int", "float"))
        ):
            return f"{text} * {factor}"
        return None

    return change


def literal_number(node: ast.expr) -> int | float | None:
    """The value of arithmetic on number literals; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, (int, float)) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Add, ast.Sub)):
        left, right = literal_number(node.left), literal_number(node.right)
        if left is not None and right is not None:
            return left * right if isinstance(node.op, ast.Mult) else left + right if isinstance(node.op, ast.Add) else left - right
    return None


@dataclass(frozen=True)
class RenameSetting(PythonOp):
    """Give a setting its new name: `RenameSetting("PASSWORD_RESET_TIMEOUT_DAYS", "PASSWORD_RESET_TIMEOUT", times(86400), "{} // 86400")`.

    `value` gives the text of the new value from the old one; `back` is how a reader gets the old value from the new setting. Where a
    change of value is wanted and some place cannot be changed, the whole group of settings modules is left alone and reported.
    """

    old: str
    new: str
    value: ValueChange | None = None
    back: str | None = None
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The old name."""
        return (frozenset({self.old}),)

    @property
    def message(self) -> str:
        """What the finding says."""
        return f"the setting `{self.old}` is now `{self.new}`"

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for assignments, reads and overrides; findings where a person has to decide."""
        why = next((reason for one in settings_of(site).assignments(self.old) if (reason := self.obstacle(site, one))), None)
        own = own_assignments(site, self.old)
        for one in own:
            yield from [site.finding(one.target, f"{self.message}; {why}")] if why else self._assignment(site, one)
        if settings_of(site).is_settings(site.path) and not why and self.value is None:
            yield from self._loads(site, {one.target for one in own})
        for use in uses(site, self.old):
            yield from [site.finding(use.node, f"{self.message}; {why}")] if why else self._use(site, use)

    def obstacle(self, site: Site, one: Assignment) -> str | None:
        """Why the setting cannot be renamed in any module; the answer is the same whichever file is looked at."""
        chain = settings_of(site)
        if chain.in_unit(one.path, self.new):
            return f"`{self.new}` is set, too"
        if one.kind == "function":
            return "it is set by a method"
        if chain.importers(self.old):
            return f"{chain.importers(self.old)[0]} imports it by name"
        if self.value is None:
            return None
        if (
            one.kind not in ("assign", "annotate")
            or one.value is None
            or (isinstance(one.statement, ast.Assign) and len(one.statement.targets) > 1)
        ):
            return "its value changes in a way that is only known when the project runs"
        if self.value(one.value, ast.unparse(one.value)) is None:
            return "its value is only known when the project runs"
        return "other settings read it" if chain.read_in_unit(one.path, self.old) else None

    def _assignment(self, site: Site, one: Assignment) -> Iterator[Edit | Finding]:
        if one.kind == "import":
            alias = one.target
            assert isinstance(alias, ast.alias)
            start = site.module.start(alias)
            yield (
                Edit(start, start + len(alias.name), self.new)
                if alias.asname is None
                else Edit(site.module.end(alias) - len(self.old), site.module.end(alias), self.new)
            )
        else:
            yield site.edit(one.target, self.new)
            if self.value is not None and one.value is not None:
                text = site.module.segment(one.value)
                yield site.edit(one.value, self.value(one.value, text) or text)
        yield site.finding(one.target, self.message, fixed=True)

    def _loads(self, site: Site, targets: set[ast.AST]) -> Iterator[Edit]:
        """Reads of the bare name in a settings module; names of functions' own stay, and those of classes that hold no settings."""
        for node, scope in site.names.uses.items():
            if node.id == self.old and node not in targets:
                bindings = scope.lookup(self.old)
                if all(one.scope.kind == "module" or one.node in targets for one in bindings):
                    yield site.edit(node, self.new)

    def _use(self, site: Site, use: Use) -> Iterator[Edit | Finding]:
        yield from site.change(use.node, self.message, self._use_edits, site, use)

    def _use_edits(self, site: Site, use: Use) -> list[Edit]:
        if use.kind in ("doubtful", "import"):
            raise Refused("what this name means is not certain" if use.kind == "doubtful" else "the import is a person's to change")
        if use.kind == "read" and isinstance(use.node, ast.Attribute):
            return self._read_edits(site, use.node)
        changed: list[Edit] = []
        if self.value is not None:
            new = self.value(use.value, site.module.segment(use.value)) if use.value is not None else None
            if new is None or use.value is None:
                raise Refused("its value has another meaning under the new name")
            changed = [site.edit(use.value, new)]
        if isinstance(use.node, ast.keyword):
            if use.call is not None and any(keyword.arg == self.new for keyword in use.call.keywords):
                raise Refused(f"`{self.new}` is given, too")
            return [site.edit_keyword(use.node, self.new), *changed]
        if isinstance(use.node, ast.Attribute):
            return [site.edit_attribute(use.node, self.new), *changed]
        assert isinstance(use.node, ast.Constant)
        return [string_edit(site, use.node, self.old, self.new), *changed]

    def _read_edits(self, site: Site, node: ast.Attribute) -> list[Edit]:
        if self.value is None:
            return [site.edit_attribute(node, self.new)]
        if self.back is None:
            raise Refused("its value has another meaning under the new name")
        said = self.back.format(f"{site.module.segment(node.value)}.{self.new}")
        parent = site.parent(node)
        bare = isinstance(parent, (ast.keyword, ast.Assign, ast.Return, ast.Dict, ast.List)) or (
            isinstance(parent, ast.Call) and parent.func is not node
        )
        return [site.edit(node, said if bare else f"({said})")]
