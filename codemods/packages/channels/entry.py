"""The entry point for ASGI: Django's factory sets Django up, and the application is imported behind it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import release_root
from django_hop.ops.settings_uses import settings_of
from django_hop.releases import order
from django_hop.rewrite.module import dotted
from django_hop.rewrite.site import Site

PACKAGE = "channels"
_DEFAULT = "channels.routing.get_default_application"
_FACTORY = "django.core.asgi.get_asgi_application"
_HELD = "django_asgi_app"
"""What Channels' documentation calls Django's application."""


@dataclass(frozen=True)
class EntryPoint(PythonOp):
    """`django.setup()` and `application = get_default_application()` -> Django's factory, and an import of what the setting names."""

    @property
    def words(self) -> Words:
        """The two functions."""
        return (frozenset({"get_default_application", "setup"}),)

    @property
    def means(self) -> tuple[str, ...]:
        """The function of Channels."""
        return (_DEFAULT,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the three statements at the top of a module; nothing else, for the old form works in all releases."""
        if order(site.hop.source) < order("3.0") or site.project.holding(b"FORCE_SCRIPT_NAME"):
            return
        calls, setups = site.calls(_DEFAULT), [one for one in site.calls("django.setup") if isinstance(site.parent(one), ast.Expr)]
        statement = site.parent(calls[0]) if len(calls) == 1 else None
        named = self._application(site)
        if len(setups) != 1 or not isinstance(statement, ast.Assign) or named is None or not site.imports.free(_HELD):
            return
        target = statement.targets[0]
        above = all(isinstance(site.parent(one), ast.Module) for one in (statement, site.statement(setups[0])))
        plain = len(statement.targets) == 1 and isinstance(target, ast.Name) and site.module.segment(statement).count("\n") == 0
        if not above or not plain or not isinstance(target, ast.Name) or setups[0].lineno > statement.lineno or setups[0].args:
            return
        spoken = site.imports.need(_FACTORY, setups[0])
        if spoken is None:
            return
        module, name = named
        yield site.edit(setups[0], f"{_HELD} = {spoken}()")
        yield site.finding(setups[0], "Django's factory for ASGI sets Django up", fixed=True)
        for node in (setups[0].func, calls[0].func):
            release_root(site, node)
            root = node.value if isinstance(node, ast.Attribute) else node
            for binding in site.names.uses[root].lookup(root.id) if isinstance(root, ast.Name) else ():
                if binding.alias is not None:
                    site.imports.gone(root)
                    site.imports.drop_unused(binding)
        said = name if name == target.id else f"{name} as {target.id}"
        yield site.edit(statement, f"from {module} import {said}")
        yield site.finding(statement, "the application is imported when Django has been set up", fixed=True)

    @staticmethod
    def _application(site: Site) -> tuple[str, str] | None:
        """Module and name that ASGI_APPLICATION says in all settings; None if they differ, or lead back to this file."""
        said = settings_of(site).assignments("ASGI_APPLICATION")
        values = {one.value.value if isinstance(one.value, ast.Constant) else None for one in said}
        value = values.pop() if len(values) == 1 else None
        module, _, name = value.rpartition(".") if isinstance(value, str) else ("", "", "")
        path = site.project.module_path(module, site.path) if module else None
        names = site.project.names(path) if path is not None else None
        if path is None or path == site.path or names is None or name not in names.module.bindings:
            return None
        own = dotted(site.path)
        taken = [names.absolute(one) for one in names.by_type.get(ast.ImportFrom, []) if isinstance(one, ast.ImportFrom)]
        return None if any(own == one or own.endswith(f".{one}") for one in taken if one) else (module, name)


CODEMODS = [
    Codemod(
        "channels-entry-point",
        "asgi.py calls Django's factory, and imports the application behind it",
        package=PACKAGE,
        deprecated=None,
        removed=None,
        works_from="2.4",
        safety=REVIEW,
        covers=("channels-3.0-get-default-application",),
        docs="channels 3.0 documentation: Deploying, configuring the ASGI application",
        after=("channels-asgi-handler",),
        ops=(EntryPoint(),),
    ),
]
