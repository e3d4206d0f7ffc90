"""What has to be installed to run a project and its tests at a commit: chosen from all that its dependency files declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ..dependencies.inventory import declared
from ..dependencies.model import CONSTRAINT, LOCK, MATRIX, Declared
from ..dependencies.specifier import as_set, dialect_of

_FOLDERS = frozenset({"", "requirements", "requirement", "reqs", "deps", "dependencies"})
_TEST = re.compile(r"(^|[-_.])(tests?|testing|ci)([-_.]|$)", re.I)
_DEVELOPMENT = re.compile(r"(^|[-_.])(dev|devel|develop|development|local)([-_.]|$)", re.I)
_MAIN = re.compile(r"(requirements?|base|common|main|install|core|app|default|all|pip)", re.I)
_PRODUCTION = re.compile(r"(^|[-_.])(prod|production|deploy|server|live)([-_.]|$)", re.I)
_OPTION = re.compile(rb"^[ \t]*(--(?:index-url|extra-index-url|find-links|no-index|pre|trusted-host)\b[^\r\n#]*|-[if][ \t][^\r\n#]*)", re.M)
_OWN_EXTRAS = re.compile(rb"^[ \t]*(?:-e[ \t]+|--editable[ \t=]+)?\.(?:/)?\[([\w, .-]+)\]", re.M)
_SECTIONED = frozenset({"pep621", "poetry", "pdm", "uv", "hatch", "flit", "setup.cfg", "setup.py", "pipfile", "dependency-group"})
"""Formats of files that hold the main requirements and groups of others side by side."""


@dataclass(frozen=True)
class Wanted:
    """What to install."""

    lines: tuple[str, ...]
    """Lines of a requirement file."""
    constraints: tuple[str, ...]
    """What a lock file says, as constraints; may be left out where it does not fit."""
    sources: tuple[str, ...]
    """The files this comes from."""
    packaged: bool
    """True if the project itself is a package with metadata."""
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True if no file declares anything."""
        return not self.sources


def wanted(
    tree: Mapping[str, bytes],
    release: str,
    *,
    inside: str = "",
    files: Sequence[str] = (),
    instead: Sequence[str] = (),
    pytest: bool = False,
    drivers: Sequence[str] = (),
) -> Wanted:
    """What the project in the folder `inside` of a tree needs for its tests on a Django release.

    `files` names requirement files to take instead of those that are found; `instead` are requirements that replace others of the same
    name; with `pytest`, pytest and pytest-django are added where nothing asks for them. Of the packages `drivers` one is needed: where
    the main requirements and those for tests have none, that of another file, for production say, is taken.
    """
    prefix = f"{inside}/" if inside else ""
    local = {path[len(prefix) :]: data for path, data in tree.items() if path.startswith(prefix)}
    every = declared(local)[0]
    chosen = _named(every, files, local) if files else _chosen(every, local)
    if not any(one.name in drivers for one in chosen):
        able = [one for one in every if one.name in drivers and one.kind not in {CONSTRAINT, LOCK, MATRIX}]
        chosen += sorted(able, key=lambda one: drivers.index(one.name))[:1]
    locked = [one for one in every if one.kind == LOCK and "/" not in one.path and one.name != "django" and not one.url]
    lines, notes = _lines(chosen, instead)
    names = {canonicalize_name(Requirement(line).name) for line in lines if not line.startswith("-")}
    if pytest and not names & {"pytest", "pytest-django"}:
        lines += ["pytest", "pytest-django"]
        notes.append("pytest and pytest-django were installed: the tests want them, and no file asks for them.")
    if "setuptools" not in names:
        # Since 71 it puts packages of its own on the path, and a pytest of the time takes one of them for a plugin and fails.
        lines.append('setuptools<71; python_version < "3.12"')
    lines.append(f"Django=={release}.*")
    options = [
        match[1].decode("utf-8", "replace").strip() for path in _files(chosen, files) for match in _OPTION.finditer(local.get(path, b""))
    ]
    constraints = [f"{one.name}=={one.specifier.lstrip('=')}" for one in locked if re.fullmatch(r"=*[\w.!+-]+", one.specifier)]
    sources = tuple(dict.fromkeys(one.path for one in chosen))
    return Wanted(
        tuple(dict.fromkeys([*options, *lines])),
        tuple(dict.fromkeys(constraints)),
        (*sources, *dict.fromkeys(one.path for one in locked)) if sources else (),
        "setup.py" in local or b"[build-system]" in local.get("pyproject.toml", b""),
        tuple(notes),
    )


def _files(chosen: Iterable[Declared], files: Sequence[str]) -> dict[str, None]:
    return dict.fromkeys([*files, *(one.path for one in chosen if one.format == "requirements")])


def _named(every: Iterable[Declared], files: Sequence[str], local: Mapping[str, bytes]) -> list[Declared]:
    """What the given requirement files declare, and those that they include."""
    waiting, seen = list(files), dict[str, None]()
    while waiting:
        path = waiting.pop(0)
        if path not in seen:
            seen[path] = None
            waiting += _included(path, local)
    return [one for one in every if one.path in seen and one.kind != CONSTRAINT]


def _included(path: str, local: Mapping[str, bytes]) -> list[str]:
    import posixpath

    found = re.findall(rb"^[ \t]*(?:-r|--requirement)[ =\t]*(\S+)", local.get(path, b""), re.M)
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), name.decode("utf-8", "replace"))) for name in found]


def _chosen(every: Sequence[Declared], local: Mapping[str, bytes]) -> list[Declared]:
    """The main requirements and those for tests, from requirement files and from files with sections."""
    candidates = [one for one in every if one.kind not in {CONSTRAINT, LOCK, MATRIX} and one.format != "build-system"]
    paths = _requirement_files(dict.fromkeys(one.path for one in candidates if one.format == "requirements"), local)
    chosen = _named(candidates, paths, local)
    extras = {
        name.strip().lower()
        for path in paths
        for match in _OWN_EXTRAS.finditer(local.get(path, b""))
        for name in match[1].decode().split(",")
    }
    sectioned = [one for one in candidates if one.format in _SECTIONED and "/" not in one.path and one.group != "setup_requires"]
    groups = {one.group for one in sectioned if one.group}
    tests = {group for group in groups if _TEST.search(_plain(group))}
    tests |= {group for group in groups if group.rpartition(":")[2].lower() in extras}
    for_tests = tests or ({group for group in groups if _DEVELOPMENT.search(_plain(group))} if not _has_tests(paths) else set())
    # A Pipfile and the older form of Poetry know development only.
    for_tests |= groups & {"dev-packages", "dev-dependencies"}
    chosen += [one for one in sectioned if not one.group or one.group in for_tests]
    if not any(_is_for_tests(one) for one in chosen):
        chosen += _of_tox(every)
    return chosen


def _plain(group: str) -> str:
    return group.replace("_require", "-require").replace("_", "-")


def _has_tests(paths: Iterable[str]) -> bool:
    return any(_TEST.search(PurePosixPath(path).stem) or _DEVELOPMENT.search(PurePosixPath(path).stem) for path in paths)


def _is_for_tests(one: Declared) -> bool:
    return bool(one.name.startswith("pytest") or _TEST.search(_plain(one.group)) or _TEST.search(PurePosixPath(one.path).stem))


def _of_tox(every: Iterable[Declared]) -> Iterator[Declared]:
    """What tox installs for the tests: the common dependencies and those of no or of a telling factor, but not Django itself."""
    for one in every:
        if one.format == "tox" and one.path == "tox.ini" and one.name not in {"django", "setuptools"}:
            factor = one.group.lower()
            if not factor or factor in {"core", "unit", "py"} or _TEST.search(factor):
                yield one


def _requirement_files(paths: Iterable[str], local: Mapping[str, bytes]) -> list[str]:
    """Main files and those for tests; those for development where there are none, those for production where there is no other."""
    near = [
        path for path in paths if str(PurePosixPath(path).parent).replace(".", "", 1) in _FOLDERS or path.startswith(("tests/", "test/"))
    ]
    # A package keeps what its demo and its tests need beside the demo's manage.py.
    near = near or [path for path in paths if str(PurePosixPath(path).parent / "manage.py") in local]
    # Of x.in and the x.txt that was compiled from it the compiled one counts.
    near = [path for path in near if not (path.endswith(".in") and f"{path[:-3]}.txt" in local)]
    stems = {path: re.sub(r"(^|[-_.])(requirements?|reqs)([-_.]|$)", "-", PurePosixPath(path).stem).strip("-") for path in near}
    main = [path for path in near if not stems[path] or _MAIN.fullmatch(stems[path])]
    tests = [path for path in near if _TEST.search(stems[path]) or path.startswith(("tests/", "test/"))]
    development = [path for path in near if _DEVELOPMENT.search(stems[path])]
    production = [path for path in near if _PRODUCTION.search(stems[path])]
    return list(dict.fromkeys([*main, *(tests or development)])) or production


def _lines(chosen: Iterable[Declared], instead: Sequence[str]) -> tuple[list[str], list[str]]:
    """Requirements as pip writes them, those of `instead` in place of others of their name, and notes on what was left out."""
    replaced = {canonicalize_name(Requirement(line).name) for line in instead}
    lines, notes = [], []
    for one in chosen:
        if one.name in replaced:
            continue
        line = _line(one)
        if line is None:
            notes.append(f"{one.path}:{one.line}: {one.text} was not installed: it is a path, or is not understood.")
        elif line not in lines:
            lines.append(line)
    return [*lines, *instead], notes


def _line(one: Declared) -> str | None:
    """One requirement as PEP 508 has it; None for what cannot be said so."""
    extras = f"[{','.join(one.extras)}]" if one.extras else ""
    marker = f" ; {one.marker}" if one.marker else ""
    if one.url:
        if re.match(r"https?://[^#]+\.git(@|#|$)", one.url):
            return f"{one.name}{extras} @ git+{one.url}{marker}"
        return f"{one.name}{extras} @ {one.url}{marker}" if re.match(r"[\w+]+://", one.url) else None
    specifier = as_set(one.specifier, dialect_of(one.format))
    line = f"{one.name}{extras}{specifier if specifier is not None else one.specifier}{marker}"
    try:
        return str(Requirement(line))
    except InvalidRequirement:
        return None
