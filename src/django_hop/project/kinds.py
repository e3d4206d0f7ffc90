"""Which files a codemod can concern, told from the path alone, and which folders are not the project's own code."""

from __future__ import annotations

SUFFIXES = frozenset((
    ".py", ".pyi", ".pyw", ".pyx", ".html", ".htm", ".xhtml", ".txt", ".xml", ".eml", ".js", ".jinja", ".jinja2", ".j2",
    ".css", ".scss", ".sass", ".less", ".djhtml", ".tpl", ".toml", ".cfg", ".ini", ".conf", ".yml", ".yaml", ".in", ".lock", ".pip",
    ".sh", ".bash", ".env", ".envrc", ".mk", ".dockerfile", ".containerfile",
))  # fmt: skip
"""Sources, templates, style sheets, requirements, configuration, continuous integration."""

NAMES = frozenset((
    "Dockerfile", "Containerfile", "Makefile", "GNUmakefile", "Procfile", "Pipfile", "Pipfile.lock", "Jenkinsfile",
    "Vagrantfile", ".python-version", ".tool-versions", ".env", ".flake8", ".coveragerc", ".pylintrc", "runtime.txt",
    "justfile", "app.json", "django-hop-warnings.json",
))  # fmt: skip
"""Files known by their whole name."""

STEMS = ("Dockerfile.", "Containerfile.", ".env.", "Procfile.", "requirements", "constraints")
"""Beginnings of names: `Dockerfile.dev`, `.env.example`, `requirements-dev`."""

INSTALLED = frozenset((".venv", "venv", "node_modules", "site-packages", "bower_components", ".tox", ".nox", ".eggs"))
"""Folders of installed packages: changes there would be lost, and are not the project's to make."""

INTERNAL = frozenset((".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".django-hop"))
"""Folders that tools keep for themselves."""


def concerns(path: str) -> bool:
    """Tell whether any codemod may want to read the file: by suffix, by name, or because it lies in a folder of templates."""
    return known(path) or any("template" in part.lower() or part == "jinja2" for part in path.split("/")[:-1])


def known(path: str) -> bool:
    """Tell whether the suffix or the name alone says that it is a text a codemod may want to read."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return (dot > 0 and name[dot:].lower() in SUFFIXES) or name in NAMES or name.startswith(STEMS)


def may_be_script(path: str, mode: str) -> bool:
    """Tell whether only the first line can say: an executable without a suffix."""
    return mode == "100755" and "." not in path.rpartition("/")[2]


def is_script(data: bytes) -> bool:
    """Tell whether a file without a suffix is Python or shell, by its first line."""
    first = data[:120].split(b"\n", 1)[0]
    return first.startswith(b"#!") and (b"python" in first or first.rstrip().endswith(b"sh"))


def installed_folder(path: str) -> str:
    """Give the folder of installed packages that `path` lies in, or an empty text."""
    parts = path.split("/")[:-1]
    return next(("/".join(parts[: at + 1]) for at, part in enumerate(parts) if part in INSTALLED), "")
