"""LibCST on one expression at a time: parse it from its text, change it, get text back in the file's own line ends.

LibCST keeps comments and layout; parsing only the expression that changes makes it cheap, and caps what its known
defects (shared/PITFALLS.md section 4) can reach: what does not come back unchanged is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import Lazy
from .source import Refused as Refused

if TYPE_CHECKING:
    import libcst as cst
else:
    cst = Lazy("libcst")

LONGEST = 50_000
DEEPEST = 150
"""LibCST recurses: beyond these it may take the process with it (PITFALLS.md section 4)."""


def parse_call(text: str) -> cst.Call:
    """The LibCST node of a call's text. Raises Refused."""
    if len(text) > LONGEST or text.count("(") + text.count("[") + text.count("{") > 20 * DEEPEST or _chained(text) > DEEPEST:
        raise Refused("the expression is too long for LibCST")
    plain = text.replace("\r\n", "\n")
    if "\r" in plain or ("\r\n" in text and plain.count("\n") != text.count("\r\n")):
        raise Refused("mixed line ends")
    try:
        node = cst.parse_expression(f"({plain})" if "\n" in plain else plain)
    except Exception as error:  # LibCST raises ParserSyntaxError, RecursionError and more
        raise Refused(f"LibCST cannot read it: {type(error).__name__}") from None
    if "\n" in plain:
        node = node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])
    if not isinstance(node, cst.Call) or _code(node) != plain:
        raise Refused("LibCST does not give the text back")
    return node


def _chained(text: str) -> int:
    """An upper bound of how long a chain of attributes, calls or operators the text may hold."""
    return max(text.count("."), text.count(" + "), text.count("("))


def code_of(node: cst.CSTNode, like: str) -> str:
    """The text of a node, with the line ends of the text it came from."""
    code = _code(node)
    return code.replace("\n", "\r\n") if "\r\n" in like else code


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def keyword(name: str, value: str) -> cst.Arg:
    """A keyword argument `name=value` without spaces around the equals sign."""
    bare = cst.SimpleWhitespace("")
    return cst.Arg(
        keyword=cst.Name(name),
        value=cst.parse_expression(value),
        equal=cst.AssignEqual(whitespace_before=bare, whitespace_after=bare),
    )


def find_argument(call: cst.Call, name: str) -> cst.Arg | None:
    """The keyword argument of that name."""
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)


def has_stars(call: cst.Call, star: str = "") -> bool:
    """True if the call unpacks `*args` or `**kwargs` (or only the given one)."""
    return any(arg.star == star if star else arg.star for arg in call.args)


def add_argument(call: cst.Call, arg: cst.Arg) -> cst.Call:
    """The call with one more argument at the end, laid out like its neighbours: trailing comma, comments and line breaks kept."""
    if not call.args:
        return call.with_changes(args=[arg])
    last = call.args[-1]
    trailing = isinstance(last.comma, cst.Comma)
    tail = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    separator = _separator(call, tail)
    tail = _without_comment(tail) if isinstance(separator, cst.ParenthesizedWhitespace) else tail
    comma = cst.Comma(
        whitespace_before=last.comma.whitespace_before if isinstance(last.comma, cst.Comma) else cst.SimpleWhitespace(""),
        whitespace_after=separator,
    )
    moved = last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace(""))
    if trailing:
        new = arg.with_changes(comma=cst.Comma(whitespace_after=tail), whitespace_after_arg=cst.SimpleWhitespace(""))
    else:
        new = arg.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=tail)
    return call.with_changes(args=[*call.args[:-1], moved, new])


def _separator(call: cst.Call, tail: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """What stands between the last argument and a new one: like the gap before it, with the comment of the last line."""
    before = call.whitespace_before_args
    for arg in reversed(call.args[:-1]):
        if isinstance(arg.comma, cst.Comma):
            before = arg.comma.whitespace_after
            break
    has_comment = isinstance(tail, cst.ParenthesizedWhitespace) and tail.first_line.comment is not None
    if isinstance(before, cst.ParenthesizedWhitespace):
        first = tail.first_line if isinstance(tail, cst.ParenthesizedWhitespace) else cst.TrailingWhitespace()
        return cst.ParenthesizedWhitespace(first_line=first, indent=before.indent, last_line=before.last_line)
    if has_comment and isinstance(tail, cst.ParenthesizedWhitespace):
        opened = call.whitespace_before_args
        if isinstance(opened, cst.ParenthesizedWhitespace):
            return tail.with_changes(indent=opened.indent, last_line=opened.last_line)
        return tail
    return cst.SimpleWhitespace(" ")


def _without_comment(tail: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    if isinstance(tail, cst.ParenthesizedWhitespace):
        return tail.with_changes(first_line=cst.TrailingWhitespace(newline=tail.first_line.newline))
    return tail


def drop_argument(call: cst.Call, name: str) -> cst.Call:
    """The call without a keyword argument, its neighbours' layout kept. Raises Refused if a comment would be lost."""
    place = next(i for i, arg in enumerate(call.args) if arg.keyword is not None and arg.keyword.value == name)
    return drop_argument_at(call, place)


def drop_argument_at(call: cst.Call, place: int) -> cst.Call:
    """The call without its argument number `place`. Raises Refused if a comment would be lost."""
    gone = call.args[place]
    if "#" in _code(gone.with_changes(value=cst.Name("x"))):
        raise Refused("a comment stands beside the argument")
    args = [arg for i, arg in enumerate(call.args) if i != place]
    if not args:
        return call.with_changes(args=[], whitespace_before_args=cst.SimpleWhitespace(""))
    if place == len(args):
        last = args[-1]
        args[-1] = last.with_changes(comma=gone.comma, whitespace_after_arg=gone.whitespace_after_arg)
        if isinstance(last.comma, cst.Comma) and "#" in _code(last.comma):
            raise Refused("a comment stands beside the argument")
    return call.with_changes(args=args)
