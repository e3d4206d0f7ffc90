"""Which name means what: scopes, bindings and references of one module, in one walk over its `ast`.

Our own resolver, because LibCST's QualifiedNameProvider costs ten times as much and is quadratic in repeated
assignments (shared/PITFALLS.md section 3). It is flow-insensitive: a name with two origins has none.
"""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

BUILTINS = frozenset(dir(builtins)) | {
    "__file__",
    "__path__",
    "__builtins__",
    "WindowsError",
    "unicode",
    "basestring",
    "long",
    "xrange",
    "reduce",
    "raw_input",
    "unichr",
    "cmp",
    "execfile",
    "reload",
}
IMPLICIT = BUILTINS | {
    *("__module__", "__qualname__", "__class__"),  # in classes
    *("__name__", "__doc__", "__package__", "__spec__", "__loader__", "__all__", "__annotations__", "__dict__"),
}
"""Names that need no binding."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True, eq=False)
class Binding:
    """One place that gives a name its meaning in a scope."""

    name: str
    kind: str
    """from, import, star, class, function, parameter, assign."""
    node: ast.AST
    scope: Scope
    origin: str | None = None
    """The qualified name, for imports, classes and functions of this module."""
    alias: ast.alias | None = None
    value: ast.expr | None = None
    """The assigned expression, where it is a plain `name = value`."""


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function, lambda or comprehension."""

    kind: str
    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)

    @property
    def module(self) -> Scope:
        """The module's own scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def lookup(self, name: str) -> tuple[Binding, ...] | list[Binding]:
        """The bindings that a use of `name` in this scope sees; empty if it is a builtin or undefined."""
        scope: Scope | None = self
        own = True
        while scope is not None:
            if name in scope.global_names:
                return scope.module.bindings.get(name, ())
            if (own or scope.kind != "class") and (found := scope.bindings.get(name)):
                return found
            own = False
            scope = scope.parent
        return ()


_Groups = Sequence[tuple[Sequence[ast.AST], Scope]]
"""Children of a node in source order, with the scope that they stand in."""


class Names:
    """All that one module's tree says about names. `package` is the dotted package for relative imports; `declares` may be
    False where the text has no `global` and no `nonlocal`, which saves a look at every function. An `outline` leaves out what
    is inside functions: enough for module-level names and classes, at a third of the price."""

    def __init__(self, tree: ast.Module, module: str = "", package: str = "", *, declares: bool = True, outline: bool = False) -> None:
        self._declares = declares
        self._outline = outline
        self.module_name = module
        self.package = package
        self.module = Scope("module", tree, None)
        self.by_type: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self.strings: list[ast.Constant] = []
        self.uses: dict[ast.Name, Scope] = {}
        self.inner: dict[ast.AST, Scope] = {tree: self.module}
        """The scope that a class, function, lambda or comprehension opens."""
        self.stars: list[Binding] = []
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scope_of: dict[ast.AST, Scope] = {}
        """Scope of each class, function and import statement (the scope it stands in)."""
        self._walk(tree)
        self._references: dict[str, list[ast.expr]] | None = None
        self._doubtful: dict[str, list[ast.expr]] = defaultdict(list)

    # -- the walk ------------------------------------------------------------------------------------------------

    def _walk(self, tree: ast.Module) -> None:
        """Each node in source order. The stack holds nodes, and before those of another scope that scope."""
        parents, by_type, uses, strings = self.parents, self.by_type, self.uses, self.strings
        handlers, known, only_value, plain = _HANDLERS, _FIELDS, _ONLY_VALUE, _PLAIN
        Name, Constant, Store, Assign = ast.Name, ast.Constant, ast.Store, ast.Assign
        scope = self.module
        stack: list[Any] = [tree]
        push, pop, bind = stack.append, stack.pop, self._bind
        while stack:
            node = pop()
            kind = node.__class__
            while kind in only_value:  # down a chain of nodes with one child each, past the stack
                by_type[kind].append(node)
                child = node.value
                parents[child] = node
                node, kind = child, child.__class__
            # The commonest kinds first, with as little as can be done for each.
            if kind is Name:
                uses[node] = scope
                if node.ctx.__class__ is Store:
                    bind(scope, Binding(node.id, "assign", node, scope))
                continue
            if kind is Constant:
                if node.value.__class__ is str:
                    strings.append(node)
                continue
            if kind is Assign and len(node.targets) == 1 and (target := node.targets[0]).__class__ is Name:
                by_type[Assign].append(node)
                parents[target] = parents[node.value] = node
                uses[target] = scope
                bind(scope, Binding(target.id, "assign", target, scope, value=node.value))
                push(node.value)
                continue
            fields = known.get(kind)
            if fields is None:
                handler = handlers.get(kind)
                if handler is not None:
                    by_type[kind].append(node)
                    if groups := handler(self, node, scope):
                        push(scope)
                        for children, inner in reversed(groups):
                            for child in children:
                                parents[child] = node
                            stack += children[::-1]
                            push(inner)
                    continue
                if kind is Scope:
                    scope = node
                    continue
                if node is None or kind in plain:
                    continue  # among a dict's keys or the names of `global`
                fields = known[kind] = _fields(kind)
            by_type[kind].append(node)
            for name in fields:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    for child in value:
                        parents[child] = node
                    stack += value[::-1]
                elif value is not None:
                    parents[value] = node
                    push(value)

    def _bind(self, scope: Scope, binding: Binding) -> None:
        if binding.name in scope.global_names:
            scope = scope.module
        scope.bindings.setdefault(binding.name, []).append(binding)

    def _named_expr(self, node: ast.NamedExpr, scope: Scope) -> _Groups:
        holder = scope
        while holder.kind == "comprehension" and holder.parent is not None:
            holder = holder.parent
        return [([node.target], holder), ([node.value], scope)]

    def _function(self, node: FunctionNode, scope: Scope) -> _Groups:
        self.scope_of[node] = scope
        self._bind(scope, Binding(node.name, "function", node, scope, self._own(node.name, scope)))
        if self._outline:
            return []
        inner = self.inner[node] = Scope("function", node, scope)
        outside = [*node.decorator_list, *self._arguments(node.args, inner)]
        if node.returns is not None:
            outside.append(node.returns)
        if self._declares:
            for statement in node.body:
                self._declare(statement, inner)
        return [(outside, scope), ([*node.body, *getattr(node, "type_params", ())], inner)]

    def _declare(self, statement: ast.stmt, scope: Scope) -> None:
        """Take note of `global` before the names of the function are bound."""
        for node in _statements(statement):
            if isinstance(node, ast.Global):
                scope.global_names.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                for name in node.names:
                    scope.bindings.setdefault(name, []).append(Binding(name, "assign", node, scope))

    def _arguments(self, args: ast.arguments, inner: Scope) -> list[ast.expr]:
        """Bind the parameters; what is evaluated outside, their annotations and defaults."""
        found: list[ast.expr] = []
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        for extra in (args.vararg, args.kwarg):
            if extra is not None:
                every.append(extra)
        for arg in every:
            self._bind(inner, Binding(arg.arg, "parameter", arg, inner))
            self.parents[arg] = args
            if arg.annotation is not None:
                found.append(arg.annotation)
        found += [default for default in [*args.defaults, *args.kw_defaults] if default is not None]
        return found

    def _lambda(self, node: ast.Lambda, scope: Scope) -> _Groups:
        inner = self.inner[node] = Scope("lambda", node, scope)
        return [(self._arguments(node.args, inner), scope), ([node.body], inner)]

    def _class(self, node: ast.ClassDef, scope: Scope) -> _Groups:
        self.scope_of[node] = scope
        self._bind(scope, Binding(node.name, "class", node, scope, self._own(node.name, scope)))
        inner = self.inner[node] = Scope("class", node, scope)
        outside = [*node.decorator_list, *node.bases, *node.keywords]
        return [(outside, scope), ([*node.body, *getattr(node, "type_params", ())], inner)]

    def _own(self, name: str, scope: Scope) -> str | None:
        return f"{self.module_name}.{name}" if scope.kind == "module" and self.module_name else None

    def _comprehension(self, node: ast.AST, scope: Scope) -> _Groups:
        inner = self.inner[node] = Scope("comprehension", node, scope)
        generators = node.generators  # type: ignore[attr-defined]
        inside: list[ast.expr] = []
        for place, generator in enumerate(generators):
            self.parents[generator] = node
            inside.append(generator.target)
            if place:
                inside.append(generator.iter)
            inside += generator.ifs
        inside += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]  # type: ignore[attr-defined]
        return [([generators[0].iter], scope), (inside, inner)]

    def _import(self, node: ast.Import, scope: Scope) -> _Groups:
        self.scope_of[node] = scope
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            origin = alias.name if alias.asname else name
            self._bind(scope, Binding(name, "import", node, scope, origin, alias))
        return []

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> _Groups:
        self.scope_of[node] = scope
        module = self.absolute(node)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(Binding("*", "star", node, scope, module, alias))
                continue
            origin = f"{module}.{alias.name}" if module else None
            self._bind(scope, Binding(alias.asname or alias.name, "from", node, scope, origin, alias))
        return []

    def absolute(self, node: ast.ImportFrom) -> str:
        """The dotted module of an import statement, relative ones resolved against the package; '' if it leads outside."""
        if not node.level:
            return node.module or ""
        parts = self.package.split(".") if self.package else []
        if node.level - 1 > len(parts) or not parts:
            return ""
        parts = parts[: len(parts) - (node.level - 1)]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _handler_name(self, node: ast.AST, scope: Scope) -> _Groups:
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if name:
            self._bind(scope, Binding(name, "assign", node, scope))
        return [(_children(node), scope)]

    def release(self) -> None:
        """End the use of this value: scopes no longer hold the bindings that hold them."""
        for scope in self.inner.values():
            scope.bindings.clear()

    # -- answers --------------------------------------------------------------------------------------------------

    def origins(self, name: str, scope: Scope) -> frozenset[str | None]:
        """Where a name may come from, seen from a scope: qualified names, None for anything that is not an import."""
        return frozenset(binding.origin if binding.kind != "assign" else None for binding in scope.lookup(name))

    def qualified(self, node: ast.AST | None) -> str | None:
        """The one qualified name of a Name or an attribute chain on one; None if there is none, or more than one."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        origins = self.origins(node.id, self.uses.get(node, self.module))
        if len(origins) != 1:
            return None
        (origin,) = origins
        return ".".join([origin, *reversed(parts)]) if origin else None

    @property
    def references(self) -> dict[str, list[ast.expr]]:
        """Qualified name -> the expressions (Name or Attribute) that mean it and nothing else, loads and stores alike."""
        if self._references is None:
            self._references = defaultdict(list)
            known: dict[int, set[str | None]] = {}
            # Most names are those of local variables, which come from nowhere.
            telling = {one.name for scope in self.inner.values() for found in scope.bindings.values() for one in found if one.origin}
            for node, scope in self.uses.items():
                if node.id in telling:
                    self._refer(node, scope, self._references, known)
        return self._references

    def _refer(self, node: ast.Name, scope: Scope, references: dict[str, list[ast.expr]], known: dict[int, set[str | None]]) -> None:
        bindings = scope.lookup(node.id)
        if not bindings:
            return
        origins = known.get(id(bindings))
        if origins is None:
            # Once for each list of bindings: a name that is assigned and read thousands of times must not cost the square of that.
            several = len(bindings) > 1
            origins = {None if several and binding.kind not in ("from", "import") else binding.origin for binding in bindings}
            known[id(bindings)] = origins
        if len(origins) > 1:
            self._note_doubt(node, {origin for origin in origins if origin})
            return
        (origin,) = origins
        if origin is not None:
            self._note(node, origin, references)

    def _note(self, node: ast.expr, origin: str, references: dict[str, list[ast.expr]]) -> None:
        references[origin].append(node)
        parent = self.parents.get(node)
        while isinstance(parent, ast.Attribute):
            origin = f"{origin}.{parent.attr}"
            references[origin].append(parent)
            parent = self.parents.get(parent)

    def _note_doubt(self, node: ast.expr, origins: Iterable[str]) -> None:
        for origin in origins:
            self._note(node, origin, self._doubtful)

    @property
    def doubtful(self) -> dict[str, list[ast.expr]]:
        """Qualified name -> expressions that may mean it or something else (two imports of one name, a fallback)."""
        _ = self.references
        return self._doubtful

    def undefined(self) -> set[str]:
        """Names that are read and bound nowhere in sight; empty when a star import makes that unknowable."""
        if self.stars:
            return set()
        module = self.module.bindings
        # Nearly all names are bound where they are used, at the top of the module or by Python, which is quicker to ask.
        rare = ((node.id, scope) for node, scope in self.uses.items() if node.id not in scope.bindings and node.id not in module)
        return {name for name, scope in rare if name not in IMPLICIT and not scope.lookup(name)}


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}
"""Of the kinds of nodes that have no handler."""
_LEAVES = frozenset(
    {"ctx", "op", "ops", "type_comment", "kind", "id", "attr", "n", "s", "level", "lineno", "simple", "is_async", "conversion", "arg"}
)


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node that hold nodes, the last first, as a stack wants them."""
    return tuple(name for name in reversed(kind._fields) if name not in _LEAVES)


def _children(node: ast.AST) -> list[ast.AST]:
    kind = node.__class__
    found: list[ast.AST] = []
    for name in reversed(_fields(kind)):
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += value  # a dict's keys and a match's names may hold None and str; the walk passes over them
        elif value is not None and value.__class__ not in _PLAIN:
            found.append(value)
    return found


_PLAIN = frozenset({str, int, float, bool, bytes, complex, type(...)})


def _statements(statement: ast.stmt) -> Iterator[ast.stmt]:
    """A statement and those nested in it, not entering functions and classes."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        stack += [child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case))]


_ONLY_VALUE = frozenset({ast.Attribute, ast.Expr, ast.keyword, ast.Starred, ast.Await, ast.YieldFrom})
"""Nodes with one child that is always there, their `value`."""
_Handler = Callable[[Names, ast.AST, Scope], _Groups]
_HANDLERS: dict[type[ast.AST], _Handler] = {
    ast.FunctionDef: Names._function,  # type: ignore[dict-item]
    ast.AsyncFunctionDef: Names._function,  # type: ignore[dict-item]
    ast.Lambda: Names._lambda,  # type: ignore[dict-item]
    ast.ClassDef: Names._class,  # type: ignore[dict-item]
    ast.Import: Names._import,  # type: ignore[dict-item]
    ast.ImportFrom: Names._import_from,  # type: ignore[dict-item]
    ast.NamedExpr: Names._named_expr,  # type: ignore[dict-item]
    ast.ExceptHandler: Names._handler_name,
    ast.MatchAs: Names._handler_name,
    ast.MatchStar: Names._handler_name,
    ast.MatchMapping: Names._handler_name,
    **{kind: Names._comprehension for kind in _COMPREHENSIONS},
    # PEP 695 type parameters, on interpreters that have them
    **{getattr(ast, name): Names._handler_name for name in ("TypeVar", "ParamSpec", "TypeVarTuple") if hasattr(ast, name)},
}
