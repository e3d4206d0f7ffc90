"""mock: the standard library has it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import ANY, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.find import has_stand_in
from django_hop.releases import order
from django_hop.rewrite.site import Site

_NEW = ("AsyncMock", "ThreadingMock")
"""What Python has from 3.8 and 3.13 on, later than the package."""


@dataclass(frozen=True)
class UnittestMock(PythonOp):
    """`import mock` -> `from unittest import mock`, `from mock import x` -> `from unittest.mock import x`."""

    @property
    def words(self) -> Words:
        """The package."""
        return (frozenset({"mock", "import"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports that stand alone; findings for the package's inner modules and for what old Pythons lack."""
        message = "mock is `unittest.mock`"
        for plain in site.nodes(ast.Import):
            for alias in plain.names:
                if alias.name.partition(".")[0] != "mock" or has_stand_in(site, plain):
                    continue
                if alias.name == "mock" and len(plain.names) == 1:
                    name = f"mock as {alias.asname}" if alias.asname else "mock"
                    yield site.edit(plain, f"from unittest import {name}")
                    yield site.finding(plain, message, fixed=True)
                else:
                    yield site.finding(plain, f"{message}; a person has to take this import apart")
        for statement in site.nodes(ast.ImportFrom):
            module = site.names.absolute(statement)
            if statement.level or module.partition(".")[0] != "mock" or has_stand_in(site, statement):
                continue
            lacking = [alias.name for alias in statement.names if alias.name in _NEW] if order(site.hop.source) < order("4.0") else []
            if module != "mock" or lacking:
                yield site.finding(statement, f"{message}; what is imported here is not in that of every Python")
                continue
            start = site.text.index("mock", site.module.start(statement))
            yield site.edit_span(start, start + len("mock"), "unittest.mock")
            yield site.finding(statement, message, fixed=True)


CODEMODS = [
    Codemod(
        "mock-package",
        "mock is imported from unittest",
        package="mock",
        removed=None,
        works_from=ANY,
        safety=SAFE,
        covers=("mock-any-unittest",),
        docs="Python 3.3: unittest.mock",
        then="The requirement mock goes, unless another package needs it.",
        ops=(UnittestMock(),),
    ),
]
