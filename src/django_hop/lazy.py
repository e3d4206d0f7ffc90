"""A module that is imported when it is first used: LibCST takes a quarter of a second, and a hook on a clean file never needs it."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Lazy:
    """Stands for the module `name`; the import happens with the first attribute that is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value
