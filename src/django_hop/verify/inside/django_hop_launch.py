"""`python -m django_hop_launch manage.py test ...`: runs a script, or `-m MODULE`, as Python would, with unittest's results told."""

import os
import runpy
import sys

import django_hop_results  # type: ignore[import-not-found,unused-ignore]


def main() -> None:
    """The rest of the command line is that of Python itself."""
    django_hop_results.patch_unittest()
    arguments = sys.argv[1:]
    if arguments and arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path[0] = os.getcwd()
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = os.path.dirname(os.path.abspath(arguments[0]))
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    try:
        main()
    finally:
        kind = sys.exc_info()[1]
        code = kind.code if isinstance(kind, SystemExit) else 0 if kind is None else 1
        django_hop_results.write(finished=code if isinstance(code, int) else 0 if code is None else 1)
