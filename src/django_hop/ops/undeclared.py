"""Packages that a project imports though none of its requirement files may name them: what codemods for several packages ask."""

from __future__ import annotations

import ast
import re

from ..rewrite.site import Site

REQUIREMENTS = ("setup.py", "setup.cfg", "pyproject.toml", "Pipfile", "environment.yml", "poetry.lock", "uv.lock", "Pipfile.lock")


def required(site: Site, package: bytes) -> bool | None:
    """True if a requirement file names the package; None if there is no such file."""
    files = [
        path
        for path in site.project.tree
        if path.rpartition("/")[2] in REQUIREMENTS or ("requirements" in path and path.endswith((".txt", ".in", ".pip")))
    ]
    if not files:
        return None
    # What isort is told of the package is no requirement.
    return any(package in re.sub(rb"(?m)^[ \t]*known_\w+[ \t]*=.*$", b"", site.project.tree[path].lower()) for path in files)


def unguarded_import(site: Site, package: str) -> ast.Import | ast.ImportFrom | None:
    """The first import of a package in a file that stands under no `try`; None if there is none."""
    statements: list[ast.Import | ast.ImportFrom] = [*site.nodes(ast.Import), *site.nodes(ast.ImportFrom)]
    for statement in statements:
        modules = [statement.module or ""] if isinstance(statement, ast.ImportFrom) else [alias.name for alias in statement.names]
        guarded = any(isinstance(one, ast.Try) for one in site.ancestors(statement))
        if not guarded and any(one.partition(".")[0] == package for one in modules) and not getattr(statement, "level", 0):
            return statement
    return None
