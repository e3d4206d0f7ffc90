"""Writes the outcome of every test to the file that DJANGO_HOP_RESULTS names, a JSON object a line. For Python 3.6 and newer.

As a pytest plugin (PYTEST_PLUGINS=django_hop_results) for pytest; `patch_unittest` for everything that uses unittest's results.
"""

import json
import os
import sys
import traceback
from typing import Any

LONGEST = 6000


def only() -> Any:
    """The tests that are wanted, from the file that DJANGO_HOP_ONLY names, an id a line; None for all."""
    path = os.environ.get("DJANGO_HOP_ONLY")
    if not path:
        return None
    with open(path) as file:
        return set(file.read().splitlines())


def write(**values: Any) -> None:
    """One line, at once: the run may be killed."""
    path = os.environ.get("DJANGO_HOP_RESULTS")
    if not path:
        return
    try:
        line = json.dumps(values)
    except (TypeError, ValueError):
        line = json.dumps({name: repr(value) for name, value in values.items()})
    with open(path, "a") as file:
        file.write(line + "\n")


def cut(text: str) -> str:
    """The end of a long text: there stands what went wrong."""
    text = text or ""
    return text if len(text) <= LONGEST else "..." + text[-LONGEST:]


# -- pytest ------------------------------------------------------------------------------------------------------------


def _in_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def pytest_collection_modifyitems(config: Any, items: Any) -> None:
    """Leave only the tests that are wanted."""
    wanted = only()
    if wanted is not None:
        others = [item for item in items if item.nodeid not in wanted]
        items[:] = [item for item in items if item.nodeid in wanted]
        config.hook.pytest_deselected(items=others)


def pytest_runtest_logreport(report: Any) -> None:
    """Tell the outcome of one test, or of its setup or teardown where that went wrong."""
    if _in_worker():
        return
    expected = hasattr(report, "wasxfail")
    if report.when == "call":
        if report.passed:
            outcome = "passed"
        elif report.skipped:
            outcome = "xfailed" if expected else "skipped"
        else:
            outcome = "failed"
    elif report.failed:
        outcome = "error"
    elif report.skipped and report.when == "setup":
        outcome = "xfailed" if expected else "skipped"
    else:
        return
    text = cut(str(report.longrepr)) if outcome in ("failed", "error") else ""
    write(id=report.nodeid, outcome=outcome, text=text)


def pytest_collectreport(report: Any) -> None:
    """Tell what could not be loaded."""
    if report.failed and not _in_worker():
        write(collection=report.nodeid, text=cut(str(report.longrepr)))


def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    """Tell that the run came to its end."""
    if not _in_worker():
        write(finished=int(exitstatus))


# -- unittest ----------------------------------------------------------------------------------------------------------


def _error_text(error: Any) -> str:
    if isinstance(error, tuple) and len(error) == 3:
        return cut("".join(traceback.format_exception(*error)))
    return cut(str(error))


def patch_unittest() -> None:
    """Let every unittest.TestResult tell its outcomes; those of parallel workers arrive in the first process and are told there."""
    import unittest

    base = unittest.TestResult

    def telling(name: str, outcome: str) -> None:
        original = getattr(base, name)

        def method(self: Any, test: Any, *rest: Any) -> Any:
            text = _error_text(rest[0]) if rest and outcome in ("failed", "error") else ""
            write(id=_id(test), outcome=outcome, text=text)
            return original(self, test, *rest)

        setattr(base, name, method)

    telling("addSuccess", "passed")
    telling("addFailure", "failed")
    telling("addError", "error")
    telling("addSkip", "skipped")
    telling("addExpectedFailure", "xfailed")
    telling("addUnexpectedSuccess", "failed")
    original = base.addSubTest

    def add_sub_test(self: Any, test: Any, subtest: Any, err: Any) -> Any:
        if err is not None:
            write(id=_id(test), outcome="failed", text=_error_text(err))
        return original(self, test, subtest, err)

    base.addSubTest = add_sub_test  # type: ignore[method-assign]
    wanted = only()
    if wanted is not None:
        _leave_only(unittest.TestSuite, wanted)


def _leave_only(suites: Any, wanted: Any) -> None:
    """Let every suite drop the tests that are not wanted before it runs."""
    run = suites.run

    def pruned(self: Any, result: Any, *rest: Any, **options: Any) -> Any:
        self._tests = [one for one in self if hasattr(one, "_tests") or _id(one) in wanted or "_FailedTest" in _id(one)]
        return run(self, result, *rest, **options)

    suites.run = pruned


def _id(test: Any) -> str:
    try:
        return str(test.id())
    except Exception:
        return str(test)


if __name__ == "__main__":
    sys.exit("a plugin, not a program")
