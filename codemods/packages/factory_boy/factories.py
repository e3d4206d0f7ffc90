"""Factories: where names are imported from, and options in Meta."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, drop_line
from django_hop.ops.decorators import drop_decorator
from django_hop.ops.methods import method_calls
from django_hop.ops.names import Rename, release_root
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "factory-boy"
_DJANGO = ("factory.DjangoModelFactory", "factory.django.DjangoModelFactory")
FACTORIES = (
    *_DJANGO,
    "factory.Factory",
    "factory.base.Factory",
    "factory.alchemy.SQLAlchemyModelFactory",
    "factory.mongoengine.MongoEngineFactory",
)
_META = {
    "FACTORY_FOR": "model",
    "ABSTRACT_FACTORY": "abstract",
    "FACTORY_DJANGO_GET_OR_CREATE": "django_get_or_create",
    "FACTORY_HIDDEN_ARGS": "exclude",
    "FACTORY_STRATEGY": "strategy",
    "FACTORY_ARG_PARAMETERS": "inline_args",
    "FACTORY_SESSION": "sqlalchemy_session",
}


@dataclass(frozen=True)
class Inner(PythonOp):
    """`factory.DjangoModelFactory` -> `factory.django.DjangoModelFactory`: `import factory` brings the module along."""

    module: str
    name: str

    @property
    def words(self) -> Words:
        """The name."""
        return (frozenset({"factory", self.name}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for attributes first, then for what is imported by name."""
        nodes = [one for one in site.references(f"factory.{self.name}") if isinstance(one, ast.Attribute)]
        for node in nodes:
            yield site.edit_attribute(node, f"{self.module}.{self.name}")
            yield site.finding(node, f"`factory.{self.name}` is now `factory.{self.module}.{self.name}`", fixed=True)
        if not nodes:
            yield from Rename("factory", {self.name: self.name}, to=f"factory.{self.module}").apply(site)


@dataclass(frozen=True)
class Meta(PythonOp):
    """`FACTORY_FOR = User` -> `class Meta: model = User`, with the other options."""

    @property
    def words(self) -> Words:
        """One of the options."""
        return tuple(frozenset({"class", name}) for name in _META)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for factories without a Meta; findings for those that have one."""
        message = "options of factories stand in `class Meta`"
        for node in site.subclasses(*FACTORIES):
            found = list(assignments(node, *_META))
            try:
                edits = self._edits(site, node, found) if found else []
            except Refused as error:
                yield from (site.finding(target, f"{message}; {error}") for _, target in found)
                continue
            yield from edits
            yield from (site.finding(target, message, fixed=True) for _, target in found)

    @staticmethod
    def _edits(site: Site, node: ast.ClassDef, found: list[tuple[ast.Assign | ast.AnnAssign, ast.Name]]) -> list[Edit]:
        if any(isinstance(one, ast.ClassDef) and one.name == "Meta" for one in node.body):
            raise Refused("the class has a Meta already")
        if any(statement not in node.body or isinstance(statement, ast.AnnAssign) or len(statement.targets) > 1 for statement, _ in found):
            raise Refused("an option is set in an unusual way")
        first = found[0][0]
        start = site.module.source.starts[first.lineno - 1]
        indent = site.text[start : site.module.start(first)]
        if indent.strip():
            raise Refused("other code stands on the same line")
        newline = site.module.source.newline
        values = [(_META[target.id], site.module.segment(one.value)) for one, target in found if one.value is not None]
        if any('"""' in value or "'''" in value for _, value in values):
            raise Refused("a text of several lines cannot be moved")
        lines = [f"{name} = {value}".replace("\n", f"\n{indent}") for name, value in values]
        said = f"class Meta:{newline}" + newline.join(f"{indent}{indent}{line}" for line in lines)
        return [site.edit(first, said), *(edit for statement, _ in found[1:] for edit in drop_line(site, statement))]


@dataclass(frozen=True)
class Strategy(PythonOp):
    """`@factory.use_strategy(X)` -> `strategy = X` in the Meta of the class; calls of `attributes()` are findings."""

    @property
    def words(self) -> Words:
        """The decorator, or one of the methods."""
        return (frozenset({"factory", "use_strategy"}), frozenset({"factory", "attributes"}), frozenset({"factory", "declarations"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for classes with a Meta."""
        message = "`use_strategy` is gone: `strategy` in the Meta of the factory says it"
        for call in [*site.calls("factory.use_strategy"), *site.calls("factory.base.use_strategy")]:
            holder = site.parent(call)
            body = (
                [one for one in holder.body if isinstance(one, ast.ClassDef) and one.name == "Meta"]
                if isinstance(holder, ast.ClassDef)
                else []
            )
            try:
                if len(call.args) != 1 or len(body) != 1 or not isinstance(holder, ast.ClassDef):
                    raise Refused("the class has no Meta")
                edit = drop_decorator(site, holder, call)
            except Refused as error:
                yield site.finding(call, f"{message}; {error}")
                continue
            last = body[0].body[-1]
            indent = " " * last.col_offset
            end = site.module.end(last)
            yield edit
            yield Edit(end, end, f"{site.module.source.newline}{indent}strategy = {site.module.segment(call.args[0])}")
            release_root(site, call.func)
            yield site.finding(call, message, fixed=True)
        local = {node.name for node in site.subclasses(*FACTORIES)}
        for call, func in method_calls(site, "attributes", "declarations"):
            if isinstance(func.value, ast.Name) and func.value.id in local:
                yield site.finding(call, "`factory.build(dict, FACTORY_CLASS=...)` takes the place of `attributes()`")


CODEMODS = [
    Codemod(
        "factory-modules",
        "names of factory_boy are imported from the modules they are in",
        package=PACKAGE,
        removed="3.0",
        works_from="2.11",
        safety=SAFE,
        covers=("factory-3.0-aliases",),
        docs="factory_boy 3.0 changes: Removed",
        ops=(
            Inner("django", "DjangoModelFactory"),
            Inner("mogo", "MogoFactory"),
            Rename(
                "factory.fuzzy",
                {name: name for name in ("get_random_state", "set_random_state", "reseed_random")},
                to="factory.random",
            ),
        ),
    ),
    Codemod(
        "factory-meta",
        "options of factories stand in their Meta",
        package=PACKAGE,
        deprecated="2.4",
        removed="2.5",
        works_from="2.4",
        safety=REVIEW,
        covers=("factory-2.5-meta",),
        docs="factory_boy 2.4 changes: class Meta",
        ops=(Meta(),),
    ),
    Codemod(
        "factory-strategy",
        "the strategy of a factory stands in its Meta",
        package=PACKAGE,
        deprecated="2.9",
        removed="3.2",
        works_from="2.9",
        safety=REVIEW,
        covers=("factory-2.9-use-strategy",),
        docs="factory_boy 3.2 changes: Removed",
        ops=(Strategy(),),
    ),
]
