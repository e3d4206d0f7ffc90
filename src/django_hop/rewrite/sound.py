"""Is a changed Python text sound, asked of the compiler's own tables: a third of the price of a tree with its names."""

from __future__ import annotations

import symtable
import warnings

from .module import MAX_BYTES, Module
from .scopes import IMPLICIT
from .source import Unreadable, read_python


def is_sound(before: Module, data: bytes) -> bool:
    """True if bytes that came of a module parse and use no name that was not defined or used undefined before; False if in doubt."""
    if len(data) > MAX_BYTES or before.names.stars or b"annotations" in data:  # deferred annotations are in no table
        return False
    try:
        free = free_names(read_python(data).text)
    except (Unreadable, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return free <= before.names.undefined() if free else True


def free_names(text: str) -> set[str]:
    """Names that a text uses and binds nowhere in sight, without those that are always there. Raises what `compile` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = [symtable.symtable(text, "<changed>", "exec")]
    bound = {symbol.get_name() for symbol in tables[0].get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used: set[str] = set()
    for table in tables:  # grows as it goes
        for name in table.get_identifiers():
            if name in bound or name in IMPLICIT:
                continue
            symbol = table.lookup(name)
            if symbol.is_global():
                (bound if symbol.is_assigned() or symbol.is_imported() else used).add(name)
        tables += table.get_children()
    return used - bound
