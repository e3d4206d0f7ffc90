"""What a person has to do about what is not edited: locks to make again, matrices and classifiers to extend."""

from __future__ import annotations

import re
from collections.abc import Sequence

from packaging.markers import InvalidMarker, Marker

from ..model import Hop
from ..releases import facts
from .model import Declared
from .requirements import generated_by
from .specifier import POETRY, as_set

_COMMANDS = {
    "poetry.lock": "poetry update {}",
    "uv.lock": "uv lock --upgrade-package {}",
    "pdm.lock": "pdm update {}",
    "Pipfile.lock": "pipenv update {}",
    "pylock": "the command that wrote it",
}
_COMPILE = re.compile(r"^#\s+((?:pip-compile|uv pip compile)\b.*?)\s*$", re.MULTILINE)
_CLASSIFIER = re.compile(r"Framework :: Django :: (\d+\.\d+)")
_PLATFORMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))


def lock_command(one: Declared, text: str, package: str = "django") -> str:
    """The command that makes a lock file again with another release of a package."""
    if one.format in _COMMANDS:
        return _COMMANDS[one.format].format(package)
    return compile_command(text) or "pip-compile --generate-hashes"


def compile_command(text: str) -> str | None:
    """The command that a compiled requirement file names in its header; the tool's usual one if it names none, None for other files."""
    named = _COMPILE.search(text)
    if named:
        return named.group(1)
    return {"pip-compile": "pip-compile", "uv": "uv pip compile", None: None}[generated_by(text)]


def classifiers(text: str) -> tuple[tuple[str, int], ...]:
    """The Django releases that trove classifiers name, with their offsets."""
    return tuple((match.group(1), match.start()) for match in _CLASSIFIER.finditer(text))


def is_reachable(marker: str, hop: Hop) -> bool:
    """False if a marker excludes every Python the target runs on, so that the moved requirement could never be installed."""
    return is_reachable_on(marker, facts(hop.target).pythons)


def is_reachable_on(marker: str, pythons: Sequence[str]) -> bool:
    """False if a marker excludes all of some Pythons."""
    if not marker or "extra" in marker:
        return True
    if marker.startswith("python "):
        within = as_set(marker.removeprefix("python "), POETRY)
        return within is None or any(within.contains(f"{python}.{patch}") for python in pythons for patch in (0, 20))
    try:
        parsed = Marker(marker)
    except InvalidMarker:
        return True
    return any(parsed.evaluate(environment) for python in pythons for environment in _environments(python))


def _environments(python: str) -> list[dict[str, str | set[str]]]:
    """Marker environments of one Python on the usual platforms; nothing is taken from the machine this runs on."""
    return [
        {
            "implementation_name": "cpython",
            "implementation_version": f"{python}.20",
            "os_name": os_name,
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": system,
            "platform_version": "",
            "python_full_version": f"{python}.20",
            "python_version": python,
            "sys_platform": sys_platform,
        }
        for sys_platform, system, os_name in _PLATFORMS
    ]
