"""Imports modules one by one and writes what became of each, a JSON object a line.

`python -m django_hop_imports MODULES RESULTS`: the first file lists dotted names, a line each; those that the second holds are passed over.
"""

import importlib
import json
import os
import sys
import traceback
from typing import Any, TextIO


def main(names_file: str, results_file: str) -> None:
    """Import what is not done yet. The name goes into the file before the import: if the process dies, it is known where."""
    with open(names_file) as file:
        names = file.read().split()
    done = set()
    if os.path.exists(results_file):
        with open(results_file) as file:
            done = {json.loads(line)["module"] for line in file}
    sys.path.insert(0, os.getcwd())
    with open(results_file, "a") as results:
        setup = "django.setup()"
        if setup not in done:
            tell(results, setup, "it ended the process")
            tell(results, setup, attempt(set_up))
        for name in names:
            if name not in done:
                tell(results, name, "its import ended the process")
                tell(results, name, attempt(importlib.import_module, name))


def set_up() -> None:
    """What every way to start Django does first."""
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        import django  # type: ignore[import-not-found,unused-ignore]

        django.setup()


def attempt(function: Any, *arguments: str) -> str:
    """The error of a call, in a line, and its traceback; empty if there is none."""
    try:
        function(*arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        traceback.print_exc()
        return f"{type(error).__name__}: {' '.join(str(error).split())[:500]}{place()}"
    return ""


def place() -> str:
    """Where it happened in the project: the innermost line below the current folder."""
    here = os.getcwd() + os.sep
    frames = [one for one in traceback.extract_tb(sys.exc_info()[2]) if os.path.abspath(one[0]).startswith(here)]
    return f" ({os.path.relpath(frames[-1][0], here)}:{frames[-1][1]})" if frames else ""


def tell(results: TextIO, name: str, error: str) -> None:
    """Write one line at once."""
    results.write(json.dumps({"module": name, "error": error}) + "\n")
    results.flush()


if __name__ == "__main__":
    sys.stdout.flush()
    main(*sys.argv[1:])
    # Threads that an import started must not keep the process.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
