"""Where a project says which Python it runs on: image tags, CI matrices, tox, version files, packaging metadata."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from .inventory import is_foreign
from .text import decode

RUNTIME = "runtime"
"""What the project is run on: an image, a version file."""
SINGLE = "single"
"""One version that something is run with, in CI or tox."""
MATRIX = "matrix"
"""One of several that are tested side by side."""
RANGE = "range"
"""What may run it: requires-python."""
CLASSIFIER = "classifier"


@dataclass(frozen=True)
class Interpreter:
    """One place that names a Python version."""

    path: str
    line: int
    start: int
    """Where the version stands in the decoded file."""
    end: int
    text: str
    """As written there: `3.8`, `3.8.12`, `38` for tox, `>=3.8` for a range."""
    python: str
    """`3.8`; for a range its floor, empty if it has none."""
    kind: str
    format: str
    """dockerfile, image, python-version, runtime.txt, github, travis, tox, requires-python, poetry, pipfile, conda or classifier."""
    around: str = ""
    """For an image: what follows the version in its tag, `-slim-buster`."""
    group: int = 0
    """Members of one matrix have the same number."""


_CI_FOLDERS = {".github", ".circleci", ".gitlab", ".buildkite", ".woodpecker"}
_CI_NAMES = r"(?<![a-z])ci(?![a-z])|travis|pipeline|appveyor|readthedocs"
_VERSION = r"3\.\d+(?:\.\d+)?"
_IMAGE = rf"(?:[\w.-]+(?::\d+)?/)*(?:python|circleci/python|cimg/python):(?P<v>{_VERSION})(?P<around>[\w.@:-]*)"
_FROM = re.compile(rf"^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?{_IMAGE}", re.MULTILINE | re.IGNORECASE)
_ARG = re.compile(
    rf"^[ \t]*ARG[ \t]+\w*PY(?:THON)?_?(?:VERSION|VER)?\w*=[\"']?(?P<v>{_VERSION})(?P<around>)(?=[\"'\s-]|$)", re.MULTILINE | re.IGNORECASE
)
_YAML_IMAGE = re.compile(rf"^[^#\r\n]*?\b(?:image|container):[ \t]*[\"']?{_IMAGE}", re.MULTILINE)
_YAML_ITEM_IMAGE = re.compile(rf"^[ \t]*-[ \t]+(?:image|name):[ \t]*[\"']?{_IMAGE}", re.MULTILINE)
_KEY = re.compile(
    r"^[ \t]*(?P<item>-[ \t]+)?[\"']?(?:python|python-versions?|python_versions?|PYTHON_VERSION)[\"']?:[ \t]*(?P<value>[^\r\n#]*)",
    re.MULTILINE,
)
_SCALAR = re.compile(rf"(?P<v>{_VERSION})(?=[\"'\s]*$)")
_ITEM = re.compile(rf"[\"']?(?P<v>{_VERSION})[\"']?(?=[ \t]*[,\]\r\n#]|[ \t]*$)", re.MULTILINE)
_BLOCK = re.compile(rf"[ \t]*-[ \t]+[\"']?(?P<v>{_VERSION})[\"']?[ \t]*(?:#[^\r\n]*)?(?=\r|\n|$)")
_PLAIN = re.compile(rf"^[ \t]*(?:python-)?(?P<v>{_VERSION})[ \t]*(?=\r|\n|\Z)", re.MULTILINE)
_TOX = re.compile(r"(?<![\w{.])py(?P<v>3\d{1,2})(?![\w.])")
_TOX_BRACES = re.compile(r"(?<![\w])py\{(?P<list>[^}\r\n]*)\}")
_BASEPYTHON = re.compile(rf"^[ \t]*base_?python[ \t]*=[ \t]*python(?P<v>{_VERSION})[ \t]*(?=\r|\n|\Z)", re.MULTILINE)
_REQUIRES = re.compile(
    r"(?:^[ \t]*requires-python|\bpython_requires)[ \t]*=[ \t]*(?P<q>[\"']?)(?P<v>[<>=!~][^\"'\r\n#]*?)(?P=q)[ \t]*(?=[,)\r\n#]|\Z)",
    re.MULTILINE,
)
_POETRY = re.compile(r"^[ \t]*python[ \t]*=[ \t]*(?:\{[ \t]*version[ \t]*=[ \t]*)?[\"'](?P<v>[^\"'\r\n]+)[\"']", re.MULTILINE)
_PIPFILE = re.compile(rf"^[ \t]*python_(?:full_)?version[ \t]*=[ \t]*[\"'](?P<v>{_VERSION})[\"']", re.MULTILINE)
_CONDA = re.compile(rf"^[ \t]*-[ \t]+python[ \t]*=+[ \t]*(?P<v>{_VERSION})(?:\.\*)?[ \t]*(?=\r|\n|#|\Z)", re.MULTILINE)
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (?P<v>3\.\d+)(?![\d.])")


def interpreters(tree: Mapping[str, bytes]) -> tuple[Interpreter, ...]:
    """Every place in a tree that names a Python, in the order of the paths. Files that cannot be decoded are passed over."""
    found: list[Interpreter] = []
    for path in sorted(path for path in tree if names_python(path)):
        if b"\0" in tree[path]:
            continue
        try:
            text, _ = decode(tree[path])
        except (UnicodeError, LookupError):
            continue
        found.extend(read(path, text))
    return tuple(found)


def read(path: str, text: str) -> tuple[Interpreter, ...]:
    """The Pythons that one file names, in the order of their places; none for a file of another kind."""
    reader = _reader(path)
    if reader is None:
        return ()
    by_place = {one.start: one for one in reader(path, text)}
    return tuple(by_place[start] for start in sorted(by_place))


@lru_cache(maxsize=65536)
def names_python(path: str) -> bool:
    """True for a file of a kind in which projects say which Python they run on."""
    return not is_foreign(path) and _reader(path) is not None


def _reader(path: str) -> Callable[[str, str], Iterator[Interpreter]] | None:
    pure = PurePosixPath(path)
    name = pure.name.lower()
    if name.startswith("dockerfile") or pure.suffix.lower() == ".dockerfile" or name == "containerfile":
        return _dockerfile
    if pure.suffix in {".yml", ".yaml"}:
        return _environment if name.startswith("environment") else _yaml
    return {
        ".python-version": _plain("python-version"),
        "runtime.txt": _plain("runtime.txt"),
        "tox.ini": _tox,
        "setup.py": _packaging,
        "setup.cfg": _packaging,
        "pyproject.toml": _packaging,
        "Pipfile": _by(_PIPFILE, RUNTIME, "pipfile"),
    }.get(pure.name)


def _at(path: str, text: str, match: re.Match[str], kind: str, format: str, *, offset: int = 0, group: int = 0) -> Interpreter:
    written = match["v"]
    around = match["around"] if "around" in match.re.groupindex else ""
    start = offset + match.start("v")
    line = text.count("\n", 0, start) + 1
    return Interpreter(path, line, start, start + len(written), written, _minor(written), kind, format, around, group)


def _minor(text: str) -> str:
    if text.isdigit():
        return f"{text[0]}.{text[1:]}"
    floor = re.search(r"(?:>=|~=|==|\^|~|^)\s*(3\.\d+)", text)
    return floor.group(1) if floor else ""


def _by(pattern: re.Pattern[str], kind: str, format: str) -> Callable[[str, str], Iterator[Interpreter]]:
    return lambda path, text: (_at(path, text, match, kind, format) for match in pattern.finditer(text))


def _plain(format: str) -> Callable[[str, str], Iterator[Interpreter]]:
    return _by(_PLAIN, RUNTIME, format)


def _dockerfile(path: str, text: str) -> Iterator[Interpreter]:
    for pattern in (_FROM, _ARG):
        yield from _by(pattern, RUNTIME, "dockerfile")(path, text)


_environment = _by(_CONDA, RUNTIME, "conda")


def _yaml(path: str, text: str) -> Iterator[Interpreter]:
    """Images, and the keys under which CI services have Python versions: one, a list in brackets, or a list of lines."""
    name = PurePosixPath(path).name.lower()
    is_ci = bool(_CI_FOLDERS.intersection(PurePosixPath(path).parts)) or re.search(_CI_NAMES, name) is not None
    for pattern in (_YAML_IMAGE, _YAML_ITEM_IMAGE):
        yield from _by(pattern, SINGLE if is_ci else RUNTIME, "image")(path, text)
    # Elsewhere a key `python` may mean anything: fixtures and translations are YAML, too.
    for key in _KEY.finditer(text) if is_ci or name.startswith(".") or "compose" in name else ():
        value, begin = key["value"].rstrip(), key.start("value")
        inside = key["item"] is not None or _in_include(text, key.start())
        if value.startswith("["):
            for item in _ITEM.finditer(text, begin, _closing(text, begin)):
                yield _at(path, text, item, MATRIX, "github", group=begin)
        elif value:
            scalar = _SCALAR.search(value) if re.match(r"[\"']?3\.", value) else None
            if scalar:
                yield _at(path, text, scalar, MATRIX if inside else SINGLE, "github", offset=begin)
        else:
            for start, length in _block(text, key.end()):
                item_match = _BLOCK.match(text, start, start + length)
                if item_match:
                    yield _at(path, text, item_match, MATRIX, "github", group=begin)


def _closing(text: str, begin: int) -> int:
    end = text.find("]", begin)
    return len(text) if end < 0 else end + 1


def _block(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """The lines of a block list that follow a key."""
    at = text.find("\n", begin) + 1
    while at:
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)]
        if line.strip() and not line.lstrip().startswith(("-", "#")):
            return
        yield at, len(line)
        if end < 0:
            return
        at = end + 1


def _in_include(text: str, at: int) -> bool:
    """True if the key stands in a mapping of a list (`include:` of a matrix), so that it is one case of several."""
    start = text.rfind("\n", 0, at) + 1
    indent = len(text[start:]) - len(text[start:].lstrip(" "))
    for line in reversed(text[:start].split("\n")[:-1]):
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip(" "))
        if depth < indent:
            # `- os: x` opens a mapping whose keys stand two columns further right; that of a step is no case of a matrix.
            return line.lstrip().startswith("- ") and not re.match(r"\s*-\s+(?:uses|name|run|id|with|if)\b", line)
    return False


def _tox(path: str, text: str) -> Iterator[Interpreter]:
    yield from _by(_BASEPYTHON, SINGLE, "tox")(path, text)
    for braces in _TOX_BRACES.finditer(text):
        for item in re.finditer(r"(?P<v>3\d{1,2})(?=[,}\s])", text[braces.start("list") : braces.end("list") + 1]):
            yield _at(path, text, item, MATRIX, "tox", offset=braces.start("list"), group=braces.start())
    factors = [match for match in _TOX.finditer(text) if not _in_braces(text, match.start())]
    several = len({match["v"] for match in factors}) > 1
    for match in factors:
        yield _at(path, text, match, MATRIX if several else SINGLE, "tox", group=-1)


def _in_braces(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line.rfind("{") > line.rfind("}")


def _packaging(path: str, text: str) -> Iterator[Interpreter]:
    yield from _by(_REQUIRES, RANGE, "requires-python")(path, text)
    yield from _by(_CLASSIFIER, CLASSIFIER, "classifier")(path, text)
    if path.endswith(".toml"):
        for match in _POETRY.finditer(text):
            table = re.findall(r"^[ \t]*\[([^\[\]\"]+)\][ \t]*(?:#.*)?\r?$", text[: match.start()], re.MULTILINE)
            if table and table[-1].strip() == "tool.poetry.dependencies":
                yield _at(path, text, match, RANGE, "poetry")
