"""Which test runs: told by unittest's TestCase.run, or by the pytest plugin (plugin.py), which goes before."""

import functools
from typing import Any

from . import state


def patch_unittest(module: Any) -> None:
    """Let every unittest test say that it runs."""
    run = module.TestCase.run

    @functools.wraps(run)
    def told(self: Any, *arguments: Any, **named: Any) -> Any:
        if state.now.by_pytest or state.now.test:
            return run(self, *arguments, **named)
        quietly_begin(self)
        try:
            return run(self, *arguments, **named)
        finally:
            state.quietly(state.end)()

    module.TestCase.run = told


@state.quietly
def quietly_begin(test: Any) -> None:
    """A test of unittest begins."""
    state.begin(str(test.id()), state.file_of(type(test).__module__))
