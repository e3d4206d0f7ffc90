"""Where code uses a setting outside the settings modules: reads, writes, overrides in tests, `settings.configure()`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..project.settings_module import Assignment
from ..rewrite.site import Site
from .where import tests

if TYPE_CHECKING:
    from ..project.settings import SettingsChain

_OVERRIDES = frozenset(
    f"{module}.{name}"
    for module in ("django.test", "django.test.utils", "django.test.testcases")
    for name in ("override_settings", "modify_settings")
)
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})
_TEST_CASES = frozenset({"django.test.SimpleTestCase", "unittest.TestCase"})


class Any_:
    """Stands for any value at all; see ANY."""

    def __repr__(self) -> str:
        return "ANY"


ANY: Final = Any_()
"""Whatever the value is, known or not."""
UNKNOWN: Final = Any_()
"""The value of an expression that only running it can tell."""

ValueTest = Callable[[object], bool]


@dataclass(frozen=True, eq=False)
class Use:
    """One use of a setting.

    `kind` is read or write (`settings.X`), named (`getattr(settings, "X")`, `"django.conf.settings.X"`), override (a keyword of
    override_settings, modify_settings, self.settings, settings.configure), import (`from project.settings import X`) or
    doubtful (`settings` may be something else here). `value` is the new value where one is given (not the default of getattr).
    """

    kind: str
    name: str
    node: ast.AST
    value: ast.expr | None = None
    call: ast.Call | None = None


def settings_of(site: Site) -> SettingsChain:
    """The project's settings modules."""
    return site.project.settings


def uses(site: Site, *names: str) -> Iterator[Use]:
    """All uses of settings of these names in a file, as far as they are sure to be Django's settings; doubtful ones say so."""
    wanted = frozenset(names)
    for attribute in site.nodes(ast.Attribute):
        if attribute.attr in wanted:
            yield from _attribute(site, attribute)
    for keyword in site.nodes(ast.keyword):
        call = site.parent(keyword)
        if keyword.arg in wanted and isinstance(call, ast.Call) and overrides_settings(site, call):
            yield Use("override", keyword.arg or "", keyword, keyword.value, call)
    for constant in site.names.strings:
        yield from _constant(site, constant, wanted)
    if not settings_of(site).is_settings(site.path):
        yield from _imports(site, wanted)


def _attribute(site: Site, node: ast.Attribute) -> Iterator[Use]:
    sure = _is_settings_object(site, node.value)
    if sure is None:
        yield Use("doubtful", node.attr, node)
    elif sure:
        parent = site.parent(node)
        kind = "read" if isinstance(node.ctx, ast.Load) else "write"
        yield Use(kind, node.attr, node, parent.value if isinstance(parent, ast.Assign) and kind == "write" else None)


def _is_settings_object(site: Site, node: ast.expr) -> bool | None:
    """True if the expression is Django's settings, a settings module or pytest-django's fixture; None if only maybe."""
    qualified = site.qualified(node)
    if qualified is not None:
        return settings_of(site).is_settings_object(qualified, site.path)
    if not isinstance(node, ast.Name):
        return False
    bindings = site.names.uses.get(node, site.names.module).lookup(node.id)
    if bindings and all(one.kind == "parameter" for one in bindings):
        return node.id == "settings" and tests(site.path)
    return None if any(one.origin == "django.conf.settings" for one in bindings) else False


def overrides_settings(site: Site, call: ast.Call) -> bool:
    """True if the keywords of a call are settings: override_settings, modify_settings, self.settings, settings.configure."""
    if site.qualified(call.func) in _OVERRIDES:
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "configure":
        return site.qualified(call.func.value) == "django.conf.settings"
    if (
        call.func.attr in ("settings", "modify_settings")
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in ("self", "cls")
    ):
        around = site.enclosing(call, ast.ClassDef)
        return tests(site.path) or (around is not None and bool(site.class_ancestors(around) & _TEST_CASES))
    return False


def _constant(site: Site, node: ast.Constant, wanted: frozenset[str]) -> Iterator[Use]:
    text = str(node.value)
    if text.startswith("django.conf.settings."):
        if text.removeprefix("django.conf.settings.") in wanted:
            yield Use("named", text.rpartition(".")[2], node)
    elif text in wanted:
        parent = site.parent(node)
        if isinstance(parent, ast.Call):
            yield from _named(site, node, parent)
        elif (
            isinstance(parent, ast.Dict)
            and node in parent.keys
            and isinstance(spread := site.parent(parent), ast.keyword)
            and spread.arg is None
        ):
            call = site.parent(spread)
            if isinstance(call, ast.Call) and overrides_settings(site, call):
                yield Use("named", text, node, parent.values[parent.keys.index(node)])


def _named(site: Site, node: ast.Constant, call: ast.Call) -> Iterator[Use]:
    """`getattr(settings, "X")` and its like, `monkeypatch.setattr(settings, "X", v)`, `mock.patch.object(settings, "X", v)`."""
    by_name = isinstance(call.func, ast.Name) and call.func.id in _BY_NAME
    patched = isinstance(call.func, ast.Attribute) and call.func.attr in ("setattr", "delattr", "object")
    if (by_name or patched) and len(call.args) > 1 and call.args[1] is node and _is_settings_object(site, call.args[0]):
        given = call.args[2] if len(call.args) > 2 and not (isinstance(call.func, ast.Name) and call.func.id == "getattr") else None
        yield Use("named", str(node.value), node, given, call)


def _imports(site: Site, wanted: frozenset[str]) -> Iterator[Use]:
    for statement in site.nodes(ast.ImportFrom):
        taken = [alias for alias in statement.names if alias.name in wanted]
        if taken and settings_of(site).is_settings_object(site.names.absolute(statement), site.path):
            for alias in taken:
                yield Use("import", alias.name, alias)


def literal(node: ast.expr | None) -> object:
    """The value of a literal expression; UNKNOWN for any other."""
    try:
        return ast.literal_eval(node) if node is not None else UNKNOWN
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def matches(wanted: object, node: ast.expr | None) -> bool | None:
    """True if an expression has the wanted value (ANY, a value, or a test of one); None if only running it can tell."""
    if wanted is ANY:
        return True
    value = literal(node)
    if value is UNKNOWN:
        return None
    if callable(wanted):
        return bool(wanted(value))
    return type(value) is type(wanted) and value == wanted


def feeders(chain: SettingsChain, path: str, names: frozenset[str]) -> frozenset[str]:
    """The settings themselves and the names of a module's group that flow into them: `THIRD_PARTY_APPS` into INSTALLED_APPS."""
    found = set(names)
    waiting = list(names)
    while waiting:
        for one in chain.in_unit(path, waiting.pop()):
            for node in ast.walk(one.value) if one.value is not None else ():
                if isinstance(node, ast.Name) and node.id.isupper() and node.id not in found:
                    found.add(node.id)
                    waiting.append(node.id)
    return frozenset(found)


def own_assignments(site: Site, *names: str) -> list[Assignment]:
    """Places of the file, as it is now, that touch settings of these names; none if it is not a settings module."""
    chain = settings_of(site)
    if not chain.is_settings(site.path):
        return []
    return [one for one in chain.read(site.path, site.module.tree) if one.name in names]
