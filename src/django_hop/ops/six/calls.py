"""Uses of django.utils.six other than six.moves: types, iterators, literals, assertions, raise."""

from __future__ import annotations

import ast

from ...model import Edit
from ...rewrite.site import Site
from ..expressions import is_atom, is_builtin
from ..methods import fitted, in_format_string
from ..names import release_root
from ..nodes import name_of
from .names import ASSERTIONS, BUILTINS, CONSTANTS, CONSUMERS, IMPORTED, ITERATORS, TYPES, WRAPPERS


def edits_of(site: Site, name: str, node: ast.expr) -> list[Edit] | None:
    """The edits for one use of `six.name`; None if a person has to decide."""
    if in_format_string(site, node) or not isinstance(getattr(node, "ctx", None), ast.Load):
        return None
    edits = _plain(site, name, node)
    call = site.parent(node)
    if edits is None and isinstance(call, ast.Call) and call.func is node:
        starred = any(isinstance(arg, ast.Starred) for arg in call.args)
        edits = _again(site, name, call) if starred else _call(site, name, node, call)
    if edits is None and name in CONSTANTS:
        edits = _choice(site, node, CONSTANTS[name])
    if edits is not None:
        release_root(site, node)
    return edits


def _plain(site: Site, name: str, node: ast.expr) -> list[Edit] | None:
    if name in BUILTINS:
        return [site.edit(node, BUILTINS[name])] if is_builtin(site, BUILTINS[name], node) else None
    if name in IMPORTED:
        spoken = site.imports.need(IMPORTED[name], node)
        return [site.edit(node, spoken)] if spoken else None
    if name in TYPES and is_builtin(site, TYPES[name], node):
        return [site.edit(node, TYPES[name] if _in_isinstance(site, node) else f"({TYPES[name]},)")]
    return None


def _in_isinstance(site: Site, node: ast.expr) -> bool:
    """True for the second argument of isinstance(), and for an element of a tuple there."""
    around = site.parent(node)
    inner: ast.AST | None = node
    while isinstance(around, ast.Tuple):
        around, inner = site.parent(around), around
    named = isinstance(around, ast.Call) and isinstance(around.func, ast.Name) and around.func.id in ("isinstance", "issubclass")
    return named and isinstance(around, ast.Call) and around.args[1:2] == [inner]


def _call(site: Site, name: str, node: ast.expr, call: ast.Call) -> list[Edit] | None:
    if call.keywords and name not in ASSERTIONS:
        return None
    if name in ITERATORS and len(call.args) == 1:
        method = ITERATORS[name]
        if _is_consumed(site, call):
            return wrapped(site, call, "", f".{method}()")
        return wrapped(site, call, "iter(", f".{method}())") if is_builtin(site, "iter", node) else None
    if name in WRAPPERS and len(call.args) == 1:
        return wrapped(site, call, *WRAPPERS[name])
    if name == "b" and len(call.args) == 1:
        return _bytes(site, call)
    if name == "indexbytes" and len(call.args) == 2 and is_atom(call.args[0]) and "#" not in site.module.segment(call):
        data, index = (site.module.segment(arg) for arg in call.args)
        return [site.edit(call, f"{data}[{index}]")]
    if name in ASSERTIONS and call.args:
        return _assertion(site, name, call)
    if name in ("reraise", "raise_from") and isinstance(site.parent(call), ast.Expr):
        return _raise(site, name, call)
    return None


def wrapped(site: Site, call: ast.Call, before: str, behind: str) -> list[Edit] | None:
    """Two edits that put other text around the only argument of a call, which may change as well; None if a comment stands in the way."""
    (argument,) = call.args
    start, end = site.module.start(argument), site.module.end(argument)
    head, tail = site.text[site.module.start(call) : start], site.text[end : site.module.end(call)]
    if "#" in head + tail or isinstance(argument, ast.GeneratorExp):
        return None
    text = site.text[start:end]
    postfix = behind.startswith((".", "["))
    open_lines = "\n" in text and not text.endswith((")", "]", "}")) and not before
    bare = (is_atom(argument) or not postfix) and not open_lines
    if not before and not behind and bare and fitted(site, call, text) != text:
        bare = False
    if not bare:
        before, behind = f"{before}(", f"){behind}"
    return [Edit(site.module.start(call), start, before), Edit(end, site.module.end(call), behind)]


def _is_consumed(site: Site, call: ast.Call) -> bool:
    around = site.parent(call)
    if isinstance(around, (ast.For, ast.AsyncFor)):
        return around.iter is call
    if isinstance(around, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return any(generator.iter is call for generator in around.generators)
    if isinstance(around, ast.Call) and call in around.args:
        func = around.func
        name = name_of(func)
        return name in CONSUMERS or name.endswith(("Dict", "dict"))
    return isinstance(around, (ast.Starred, ast.YieldFrom))


def _bytes(site: Site, call: ast.Call) -> list[Edit] | None:
    (literal,) = call.args
    text = site.module.segment(literal)
    plain = (
        isinstance(literal, ast.Constant)
        and isinstance(literal.value, str)
        and literal.value.isascii()
        and text[:1] in "'\""
        and "\\" not in text
    )
    return wrapped(site, call, "b", "") if plain and "\n" not in text else None


def _assertion(site: Site, name: str, call: ast.Call) -> list[Edit] | None:
    case, *rest = call.args
    if not isinstance(case, ast.Name) or "#" in site.text[site.module.start(call) : site.module.end(case)]:
        return None
    following = [*rest, *call.keywords]
    end = site.module.start(following[0]) if following else site.module.end(call) - 1
    return [Edit(site.module.start(call), end, f"{case.id}.{name}(")]


def _raise(site: Site, name: str, call: ast.Call) -> list[Edit] | None:
    texts = [site.module.segment(arg) for arg in call.args]
    if "#" in site.module.segment(call) or any("\n" in text for text in texts):
        return None
    if name == "raise_from":
        return [site.edit(call, f"raise {texts[0]} from {texts[1]}")] if len(texts) == 2 else None
    if len(texts) not in (2, 3) or isinstance(call.args[1], ast.Constant) or not is_atom(call.args[1]):
        return None
    return [site.edit(call, f"raise {texts[1]}" if len(texts) == 2 else f"raise {texts[1]}.with_traceback({texts[2]})")]


def _again(site: Site, name: str, call: ast.Call) -> list[Edit] | None:
    """`six.reraise(*sys.exc_info())` in an except block becomes `raise`."""
    whole = len(call.args) == 1 and not call.keywords and isinstance(call.args[0], ast.Starred) and isinstance(call.args[0].value, ast.Call)
    if name != "reraise" or not whole or not isinstance(site.parent(call), ast.Expr):
        return None
    value = getattr(call.args[0], "value", None)
    handler = next(
        (one for one in site.ancestors(call) if isinstance(one, (ast.ExceptHandler, ast.FunctionDef, ast.Lambda, ast.ClassDef))), None
    )
    if not isinstance(handler, ast.ExceptHandler) or not isinstance(value, ast.Call) or site.qualified(value.func) != "sys.exc_info":
        return None
    release_root(site, value.func)
    return [site.edit(call, "raise")]


def _choice(site: Site, node: ast.expr, truth: bool) -> list[Edit] | None:
    """`a if six.PY3 else b` becomes `a`."""
    test: ast.AST = node
    around = site.parent(node)
    if isinstance(around, ast.UnaryOp) and isinstance(around.op, ast.Not):
        test, around, truth = around, site.parent(around), not truth
    if not isinstance(around, ast.IfExp) or around.test is not test or "#" in site.module.segment(around):
        return None
    kept = around.body if truth else around.orelse
    text = site.module.segment(kept)
    if "\n" in text:
        return None
    return [site.edit(around, fitted(site, around, text))]
