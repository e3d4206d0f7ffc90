"""Files: storages that overwrite, files without a name, pictures."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindAttribute
from django_hop.rewrite.site import Site

CONTENT = ("django.core.files.base.ContentFile", "django.core.files.File", "django.core.files.base.File")
NAMELESS = "a file without a name can no longer be saved through a FileField: give one, `ContentFile(data, name=...)`"


@dataclass(frozen=True)
class NamelessFiles(PythonOp):
    """`Document(upload=ContentFile(data))` and `document.upload = ContentFile(data)`."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"ContentFile"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where a file with no name is given to a class or to `create()`, or assigned to an attribute."""
        for call in (call for name in CONTENT[:1] for call in site.calls(name)):
            if len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
                continue
            around = site.parent(call)
            target = around.targets[0] if isinstance(around, ast.Assign) else None
            stored = isinstance(target, ast.Attribute) and ast.unparse(target.value) not in ("self", "cls")
            if stored or (isinstance(around, ast.keyword) and self._makes_object(site.parent(around))):
                yield site.finding(call, NAMELESS)

    @staticmethod
    def _makes_object(node: ast.AST | None) -> bool:
        if not isinstance(node, ast.Call):
            return False
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        return name in ("create", "get_or_create", "update_or_create") or (
            name[:1].isupper() and not name.endswith(("Form", "File", "Serializer"))
        )


@dataclass(frozen=True)
class PictureStorage(PythonOp):
    """`ImageField(width_field=..., storage=...)`."""

    @property
    def words(self) -> Words:
        """The field with a storage and a dimension."""
        return (frozenset({"ImageField", "storage", "width_field"}), frozenset({"ImageField", "storage", "height_field"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such field of a model."""
        for call in site.calls("django.db.models.ImageField"):
            given = {keyword.arg for keyword in call.keywords}
            if "storage" in given and given & {"width_field", "height_field"}:
                yield site.finding(
                    call, "the dimensions are those of the picture as it was given: a storage that resizes it no longer changes them"
                )


CODEMODS = [
    Codemod(
        "storage-open-flags",
        "OS_OPEN_FLAGS of storages is found",
        deprecated="5.1",
        removed="6.0",
        works_from="5.1",
        safety=DETECT,
        covers=("5.1-filesystemstorage-os-open-flags",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        silent=True,
        ops=(
            FindAttribute(
                ("django.core.files.storage.FileSystemStorage",),
                ("OS_OPEN_FLAGS",),
                "`OS_OPEN_FLAGS` is ignored from 6.0 on: `allow_overwrite=True` (or in OPTIONS of STORAGES) lets it overwrite; "
                "without it a `get_available_name()` that gives back a taken name never ends",
            ),
        ),
    ),
    Codemod(
        "nameless-files",
        "files without a name are found where they are given to a field",
        removed="5.1",
        works_from="1.11",
        safety=DETECT,
        covers=("5.1-filefield-save-needs-name",),
        docs="releases/5.1: Miscellaneous",
        ops=(NamelessFiles(),),
    ),
    Codemod(
        "image-dimensions-after-save",
        "pictures are found whose storage may resize them",
        removed="5.1",
        works_from="5.1",
        safety=DETECT,
        covers=("5.1-imagefield-dimensions-after-save",),
        docs="releases/5.1: Miscellaneous",
        silent=True,
        ops=(PictureStorage(),),
    ),
]
