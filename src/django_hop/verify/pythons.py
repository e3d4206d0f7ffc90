"""Which Python a side should run on: what both releases run on and the project declares, the same one for both where that can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ..dependencies.specifier import as_set, dialect_of
from ..proof.environments import pythons_for

_VERSION = rb"(?P<version>[23]\.\d+)"
_EXACT = (
    (".python-version", re.compile(rb"^" + _VERSION, re.M)),
    ("runtime.txt", re.compile(rb"^python-" + _VERSION, re.M)),
    ("Pipfile", re.compile(rb"^python_(?:full_)?version\s*=\s*[\"']" + _VERSION, re.M)),
    ("Dockerfile", re.compile(rb"^FROM\s+(?:--\S+\s+)?(?:\S+/)?python:" + _VERSION, re.M | re.I)),
)
_RANGES = (
    ("pyproject.toml", re.compile(rb"^requires-python\s*=\s*[\"'](?P<range>[^\"'\n]+)", re.M), "pep621"),
    (
        "pyproject.toml",
        re.compile(rb"^\[tool\.poetry\.dependencies\][^\[]*?^python\s*=\s*[\"'](?P<range>[^\"'\n]+)", re.M | re.S),
        "poetry",
    ),
    ("setup.cfg", re.compile(rb"^python_requires\s*=\s*(?P<range>[^\n]+)", re.M), "setup.cfg"),
    ("setup.py", re.compile(rb"python_requires\s*=\s*[\"'](?P<range>[^\"'\n]+)"), "setup.py"),
)


@dataclass(frozen=True)
class Choice:
    """Python versions in the order in which they are tried, and why the first."""

    versions: tuple[str, ...]
    why: str
    passed_by: str = ""
    """What the project says that cannot be: a Python that the release does not run on."""


def pythons(tree: Mapping[str, bytes], release: str, other: str, *, inside: str = "", given: str = "") -> Choice:
    """The Python versions for a side on `release` when the other side is on `other`. `given` is the one the user wants.

    What the side's own files say comes first: a hop may move Python, too, and then the sides run on different ones.
    """
    if given:
        return Choice((given,), "given")
    prefix = f"{inside}/" if inside else ""
    able = [version for version in pythons_for(release) if _within(tree, prefix, version)] or list(pythons_for(release))
    both = [version for version in able if version in pythons_for(other)]
    passed_by = ""
    for name, pattern in _EXACT:
        found = pattern.search(tree.get(prefix + name, b""))
        version = found["version"].decode() if found else ""
        if version in able:
            return Choice((version, *_newest_first([one for one in both or able if one != version])), f"{name} says {version}")
        if version and not passed_by:
            passed_by = f"{name} says Python {version}, which is none of those that are taken for Django {release}"
    return Choice(_newest_first(both or able), "both releases run on it" if both else f"Django {release} runs on it", passed_by)


def _newest_first(versions: list[str]) -> tuple[str, ...]:
    """The newest one but for the last: packages of the time have wheels for it, and every release of the packages of today.

    The newest Python of an old Django often came after the versions its projects pin.
    """
    newest = versions[::-1]
    return tuple([*newest[1:2], *newest[:1], *newest[2:]])


def _within(tree: Mapping[str, bytes], prefix: str, version: str) -> bool:
    for name, pattern, format in _RANGES:
        found = pattern.search(tree.get(prefix + name, b""))
        if found is None:
            continue
        text = found["range"].decode("utf-8", "replace").strip()
        allowed = as_set(text, dialect_of(format))
        if allowed is None:
            try:
                allowed = SpecifierSet(text)
            except InvalidSpecifier:
                continue
        # A late patch release: `>=3.8.1` admits 3.8.
        if not allowed.contains(f"{version}.30", prereleases=True):
            return False
    return True
