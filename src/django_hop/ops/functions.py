"""The header of a function definition: add and drop parameters as text edits that keep its layout."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Edit
from ..rewrite.scopes import FunctionNode
from ..rewrite.site import Site
from ..rewrite.source import Refused


@dataclass(frozen=True)
class Piece:
    """One element between the parentheses of a header: a parameter with annotation and default, `*`, `/`. Offsets into the file."""

    name: str
    """Name of the parameter; `*` and `/` for the bare marks."""
    start: int
    end: int
    comma: int | None
    """Offset just behind the comma that follows, if there is one."""


@dataclass(frozen=True)
class Header:
    """The elements of a header and its parentheses."""

    opening: int
    """Offset behind the opening parenthesis."""
    closing: int
    """Offset of the closing parenthesis."""
    pieces: tuple[Piece, ...]


def header(site: Site, function: FunctionNode) -> Header:
    """The header of a function. Raises layout.Refused where the text cannot be followed."""
    start = site.module.start(function)
    text = site.text[start : site.module.end(function)]
    if "\r" in text.replace("\r\n", ""):
        raise Refused("the header has unusual line ends")
    lines = [0]
    for place, character in enumerate(text):
        if character == "\n":
            lines.append(place + 1)
    names = iter(_names(function.args))
    depth, opening, pieces, first, last = 0, -1, [], -1, -1
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            begin, end = lines[token.start[0] - 1] + token.start[1] + start, lines[token.end[0] - 1] + token.end[1] + start
            if token.type in (tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
                continue
            if token.type == tokenize.OP and token.string in ")]}":
                depth -= 1
                if not depth and token.string == ")":
                    if first >= 0:
                        pieces.append(Piece(next(names), first, last, None))
                    return Header(opening, begin, tuple(pieces))
            elif token.type == tokenize.OP and token.string in "([{":
                depth += 1
                # PEP 695 type parameters stand in brackets before the parenthesis.
                if depth == 1 and opening < 0 and token.string == "(":
                    opening = end
                    continue
            elif depth == 1 and opening >= 0 and token.string == ",":
                pieces.append(Piece(next(names), first, last, end))
                first = -1
                continue
            if opening >= 0:
                first, last = (begin if first < 0 else first), end
    except (tokenize.TokenError, StopIteration, IndentationError):
        pass
    raise Refused("the header of the function cannot be followed")


def _names(args: ast.arguments) -> Iterator[str]:
    yield from (one.arg for one in args.posonlyargs)
    if args.posonlyargs:
        yield "/"
    yield from (one.arg for one in args.args)
    if args.vararg:
        yield args.vararg.arg
    elif args.kwonlyargs:
        yield "*"
    yield from (one.arg for one in args.kwonlyargs)
    if args.kwarg:
        yield args.kwarg.arg


def bound(function: FunctionNode) -> int:
    """How many leading parameters are not given by the caller: 1 for `self` or `cls`, 0 for a static method."""
    static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in function.decorator_list)
    return 0 if static else 1


def positional(function: FunctionNode) -> list[ast.arg]:
    """The parameters that a caller may give by position, without `self`."""
    return [*function.args.posonlyargs, *function.args.args][bound(function) :]


def parameter_names(function: FunctionNode) -> frozenset[str]:
    """Names of all parameters that can be given by keyword."""
    return frozenset(one.arg for one in [*function.args.args, *function.args.kwonlyargs])


def has_default(function: FunctionNode, name: str) -> bool:
    """True if the parameter of that name has a default."""
    args = [*function.args.posonlyargs, *function.args.args]
    defaulted = {one.arg for one in args[len(args) - len(function.args.defaults) :]}
    defaulted |= {one.arg for one, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True) if default is not None}
    return name in defaulted


def add_parameter(site: Site, function: FunctionNode, source: str, position: int | None = None) -> list[Edit]:
    """The edits that add a parameter `"obj=None"`: at an index behind `self`, or last before `*args`. Raises layout.Refused."""
    args = [*function.args.posonlyargs, *function.args.args]
    place = len(args) if position is None else position + bound(function)
    if place > len(args) or place < bound(function):
        raise Refused("the function has fewer parameters than expected")
    without = len(args) - len(function.args.defaults)
    if ("=" in source and place < without) or ("=" not in source and place > without):
        raise Refused("the parameter would stand on the wrong side of one with a default")
    parts = header(site, function)
    if not place:
        follows = ", " if parts.pieces else ""
        return [Edit(parts.opening, parts.opening, source + follows)]
    before = next(one for one in parts.pieces if one.name == args[place - 1].arg)
    # A parameter with a default must not become positional-only by standing before the slash.
    index = parts.pieces.index(before)
    if place == len(args) and index + 1 < len(parts.pieces) and parts.pieces[index + 1].name == "/":
        before = parts.pieces[index + 1]
    return _insert_after(site, parts, before, source)


def _insert_after(site: Site, parts: Header, before: Piece, source: str) -> list[Edit]:
    line_start = site.text.rfind("\n", 0, before.start) + 1
    indent = site.text[line_start : before.start]
    if indent.strip() or line_start < parts.opening:
        return [Edit(before.end, before.end, f", {source}")]
    newline = "\r\n" if site.text[line_start - 2 : line_start] == "\r\n" else "\n"
    rest_end = site.text.find("\n", before.end)
    rest = site.text[before.comma or before.end : rest_end].strip()
    if rest_end < 0 or rest_end > parts.closing or (rest and not rest.startswith("#")):
        return [Edit(before.end, before.end, f",{newline}{indent}{source}")]
    if site.text[rest_end - 1] == "\r":
        rest_end -= 1
    if before.comma:
        return [Edit(rest_end, rest_end, f"{newline}{indent}{source},")]
    return [Edit(before.end, before.end, ","), Edit(rest_end, rest_end, f"{newline}{indent}{source}")]


def drop_parameter(site: Site, function: FunctionNode, name: str) -> list[Edit]:
    """The edit that drops a parameter, and the bare `*` before it where it was the only one by keyword. Raises layout.Refused."""
    parts = header(site, function)
    pieces = parts.pieces
    place = next((i for i, one in enumerate(pieces) if one.name == name), None)
    if place is None:
        raise Refused("the function has no such parameter")
    first = place
    if place and pieces[place - 1].name == "*" and (place + 1 == len(pieces) or site.text.startswith("**", pieces[place + 1].start)):
        first = place - 1
    if place + 1 < len(pieces) and pieces[place + 1].name == "/" and place == bound(function) - 1:
        raise Refused("the parameter stands alone before the slash")
    if place + 1 < len(pieces):
        start, end = pieces[first].start, pieces[place + 1].start
    elif first:
        start, end = pieces[first - 1].end, pieces[place].end
    else:
        start, end = parts.opening, parts.closing
    if "#" in site.text[start:end]:
        raise Refused("a comment stands beside the parameter")
    return [Edit(start, end, "")]
