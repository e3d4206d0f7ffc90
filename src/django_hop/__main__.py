"""`python -m django_hop`, and the installed script: Ctrl-C while modules are still being imported is no traceback either."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; give the exit code."""
    try:
        from . import cli

        return cli.main()
    except KeyboardInterrupt:
        print("django-hop: interrupted before anything began.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
