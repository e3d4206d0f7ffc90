"""Of which class is the column that `owner__name` means in a query? Lookups are followed through the relations of the project's models.

Dearer than model_fields, because the files of models are read as Python: for what the name of the column alone does not tell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..rewrite.scopes import Names
from .index import Project, class_statements
from .model_fields import find_class

Key = tuple[str, str]
"""A model: the path of its file and the name of its class."""

_RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField", "TreeForeignKey", "ParentalKey")
_KEYS = frozenset({"pk", "id"})
_DEEPEST = 10


@dataclass(frozen=True)
class Relation:
    """A field that leads to another model; `target` is None if that is not a model in sight."""

    source: Key
    name: str
    target: Key | None
    manager: str
    """Name of the manager that leads back; empty if it is not said in so many words."""
    lookup: str
    """The same for lookups that go back."""


@dataclass
class Models:
    """The model classes of a project, by the look of them: classes with fields. Files are read when somebody asks about a class in them."""

    project: Project
    fields: dict[Key, dict[str, str]] = field(default_factory=dict)
    """Name of each field of a class -> name of the field's class."""
    bases: dict[Key, list[Key]] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    read: set[str] = field(default_factory=set)

    @cached_property
    def places(self) -> dict[str, list[Key]]:
        """Name of a class -> the classes of that name in files that may have models, by a look at the text."""
        found: dict[str, list[Key]] = {}
        for path in self.project.holding(b"models"):
            data = self.project.tree[path]
            if path.endswith(".py") and "/migrations/" not in path and (b"Field(" in data or b"Key(" in data):
                for name in dict.fromkeys(match[1] for match in class_statements(data)):
                    found.setdefault(name.decode(), []).append((path, name.decode()))
        return found

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(key[0] for keys in self.places.values() for key in keys)

    @cached_property
    def _lower(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, keys in self.places.items():
            found.setdefault(name.lower(), set()).update(key[0] for key in keys)
        return found

    def led_by(self, name: str) -> list[Relation]:
        """The relations that a field of this name makes, or that lead back by it: all files that can say so are read."""
        word, made = re.escape(name.encode()), "|".join(_RELATIONS).encode()
        field = rb"[\s\\]*(?::[^=]{1,200}?)?=[\s\\(]*(?:\w+[\s\\]*\.[\s\\]*)*(?:%b)\b" % made
        said = re.compile(rb"%b(?<!\w%b)(?:%b|[\"'])" % (word, word, field))
        holding = (path for path in self.project.holding(name.encode()) if path in self._paths)
        wanted = {path for path in holding if said.search(self.project.tree[path])}
        for path in sorted(wanted | self._lower.get(name, set()) | self._lower.get(name.removesuffix("_set"), set())):
            self.read_file(path)
        return self.relations

    def read_file(self, path: str) -> None:
        """Take up the classes of a file."""
        names = self.project.outline(path) if path not in self.read else None
        self.read.add(path)
        for node in names.by_type.get(ast.ClassDef, ()) if names is not None else ():
            if isinstance(node, ast.ClassDef) and names is not None:
                _add(self, self.project, names, path, node)

    def lineage(self, key: Key, left: int = _DEEPEST) -> Iterator[Key]:
        """A class and those it derives from."""
        self.read_file(key[0])
        yield key
        for base in self.bases.get(key, ()) if left else ():
            yield from self.lineage(base, left - 1)

    def kind(self, key: Key, name: str) -> str | None:
        """The class of a model's field; None if it has none of that name in sight."""
        own = (found for one in self.lineage(key) if (found := self.fields.get(one, {}).get(name)))
        return next(own, "IntegerField" if name in _KEYS else None)


def models_of(project: Project) -> Models:
    """The models of a project, as far as they have been read."""
    found: Models = project.__dict__.setdefault("_models", Models(project))
    return found


def kinds_at(project: Project, start: Iterable[Key], lookup: str) -> frozenset[str]:
    """Names of the field classes of the column that a lookup means in queries of these models; of any model if there are none.

    Empty if a step of it is not in sight."""
    *steps, last = lookup.split("__")
    places: set[Key] = set(start)
    if not places and not steps:
        return frozenset()
    models = models_of(project)
    for step in steps:
        places = _through(models, places, step)
        if not places:
            return frozenset()
    kinds = {models.kind(one, last) for one in places}
    return frozenset(one for one in kinds if one is not None) if None not in kinds else frozenset()


def by_manager(project: Project, name: str) -> frozenset[Key]:
    """The models that a related manager of this name, `shop.orders`, gives; empty if there is none, or one is not in sight."""
    if name == "objects":  # of a class that is not in sight: no relation is called so
        return frozenset()
    models = models_of(project)
    relations = models.led_by(name)
    found = {one.target for one in relations if one.name == name and models.fields[one.source][name] == "ManyToManyField"}
    found |= {one.source for one in relations if one.manager == name}
    return _all(found)


def _through(models: Models, places: set[Key], step: str) -> set[Key]:
    """The models behind a relation of this name, from these models or from any."""
    relations = models.led_by(step)
    homes = {above for one in places for above in models.lineage(one)}
    found = {one.target for one in relations if one.name == step and (not places or one.source in homes)}
    found |= {one.source for one in relations if one.lookup == step and (not places or one.target is None or one.target in homes)}
    return set(_all(found))


def _all(found: set[Key | None]) -> frozenset[Key]:
    """The models, or none at all if one of them is not in sight."""
    return frozenset() if None in found else frozenset(one for one in found if one is not None)


def _add(models: Models, project: Project, names: Names, path: str, node: ast.ClassDef) -> None:
    key = (path, node.name)
    fields: dict[str, str] = {}
    for statement in node.body:
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if not (isinstance(value, ast.Call) and isinstance(target, ast.Name)):
            continue
        kind = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        if kind.endswith(("Field", "Key")):
            fields[target.id] = kind
        if kind in _RELATIONS:
            models.relations.append(_settled(models, _relation(project, names, key, target.id, value)))
    models.fields[key] = fields
    models.bases[key] = [found for base in node.bases if (found := _class(project, names, path, base)) is not None]


def _relation(project: Project, names: Names, key: Key, name: str, call: ast.Call) -> Relation:
    given = {one.arg: one.value for one in call.keywords}
    to = call.args[0] if call.args else given.get("to")
    target = (
        (to.value, "") if isinstance(to, ast.Constant) and isinstance(to.value, str) else _class(project, names, key[0], to) if to else None
    )
    manager, lookup = given.get("related_name"), given.get("related_query_name")
    return Relation(key, name, target, _said(manager, f"{key[1].lower()}_set"), _said(lookup or manager, key[1].lower()))


def _said(node: ast.expr | None, default: str) -> str:
    """What a keyword says in so many words; empty if it says anything else."""
    if node is None:
        return default
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and "%" not in value else ""


def _settled(models: Models, one: Relation) -> Relation:
    """The relation with a target that was written as text, `"shop.Order"`, looked up."""
    if one.target is None or one.target[1]:
        return one
    app, _, name = one.target[0].rpartition(".")
    found = [one.source] if name == "self" else models.places.get(name, [])
    if len(found) > 1 and not app:
        found = [key for key in found if key[0] == one.source[0]]
    # An app may have another label than its folder's name, which its configuration says.
    elif app and not (len(found) == 1 and any(path.endswith("apps.py") for path in models.project.holding(app.encode()))):
        found = [key for key in found if f"/{app}/" in f"/{key[0]}"]
    return replace(one, target=found[0] if len(found) == 1 else None)


def _class(project: Project, names: Names, path: str, node: ast.expr) -> Key | None:
    qualified = names.qualified(node)
    found = find_class(project, qualified, path) if qualified else None
    return (found[0], found[1].name) if found is not None else None
