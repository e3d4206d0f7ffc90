"""What the probe wrote during the runs of one side, read and made comparable: nothing stays that differs from run to run."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .statements import normal

PROBE = Path(__file__).with_name("probe")
"""Our modules for the project's Python: on PYTHONPATH its sitecustomize starts them in every process of a run."""
VOLATILE = frozenset({"date", "expires", "last-modified", "etag", "content-length", "server", "age", "x-request-id", "server-timing"})
"""Headers that differ from request to request."""
NOWHERE = ""
"""The path of a warning for which Django names no place in the project: it counts once, wherever it came through."""

_MARKS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{16,}\b", re.I), "<hex>"),
    (re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[\w-]{20,}\b"), "<token>"),
    (re.compile(r"\b[a-z0-9]{5,7}-[0-9a-f]{20,}\b"), "<token>"),
    (re.compile(r"\b(?=[A-Z0-9]*\d)[A-Z0-9]{8,}\b|\b[A-Z]{10,}\b"), "<token>"),
    (re.compile(r"\d+"), "N"),
)


_KEY = re.compile(r"^\d+$|^(?=.*\d.*\d.*\d)[\w-]{8,}$")
"""Keys of JSON objects that are data."""


@dataclass(frozen=True, order=True)
class Warned:
    """One place that is warned of. Without a line it is what a baseline holds."""

    path: str
    """The project's file that the warning names; else the file of another package; `NOWHERE` for a warning of Django that names itself."""
    line: int
    message: str
    category: str
    test_file: str
    """The test file that ran; empty for a warning at import."""
    inside: bool
    """True if it is the project's matter: the path is the project's, or Django named itself."""
    through: str = ""
    """`path:line` of the project's innermost line, where Django named itself."""


@dataclass(frozen=True)
class Seen:
    """What one test did."""

    sql: Mapping[str, int] = field(default_factory=dict)
    """Normalised statement -> how often."""
    responses: tuple[Mapping[str, Any], ...] = ()
    mails: tuple[Mapping[str, Any], ...] = ()
    templates: Mapping[str, int] = field(default_factory=dict)
    """Names of the project's templates; those of other packages are not kept."""
    cache: Mapping[str, int] = field(default_factory=dict)
    signals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Schema:
    """One database after its migrations."""

    vendor: str
    tables: Mapping[str, Any]
    migrations: frozenset[str]
    owners: Mapping[str, str]
    """Table -> label of the app."""
    made_by: str
    """migrate, or tests."""


@dataclass(frozen=True)
class Recording:
    """All that was recorded of one side."""

    tests: Mapping[str, Seen] = field(default_factory=dict)
    warnings: Mapping[Warned, int] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    """Alias -> schema."""
    problems: tuple[str, ...] = ()
    """What the probe could not do."""


def probe_environment(out: Path) -> dict[str, str]:
    """The variables with which a run of the project's Python records into `out`, a folder that is there."""
    return {
        "PYTHONPATH": os.fspath(PROBE),
        "PYTEST_PLUGINS": "django_hop_probe.plugin",
        "DJANGO_HOP_RECORDING": os.fspath(out),
    }


def read(out: Path) -> Recording:
    """What the files in `out` hold; an empty recording if there are none."""
    tests: dict[str, Seen] = {}
    warnings: Counter[Warned] = Counter()
    schemas: dict[str, Schema] = {}
    problems: list[str] = []
    for one in _lines(out):
        if "test" in one:
            tests.setdefault(one["test"], _seen(one["seen"]))
        elif "warnings" in one:
            for found in one["warnings"]:
                warnings[_warned(found)] += found[-1]
        elif "schema" in one:
            if one["kind"] == "migrate" or one["schema"] not in schemas:
                schemas[one["schema"]] = _schema(one)
        elif "problem" in one:
            problems.append(one["problem"])
    return Recording(tests, warnings, schemas, tuple(dict.fromkeys(problems)))


def _lines(out: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(out.glob("*.jsonl"), key=lambda path: path.stat().st_mtime):
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    yield json.loads(line)
                except ValueError:
                    continue  # the line at which the process was ended


def _warned(found: list[Any]) -> Warned:
    module, name, message, path, line, inside, via, via_line, test_file, _ = found
    category = name if module == "builtins" else f"{module}.{name}"
    through = ""
    if not inside:
        path, line = _package_path(path), 0
        through = f"{via}:{via_line}" if via else ""
        if path.startswith("django/") or not path:
            path, inside = NOWHERE, True
    return Warned(path, line, " ".join(message.split()), category, test_file, bool(inside), through)


def _package_path(path: str) -> str:
    """A file of another package, counted from the folder that packages are in, so that both sides name it alike."""
    match = re.search(r"(?:site|dist)-packages/(.*)$", path) or re.search(r"/lib/python[\d.]+/(.*)$", path)
    return match[1] if match else path


def _schema(one: Mapping[str, Any]) -> Schema:
    return Schema(one["vendor"], one["tables"], frozenset(one["migrations"]), one["owners"], one["kind"])


def _seen(found: Mapping[str, Any]) -> Seen:
    sql: Counter[str] = Counter()
    for text, number in found.get("sql", {}).items():
        statement = normal(text)
        if statement:
            sql[statement] += number
    return Seen(
        sql,
        tuple(map(_response, found.get("responses", ()))),
        tuple(map(_mail, found.get("mails", ()))),
        found.get("templates", {}),
        found.get("cache", {}),
        found.get("signals", {}),
    )


def marked(text: str) -> str:
    """A text with what differs from run to run replaced by marks: ids, tokens, numbers."""
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    return text


def _response(found: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"request": f"{found['method']} {found.get('view') or marked(found['path'])}"}
    if "raised" in found:
        return {**made, "raised": found["raised"]}
    headers = {name: _header(name, value) for name, value in found["headers"].items() if name not in VOLATILE}
    cookies = {name: _cookie(value) for name, value in found["cookies"].items()}
    made = {**made, "status": found["status"], "headers": headers, "cookies": cookies}
    return {**made, "json": _keys(found["json"])} if "json" in found else made


def _keys(shape: Any) -> Any:
    """A JSON shape with keys that differ from run to run, as account numbers do, replaced by marks."""
    if isinstance(shape, dict):
        return {_KEY.sub("<token>", key): _keys(one) for key, one in shape.items()}
    return [_keys(one) for one in shape] if isinstance(shape, list) else shape


def _header(name: str, value: str) -> str:
    if name in ("vary", "allow", "cache-control", "access-control-allow-headers", "access-control-allow-methods"):
        return ", ".join(sorted(part.strip() for part in value.split(",")))
    return value if name == "content-type" else marked(value)


def _cookie(attributes: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}={value}" if value is not True else name for name, value in sorted(attributes.items()))


def _mail(found: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: [marked(one) for one in found.get(name, ())] for name in ("to", "cc", "bcc", "reply_to")}
    return {"subject": marked(found["subject"]), "from": found["from"], "parts": [marked_part(one) for one in found["parts"]], **lists}


def marked_part(part: str) -> str:
    """A part's content type, its charset, and its file's name without numbers."""
    start, named, name = part.partition("; name=")
    return f"{start}{named}{marked(name)}"
