"""JSON fields of other packages, which Django has itself since 3.1."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model import Edit, Finding, Hop
from ..releases import not_after
from ..rewrite.site import Site
from .base import PythonOp, Where, Words, words_of
from .names import rename
from .nodes import is_value, value_of
from .where import not_migrations

NATIVE = "django.db.models.JSONField"
_PLAIN = frozenset(
    ("null", "blank", "default", "verbose_name", "help_text", "editable", "db_column", "validators", "name", "serialize", "error_messages")
)


@dataclass(frozen=True)
class NativeJSONField(PythonOp):
    """`jsonfield.JSONField(default={})` -> `models.JSONField(default=dict)`, in files whose fields have plain options only.

    Migrations stay as they are, since they tell how the column was made; makemigrations writes one that alters it. Silent in hops from
    a Django that has no such field: what is prepared has to run on it.
    """

    old: str
    message: str
    where: Where | None = field(default=not_migrations, kw_only=True)

    @property
    def words(self) -> Words:
        """Every part of the old name."""
        return words_of(self.old)

    @property
    def means(self) -> tuple[str, ...]:
        """The old name."""
        return (self.old,)

    def in_hop(self, hop: Hop) -> bool:
        """Hops from a Django that has the field."""
        return not_after("3.1", hop.source)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a file where every use is a plain field; else findings for the others, and none changes."""
        if not self.in_hop(site.hop):
            return
        uses = [*site.references(self.old), *site.doubtful(self.old)]
        unusual = {node: why for node in uses if (why := self._obstacle(site, node))}
        for node, why in unusual.items():
            yield site.finding(node, f"{self.message}; {why}")
        if unusual:
            return
        for node in uses:
            call = site.parent(node)
            for keyword in call.keywords if isinstance(call, ast.Call) else ():
                if keyword.arg == "default" and (made := _maker(keyword.value)):
                    yield site.edit(keyword.value, made)
        yield from rename(site, self.old, NATIVE)

    def _obstacle(self, site: Site, node: ast.expr) -> str | None:
        call = site.parent(node)
        if node in site.doubtful(self.old):
            return "what this name means depends on which import worked"
        if not isinstance(call, ast.Call) or call.func is not node:
            return "here it is no field of a model"
        options = {keyword.arg for keyword in call.keywords}
        if len(call.args) > 1 or not options <= _PLAIN:
            return "it has options of its own"
        default = value_of(call, "default")
        if isinstance(default, (ast.Dict, ast.List, ast.Constant)) and _maker(default) is None and not is_value(default, None):
            return "its default has to become a function"
        return None


def _maker(node: ast.expr) -> str | None:
    """`dict` for `{}`, `list` for `[]`; None for anything else."""
    if isinstance(node, ast.Dict) and not node.keys:
        return "dict"
    return "list" if isinstance(node, ast.List) and not node.elts else None
