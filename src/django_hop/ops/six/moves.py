"""six.moves: what moved between Python 2 and 3, imported from where Python 3 has it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ...model import Edit
from ...rewrite.site import Site
from ..methods import in_format_string
from ..names import release_root
from .names import MOVED_BUILTINS, MOVED_MODULES, MOVED_NAMES, URLLIB


def successor(name: str) -> str | None:
    """Where Python 3 has `six.moves.name`: a dotted name, `builtins.x` for builtins; None if it is not known."""
    head, _, rest = name.partition(".")
    if name in MOVED_BUILTINS:
        return f"builtins.{MOVED_BUILTINS[name]}"
    if name in MOVED_NAMES:
        return MOVED_NAMES[name]
    if head == "urllib" and rest.partition(".")[0] in URLLIB:
        return f"urllib.{rest}"
    if head in MOVED_MODULES:
        return f"{MOVED_MODULES[head]}.{rest}" if rest else MOVED_MODULES[head]
    return None


def is_whole_use(site: Site, six: str, name: str, node: ast.expr) -> bool:
    """True for `six.moves.range` and `six.moves.urllib.parse.quote`, not for a part of it, nor for what was imported by name."""
    if not isinstance(node, ast.Attribute):
        return False
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name) or (site.qualified(root) or "").startswith(f"{six}.moves."):
        return False
    head, *rest = name.split(".")
    depth = 3 if head == "urllib" else 2 if head in MOVED_MODULES else 1
    return len(rest) + 1 == depth or (len(rest) + 1 < depth and not isinstance(site.parent(node), ast.Attribute))


def imports(
    site: Site, six: str, ready: Callable[[ast.ImportFrom], bool]
) -> Iterator[tuple[ast.ImportFrom, list[Edit] | None]]:
    """For each import statement of or from six.moves that is not `ready` the edits beside its own; None if a person has to decide."""
    inside = f"{six}.moves"
    for statement in site.nodes(ast.ImportFrom):
        module = site.names.absolute(statement)
        if not f"{module}.".startswith(f"{inside}.") or ready(statement):
            continue
        if module == inside:
            yield statement, _from_moves(site, inside, statement)
        else:
            new = successor(module.removeprefix(f"{inside}."))
            new = "urllib" if module == f"{inside}.urllib" else new
            start = site.text.index(module, site.module.start(statement))
            yield statement, [Edit(start, start + len(module), new)] if new else None


def _from_moves(site: Site, moves: str, statement: ast.ImportFrom) -> list[Edit] | None:
    """Each name of `from six.moves import ...` becomes an import of its own; names of builtins need none."""
    if "#" in site.module.segment(statement) or any(alias.name == "*" for alias in statement.names):
        return None
    lines: list[str] = []
    edits: list[Edit] = []
    for alias in statement.names:
        said = _line(site, moves, statement, alias)
        if said is None:
            return None
        lines += said[0]
        edits += said[1]
    if any(len(site.names.scope_of[statement].bindings.get(alias.asname or alias.name, ())) > 1 for alias in statement.names):
        return None
    indent = site.text[site.module.source.starts[statement.lineno - 1] : site.module.start(statement)]
    if indent.strip() or (not lines and _is_alone(site, statement)):
        return None
    if lines:
        return [*edits, site.edit(statement, f"{site.module.source.newline}{indent}".join(sorted(lines, key=_order)))]
    site.imports.drop(statement)
    return edits


def _is_alone(site: Site, statement: ast.ImportFrom) -> bool:
    parent = site.parent(statement)
    blocks = [getattr(parent, name, None) for name in ("body", "orelse", "finalbody")]
    return any(isinstance(block, list) and block == [statement] for block in blocks)


def _order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _line(site: Site, moves: str, statement: ast.ImportFrom, alias: ast.alias) -> tuple[list[str], list[Edit]] | None:
    """The import lines for one name, and the edits of its uses."""
    local, new = alias.asname or alias.name, successor(alias.name)
    if alias.name == "urllib":
        used = sorted({part for part in URLLIB if site.references(f"{moves}.urllib.{part}")})
        bare = len(site.references(f"{moves}.urllib")) != sum(len(site.references(f"{moves}.urllib.{part}")) for part in used)
        return None if bare or alias.asname else ([f"import urllib.{part}" for part in used], [])
    if new is None:
        return None
    module, _, last = new.rpartition(".")
    if module == "builtins" and alias.asname is None:
        binding = next(one for one in site.names.scope_of[statement].bindings[local] if one.node is statement)
        if not site.imports.exported(binding) and not site.names.stars:
            if last != local and not all(_is_builtin(site, moves, last, use) for use in site.references(f"{moves}.{alias.name}")):
                return None
            return [], [
                site.edit(use, last) for use in site.references(f"{moves}.{alias.name}") if isinstance(use, ast.Name) and last != local
            ]
    if not module:
        return [f"import {new}" if local == new else f"import {new} as {local}"], []
    return [f"from {module} import {last}" if local == last else f"from {module} import {last} as {local}"], []


def _is_builtin(site: Site, moves: str, name: str, at: ast.expr) -> bool:
    """True if a name means the builtin at a place, now or when its import from six.moves is gone."""
    return not site.names.stars and all(one.origin == f"{moves}.{name}" for one in site.scope(at).lookup(name))


def strings(site: Site, six: str) -> Iterator[tuple[ast.Constant, Edit | None]]:
    """Dotted names of six in strings, as `mock.patch()` takes them, with their edit; None where there is no successor."""
    for node in site.names.strings:
        value = node.value
        if isinstance(value, str) and value.startswith(f"{six}.") and " " not in value:
            new = successor(value.removeprefix(f"{six}.moves.")) if value.startswith(f"{six}.moves.") else None
            segment = site.module.segment(node)
            start = site.module.start(node) + segment.index(value) if value in segment else -1
            yield node, Edit(start, start + len(value), new) if new and start >= 0 else None


def edits_of(site: Site, six: str, name: str, node: ast.expr) -> list[Edit] | None:
    """The edits for one use of `six.moves.name` by attribute; None if a person has to decide."""
    new = successor(name)
    if new is None or in_format_string(site, node) or not isinstance(getattr(node, "ctx", None), ast.Load):
        return None
    module, _, last = new.rpartition(".")
    spoken = site.imports.need(new, node) if module not in ("", "builtins") else None
    if module == "builtins" and _is_builtin(site, f"{six}.moves", last, node):
        spoken = last
    if spoken is None:
        return None
    release_root(site, node)
    return [site.edit(node, spoken)]
