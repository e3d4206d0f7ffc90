"""Patches modules as they are imported: what the project never imports is never patched."""

import sys
from typing import Any

from . import database, running, uses, web
from .state import quietly

PATCHES = {
    "unittest.case": running.patch_unittest,
    "django.db.backends.utils": database.patch_cursor,
    "django.db.backends.base.creation": database.patch_creation,
    "django.core.management.commands.migrate": database.patch_migrate,
    "django.test.client": web.patch_client,
    "django.core.mail.message": web.patch_mail,
    "django.test.signals": uses.patch_templates,
    "django.core.cache.backends.base": uses.patch_cache,
    "django.dispatch.dispatcher": uses.patch_signals,
}


class Finder:
    """Finds the modules of PATCHES as the others do, and patches them when they are there."""

    def __init__(self) -> None:
        self.asked = set()  # type: Any

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The spec that the other finders give, with a loader that patches afterwards."""
        if name not in PATCHES or name in self.asked:
            return None
        self.asked.add(name)
        try:
            specs = (finder.find_spec(name, path, target) for finder in list(sys.meta_path) if hasattr(finder, "find_spec"))
            spec = next((one for one in specs if one is not None), None)  # type: Any
        finally:
            self.asked.discard(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            execute = spec.loader.exec_module

            def exec_module(module: Any) -> None:
                execute(module)
                quietly(PATCHES[name])(module)

            spec.loader.exec_module = exec_module
        return spec


def install() -> None:
    """Patch what is there, and the rest when it comes."""
    for name, patch in PATCHES.items():
        if name in sys.modules:
            quietly(patch)(sys.modules[name])
    sys.meta_path.insert(0, Finder())
