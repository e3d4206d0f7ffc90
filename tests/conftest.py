"""What every test gets: a git that knows nothing of this machine's configuration or of a hook we may run in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from django_hop.ops import external, pyupgrade


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the machine's git configuration and any GIT_* variable; tests set up what they need."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("EMAIL", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def fresh_engines() -> Iterator[None]:
    """Load django-upgrade and pyupgrade anew in a test that puts something in their place, and once more behind it."""
    engines = (external.engine, pyupgrade.engine)
    for engine in engines:
        engine.cache_clear()
    yield
    for engine in engines:
        engine.cache_clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` writes what the codemods give into the `after` blocks of the pages."""
    parser.addoption("--accept", action="store_true", default=False, help="rewrite the `after` blocks of the codemod pages")
