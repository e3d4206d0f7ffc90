"""The check that fails where tests run with a toolbar that would be shown in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.dicts import is_plain_dict, with_item
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.settings_dicts import dict_values
from django_hop.ops.settings_uses import own_assignments
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

_CALLBACK = "SHOW_TOOLBAR_CALLBACK"
_ITEM = '"IS_RUNNING_TESTS": False'
_READY = (b"IS_RUNNING_TESTS", b"TESTING", b"RUNNING_TESTS")
"""What a project says that looks after its tests itself."""
_MESSAGE = (
    "from 4.4 on a check fails where tests run with a toolbar whose callback is the project's own and whose URLs are there under DEBUG only"
)


@dataclass(frozen=True)
class RunningTests(PythonOp):
    """A dictionary with a callback of the project says that tests may run with the toolbar, as they have."""

    @property
    def words(self) -> Words:
        """The setting with the option."""
        return (frozenset({"DEBUG_TOOLBAR_CONFIG", _CALLBACK}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for dictionaries of settings modules; findings where the option is set in another way."""
        if any(word.decode() in site.text or site.project.holding(word) for word in _READY):
            return
        done: set[ast.AST] = set()
        for value in dict_values(site, "DEBUG_TOOLBAR_CONFIG"):
            key = next((one for one in value.keys if isinstance(one, ast.Constant) and one.value == _CALLBACK), None)
            if key is None:
                continue
            done.add(key)
            try:
                if not is_plain_dict(value):
                    raise Refused("the dictionary is put together in a way that cannot be seen")
                edits = with_item(site, value, in_file_quotes(site, _ITEM))
            except Refused as error:
                yield site.finding(key, f"{_MESSAGE}; {error}: {_ITEM} in DEBUG_TOOLBAR_CONFIG lets it pass")
                continue
            yield from edits
            yield site.finding(key, _MESSAGE, fixed=True)
        statements = {one.statement for one in own_assignments(site, "DEBUG_TOOLBAR_CONFIG")}
        named = [one for one in site.names.strings if one.value == _CALLBACK] + [
            one for one in site.nodes(ast.keyword) if one.arg == _CALLBACK
        ]
        for node in named:
            if node not in done and site.statement(node) in statements:
                yield site.finding(node, f"{_MESSAGE}: {_ITEM} in DEBUG_TOOLBAR_CONFIG lets it pass")


CODEMODS = [
    Codemod(
        "debug-toolbar-tests",
        "tests may run with the debug toolbar and a callback of its own",
        package="django-debug-toolbar",
        removed="4.4",
        from_before=True,
        works_from="2.0",
        safety=REVIEW,
        covers=("ddt-4.4-tests",),
        docs="django-debug-toolbar 4.4 changes: check for tests",
        ops=(RunningTests(),),
    ),
]
