"""Database servers that a project names in compose files and CI services, and the oldest that a Django release supports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.version import InvalidVersion, Version

from ..model import Finding, Hop
from ..releases import facts
from .inventory import is_foreign
from .text import decode

CODEMOD = "dependencies"
_IMAGE = re.compile(
    r"^[^#\r\n]*?\b(?:image|name)[\"']?[ \t]*:[ \t]*[\"']?(?:[\w.-]+(?::\d+)?/)*"
    r"(?P<name>postgres|postgresql|postgis|timescaledb|pgvector|mysql|mariadb)(?::(?P<tag>[\w.-]+))?",
    re.MULTILINE | re.IGNORECASE,
)
_GITLAB = re.compile(
    r"^[ \t]*-[ \t]+[\"']?(?:[\w.-]+/)*(?P<name>postgres|mysql|mariadb|postgis):(?P<tag>[\w.-]+)[\"']?[ \t]*(?=\r|\n|\Z)", re.MULTILINE
)
_FROM = re.compile(r"^[ \t]*FROM[ \t]+(?:[\w.-]+/)*(?P<name>postgres|mysql|mariadb|postgis):(?P<tag>[\w.-]+)", re.MULTILINE | re.IGNORECASE)
_ENGINES = {"mysql": "MySQL", "mariadb": "MariaDB"}
_NUMBER = re.compile(r"(?:pg)?(\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Server:
    """One place that names a database server."""

    path: str
    line: int
    engine: str
    """PostgreSQL, MySQL or MariaDB, as Django's documentation writes them."""
    version: str
    """As the tag says, `11`; empty if it says none."""
    image: str


def servers(tree: Mapping[str, bytes]) -> tuple[Server, ...]:
    """Every database server that a tree names in an image, in the order of the paths."""
    found: dict[tuple[str, int], Server] = {}
    for path in sorted(tree):
        pure = PurePosixPath(path)
        is_docker = pure.name.lower().startswith("dockerfile")
        if is_foreign(path) or not (is_docker or pure.suffix in {".yml", ".yaml"}):
            continue
        try:
            text, _ = decode(tree[path])
        except (UnicodeError, LookupError):
            continue
        for pattern in (_FROM,) if is_docker else (_IMAGE, _GITLAB):
            for match in pattern.finditer(text):
                number = _NUMBER.match(match["tag"] or "")
                line = text.count("\n", 0, match.start("name")) + 1
                engine = _ENGINES.get(match["name"].lower(), "PostgreSQL")
                image = f"{match['name']}:{match['tag']}" if match["tag"] else match["name"]
                found[path, line] = Server(path, line, engine, number.group(1) if number else "", image)
    return tuple(found[place] for place in sorted(found))


def minimum(engine: str, release: str) -> str:
    """The oldest version of a server that a Django release supports; empty if it names none."""
    return dict(facts(release).databases).get(engine, "")


def is_enough(server: Server, release: str) -> bool | None:
    """True if a server is new enough for a Django release, None if that cannot be said."""
    least = minimum(server.engine, release)
    if not least or not server.version:
        return None
    try:
        have, need = Version(server.version), Version(least)
    except InvalidVersion:
        return None
    return have.release[: len(need.release)] >= need.release[: len(have.release)] if len(have.release) < len(need.release) else have >= need


def server_findings(found: Sequence[Server], hop: Hop) -> list[Finding]:
    """A finding for each server that the target does not support. Moving one means moving its data, so no file is edited.

    A hop does not need them: the codemods of the releases that raised a minimum find the same places.
    """
    return [
        Finding(
            CODEMOD,
            one.path,
            one.line,
            1,
            f"{one.image}: Django {hop.target} needs {one.engine} {minimum(one.engine, hop.target)} or later. "
            "Move the server and its data first, on the old Django; an image of a later series does not read the old one's files.",
        )
        for one in found
        if is_enough(one, hop.target) is False
    ]
