"""What every test gets: a git that knows nothing of this machine's configuration or of a hook we may run in."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the machine's git configuration and any GIT_* variable; tests set up what they need."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("EMAIL", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` writes what the codemods give into the `after` blocks of the pages."""
    parser.addoption("--accept", action="store_true", default=False, help="rewrite the `after` blocks of the codemod pages")
