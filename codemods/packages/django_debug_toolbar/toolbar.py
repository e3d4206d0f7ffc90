"""URLs and panels."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops import urls
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.expressions import quoted
from django_hop.ops.names import release_root
from django_hop.ops.settings import ListItem
from django_hop.ops.settings_dicts import dict_values
from django_hop.rewrite.site import Site

PACKAGE = "django-debug-toolbar"
_PANELS = {
    f"debug_toolbar.panels.{old}": f"debug_toolbar.panels.{new}"
    for old, new in {
        "version.VersionDebugPanel": "versions.VersionsPanel",
        "timer.TimerDebugPanel": "timer.TimerPanel",
        "settings_vars.SettingsDebugPanel": "settings.SettingsPanel",
        "headers.HeaderDebugPanel": "headers.HeadersPanel",
        "request_vars.RequestVarsDebugPanel": "request.RequestPanel",
        "sql.SQLDebugPanel": "sql.SQLPanel",
        "template.TemplateDebugPanel": "templates.TemplatesPanel",
        "cache.CacheDebugPanel": "cache.CachePanel",
        "signals.SignalDebugPanel": "signals.SignalsPanel",
        "logger.LoggingDebugPanel": "logging.LoggingPanel",
        "redirects.InterceptRedirectsDebugPanel": "redirects.RedirectsPanel",
        "profiling.ProfilingDebugPanel": "profiling.ProfilingPanel",
    }.items()
}
_OPTIONS = frozenset({"INTERCEPT_REDIRECTS", "JQUERY_URL", "TAG", "EXTRA_SIGNALS", "HIDE_DJANGO_SQL"})


@dataclass(frozen=True)
class Include(PythonOp):
    """`include(debug_toolbar.urls)` -> `include("debug_toolbar.urls")`."""

    @property
    def words(self) -> Words:
        """The module and the call."""
        return (frozenset({"debug_toolbar", "include", "urls"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each call."""
        for call in urls.calls(site, "django.urls.include", "django.conf.urls.include"):
            given = call.args[0] if call.args else None
            if isinstance(given, (ast.Name, ast.Attribute)) and site.qualified(given) == "debug_toolbar.urls":
                yield site.edit(given, quoted(site, "debug_toolbar.urls"))
                release_root(site, given)
                for binding in site.names.module.bindings.get("debug_toolbar", ()):
                    # Under `try` or `if` the import says whether the toolbar is there at all.
                    if binding.kind == "import" and isinstance(site.parent(binding.node), ast.Module):
                        site.imports.drop_unused(binding)
                yield site.finding(call, "the URLs of the toolbar are included by the name of their module", fixed=True)


@dataclass(frozen=True)
class OldOptions(PythonOp):
    """Report options of DEBUG_TOOLBAR_CONFIG that are read no more."""

    @property
    def words(self) -> Words:
        """The setting with one of the options."""
        return tuple(frozenset({"DEBUG_TOOLBAR_CONFIG", name}) for name in sorted(_OPTIONS))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each key."""
        for value in dict_values(site, "DEBUG_TOOLBAR_CONFIG"):
            for key in value.keys:
                if isinstance(key, ast.Constant) and key.value in _OPTIONS:
                    yield site.finding(key, f"the toolbar reads no `{key.value}` from 2.0 on; panels are left out by DISABLE_PANELS")


CODEMODS = [
    Codemod(
        "debug-toolbar-include",
        "the URLs of the debug toolbar are included by name",
        package=PACKAGE,
        deprecated="3.2.3",
        removed=None,
        works_from="3.2.3",
        safety=REVIEW,
        covers=("ddt-3.2-urls-include",),
        docs="django-debug-toolbar 3.2.3 changes: debug_toolbar.urls",
        ops=(Include(),),
    ),
    Codemod(
        "debug-toolbar-panels",
        "panels of the debug toolbar take their names of today",
        package=PACKAGE,
        deprecated="1.0",
        removed="2.0",
        works_from="1.0",
        safety=REVIEW,
        covers=("ddt-2.0-old-names",),
        docs="django-debug-toolbar 2.0 changes: backwards compatibility for pre-1.0",
        ops=(
            ListItem(("DEBUG_TOOLBAR_PANELS",), "the panel has another name since 1.0", replace=_PANELS),
            OldOptions(),
        ),
    ),
    Codemod(
        "debug-toolbar-logging-panel",
        "the debug toolbar has no panel of log messages",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("ddt-4.0-logging-panel",),
        docs="django-debug-toolbar 4.0 changes: LoggingPanel",
        after=("debug-toolbar-panels",),
        ops=(
            ListItem(("DEBUG_TOOLBAR_PANELS",), "LoggingPanel is gone from 4.0 on", remove=("debug_toolbar.panels.logging.LoggingPanel",)),
        ),
    ),
]
