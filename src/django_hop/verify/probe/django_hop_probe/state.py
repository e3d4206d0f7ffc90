"""Which test runs now, what was seen of it, and the file that this goes to."""

import atexit
import functools
import json
import os
import sys
import threading
import traceback
from typing import Any

started = False
lock = threading.RLock()


class State:
    """What holds in this process."""

    def __init__(self) -> None:
        self.test = ""
        self.file = ""
        self.setup = False
        """True while fixtures of a test are made: transactions begun there are the test framework's."""
        self.held = 0
        """Above 0 while the test framework makes a database: nothing of this belongs to a test."""
        self.by_pytest = False
        self.seen = {}  # type: Any
        self.warnings = {}  # type: Any
        self.problems = set()  # type: Any


now = State()


def checkout(folder: str) -> str:
    """The root of the checkout that a folder stands in; the folder itself if there is none."""
    there = folder
    while not os.path.exists(os.path.join(there, ".git")):
        above = os.path.dirname(there)
        if above == there:
            return folder
        there = above
    return there


def relative(path: str) -> str:
    """The path counted from the checkout's root; empty for a file that is not the project's."""
    root = os.environ.get("DJANGO_HOP_ROOT", "")
    full = os.path.abspath(path)
    inside = root and full.startswith(root + os.sep) and (os.sep + "site-packages" + os.sep) not in full
    return full[len(root) + 1 :].replace(os.sep, "/") if inside else ""


def begin(test: str, file: str) -> None:
    """From now on everything belongs to this test."""
    with lock:
        flush_warnings()
        now.test, now.file, now.seen = test, file, {}


def end() -> None:
    """Write down what was seen of the test."""
    with lock:
        if now.test:
            write({"test": now.test, "file": now.file, "seen": now.seen})
        flush_warnings()
        now.test, now.file, now.seen = "", "", {}


def count(kind: str, what: str) -> None:
    """One more of something in the test that runs now."""
    if now.test and not now.held:
        counts = now.seen.setdefault(kind, {})
        counts[what] = counts.get(what, 0) + 1


def add(kind: str, what: Any) -> None:
    """Something that the test that runs now did."""
    if now.test and not now.held:
        now.seen.setdefault(kind, []).append(what)


def flush_warnings() -> None:
    """Write down the warnings since the last time."""
    if now.warnings:
        found, now.warnings = now.warnings, {}
        write({"warnings": [[*list(key), number] for key, number in found.items()]})


def write(value: Any) -> None:
    """One line, at once, into a file of this process's own: workers of a parallel run end without goodbye."""
    folder = os.environ.get("DJANGO_HOP_RECORDING")
    if not folder:
        return
    try:
        line = json.dumps(value, default=str)
        with open(os.path.join(folder, f"{os.getpid()}.jsonl"), "a", encoding="utf-8") as file:
            file.write(line + "\n")
    except (OSError, ValueError, TypeError):
        pass


def quietly(function: Any) -> Any:
    """A function of ours that never raises; the first time it would have, this is written down."""

    @functools.wraps(function)
    def safe(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except Exception:
            problem = f"{function.__name__}: {traceback.format_exc().strip().splitlines()[-1]}"
            if problem not in now.problems:
                now.problems.add(problem)
                write({"problem": problem})
            return None

    return safe


def file_of(module: str) -> str:
    """The project's file of a module."""
    return relative(getattr(sys.modules.get(module), "__file__", None) or "")


atexit.register(lambda: flush_warnings())
