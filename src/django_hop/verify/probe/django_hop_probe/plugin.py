"""The plugin for pytest, through PYTEST_PLUGINS: says which test runs, and whether its fixtures are made or it is at work."""

from typing import Any

import pytest  # type: ignore[import-not-found,unused-ignore]

from . import state


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logstart(nodeid: str, location: Any) -> None:
    """A test begins; in every process that runs tests."""
    state.now.by_pytest = True


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_setup(item: Any) -> Any:
    """From its fixtures on everything is the test's."""
    state.now.by_pytest = True
    state.quietly(state.begin)(item.nodeid, state.relative(str(item.fspath)))
    state.now.setup = True
    yield
    state.now.setup = False


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_call(item: Any) -> Any:
    """The test's own work; what comes after it is the framework's."""
    yield
    state.quietly(state.end)()


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: Any) -> Any:
    """A test whose fixtures failed was never called."""
    state.quietly(state.end)()
    yield
