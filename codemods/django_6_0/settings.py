"""Settings: administrators as addresses, the scheme of links."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import FindName
from django_hop.ops.settings import FindSetting
from django_hop.ops.settings_uses import own_assignments, settings_of, uses
from django_hop.ops.template_finds import FindFilter
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import FilterUse

NAMES = ("ADMINS", "MANAGERS")
PEOPLE = "`ADMINS` and `MANAGERS` are lists of addresses; pairs of name and address are deprecated"
LINKS = "links made of addresses without a scheme take https instead of http later: `URLIZE_ASSUME_HTTPS = True` takes it now"


@dataclass(frozen=True)
class Administrators(PythonOp):
    """`ADMINS = [("Ops", "ops@example.com")]` becomes `ADMINS = ["ops@example.com"]`."""

    @property
    def words(self) -> Words:
        """One of the settings."""
        return tuple(frozenset({name}) for name in NAMES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where all entries are pairs that can be seen and nothing reads the pairs; findings elsewhere."""
        chain = settings_of(site)
        reader = next((path for name in NAMES for path in chain.readers(name)), None) or self._reader_in_settings(site)
        values = [(one.target, one.value) for one in own_assignments(site, *NAMES) if one.kind not in ("delete", "import")]
        values += [(use.node, use.value) for use in uses(site, *NAMES) if use.value is not None]
        for node, value in values:
            if value is None or self._is_right(value):
                continue
            try:
                if reader is not None:
                    raise Refused(f"{reader} reads them as pairs")
                edits = self._edits(site, value)
            except Refused as error:
                yield site.finding(node, f"{PEOPLE}; {error}")
                continue
            if edits:
                yield from edits
                yield site.finding(node, PEOPLE, fixed=True)
        for use in uses(site, *NAMES):
            if use.kind == "read":
                yield site.finding(use.node, f"{PEOPLE}: does this code take pairs apart?")

    @staticmethod
    def _reader_in_settings(site: Site) -> str | None:
        chain = settings_of(site)
        for name in NAMES:
            for path, node in chain.read_in_unit(site.path, name) if chain.is_settings(site.path) else ():
                names = site.project.names(path)
                parent = names.parents.get(node) if names is not None else None
                if not (isinstance(parent, ast.Assign) and ast.unparse(parent.targets[0]) in NAMES):
                    return path
        return None

    @staticmethod
    def _is_right(value: ast.expr) -> bool:
        """True for another of the two settings, an empty list, and addresses already."""
        if isinstance(value, (ast.Name, ast.Attribute)):
            return ast.unparse(value).rpartition(".")[2] in NAMES
        if isinstance(value, (ast.List, ast.Tuple)):
            return all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in value.elts)
        return False

    @staticmethod
    def _edits(site: Site, value: ast.expr) -> list[Edit]:
        if not isinstance(value, (ast.List, ast.Tuple)):
            raise Refused("the value is only known when the project runs")
        edits = []
        for entry in value.elts:
            if (
                not isinstance(entry, (ast.Tuple, ast.List))
                or len(entry.elts) != 2
                or any(isinstance(one, ast.Starred) for one in entry.elts)
            ):
                raise Refused("not every entry is a pair")
            text = site.module.segment(entry)
            if "#" in text or text[:1] not in "([":
                raise Refused("a comment stands in an entry")
            edits.append(site.edit(entry, site.module.segment(entry.elts[1])))
        return edits


def _undecided(site: TemplateSite, use: FilterUse) -> bool:
    """True unless the project decided for https."""
    return not site.settings.assignments("URLIZE_ASSUME_HTTPS")


CODEMODS = [
    Codemod(
        "admins-addresses",
        "ADMINS and MANAGERS become lists of addresses",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=REVIEW,
        covers=("6.0-admins-managers-tuples",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=(Administrators(),),
    ),
    Codemod(
        "urlize-scheme",
        "filters are found that make links of texts",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-urlize-https",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=(FindFilter(("urlize", "urlizetrunc"), LINKS, _undecided), FindName("django.utils.html.urlize", LINKS)),
    ),
    Codemod(
        "urlize-assume-https",
        "the transitional setting URLIZE_ASSUME_HTTPS is found",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-urlize-assume-https-setting",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=(
            FindSetting(
                "URLIZE_ASSUME_HTTPS",
                "this setting is there for the releases 6.x only: take it out with the release after them",
                reads=True,
            ),
        ),
    ),
]
