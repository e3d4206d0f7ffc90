"""model-mommy, which is called model-bakery."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import ANY, DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.find import FindModule
from django_hop.ops.names import MoveModule, Rename
from django_hop.ops.settings import RenameSetting
from django_hop.rewrite.site import Site

PACKAGE = "model-mommy"
OLD, NEW = "model_mommy", "model_bakery"
RECORDS = ("model-mommy-2.0-bakery",)
_MODULES = ("recipe", "generators", "random_gen", "exceptions", "timezone", "utils", "gis")
DOCS = "model_bakery documentation: How to migrate from model-mommy"


@dataclass(frozen=True)
class FromMommy(PythonOp):
    """`from model_mommy.mommy import make` -> `from model_bakery.baker import make`."""

    message: str = "`model_mommy.mommy` is now `model_bakery.baker`"

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({OLD, "mommy", "import"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports of functions; findings for classes, which have other names."""
        for statement in site.nodes(ast.ImportFrom):
            if site.names.absolute(statement) == f"{OLD}.mommy":
                functions = all(alias.name.islower() for alias in statement.names)
                if functions:
                    start = site.text.index(f"{OLD}.mommy", site.module.start(statement))
                    yield site.edit_span(start, start + len(f"{OLD}.mommy"), f"{NEW}.baker")
                yield site.finding(statement, self.message, fixed=functions)


@dataclass(frozen=True)
class RecipeFile(PythonOp):
    """Report files called `mommy_recipes.py`."""

    message: str = "recipes are looked for in `baker_recipes.py`: rename this file"

    @property
    def words(self) -> Words:
        """What every such file has."""
        return (frozenset({"Recipe"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the file's beginning."""
        if site.path.rpartition("/")[2] == "mommy_recipes.py":
            yield site.finding_at(0, self.message)


CODEMODS = [
    Codemod(
        "model-mommy",
        "model-mommy goes on as model-bakery",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=RECORDS,
        docs=DOCS,
        ops=(FindModule(OLD, "model-mommy goes on as model-bakery: the codemod model-bakery renames it (--modernise)", first=True),),
    ),
    Codemod(
        "model-bakery",
        "model_mommy is called model_bakery, and mommy is baker",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        modernise=True,
        covers=RECORDS,
        docs=DOCS,
        then="Put model-bakery in the place of model-mommy in the requirements. Files mommy_recipes.py are called baker_recipes.py.",
        ops=(
            Rename(OLD, {"mommy": "baker"}, to=NEW),
            FromMommy(),
            *(MoveModule(f"{OLD}.{name}", f"{NEW}.{name}") for name in _MODULES),
            RenameSetting("MOMMY_CUSTOM_FIELDS_GEN", "BAKER_CUSTOM_FIELDS_GEN"),
            RenameSetting("MOMMY_CUSTOM_CLASS", "BAKER_CUSTOM_CLASS"),
            RecipeFile(),
        ),
    ),
]
