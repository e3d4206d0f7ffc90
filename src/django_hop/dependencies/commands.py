"""What commands install: `pip install` in Dockerfiles, CI files, scripts and Makefiles, nox sessions, and the hooks of pre-commit."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from .model import REQUIREMENT, Declared
from .pep508 import Where, declare
from .text import BOM, Positions, lines

_INSTALL = re.compile(r"\b(?:pip3?(?:\.\d+)?|uv[ \t]+pip)[ \t]+install\b")
_END = re.compile(r"&&|\|\||;(?=\s)|\||(?<!\\)\r?\n|(?<=\s)#")
_TOKEN = re.compile(r"(?P<quote>[\"'])(?P<quoted>[^\"'\r\n]*)(?P=quote)|(?P<bare>[^\s\"']+)")
_TAKES_VALUE = {
    "-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-i", "--index-url", "--extra-index-url", "-f", "--find-links",
    "-t", "--target", "--prefix", "--root", "--cache-dir", "--timeout", "--trusted-host",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[\w, .-]*\])?\s*((==|~=|!=|<=|>=|<|>|===).*)?$")
_HOOK = re.compile(r"^(?P<indent>[ \t]*)-?[ \t]*additional_dependencies:[ \t]*(?P<flow>\[)?", re.MULTILINE)
_FLOW_ITEM = re.compile(r"(?P<quote>[\"']?)(?P<body>[A-Za-z0-9][^\"',\]\r\n]*?(?:\[[^\]]*\][^\"',\]\r\n]*)?)(?P=quote)[ \t\r\n]*(?=[,\]])")
_BLOCK_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<quote>[\"']?)(?P<body>.*?)(?P=quote)[ \t]*(?:#.*)?$")


@lru_cache(maxsize=65536)
def is_command_file(path: str) -> bool:
    """True for a file in which commands, sessions or hooks may install packages."""
    pure = PurePosixPath(path)
    name = pure.name.lower()
    if pure.suffix in {".yml", ".yaml"}:
        return not name.startswith("environment")
    return (
        name.startswith(("dockerfile", "containerfile"))
        or pure.suffix in {".dockerfile", ".sh"}
        or name in {"makefile", "justfile", "noxfile.py", "procfile", "tox.ini"}
    )


def parse(path: str, text: str) -> tuple[Declared, ...]:
    """The packages that a file's commands install, with the places of their specifiers. What is not understood is passed over."""
    if PurePosixPath(path).name == "noxfile.py":
        return tuple(_nox(path, text))
    found = [*_installed(path, text)]
    if PurePosixPath(path).name.startswith(".pre-commit-config"):
        found.extend(_hooks(path, text))
    return tuple(sorted(found, key=lambda one: one.start))


def _installed(path: str, text: str) -> Iterator[Declared]:
    positions = Positions(text)
    where = Where(path, "command", REQUIREMENT)
    for command in _INSTALL.finditer(text):
        line = text[text.rfind("\n", 0, command.start()) + 1 : command.start()]
        if line.lstrip().startswith(("#", "//")) or "echo" in line.split() or "description" in line:
            continue
        skip = False
        for begin, token in _tokens(text, command.end()):
            if skip or token.startswith("-"):
                skip = not skip and token in _TAKES_VALUE
            elif "$" not in token and "/" not in token and _NAME.match(token):
                found = declare(token, begin, text, positions, where)
                if found is not None:
                    yield found


def _tokens(text: str, begin: int) -> Iterator[tuple[int, str]]:
    """The words of a command up to its end, without their quotes; a line that ends in a backslash goes on."""
    end = _END.search(text, begin)
    stop = end.start() if end else len(text)
    for match in _TOKEN.finditer(text, begin, stop):
        word = match["quoted"] if match["quote"] else match["bare"]
        if word == "\\":
            continue
        # Outside of quotes a shell takes < and > for itself.
        if match["quote"] or not re.search(r"[<>]", word):
            yield match.start("quoted" if match["quote"] else "bare"), word.rstrip("\"'")


def _hooks(path: str, text: str) -> Iterator[Declared]:
    """pre-commit's additional_dependencies, in brackets or a line each."""
    positions = Positions(text)
    where = Where(path, "pre-commit", REQUIREMENT, "pre-commit")
    for key in _HOOK.finditer(text):
        if key["flow"]:
            stop = _closing(text, key.end())
            items = [(match.start("body"), match["body"]) for match in _FLOW_ITEM.finditer(text, key.end(), stop + 1)]
        else:
            items = list(_block(text, key.end()))
        for begin, body in items:
            found = declare(body, begin, text, positions, where) if _NAME.match(body) else None
            if found is not None:
                yield found


def _closing(text: str, begin: int) -> int:
    """The bracket that ends a list; extras have brackets of their own."""
    depth = 1
    for at in range(begin, len(text)):
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)


def _block(text: str, begin: int) -> Iterator[tuple[int, str]]:
    for offset, line in lines(text):
        if offset <= begin:
            continue
        item = _BLOCK_ITEM.match(line)
        if item is None or re.match(r"[ \t]*-[ \t]+\w+:", line):
            if line.strip() and not line.lstrip().startswith("#"):
                return
            continue
        yield offset + item.start("body"), item["body"]


def _nox(path: str, text: str) -> Iterator[Declared]:
    """The literals in `session.install(...)`; the file is read, never run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.removeprefix(BOM))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    positions = Positions(text)
    starts = [offset for offset, _ in lines(text)]
    bom = 1 if text.startswith(BOM) else 0
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in {"install", "conda_install"}):
            continue
        for node in call.args:
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.match(node.value)):
                continue
            line = text[starts[node.lineno - 1] :].split("\n", 1)[0]
            column = len(line.removeprefix(BOM).encode()[: node.col_offset].decode("utf-8", "replace")) + (bom if node.lineno == 1 else 0)
            quoted = re.compile(r"[\"'](?P<body>[^\"']*)[\"']").match(text, starts[node.lineno - 1] + column)
            literal = quoted is not None and quoted["body"] == node.value
            begin = quoted.start("body") if quoted else starts[node.lineno - 1]
            found = declare(node.value, begin, text, positions, Where(path, "nox", REQUIREMENT), literal=literal)
            if found is not None:
                yield found
