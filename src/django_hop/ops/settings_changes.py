"""What ops on settings ask about the project before they write a default down."""

from __future__ import annotations

from collections.abc import Callable

from ..rewrite.site import Site
from .settings_uses import settings_of


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
