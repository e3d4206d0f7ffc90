"""Text edits on settings modules: whole statements, elements of lists, strings, decorators. Where the layout is unusual they refuse."""

from __future__ import annotations

import ast
import re

from ..model import Edit
from ..rewrite.site import Site
from ..rewrite.source import Refused

Container = ast.List | ast.Tuple | ast.Set
_REST = re.compile(r"[ \t]*(#[^\r\n]*)?(?=\r|\n|\Z)")
_GAP = re.compile(r"(?:\s|\\\r?\n|#[^\r\n]*(?=\r|\n))*(,)?")
_PLAIN = re.compile(r"[rRuUbB]*(\"\"\"|'''|\"|')(.*)\1", re.S)


def without_statement(site: Site, statement: ast.stmt) -> Edit:
    """Remove a statement with its line and trailing comment; `pass` takes its place where a block would be empty. Raises Refused."""
    module, text = site.module, site.text
    start, end = module.start(statement), module.end(statement)
    line = module.source.starts[statement.lineno - 1]
    rest = _REST.match(text, end)
    if text[line:start].strip() or rest is None or text[:line].rstrip("\r\n").endswith("\\"):
        raise Refused("other code stands on the same line")
    if len(_block(site, statement)) == 1:
        return Edit(start, end, "pass")
    return Edit(line, _after_blank(site, line, _next_line(text, rest.end())), "")


def _block(site: Site, statement: ast.stmt) -> list[ast.stmt]:
    parent = site.parent(statement)
    for field in ("body", "orelse", "finalbody"):
        block = getattr(parent, field, None)
        if isinstance(block, list) and statement in block and not isinstance(parent, ast.Module):
            return block
    return [statement, statement]  # the module itself may be empty


def _next_line(text: str, end: int) -> int:
    """Just behind the line end that stands at `end`."""
    if text.startswith("\r\n", end):
        return end + 2
    return min(end + 1, len(text))


def _after_blank(site: Site, start: int, end: int) -> int:
    """Behind one blank line below, if a blank line also stands above: two paragraphs need one gap, not two."""
    text = site.text
    above = text[:start]
    blank = re.compile(r"[ \t]*(\r\n|\r|\n)").match(text, end)
    if blank and (not above.strip() or re.search(r"(\r\n|\r|\n)[ \t]*(\r\n|\r|\n)\Z", above)):
        return blank.end()
    return end


def without_decorator(site: Site, node: ast.expr) -> Edit:
    """Remove a decorator that has its line, or lines, to itself. Raises Refused."""
    text, start, end = site.text, site.module.start(node), site.module.end(node)
    line = site.module.source.starts[node.lineno - 1]
    rest = _REST.match(text, end)
    if text[line:start].strip() != "@" or rest is None:
        raise Refused("other code stands on the same line")
    return Edit(line, _next_line(text, rest.end()), "")


def string_edit(site: Site, node: ast.Constant, old: str, new: str) -> Edit:
    """Replace the tail `old` of a string, quotes and prefix kept. Raises Refused where the source spells it in another way."""
    segment = site.module.segment(node)
    plain = _PLAIN.fullmatch(segment)
    if plain is None or plain[2] != node.value or not plain[2].endswith(old):
        raise Refused("the string is put together from pieces")
    end = site.module.start(node) + plain.end(2)
    return Edit(end - len(old), end, new)


def _comma(site: Site, element: ast.expr, limit: int) -> int | None:
    """Offset just behind the comma after an element; None if there is none. Raises Refused for parentheses around it."""
    end = site.module.end(element)
    gap = _GAP.match(site.text, end, limit)
    if gap is not None and gap[1]:
        return gap.end()
    if gap is not None and gap.end() < limit:
        raise Refused("the element stands in parentheses")
    return None


def without_element(site: Site, container: Container, element: ast.expr) -> list[Edit]:
    """Remove one element, with its line and trailing comment where it has one to itself. Raises Refused."""
    module, text = site.module, site.text
    place = container.elts.index(element)
    start, end = module.start(element), module.end(element)
    limit = _inside(site, container)
    following = container.elts[place + 1] if place + 1 < len(container.elts) else None
    comma = _comma(site, element, module.start(following) if following is not None else limit)
    kept = [one for one in container.elts if one is not element]
    extra = _lone_comma(site, container, kept, limit)
    line = module.source.starts[element.lineno - 1]
    rest = _REST.match(text, comma or end)
    if not text[line:start].strip() and rest is not None:
        return [Edit(line, _next_line(text, rest.end()), ""), *extra]
    if following is not None:
        if "(" in text[comma or end : module.start(following)]:
            raise Refused("the element stands in parentheses")
        if text[start : module.start(following)].count("\n"):
            return [Edit(_left(text, start), comma or end, ""), *extra]
        return [Edit(start, module.start(following), ""), *extra]
    if not kept:
        return [Edit(start, comma or end, "")]
    before = module.end(kept[-1])
    if "#" in text[before:start] or "\n" in text[before:start]:
        raise Refused("the element's line also closes the list")
    if extra or comma or not (isinstance(container, ast.Tuple) and len(kept) == 1):
        return [Edit(before, end, ""), *extra]
    return [Edit(before + text[before:start].index(",") + 1, end, "")]


def _left(text: str, offset: int) -> int:
    while offset and text[offset - 1] in " \t":
        offset -= 1
    return offset


def _lone_comma(site: Site, container: Container, kept: list[ast.expr], limit: int) -> list[Edit]:
    """The comma that makes a tuple of one element, if the element that stays is the last and lacks it."""
    if not isinstance(container, ast.Tuple) or len(kept) != 1 or kept[0] is not container.elts[-1]:
        return []
    return [] if _comma(site, kept[0], limit) else [Edit(site.module.end(kept[0]), site.module.end(kept[0]), ",")]


def _inside(site: Site, container: Container) -> int:
    """Offset of the closing bracket. Raises Refused for a tuple without one."""
    end = site.module.end(container) - 1
    if site.text[site.module.start(container)] not in "([{" or site.text[end] not in ")]}" or not _bracketed(site, container):
        raise Refused("the tuple has no brackets")
    return end


def _bracketed(site: Site, container: Container) -> bool:
    return not container.elts or site.module.start(container) < site.module.start(container.elts[0])


def with_element(
    site: Site, container: Container, new: str, *, after: ast.expr | None = None, before: ast.expr | None = None
) -> list[Edit]:
    """Add the string `new` behind or before an element, or at the end; quotes and lines as its neighbour has them. Raises Refused."""
    module, text = site.module, site.text
    limit = _inside(site, container)
    neighbour = before or after or (container.elts[-1] if container.elts else None)
    if neighbour is None:
        place = module.start(container) + 1
        return [Edit(place, place, f'"{new}"' + ("," if isinstance(container, ast.Tuple) else ""))]
    quote = "'" if module.segment(neighbour).startswith("'") else '"'
    said = f"{quote}{new}{quote}"
    start, end = module.start(neighbour), module.end(neighbour)
    line = module.source.starts[neighbour.lineno - 1]
    indent = text[line:start]
    own_line = not indent.strip()
    if neighbour is before:
        return [Edit(line, line, f"{indent}{said},{module.source.newline}")] if own_line else [Edit(start, start, f"{said}, ")]
    place = container.elts.index(neighbour)
    comma = _comma(site, neighbour, module.start(container.elts[place + 1]) if place + 1 < len(container.elts) else limit)
    rest = _REST.match(text, comma or end)
    if not own_line or rest is None:
        return [Edit(end, end, f", {said}")]
    new_line = Edit(rest.end(), rest.end(), f"{module.source.newline}{indent}{said}{',' if comma else ''}")
    return [new_line] if comma else [Edit(end, end, ","), new_line]


def end_of_line(site: Site, statement: ast.stmt) -> int | None:
    """Offset of the end of a statement's last line, its comment included; None if other code follows there."""
    rest = _REST.match(site.text, site.module.end(statement))
    return rest.end() if rest is not None else None
