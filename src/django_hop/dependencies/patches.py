"""The newest patch release of each Django feature release, as the package index has them.

The numbers decide what an exact pin moves to. A feature release that is still supported gets new patches; an older number
here is still a legal pin, so the table may lag without being wrong.
"""

from __future__ import annotations

from functools import cache

from packaging.version import InvalidVersion, Version

from ..releases import NAMES

NEWEST_PATCH = {
    "1.11": "1.11.29",
    "2.0": "2.0.13",
    "2.1": "2.1.15",
    "2.2": "2.2.28",
    "3.0": "3.0.14",
    "3.1": "3.1.14",
    "3.2": "3.2.25",
    "4.0": "4.0.10",
    "4.1": "4.1.13",
    "4.2": "4.2.30",
    "5.0": "5.0.14",
    "5.1": "5.1.15",
    "5.2": "5.2.19",
    "6.0": "6.0.10",
    "6.1": "6.1.3",
}


@cache
def versions(release: str) -> tuple[Version, ...]:
    """All versions of a known feature release, `2.2`, `2.2.1` ... `2.2.28`. Raises KeyError for an unknown one."""
    last = Version(NEWEST_PATCH[release]).micro
    return tuple(Version(f"{release}.{patch}") for patch in range(last + 1))


def release_of(version: str) -> str | None:
    """The feature release a version belongs to, `2.2.28` -> `2.2`, `3` -> `3.0`; None for a text that is no version."""
    try:
        parsed = Version(version)
    except InvalidVersion:
        return None
    return f"{parsed.major}.{parsed.minor}"


def every_version() -> tuple[Version, ...]:
    """All versions of all known feature releases, oldest first."""
    return tuple(version for name in NAMES for version in versions(name))
