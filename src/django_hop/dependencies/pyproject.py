"""pyproject.toml: PEP 621, dependency groups, Poetry, PDM, uv, hatch, flit. And Pipfile, which is TOML too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from packaging.utils import canonicalize_name

from .model import CONSTRAINT, MATRIX, REQUIREMENT, Declared, Parsed
from .pep508 import Where, declare, is_matrix
from .text import Positions
from .toml_spans import Path, Text, TOMLDecodeError, strings


@dataclass(frozen=True)
class _List:
    """A place in pyproject.toml that holds requirements in the standard notation; `*` stands for the name of a group."""

    path: tuple[str, ...]
    format: str
    kind: str = REQUIREMENT


_LISTS = (
    _List(("project", "dependencies"), "pep621"),
    _List(("project", "optional-dependencies", "*"), "pep621"),
    _List(("dependency-groups", "*"), "dependency-group"),
    _List(("build-system", "requires"), "build-system"),
    _List(("tool", "pdm", "dev-dependencies", "*"), "pdm"),
    _List(("tool", "uv", "dev-dependencies"), "uv"),
    _List(("tool", "uv", "constraint-dependencies"), "uv", CONSTRAINT),
    _List(("tool", "uv", "override-dependencies"), "uv", CONSTRAINT),
    _List(("tool", "hatch", "envs", "*", "dependencies"), "hatch"),
    _List(("tool", "hatch", "envs", "*", "extra-dependencies"), "hatch"),
    _List(("tool", "flit", "metadata", "requires"), "flit"),
    _List(("tool", "flit", "metadata", "requires-extra", "*"), "flit"),
)
_POETRY = (
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group", "*", "dependencies"),
)
_PIPFILE_OTHER = {"source", "requires", "scripts", "pipenv"}


def parse_pyproject(path: str, text: str) -> Parsed:
    """What a pyproject.toml declares."""
    try:
        data, found = strings(text)
    except (TOMLDecodeError, RecursionError) as error:
        return Parsed(problems=(f"not valid TOML: {error}",))
    positions = Positions(text)
    declared: list[Declared] = []
    problems: list[str] = []
    for place in _LISTS:
        for group, value in _listed(found, place.path):
            if value.value.strip().startswith("-e"):
                continue  # PDM's way to name a local folder
            where = Where(path, place.format, place.kind, group)
            one = _standard(value, text, positions, where)
            if one is None:
                problems.append(f"line {positions.line(value.near)}: not a requirement: {value.value.strip()[:80]}")
            else:
                declared.append(one)
    for pattern in _POETRY:
        declared.extend(_tables(found, pattern, Where(path, "poetry", REQUIREMENT), positions))
    sources = _uv_sources(data)
    declared = [replace(one, url=sources[one.name]) if one.name in sources and not one.url else one for one in declared]
    return Parsed(tuple(sorted(declared, key=lambda one: one.start)), tuple(problems))


def _uv_sources(data: Mapping[str, Any]) -> dict[str, str]:
    """Where uv takes packages from that do not come from an index: a repository, an address, a folder, the workspace."""
    table: Any = data
    for key in ("tool", "uv", "sources"):
        table = table.get(key, {}) if isinstance(table, dict) else {}
    found: dict[str, str] = {}
    for name, entry in table.items() if isinstance(table, dict) else ():
        first = entry[0] if isinstance(entry, list) and entry else entry
        place = next((str(first[key]) for key in ("git", "url", "path") if key in first), "") if isinstance(first, dict) else ""
        if place or (isinstance(first, dict) and first.get("workspace")):
            found[canonicalize_name(str(name))] = place or "the workspace"
    return found


def parse_pipfile(path: str, text: str) -> Parsed:
    """What a Pipfile declares; every section that is not one of pipenv's own is a category of packages."""
    try:
        data, found = strings(text)
    except (TOMLDecodeError, RecursionError) as error:
        return Parsed(problems=(f"not valid TOML: {error}",))
    positions = Positions(text)
    declared: list[Declared] = []
    for section in data:
        if section not in _PIPFILE_OTHER:
            group = "" if section == "packages" else section
            declared.extend(_tables(found, (section,), Where(path, "pipfile", REQUIREMENT, group), positions))
    return Parsed(tuple(sorted(declared, key=lambda one: one.start)))


def _match(path: Path, pattern: tuple[str, ...]) -> str | None:
    """The group name if the path begins as the pattern says; empty if the pattern has no group."""
    if len(path) < len(pattern):
        return None
    group = ""
    for part, wanted in zip(path, pattern, strict=False):
        if wanted == "*" and isinstance(part, str):
            group = part
        elif part != wanted:
            return None
    return group


def _listed(found: dict[Path, Text], pattern: tuple[str, ...]) -> Iterator[tuple[str, Text]]:
    for path, value in found.items():
        group = _match(path, pattern)
        # A table inside a dependency group ({include-group = "test"}) is no requirement.
        if group is not None and len(path) == len(pattern) + 1 and isinstance(path[-1], int):
            yield group, value


def _standard(value: Text, text: str, positions: Positions, where: Where) -> Declared | None:
    if value.span is None:
        return declare(value.value, value.near, text, positions, where, literal=False)
    return declare(value.value, value.span[0], text, positions, where)


def _tables(found: dict[Path, Text], pattern: tuple[str, ...], where: Where, positions: Positions) -> Iterator[Declared]:
    """Packages as keys: `django = "^2.2"`, `django = {version = "^2.2", extras = ["argon2"]}`, or a list of such tables."""
    entries: dict[Path, dict[Path, Text]] = {}
    for path, value in found.items():
        group = _match(path, pattern)
        if group is None or len(path) <= len(pattern) or not isinstance(path[len(pattern)], str):
            continue
        size = len(pattern) + 1
        size += 1 if len(path) > size and isinstance(path[size], int) else 0
        entries.setdefault(path[:size], {})[path[size:]] = value
    for entry, parts in entries.items():
        group = _match(entry, pattern) or where.group
        name = canonicalize_name(str(entry[len(pattern)]))
        if not (where.format == "poetry" and name == "python"):
            yield _keyed(name, parts, Where(where.path, where.format, where.kind, group), positions)


def _keyed(name: str, parts: dict[Path, Text], where: Where, positions: Positions) -> Declared:
    version = parts.get(()) or parts.get(("version",))
    somewhere = version or next(iter(parts.values()))
    source = next((parts[key].value for key in (("git",), ("url",), ("path",), ("file",)) if key in parts), "")
    marker = parts[("markers",)].value if ("markers",) in parts else ""
    if not marker and ("python",) in parts:
        marker = f"python {parts[('python',)].value}"
    start, end = version.span if version and version.span else (somewhere.near, somewhere.near)
    return Declared(
        name=name,
        path=where.path,
        line=positions.line(somewhere.near),
        specifier=version.value if version else "",
        start=start,
        end=end,
        kind=MATRIX if where.group and is_matrix(where.group) else where.kind,
        format=where.format,
        extras=tuple(value.value for key, value in parts.items() if len(key) == 2 and key[0] == "extras"),
        marker=marker,
        hashes=any(key[0] in {"hash", "hashes"} for key in parts if key),
        text=f'{name} = "{version.value}"' if version else name,
        url=source,
        group=where.group,
        editable=version is not None and version.span is not None,
    )
