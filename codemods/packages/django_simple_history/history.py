"""Change reasons, and the template of the history in the admin."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import RenameUse
from django_hop.ops.base import PythonOp, TemplateOp, Words
from django_hop.ops.settings_text import string_edit
from django_hop.ops.template_finds import FindTemplate
from django_hop.ops.templates import any_of
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Load

PACKAGE = "django-simple-history"
OLD, NEW = "changeReason", "_change_reason"
_LIST, _LIBRARY = "simple_history/object_history_list.html", "simple_history_admin_list"


@dataclass(frozen=True)
class NamedReason(PythonOp):
    """`setattr(account, "changeReason", reason)` and its like."""

    message: str = f"`{OLD}` is now `{NEW}`"

    @property
    def words(self) -> Words:
        """The old name."""
        return (frozenset({OLD}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the second argument of getattr() and its like; findings for other strings."""
        for node in site.names.strings:
            if node.value != OLD:
                continue
            call = site.parent(node)
            func = call.func if isinstance(call, ast.Call) and call.args[1:2] == [node] else None
            try:
                if not isinstance(func, ast.Name) or func.id not in ("getattr", "setattr", "hasattr", "delattr"):
                    raise Refused("is this the attribute of a model?")
                yield string_edit(site, node, OLD, NEW)
            except Refused as error:
                yield site.finding(node, f"{self.message}; {error}")
                continue
            yield site.finding(node, self.message, fixed=True)


@dataclass(frozen=True)
class HistoryList(TemplateOp):
    """`{% display_list %}` -> `{% include "simple_history/object_history_list.html" %}`, without the library that it came from."""

    message: str = "the tag `display_list` is now the template `simple_history/object_history_list.html`"

    @property
    def words(self) -> Words:
        """The tag with its library."""
        return any_of("display_list simple_history_admin_list")

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edits for the tag, and for a load tag of nothing else."""
        used = list(site.tags("display_list"))
        loaded = any(library.text == _LIBRARY for load in site.loads for library in load.libraries)
        if site.overridden("display_list") or not loaded:
            return
        for token in used:
            yield site.edit(token, f'{{% include "{_LIST}" %}}')
            yield site.finding(token, self.message, fixed=True)
        for load in site.loads if used else ():
            for place, library in enumerate(load.libraries):
                if library.text == _LIBRARY and {piece.text for piece in load.names} <= {"display_list"}:
                    yield self._unload(site, load, place)
                    yield site.finding(load.token, self.message, fixed=True)

    @staticmethod
    def _unload(site: TemplateSite, load: Load, place: int) -> Edit:
        """The edit that takes the library out of a load tag, or the whole tag with its line end."""
        if len(load.libraries) == 1:
            end = load.token.end
            return Edit(load.token.start, end + 1 if site.text[end : end + 1] == "\n" else end, "")
        if place:
            return Edit(load.libraries[place - 1].end, load.libraries[place].end, "")
        return Edit(load.libraries[0].start, load.libraries[1].start, "")


CODEMODS = [
    Codemod(
        "history-change-reason",
        "changeReason is _change_reason",
        package=PACKAGE,
        deprecated="2.10",
        removed="3.0",
        works_from="2.10",
        safety=SAFE,
        silent=True,
        covers=("simple-history-3.0-change-reason",),
        docs="django-simple-history 3.0 changelog: Removed support for using changeReason",
        ops=(RenameUse({OLD: NEW}, "`{old}` is now `{new}`"), NamedReason()),
    ),
    Codemod(
        "history-admin-template",
        "the list of the admin's history is a template, no tag",
        package=PACKAGE,
        removed="3.6",
        works_from="3.6",
        safety=REVIEW,
        covers=("simple-history-3.6-admin-template",),
        docs="django-simple-history 3.6 changelog: object_history_list.html",
        then="The template's variable `action_list` is `historical_records`, a query set in place of a page.",
        ops=(
            HistoryList(),
            FindTemplate(
                r"(^|/)simple_history/_object_history_list\.html$",
                "this template is called `object_history_list.html` since 3.6; under the old name it stands in for nothing",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen(
        "simple-history-3.1-index-migration",
        "An index on history_date comes with the next makemigrations, for every table of history.",
        shown_by="migrate",
    ),
]
