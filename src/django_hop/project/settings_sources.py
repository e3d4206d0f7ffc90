"""Where a project says which settings module it uses: entry points, test configuration, containers, scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

_MODULE = rb"(?P<module>[A-Za-z_][\w.]*)"
# In Python the module is a string; without the quote it would be a variable.
_IN_PYTHON = re.compile(
    rb"DJANGO_SETTINGS_MODULE[\"']\s*(?:\]\s*=|,|:)\s*[rbuf]?[\"']"
    + _MODULE
    + rb"|settings_module\s*=\s*[\"']"
    + _MODULE.replace(b"module", b"other")
    + rb"|--(?:settings|ds)(?:=|[\"'],\s*[\"'])"
    + _MODULE.replace(b"module", b"option")
)
_IN_TEXT = re.compile(
    rb"DJANGO_SETTINGS_MODULE[\"']?(?:[ \t]*[=:?]+[ \t]*|[ \t]+)(?:value:[ \t]*)?[\"']?(?:\$\{\w+:?-)?"
    + _MODULE
    + rb"|name:[ \t]*[\"']?DJANGO_SETTINGS_MODULE[\"']?\s+value:[ \t]*[\"']?"
    + _MODULE.replace(b"module", b"other")
    + rb"|--(?:settings|ds)[= ][\"']?"
    + _MODULE.replace(b"module", b"option"),
    re.I,
)
_SUFFIXES = frozenset([".cfg", ".conf", ".dockerfile", ".env", ".envrc", ".ini", ".mk", ".sh", ".bash", ".toml", ".yaml", ".yml"])
_NAMES = frozenset(
    (
        "Dockerfile",
        "Containerfile",
        "Makefile",
        "GNUmakefile",
        "Procfile",
        "Jenkinsfile",
        "Vagrantfile",
        "justfile",
        "Pipfile",
        ".env",
        ".envrc",
        "app.json",
    )
)
_STEMS = ("Dockerfile.", "Containerfile.", ".env.", "Procfile.")


def declared(tree: Mapping[str, bytes], python: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, dotted module) for each settings module that a file names; a name that ends in a stop stands for a whole package.

    `python` are the Python files that hold the word `settings` in one of its roles; the other files are chosen here.
    """
    for path in python:
        yield from _matches(path, _IN_PYTHON, tree[path])
    for path in sorted(tree):
        if _is_configuration(path):
            data = tree[path]
            if b"SETTINGS_MODULE" in data or b"settings_module" in data or b"--settings" in data or b"--ds" in data:
                yield from _matches(path, _IN_TEXT, data)


def _matches(path: str, pattern: re.Pattern[bytes], data: bytes) -> Iterator[tuple[str, str]]:
    for match in pattern.finditer(data):
        name = match["module"] or match["other"] or match["option"]
        yield path, name.decode()


def _is_configuration(path: str) -> bool:
    name = path.rpartition("/")[2]
    stem, stop, suffix = name.rpartition(".")
    return bool(stem and stop and f".{suffix.lower()}" in _SUFFIXES) or name in _NAMES or name.startswith(_STEMS)
