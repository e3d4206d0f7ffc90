"""How a project is run: its settings module, its manage.py, its test runner, its modules. Found in the files of a commit."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from ..project.settings_sources import declared
from ..rewrite.module import dotted
from .settings import VerifySettings

PYTEST, UNITTEST, OTHER, NONE = "pytest", "unittest", "other", "none"

_PYTEST_FILES = (
    ("pytest.ini", rb""),
    (".pytest.ini", rb""),
    ("setup.cfg", rb"^\[tool:pytest\]"),
    ("pyproject.toml", rb"^\[tool\.pytest\.ini_options\]"),
    ("tox.ini", rb"^\[pytest\]"),
    ("conftest.py", rb""),
    ("tests/conftest.py", rb"pytest"),
)
_NOT_IMPORTED = frozenset({"setup.py", "manage.py", "conftest.py", "__main__.py", "noxfile.py", "fabfile.py"})
_FOREIGN = frozenset({"node_modules", "docs", "doc", "build", "dist", ".git", "site-packages", "project_template", "app_template"})
_IS_TEST = re.compile(r"(^|/)(tests?|testing)(/|\.py$)|(^|/)(test_[^/]*|[^/]*_tests?)\.py$")


@dataclass(frozen=True)
class Runner:
    """How the tests are run."""

    kind: str
    """pytest, unittest (results through unittest's classes), other (exit code only), or none."""
    command: tuple[str, ...]
    """`python` stands for the environment's interpreter."""
    why: str


@dataclass(frozen=True)
class Layout:
    """What is known of a project before it runs."""

    settings: str
    """Dotted name; empty if none was found."""
    test_settings: str
    """What the tests need in DJANGO_SETTINGS_MODULE; empty if their own configuration says it."""
    manage: str
    """Path of manage.py from the project's folder; empty if there is none."""
    runner: Runner
    modules: tuple[str, ...]
    roots: tuple[str, ...]
    """Folders, from the project's, from which modules are imported."""
    configurations: bool
    """True for django-configurations: settings are classes, and cannot be overridden from outside."""


def layout(tree: Mapping[str, bytes], settings: VerifySettings, *, inside: str = "") -> Layout:
    """Look at the files of the project in the folder `inside` of a tree."""
    prefix = f"{inside}/" if inside else ""
    local = {path[len(prefix) :]: data for path, data in tree.items() if path.startswith(prefix)}
    manage = _manage(local)
    runner = _runner(local, settings, manage)
    modules, sources = _settings_modules(local)
    found = settings.settings or (modules[0] if modules else "")
    from_pytest = any(
        PurePosixPath(path).name in {"pytest.ini", ".pytest.ini", "setup.cfg", "tox.ini", "pyproject.toml"} for path in sources
    )
    # `settings.configure()` in a conftest.py refuses to run where a settings module has been named.
    configured = any(PurePosixPath(path).name == "conftest.py" and b"settings.configure(" in data for path, data in local.items())
    own = (runner.kind == PYTEST and (from_pytest or configured)) or runner.kind == OTHER or (runner.kind == UNITTEST and bool(manage))
    roots = _roots(local, manage)
    return Layout(
        found,
        settings.settings or ("" if own else found),
        manage,
        runner,
        tuple(name for name in _modules(local, roots) if not any(fnmatchcase(name, glob) for glob in settings.exclude)),
        roots,
        b"configurations" in local.get(manage, b"") if manage else False,
    )


def _manage(local: Mapping[str, bytes]) -> str:
    """The manage.py nearest to the project's folder."""
    found = [path for path in local if PurePosixPath(path).name == "manage.py" and not _FOREIGN & set(PurePosixPath(path).parts)]
    return min((path for path in found if path.count("/") <= 1), key=lambda path: (path.count("/"), path), default="")


def _runner(local: Mapping[str, bytes], settings: VerifySettings, manage: str) -> Runner:
    if settings.test:
        return _given(shlex.split(settings.test))
    if not has_tests(local):
        return Runner(NONE, (), "no test was found")
    for name, pattern in _PYTEST_FILES:
        if name in local and re.search(pattern, local[name], re.M):
            return Runner(PYTEST, ("python", "-m", "pytest"), name)
    for name in ("runtests.py", "tests/runtests.py", "run_tests.py"):
        if name in local:
            return Runner(UNITTEST, ("python", name), name)
    if manage:
        return Runner(UNITTEST, ("python", manage, "test", "--noinput"), manage)
    if any(b"import pytest" in data for path, data in local.items() if _IS_TEST.search(path)):
        return Runner(PYTEST, ("python", "-m", "pytest"), "the tests import pytest")
    return Runner(UNITTEST, ("python", "-m", "django", "test", "--noinput"), "there are tests, and no runner of the project's own")


def _given(words: Sequence[str]) -> Runner:
    """The command the user gave; what kind it is decides whether single tests are seen."""
    why = "[tool.django-hop.verify] test"
    first = PurePosixPath(words[0]).name if words else ""
    if first in {"pytest", "py.test"}:
        return Runner(PYTEST, ("python", "-m", "pytest", *words[1:]), why)
    if re.fullmatch(r"python[\d.]*", first):
        rest = tuple(words[1:])
        return Runner(PYTEST if rest[:2] in {("-m", "pytest"), ("-m", "py.test")} else UNITTEST, ("python", *rest), why)
    if first.endswith(".py"):
        return Runner(UNITTEST, ("python", *words), why)
    if first in {"django-admin", "django-admin.py"}:
        return Runner(UNITTEST, ("python", "-m", "django", *words[1:]), why)
    return Runner(OTHER, tuple(words), why)


def has_tests(local: Mapping[str, bytes]) -> bool:
    """True if a file looks like one that holds tests."""
    wanted = (path for path in local if path.endswith(".py") and _IS_TEST.search(path) and not _FOREIGN & set(PurePosixPath(path).parts))
    return any(re.search(rb"^\s*(?:async )?def test|^\s*class \w*Test", local[path], re.M) for path in wanted)


def _settings_modules(local: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """Settings modules that files of the project name, the one for tests first, and the files that name that one."""
    holders = [path for path, data in local.items() if path.endswith(".py") and (b"SETTINGS_MODULE" in data or b"--settings" in data)]
    pairs = [(path, name) for path, name in declared(local, holders) if not name.endswith(".") and _is_here(name, local)]
    if not pairs:
        paths = [path for path in local if re.search(r"(^|/)[\w]*settings\.py$", path) and b"INSTALLED_APPS" in local[path]]
        names = sorted(dotted(path).removeprefix("src.") for path in paths)
        return sorted(names, key=lambda name: ("test" not in name, name.count("."), name)), []
    pairs.sort(key=lambda pair: (_rank(pair[0]), pair[0].count("/"), "test" not in pair[1]))
    names = list(dict.fromkeys(name for _, name in pairs))
    return names, [path for path, name in pairs if name == names[0]]


def _rank(path: str) -> int:
    """Test configuration says best what runs anywhere; then manage.py, then the rest."""
    name = PurePosixPath(path).name
    if name in {"pytest.ini", ".pytest.ini", "setup.cfg", "tox.ini", "pyproject.toml"}:
        return 0
    if name in {"conftest.py", "runtests.py"}:
        return 1
    return 2 if name == "manage.py" else 3


def _is_here(name: str, local: Mapping[str, bytes]) -> bool:
    path = name.replace(".", "/")
    return any(f"{root}{path}{end}" in local for root in ("", "src/") for end in (".py", "/__init__.py")) or any(
        one.endswith((f"/{path}.py", f"/{path}/__init__.py")) for one in local
    )


def _roots(local: Mapping[str, bytes], manage: str) -> tuple[str, ...]:
    """The project's folder, `src`, and the folder of manage.py."""
    roots = [str(PurePosixPath(manage).parent)] if "/" in manage else []
    if any(path.startswith("src/") and path.endswith(".py") for path in local) and "src/__init__.py" not in local:
        roots.append("src")
    return tuple(dict.fromkeys([*roots, "."]))


def _modules(local: Mapping[str, bytes], roots: Sequence[str]) -> Iterator[str]:
    """The dotted names of all modules in packages. Scripts outside packages are programs: to import one is to run it."""
    seen: set[str] = set()
    for path in sorted(local):
        pure = PurePosixPath(path)
        if pure.suffix != ".py" or pure.name in _NOT_IMPORTED or _FOREIGN & set(pure.parts):
            continue
        for root in roots:
            relative = path.removeprefix(f"{root}/") if root != "." else path
            if root != "." and relative == path:
                continue
            parts = PurePosixPath(relative).parts
            folders = ["/".join(parts[:end]) for end in range(1, len(parts))]
            start = "" if root == "." else f"{root}/"
            if folders and all(f"{start}{folder}/__init__.py" in local for folder in folders):
                name = ".".join(parts).removesuffix(".py").removesuffix(".__init__")
                if all(part.isidentifier() for part in name.split(".")) and name not in seen:
                    seen.add(name)
                    yield name
                break
