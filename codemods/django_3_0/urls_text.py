"""Query strings: urlencode() and iterables."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import Look, PythonOp, any_of
from django_hop.ops.crossing import crossing
from django_hop.rewrite.site import Site

URLENCODE = "django.utils.http.urlencode"
SERIES = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Iterables(PythonOp):
    """urlencode() of lists without doseq."""

    @property
    def means(self) -> tuple[str, ...]:
        """The function."""
        return (URLENCODE,)

    @property
    def second_look(self) -> Look:
        """A literal dictionary or series, or the function under another name."""
        return any_of(rb"urlencode[\s\\]*\([\s\\]*[\[{(]", rb"urlencode[\s\\]+as\b")

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each value that is written out as a series."""
        for call in site.calls(URLENCODE):
            if len(call.args) != 1 or call.keywords:
                continue
            data = call.args[0]
            values = (
                data.values
                if isinstance(data, ast.Dict)
                else [one.elts[1] for one in getattr(data, "elts", []) if isinstance(one, ast.Tuple) and len(one.elts) == 2]
            )
            for value in values:
                if isinstance(value, SERIES):
                    yield site.finding(
                        value, "`urlencode()` writes a series as it is from 3.0 on, `[1, 2]`; `doseq=True` gives each value its own key"
                    )


CODEMODS = [
    Codemod(
        "urlencode-doseq",
        "urlencode() writes series as they are",
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("3.0-urlencode-doseq",),
        docs="releases/3.0: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=crossing("3.0", Iterables()),
    ),
]
