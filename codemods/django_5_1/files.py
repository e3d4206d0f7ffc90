"""Files: storages that overwrite, files without a name, pictures."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines
from django_hop.ops.names import release_root
from django_hop.ops.nodes import name_of
from django_hop.ops.statements import alone_on_lines
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

STORAGES = tuple(f"django.core.files.storage.{module}FileSystemStorage" for module in ("", "filesystem."))
FLAGS = (
    "`OS_OPEN_FLAGS` is ignored from 6.0 on: `allow_overwrite=True` (or in OPTIONS of STORAGES) lets it overwrite; "
    "without it a `get_available_name()` that gives back a taken name never ends"
)
OVERWRITING = frozenset({"os.O_WRONLY", "os.O_TRUNC", "os.O_CREAT"})
CONSTRUCTOR = (
    "def __init__(self, *args, **kwargs):",
    '    kwargs.setdefault("allow_overwrite", True)',
    "    super().__init__(*args, **kwargs)",
)
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
        name = name_of(node.func)
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


@dataclass(frozen=True)
class OpenFlags(PythonOp):
    """`OS_OPEN_FLAGS` that write, make and empty a file become `allow_overwrite=True` in the constructor."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"OS_OPEN_FLAGS"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for direct subclasses without a constructor; findings for other flags and classes."""
        for node in site.subclasses(*STORAGES):
            for statement, target in assignments(node, "OS_OPEN_FLAGS"):
                try:
                    edit = self._edit(site, node, statement)
                except Refused as error:
                    yield site.finding(target, f"{FLAGS}; {error}")
                    continue
                yield edit
                for name in ast.walk(statement.value) if statement.value is not None else ():
                    if isinstance(name, ast.Attribute):
                        release_root(site, name)
                yield site.finding(target, FLAGS, fixed=True)

    @staticmethod
    def _edit(site: Site, node: ast.ClassDef, statement: ast.Assign | ast.AnnAssign) -> Edit:
        if len(node.bases) != 1 or site.qualified(node.bases[0]) not in STORAGES or defines(node, "__init__"):
            raise Refused("the class has a constructor or other bases")
        if _flags(site, statement.value) not in (OVERWRITING, OVERWRITING | {"os.O_BINARY"}):
            raise Refused("these flags are not those of `allow_overwrite`")
        line = site.module.source.line(statement.end_lineno or statement.lineno)
        if statement not in node.body or not alone_on_lines(site, statement) or "#" in line:
            raise Refused("a comment or a condition stands beside it")
        newline, place = site.module.source.newline, node.body.index(statement)
        indent = " " * statement.col_offset
        text = indent + f"{newline}{indent}".join(CONSTRUCTOR)
        if place and site.module.source.line(statement.lineno - 1).strip():
            text = newline + text
        if place + 1 < len(node.body) and site.module.source.line((statement.end_lineno or statement.lineno) + 1).strip():
            text += newline
        return site.edit_span(site.module.source.starts[statement.lineno - 1], site.module.end(statement), text)


def _flags(site: Site, node: ast.expr | None) -> frozenset[str]:
    """The names that flags are put together from; empty if they are anything else."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        left, right = _flags(site, node.left), _flags(site, node.right)
        return left | right if left and right else frozenset()
    if isinstance(node, ast.Call) and ast.unparse(node) == "getattr(os, 'O_BINARY', 0)":
        return frozenset({"os.O_BINARY"})
    name = site.qualified(node) or ""
    return frozenset({name} if name.startswith("os.O_") else ())


CODEMODS = [
    Codemod(
        "storage-open-flags",
        "storages that overwrite files say so to their base class",
        deprecated="5.1",
        removed="6.0",
        works_from="5.1",
        safety=REVIEW,
        covers=("5.1-filesystemstorage-os-open-flags",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        silent=True,
        ops=(OpenFlags(),),
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
