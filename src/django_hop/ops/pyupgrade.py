"""pyupgrade as an op: the parts that ops/pyupgrade_parts.py names, in hops whose target has their Python as its oldest."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from inspect import signature
from itertools import islice
from typing import Any

from ..errors import HopError
from ..model import Edit, Finding, Hop
from ..releases import facts
from ..rewrite.scopes import Binding, Names
from ..rewrite.site import Site
from ..rewrite.sound import is_sound
from ..rewrite.source import Refused, splice
from .base import PythonOp, Where, Words
from .external import changed_lines, installed, line_edits
from .pyupgrade_parts import BRANCHES, LATER, LATER_BRANCHES, PYTHON_2, SUPER, U_PREFIX, AnyPart, Part
from .pyupgrade_plain import by_line, plain_edits, statements

SUPPORTED = ("3.21", "3.22")
"""The feature releases of pyupgrade that the adapter was written for: the last for Python 3.10, and the one after."""

_INTRODUCED = frozenset("bytes callable chr exec int iter next print range str super type".split())  # noqa: SIM905
"""Names of builtins that pyupgrade writes, by name alone."""
_TAKEN_FOR_BUILTIN = frozenset({"object", "super", "open"})
"""Names that pyupgrade takes for the builtins, by name alone."""
_REMAKERS = frozenset({"add_metaclass", "with_metaclass"})
_NAMES = re.compile(r"\b[A-Za-z_]\w*\b")


@dataclass(frozen=True)
class Fixed:
    """A text after one pass, the edits that lead to it where they are known, and whether it took tokens to make some of it."""

    text: str
    edits: Sequence[Edit] | None = None
    tokens: bool = True


@dataclass(frozen=True)
class Engine:
    """pyupgrade's internals, found to be as they were."""

    funcs: Any
    settings: Any
    state: Any
    tokens_of: Any
    text_of: Any
    order_dedents: Any
    without_u: Any

    def fix(self, site: Site, parts: Sequence[Part], floor: tuple[int, ...]) -> Fixed:
        """The text after one pass of the parts."""
        callbacks = self._callbacks(site, parts, floor)
        strings = U_PREFIX in parts and any(node.kind == "u" for node in site.names.strings)
        plain = plain_edits(site, callbacks, strings)
        if plain is None:
            return Fixed(self._by_tokens(site.text, callbacks, strings))
        edits, doubtful = plain
        for first, end in statements(site, doubtful):
            # Tokens cost by the length of the text, so only a statement at the margin is made tokens of, with what follows up to the next.
            place, behind = site.module.source.starts[first - 1], site.module.source.starts[end - 1] if end else len(site.text)
            inside = {
                offset._replace(line=offset.line - first + 1): functions
                for offset, functions in callbacks.items()
                if first <= offset.line and (not end or offset.line < end)
            }
            old = site.text[place:behind]
            changed = changed_lines(old, self._by_tokens(old, inside, strings))
            edits = [edit for edit in edits if not place <= edit.start < behind]
            edits += [Edit(place + edit.start, place + edit.end, edit.new) for edit in changed]
        edits.sort(key=lambda edit: edit.start)
        return Fixed(splice(site.text, edits), edits, bool(doubtful))

    def _by_tokens(self, old: str, callbacks: Mapping[Any, Sequence[Any]], strings: bool) -> str:
        """A text after pyupgrade's own functions."""
        crlf = "\r\n" in old and not re.search(r"(?<!\r)\n", old)
        # pyupgrade knows LF only: where it adds a line, it takes the other end for the middle of one.
        tokens = self.tokens_of(old.replace("\r\n", "\n") if crlf else old)
        self.order_dedents(tokens)
        for place in range(len(tokens) - 1, -1, -1):
            token = tokens[place]
            if not token.src:
                continue
            if strings and token.name == "STRING":
                tokens[place] = self.without_u(token)
            for callback in callbacks.get(token.offset, ()):
                callback(place, tokens)
        text = str(self.text_of(tokens))
        return text.replace("\n", "\r\n") if crlf else text

    def _callbacks(self, site: Site, parts: Sequence[Part], floor: tuple[int, ...]) -> dict[Any, list[Any]]:
        """What pyupgrade's `visit()` gives, from the nodes that are sorted by their types: its own walk costs more than the rest."""
        imported: dict[str, set[str]] = defaultdict(set)
        for node in site.nodes(ast.ImportFrom):
            if not node.level and node.module:
                imported[node.module].update(alias.name for alias in node.names if not alias.asname)
        state = self.state(self.settings(min_version=floor, keep_mock=True), imported)
        of_six = _around_six(site, imported) if any(part.plugin.startswith("six_") for part in parts) else set()
        found: dict[Any, list[Any]] = defaultdict(list)
        for part in parts:
            only = of_six if part.plugin.startswith("six_") else None
            for kind, function in self.functions(part.plugin):
                for node, parent in _nodes(site, kind, only):
                    if part.guard is None or part.guard(node, parent):
                        for offset, callback in function(state, node, parent):
                            if part is not SUPER or _writes_super(site, offset.line, callback):
                                found[offset].append(callback)
        return found

    def functions(self, plugin: str) -> list[tuple[type[ast.AST], Any]]:
        """The functions of a plugin, with the type of node that each looks at."""
        return self._functions.get(f"pyupgrade._plugins.{plugin}", [])

    @cached_property
    def _functions(self) -> dict[str, list[tuple[type[ast.AST], Any]]]:
        found: dict[str, list[tuple[type[ast.AST], Any]]] = defaultdict(list)
        for kind, group in self.funcs.items():
            for one in group:
                found[one.__module__].append((kind, one))
        return found


def _nodes(site: Site, kind: type[ast.AST], only: Set[ast.AST] | None) -> Iterator[tuple[Any, Any]]:
    """All nodes of a type, or those of a set, with the nodes around them; of a module only what is around the calls of `super(C, self)`."""
    if kind is ast.Module:
        yield ast.Module([*_scopes_with_super(site)], []), site.module.tree
        return
    for node in site.names.uses if kind is ast.Name else site.nodes(kind):
        if only is None or node in only:
            yield node, site.parent(node) or site.module.tree


def _around_six(site: Site, imported: Mapping[str, Set[str]]) -> set[ast.AST]:
    """The uses of `six` and of what comes from it, and the attributes, calls and classes around them: all that its plugins look at."""
    names = {"six", *imported["six"], *imported["six.moves"]}
    uses = [node for node in site.names.uses if node.id in names]
    return {near for node in uses for near in (node, *islice(site.ancestors(node), 3))}


def _scopes_with_super(site: Site) -> Iterator[ast.stmt]:
    """The classes and functions around each call of `super()` with two arguments, from the outermost class on, and nothing else."""
    for node in site.nodes(ast.Call):
        if len(node.args) == 2 and isinstance(node.func, ast.Name) and node.func.id == "super":
            inner: Any = node
            outermost = None
            for around in site.ancestors(node):
                inner = _only_around(around, inner)
                if isinstance(around, ast.ClassDef):
                    outermost = inner
            if outermost is not None:
                yield outermost


def _only_around(scope: ast.AST, inner: Any) -> Any:
    """A scope with nothing in it but one node, its first parameter kept; the node itself where this is no scope."""
    if isinstance(scope, ast.ClassDef):
        return ast.ClassDef(scope.name, [], [], [inner], [])
    if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        first = ast.arguments(posonlyargs=[], args=scope.args.args[:1], kwonlyargs=[], kw_defaults=[], defaults=[])
        return ast.Lambda(first, inner)
    if isinstance(scope, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return ast.ListComp(inner, [])
    return inner


def _writes_super(site: Site, line: int, callback: Any) -> bool:
    """Of the plugin `legacy` only `super()`, where that means the same; `yield from`, its other subject, hands on what is sent."""
    if getattr(callback, "keywords", {}).get("template") != "super()":
        return False
    around = (node for node in site.nodes(ast.ClassDef) if node.lineno <= line <= (node.end_lineno or node.lineno))
    return not any(_is_remade(site, node) for node in around)


def _is_remade(site: Site, node: ast.ClassDef) -> bool:
    """True if a class's name is not, when methods run, the class they were written in, by which `super()` goes."""
    bound = site.names.scope_of[node].bindings.get(node.name, ())
    return len(bound) > 1 or any(_remakes(one) for one in node.decorator_list)


@cache
def engine() -> Engine:
    """pyupgrade, imported on first use. Raises HopError where it is missing or its internals have moved."""
    wanted = " or ".join(SUPPORTED)
    hint = f"Install pyupgrade {wanted}: pip install 'pyupgrade=={SUPPORTED[-1]}.*'. Or leave it out with --skip pyupgrade."
    try:
        data, main, tokens = import_module("pyupgrade._data"), import_module("pyupgrade._main"), import_module("tokenize_rt")
        found = Engine(
            data.FUNCS,
            data.Settings,
            data.State,
            tokens.src_to_tokens,
            tokens.tokens_to_src,
            main._fixup_dedent_tokens,
            main._remove_u_prefix,
        )
        fits = (
            {"min_version", "keep_mock"} <= {*signature(data.Settings).parameters}
            and [*signature(data.State).parameters][:2] == ["settings", "from_imports"]
            and all(found.functions(part.plugin) for part in (*PYTHON_2, *LATER) if part.plugin)
        )
    except ModuleNotFoundError as error:
        raise HopError(f"pyupgrade cannot be imported: {error}.", hint) from None
    except (ImportError, AttributeError, TypeError, ValueError):
        fits = False
    if not fits:
        raise HopError(f"pyupgrade {installed('pyupgrade')} has other internals than the {wanted} that django-hop works with.", hint)
    return found


@dataclass(frozen=True)
class PyUpgrade(PythonOp):
    """Run parts of pyupgrade over a file, for code that need not run on anything older than `floor`: `PyUpgrade((3,), PYTHON_2, "...")`.

    A floor with a minor version is at work in hops whose target has just this Python as its oldest: one commit a hop, and the hops one
    after another come to the same text as a direct one. Raises HopError if the engine does not fit.
    """

    floor: tuple[int, ...]
    parts: tuple[Part, ...]
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The words of all parts."""
        return tuple(dict.fromkeys(words for part in self.parts for words in part.words))

    @property
    def second_look(self) -> AnyPart:
        """The texts of all parts."""
        return AnyPart(self.parts)

    def in_hop(self, hop: Hop) -> bool:
        """True if the floor is that of the target, or older than all."""
        return len(self.floor) == 1 or facts(hop.target).pythons[0] == ".".join(map(str, self.floor))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """pyupgrade's changes as edits within lines, a finding for each."""
        if not self.in_hop(site.hop):
            return
        parts = self.second_look.spoken(site.text.encode())
        if not parts:
            return
        fixed = self._fixed(site, parts)
        branches = fixed.tokens and any(part in (BRANCHES, LATER_BRANCHES) for part in parts)
        if branches and (missed := _undefined(site, fixed.text)):
            node = next(iter(site.module.tree.body))
            yield site.finding(
                node, f"{self.message}; but `{missed}` of a branch that no Python takes is used outside of it, so branches stay"
            )
            fixed = self._fixed(site, [part for part in parts if part not in (BRANCHES, LATER_BRANCHES)])
        if clash := _clash(site, fixed):
            message = f"{self.message}; pyupgrade would take `{clash.name}` for Python's own, and here it is this file's: nothing changed"
            yield site.finding(clash.alias or clash.node, message)
            return
        for edit in _edits(site.text, fixed):
            yield _with_blank_lines(site.text, edit)
            yield site.finding_at(min(edit.start, max(len(site.text) - 1, 0)), self.message, fixed=True)
        for binding in _left_behind(site, fixed.text):
            site.imports.drop_unused(binding)

    def _fixed(self, site: Site, parts: Sequence[Part]) -> Fixed:
        """The text after one pass. Raises Refused where pyupgrade fails."""
        try:
            return engine().fix(site, parts, self.floor)
        except RecursionError:
            raise Refused("pyupgrade cannot read it: nested too deeply") from None
        except HopError:
            raise
        except Exception as error:  # token splicing fails in ways of its own
            raise Refused(f"pyupgrade fails here: {type(error).__name__}: {error}") from None


def _left_behind(site: Site, text: str) -> Iterator[Binding]:
    """The imports from `six` whose last use goes with the change: pyupgrade leaves them where they are."""
    if text == site.text:
        return
    for name, bindings in site.names.module.bindings.items():
        binding = bindings[0]
        if len(bindings) > 1 or binding.alias is None or (binding.origin or "").partition(".")[0] != "six":
            continue
        word = re.compile(rf"{name}\b(?<!\w{name})")
        statement = site.module.segment(binding.node)
        if statement not in text or len(word.findall(text)) != len(word.findall(statement)):
            continue
        uses = [node for node, scope in site.names.uses.items() if node.id == name and binding in scope.lookup(name)]
        if uses:
            for node in uses:
                site.imports.gone(node)
            yield binding


def _remakes(decorator: ast.expr) -> bool:
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return name in _REMAKERS or (isinstance(decorator, ast.Call) and any(keyword.arg == "slots" for keyword in decorator.keywords))


def _edits(old: str, fixed: Fixed) -> list[Edit]:
    """The changes line by line, without the blank lines that an import at the head leaves behind."""
    if fixed.text == old:
        return []
    if old.startswith(("\r", "\n")) or not fixed.text.startswith(("\r", "\n")):
        return line_edits(old, fixed.text) if fixed.edits is None else by_line(old, fixed.edits)
    if fixed.edits is None or fixed.edits[0].start or fixed.edits[0].new:
        return line_edits(old, fixed.text.lstrip("\r\n"))
    end, rest = 0, list(fixed.edits)
    while rest and rest[0].start <= end and not rest[0].new:
        end = rest.pop(0).end
        end += len(old) - end - len(old[end:].lstrip("\r\n"))
    return by_line(old, [Edit(0, end, ""), *rest])


def _with_blank_lines(text: str, edit: Edit) -> Edit:
    """A removal of whole lines takes the blank lines behind it along where there are some before it."""
    if edit.new or not text.endswith("\n", edit.start, edit.end) or not text.endswith(("\n\n", "\r\n\r\n"), 0, edit.start):
        return edit
    blank = re.compile(r"(?:[ \t]*\r?\n)*").match(text, edit.end)
    return Edit(edit.start, blank.end() if blank else edit.end, "")


def _undefined(site: Site, text: str) -> str:
    """A name that the new text uses and no longer binds; "" if there is none."""
    if text == site.text or is_sound(site.module, site.module.source.encode(text)):
        return ""
    try:
        return min(Names(ast.parse(text)).undefined() - site.names.undefined(), default="")
    except SyntaxError:
        return ""  # the engine says so


def _bases_are_builtin(site: Site) -> bool:
    """True if `object` is Python's own wherever a class derives from it, whatever functions call by that name."""
    bases = [base for node in site.nodes(ast.ClassDef) for base in node.bases if isinstance(base, ast.Name) and base.id == "object"]
    return bool(bases) and not any(site.names.uses[base].lookup("object") for base in bases)


def _changes_within(node: ast.AST, name: str, text: str, fixed: Fixed) -> bool:
    """True if a change that speaks of a name lies on the lines of a function or class."""
    for edit in _edits(text, fixed):
        spoken = {*_NAMES.findall(text[edit.start : edit.end]), *_NAMES.findall(edit.new)}
        first = text.count("\n", 0, edit.start) + 1
        last = first + text.count("\n", edit.start, edit.end)
        if name in spoken and getattr(node, "lineno", first) <= last and first <= getattr(node, "end_lineno", last):
            return True
    return False


def _clash(site: Site, fixed: Fixed) -> Binding | None:
    """Where the file itself binds a builtin's name that the change is about, by something else than an import of the builtin."""
    if fixed.edits is None:
        old, new = site.text, fixed.text
    else:  # no edit of them cuts a name in two
        old = " ".join(site.text[one.start : one.end] for one in fixed.edits)
        new = " ".join(one.new for one in fixed.edits)
    if old == new:
        return None
    before, after = Counter(_NAMES.findall(old)), Counter(_NAMES.findall(new))
    changed = {name for name in _INTRODUCED if after[name] > before[name]}
    changed |= {name for name in _TAKEN_FOR_BUILTIN if after[name] < before[name]}
    if "object" in changed and _bases_are_builtin(site):
        changed.remove("object")
    for node, scope in site.names.inner.items():
        for name in sorted(changed & scope.bindings.keys()):
            if scope is not site.names.module and not _changes_within(node, name, site.text, fixed):
                continue
            if not all((one.origin or "").startswith(("builtins.", "six.", "future.", "io.")) for one in scope.bindings[name]):
                return scope.bindings[name][0]
    return None
