"""Which files of a tree declare dependencies, and what they declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from ..model import Skipped
from . import environment, ini, locks, pyproject, requirements, setup_py
from .commands import is_command_file
from .commands import parse as parse_commands
from .model import Declared, Parsed
from .text import decode

_FOREIGN = {"node_modules", "site-packages", ".git", ".venv", "venv", ".tox", ".nox"}
"""Folders that hold other people's packages, should they have been committed."""


def is_foreign(path: str) -> bool:
    """True if a file belongs to somebody else's package."""
    return bool(_FOREIGN.intersection(PurePosixPath(path).parts[:-1]))


@lru_cache(maxsize=65536)
def parser_for(path: str) -> Callable[[str, str], Parsed] | None:
    """The function that reads a file, chosen by its path; None if the file declares no dependencies."""
    pure = PurePosixPath(path)
    if is_foreign(path):
        return None
    if locks.lock_format(path):
        return locks.parse
    named = {
        "pyproject.toml": pyproject.parse_pyproject,
        "Pipfile": pyproject.parse_pipfile,
        "setup.cfg": ini.parse_setup_cfg,
        "tox.ini": ini.parse_tox,
        "setup.py": setup_py.parse,
    }.get(pure.name)
    if named is not None:
        return named
    if pure.suffix in {".yml", ".yaml"} and pure.name.startswith("environment"):
        return environment.parse
    return requirements.parse if requirements.is_requirements(path) else None


def parse_file(path: str, text: str, kind: str | None = None) -> Parsed:
    """What one file declares; a file whose name says nothing is read as a requirement file (another one names it)."""
    parser = parser_for(path)
    if parser is None or parser is requirements.parse:
        return requirements.parse(path, text, kind)
    return parser(path, text)


def declared(tree: Mapping[str, bytes]) -> tuple[tuple[Declared, ...], tuple[Skipped, ...]]:
    """Everything the dependency files of a tree declare, in the order of the paths, and what could not be read. Raises nothing."""
    found: dict[str, tuple[Declared, ...]] = {}
    skipped: list[Skipped] = []
    waiting: list[tuple[str, str | None]] = [(path, None) for path in sorted(tree) if parser_for(path) is not None]
    while waiting:
        path, kind = waiting.pop(0)
        if path in found or path not in tree:
            continue
        parsed = _read(path, tree[path], kind)
        found[path] = parsed.declared
        lost = [(target, line) for target, _, line in parsed.references if target not in tree and not {"$", "{"} & set(target)]
        said = (f"line {line}: names {target}, which is not among the files that were read" for target, line in lost)
        if problems := (*said, *parsed.problems):
            skipped.append(Skipped(path, _joined(problems)))
        waiting.extend((target, kind) for target, kind, _ in parsed.references)
    return tuple(one for path in sorted(found) for one in found[path]), tuple(sorted(skipped, key=lambda one: one.path))


def referenced(tree: Mapping[str, bytes]) -> tuple[str, ...]:
    """The paths of further requirement files that those in a tree name, and the tree does not hold."""
    named = {target for path in sorted(tree) if parser_for(path) is not None for target, *_ in _read(path, tree[path], None).references}
    return tuple(sorted(named - set(tree)))


def inventory(tree: Mapping[str, bytes]) -> tuple[tuple[Declared, ...], tuple[Skipped, ...]]:
    """Everything a tree declares, in the order of the paths: its dependency files, and what commands, nox and pre-commit install."""
    found, skipped = declared(tree)
    more = [one for path in sorted(tree) if is_command_file(path) and not is_foreign(path) for one in _commands(path, tree[path])]
    return tuple(sorted((*found, *more), key=lambda one: (one.path, one.start))), skipped


def read_file(path: str, text: str, kind: str | None = None) -> tuple[Declared, ...]:
    """What one file declares, as `inventory` reads it."""
    if is_command_file(path):
        return (*(parse_file(path, text).declared if parser_for(path) else ()), *parse_commands(path, text))
    return parse_file(path, text, kind).declared


@lru_cache(maxsize=1024)
def _commands(path: str, data: bytes) -> tuple[Declared, ...]:
    try:
        text, _ = decode(data)
    except (UnicodeError, LookupError):
        return ()
    return parse_commands(path, text)


@lru_cache(maxsize=1024)
def _read(path: str, data: bytes, kind: str | None) -> Parsed:
    try:
        text, _ = decode(data)
    except (UnicodeError, LookupError) as error:
        return Parsed(problems=(f"cannot be decoded: {error}",))
    if "\0" in text:
        return Parsed(problems=("holds NUL bytes",))
    return parse_file(path, text, kind)


def _joined(problems: tuple[str, ...]) -> str:
    shown = "; ".join(problems[:5])
    if len(problems) <= 5:
        return shown
    lines = [number[1] for problem in problems[5:] if (number := re.match(r"line (\d+):", problem))]
    return f"{shown}; and {len(problems) - 5} more" + (f", in the lines {', '.join(lines)}" if lines else "")
