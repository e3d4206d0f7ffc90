"""Which surface a file belongs to, and one file through all codemods."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Codemod, Hop, Rewritten
from ..ops.base import Op, PythonOp, TemplateOp, TextOp
from ..project.index import Project
from .engine import Fitting, Rewriter, Surface

TEMPLATE_SUFFIXES = tuple(
    f".{suffix}"
    for suffix in (  # noqa: SIM905
        "html htm xhtml djhtml dtl shtml txt text xml eml email mail subject body js mjs css svg json csv tsv md markdown rss atom "
        "kml gpx tex ics vcf sql mjml rtf"
    ).split()
)

COMMAND_FILES = frozenset({"package.json", "app.json", "launch.json", "tasks.json", "devcontainer.json"})
"""Files with a template's suffix that hold command lines."""


def kind_of(path: str) -> type[Op]:
    """The kind of op that a file of this name is for; templates are settled by their content later."""
    if path.endswith((".py", ".pyi")):
        return PythonOp
    name = path.rpartition("/")[2]
    if name in COMMAND_FILES or name.startswith("requirements") or (name.endswith(".txt") and "requirements" in path.split("/")[:-1]):
        return TextOp
    # Subjects and bodies of mails often have no suffix.
    if path.endswith(TEMPLATE_SUFFIXES) or ("." not in name and "/templates/" in f"/{path}"):
        return TemplateOp
    return TextOp


def rewrite_file(
    path: str, data: bytes, codemods: Sequence[Codemod], hop: Hop, project: Project, fitting: Fitting | None = None
) -> Rewritten:
    """One file through the given codemods, in order. Pure; never raises for what is in the file.

    `fitting` spares the second pass the codemods that a change has left without a word in the file.
    """
    return Rewriter(surface_of(kind_of(path), project), path, codemods, hop, project, fitting).rewrite(data)


def surface_of(kind: type[Op], project: Project) -> Surface:
    """The surface for a kind of op. Imported on demand: a template never needs the Python surface."""
    if kind is PythonOp:
        from .python import PythonSurface

        return PythonSurface(project)
    if kind is TemplateOp:
        from .template import TemplateSurface

        return TemplateSurface()
    assert kind is TextOp
    from .text import TextSurface

    return TextSurface()
