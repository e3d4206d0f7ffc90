"""What the package index has: the simple API in JSON (PEP 691 and 700), one page a package. The only module that opens a connection."""

from __future__ import annotations

import base64
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from ..errors import HopError
from .releases_of import Release, Releases, python_order, to_rows

_DEFAULT = "https://pypi.org/simple"
_JSON = "application/vnd.pypi.simple.v1+json"
_CPYTHON = re.compile(r"cp3(\d+)")
TIMEOUT = 30


class NotOnIndex(Exception):
    """The index answers, and does not have the package."""


def index_url(environment: Mapping[str, str] | None = None) -> str:
    """The index to ask: that of uv or pip in the environment, otherwise PyPI."""
    known = os.environ if environment is None else environment
    return (known.get("UV_DEFAULT_INDEX") or known.get("UV_INDEX_URL") or known.get("PIP_INDEX_URL") or _DEFAULT).rstrip("/")


def fetch(package: str, index: str) -> Releases:
    """The releases of a package. Raises NotOnIndex, and OSError or ValueError if the index cannot be asked."""
    request = _request(f"{index}/{canonicalize_name(package)}/")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            page = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise NotOnIndex(package) from None
        raise
    return releases_of(page)


def releases_of(page: Mapping[str, Any]) -> Releases:
    """The final releases that a page of the simple API lists; files that are neither wheel nor source are passed over."""
    files: dict[Version, list[tuple[Mapping[str, Any], tuple[str, ...]]]] = {}
    for file in page.get("files", ()):
        parsed = _file(str(file.get("filename", "")))
        if parsed and not parsed[0].is_prerelease:
            files.setdefault(parsed[0], []).append((file, parsed[1]))
    return Releases(tuple(_release(version, files[version]) for version in sorted(files)))


def _release(version: Version, files: list[tuple[Mapping[str, Any], tuple[str, ...]]]) -> Release:
    pythons = {python for _, names in files for python in names}
    is_pure = any(file["filename"].endswith("-none-any.whl") for file, _ in files)
    return Release(
        version,
        next((str(file["requires-python"]) for file, _ in files if file.get("requires-python")), ""),
        max(str(file.get("upload-time") or "")[:7] for file, _ in files),
        () if is_pure else tuple(sorted(pythons, key=lambda one: python_order(one.rstrip("+")))),
        all(bool(file.get("yanked")) for file, _ in files),
    )


def _file(name: str) -> tuple[Version, tuple[str, ...]] | None:
    """The version of a file, and the Pythons that a compiled wheel is for."""
    try:
        if not name.endswith(".whl"):
            return parse_sdist_filename(name)[1], ()
        _, version, _, tags = parse_wheel_filename(name)
    except (InvalidSdistFilename, InvalidWheelFilename):
        return None
    pythons = set()
    for tag in tags:
        match = _CPYTHON.fullmatch(tag.interpreter)
        if match:
            pythons.add(f"3.{match.group(1)}" + ("+" if tag.abi == "abi3" else ""))
    return version, tuple(pythons)


def _request(url: str) -> urllib.request.Request:
    """A request in which credentials stand in a header and not in the address, so that no message can show them."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise ValueError("the index is no http address")
    host = parts.hostname or ""
    place = f"{host}:{parts.port}" if parts.port else host
    request = urllib.request.Request(parts._replace(netloc=place).geturl(), headers={"Accept": _JSON})
    if parts.username:
        secret = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(secret.encode()).decode("ascii"))
    return request


def cache_file() -> Path:
    """Where a refresh is kept: in DJANGO_HOP_CACHE, or the user's cache folder."""
    given = os.environ.get("DJANGO_HOP_CACHE")
    folder = Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "django-hop"
    return folder / "releases.json"


def refresh(
    packages: Iterable[str], *, today: date, ask: Callable[[str], Releases] | None = None
) -> tuple[Path, dict[str, int], list[str]]:
    """Ask the index for each package and keep the answers: where, how many releases of each, and the packages it does not have.

    Raises HopError if the index cannot be asked; what was kept before stays then.
    """
    index = index_url()
    fetched: dict[str, list[list[str]]] = {}
    missing: list[str] = []
    for package in sorted(set(packages)):
        try:
            fetched[package] = to_rows(ask(package) if ask else fetch(package, index))
        except NotOnIndex:
            missing.append(package)
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise HopError(
                f"The package index cannot be asked for {package}: {reason}.",
                "Nothing was changed; plans go on with the data there is. UV_DEFAULT_INDEX or PIP_INDEX_URL name another index.",
            ) from None
    path = cache_file()
    kept = _kept(path) | fetched
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(name)}: {json.dumps(kept[name])}" for name in sorted(kept)]
    written = path.with_suffix(f".{os.getpid()}.tmp")
    written.write_text(f'{{"date": "{today.isoformat()}",\n"releases": {{\n' + ",\n".join(lines) + "\n}}\n", "utf-8")
    written.replace(path)
    return path, {name: len(rows) for name, rows in fetched.items()}, missing


def _kept(path: Path) -> dict[str, list[list[str]]]:
    try:
        found = json.loads(path.read_text("utf-8"))["releases"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
