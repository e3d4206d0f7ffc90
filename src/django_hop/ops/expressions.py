"""Text of expressions: when parentheses are needed, an argument in place of its call."""

from __future__ import annotations

import ast

from ..model import Edit
from ..rewrite.site import Site
from .methods import fitted, in_file_quotes
from .names import release_root

_BRACKETED = (ast.Call, ast.Subscript, ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Tuple)
_POSTFIX = (ast.Name, ast.Attribute, ast.JoinedStr, *_BRACKETED)


def is_atom(node: ast.expr) -> bool:
    """True if something may be written right behind the expression's text: `.items()`, `[0]`."""
    return isinstance(node, _POSTFIX) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def operand(site: Site, node: ast.expr) -> str:
    """The text of an expression fit to stand before `.name` or `[...]`, in parentheses where needed."""
    text = site.module.segment(node)
    closed = is_atom(node) and ("\n" not in text or isinstance(node, _BRACKETED))
    return text if closed or (isinstance(node, ast.GeneratorExp) and text.startswith("(")) else f"({text})"


def is_builtin(site: Site, name: str, at: ast.AST) -> bool:
    """True if a name means the builtin at a place, by itself or imported from `builtins`, also that of the package future."""
    found = site.scope(at).lookup(name)
    return not site.names.stars and all(one.origin in (f"builtins.{name}", f"future.builtins.{name}") for one in found)


def unwrap(site: Site, call: ast.Call, argument: ast.expr) -> Edit | None:
    """Replace a call by one of its arguments; None if a comment would be lost. The callee's import goes when this was its last use."""
    start, end = site.module.start(argument), site.module.end(argument)
    outside = site.text[site.module.start(call) : start] + site.text[end : site.module.end(call)]
    if "#" in outside or isinstance(argument, ast.Starred):
        return None
    text = site.module.segment(argument)
    free_lines = "\n" in text and not isinstance(argument, _BRACKETED)
    release_root(site, call.func)
    return site.edit(call, f"({text})" if free_lines else fitted(site, call, text))


def quoted(site: Site, text: str) -> str:
    """A string literal in the quotes that the file uses most; `text` needs no escapes."""
    return in_file_quotes(site, f'"{text}"')


def first_argument(site: Site, call: ast.Call, text: str) -> Edit:
    """Put one more argument before the first, on a line of its own if that has one."""
    nodes = [*call.args, *call.keywords]
    if not nodes:
        end = site.module.end(call) - 1
        return Edit(end, end, text)
    start = min(site.module.start(one) for one in nodes)
    line = site.module.source.starts[site.module.source.position(start)[0] - 1]
    indent = site.text[line:start]
    own_line = not indent.strip() and "\n" in site.text[site.module.end(call.func) : start]
    return Edit(start, start, f"{text},{site.module.source.newline}{indent}" if own_line else f"{text}, ")
