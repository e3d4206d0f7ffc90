"""Time zones: UTC is Python's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import release_root
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.site import Site

OLD = "django.utils.timezone.utc"
STRAYS = tuple(
    f"django.{module}.utc" for module in ("utils.dateparse", "utils.feedgenerator", "utils.timesince", "db.migrations.serializer")
)
NAMES = ("timezone", "dt_timezone", "datetime_timezone")
"""What `datetime.timezone` may be called in a file, the first that is free."""
MESSAGE = "`django.utils.timezone.utc` is `datetime.timezone.utc`"


def _timezone(site: Site, node: ast.expr) -> str | None:
    """How the class of datetime is said at a place; None if all its names are taken there."""
    return next((spoken for name in NAMES[1:] if (spoken := site.imports.need_as("datetime.timezone", name, node))), None)


@dataclass(frozen=True)
class Utc(PythonOp):
    """Every use of an alias of UTC becomes `datetime.timezone.utc`, however the file can say that."""

    aliases: tuple[str, ...]

    @property
    def words(self) -> Words:
        """Every part of one of the names."""
        return tuple(frozenset(name.split(".")) for name in self.aliases)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the uses; findings for pytz's methods, two origins, and names that other code takes from the file."""
        for name in self.aliases:
            yield from self._uses(site, name)
            for node in site.doubtful(name):
                yield site.finding(node, f"{MESSAGE}; what this name means depends on which import worked")
            for binding in site.imports.bindings(name):
                if site.imports.exported(binding):
                    yield site.finding(binding.alias or binding.node, f"{MESSAGE}; other code takes the name from here")
                elif site.imports.alone(binding):
                    site.imports.drop_unused(binding)
                    if not site.references(name):
                        yield site.finding(binding.alias or binding.node, MESSAGE, fixed=True)

    @staticmethod
    def _uses(site: Site, name: str) -> Iterator[Edit | Finding]:
        for node in site.references(name):
            if isinstance(site.parent(node), ast.Attribute) and site.parent(node).attr in ("localize", "normalize", "zone"):  # type: ignore[union-attr]
                yield site.finding(node, f"{MESSAGE}, which has no methods of pytz")
                continue
            stored = isinstance(node, (ast.Name, ast.Attribute)) and not isinstance(node.ctx, ast.Load)
            spoken = None if stored else _timezone(site, node)
            if spoken is None:
                yield site.finding(node, f"{MESSAGE}; the names {' and '.join(f'`{name}`' for name in NAMES)} are taken in this file")
                continue
            yield site.edit(node, f"{spoken}.utc")
            yield site.finding(node, MESSAGE, fixed=True)
            release_root(site, node, spoken)


CODEMODS = [
    Codemod(
        "timezone-utc",
        "UTC is datetime.timezone.utc, in migrations too",
        deprecated="4.1",
        removed="5.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.1-timezone-utc-alias",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            Utc((OLD, *STRAYS)),
            FindInStrings(r"^django\.utils\.timezone\.utc$", ("timezone", "utc"), MESSAGE),
        ),
    ),
]
