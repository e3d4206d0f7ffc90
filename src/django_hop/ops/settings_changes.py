"""Defaults of settings that changed: a finding where a project relies on the old one without saying so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ..model import Edit, Finding
from ..rewrite.site import Site
from .settings_default import SetDefault
from .settings_uses import settings_of


@dataclass(frozen=True)
class DefaultChanges(SetDefault):
    """Like SetDefault, but only a finding where the setting would go; `value` is the one that keeps the old behaviour."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """A finding for the root of a chain, and for `settings.configure(...)`."""
        for said in super().apply(site):
            if isinstance(said, Finding):
                yield replace(said, fixed=False)


def lists(*items: str) -> Callable[[Site], bool]:
    """A test for `when`: one of the strings stands in the settings modules of the site's group."""

    def test(site: Site) -> bool:
        wanted = set(items)
        for path in settings_of(site).unit(site.path) or (site.path,):
            names = site.project.names(path)
            if names is not None and any(node.value in wanted for node in names.strings):
                return True
        return False

    return test
