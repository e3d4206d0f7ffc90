"""Writes src/django_hop/data/releases.json: the releases of packages that depend on Python and not on Django, as the index has them.

    python tools/releases.py PACKAGE ...

Packages that the file has already are asked again together with those named. Of each minor series the newest
release is kept, and those that were withdrawn.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from django_hop.dependencies.index import fetch, index_url
from django_hop.dependencies.releases_of import Releases, to_rows

OUT = Path(__file__).parents[1] / "src/django_hop/data/releases.json"
OLDEST = "2019-04"
"""The month of Django 2.2; what is older no hop moves to."""


def reduced(releases: Releases) -> Releases:
    """What was withdrawn since Django 2.2, and the newest of each minor series, of each where the Pythons change within a series."""
    last = {(one.version.release[:2], one.python, one.wheels): one for one in releases.usable}
    recent = [one for one in releases.known if one.month >= OLDEST]
    return Releases(tuple(one for one in recent if one.yanked or last.get((one.version.release[:2], one.python, one.wheels)) == one))


def main() -> None:
    """Ask for each package and write the file."""
    names = set(sys.argv[1:]) | (set(json.loads(OUT.read_text("utf-8"))["releases"]) if OUT.exists() else set())
    found = {name: to_rows(reduced(fetch(name, index_url()))) for name in sorted(names)}
    lines = [f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found)]
    OUT.write_text(f'{{"date": "{date.today().isoformat()}",\n"releases": {{\n' + ",\n".join(lines) + "\n}}\n", "utf-8")


if __name__ == "__main__":
    main()
