"""Writes src/django_hop/data/django.json from real Django releases.

    python tools/django_facts.py ENV [ENV ...]

ENV is the Python of a virtual environment that holds one Django release with psycopg2 and Jinja2 (whose absence would
hide django.contrib.postgres). The committed file was made from 1.11, 2.0, 2.2, 3.2, 4.2, 5.2 and 6.0.

Format: "names" are dotted names; "sets" are sets of places in "names"; "of" is, for each class name (itself a place in
"names"), the place of its ancestors in "sets". Many names share one set, which is why the file stays small.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/django_hop/data/django.json"
# Modules that were gone before the oldest release an interpreter of today can run.
OLD_STARS = {
    "django.conf.urls.defaults": ["handler404", "handler500", "include", "patterns", "url"],
    "django.core.urlresolvers": [
        "NoReverseMatch",
        "RegexURLPattern",
        "RegexURLResolver",
        "Resolver404",
        "resolve",
        "reverse",
        "reverse_lazy",
    ],
}


def collect(python: str) -> dict[str, dict[str, list[str]]]:
    """What one release says of itself."""
    script = Path(__file__).with_name("collect_django.py")
    output = subprocess.run([python, str(script)], stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, dict[str, list[str]]] = json.loads(output)
    return found


def merge(releases: list[dict[str, dict[str, list[str]]]]) -> dict[str, dict[str, set[str]]]:
    """The union over releases: a name has an ancestor if it has it in one of them."""
    merged: dict[str, dict[str, set[str]]] = {"ancestors": {}, "stars": {name: set(names) for name, names in OLD_STARS.items()}}
    for release in releases:
        for part, entries in release.items():
            for name, values in entries.items():
                merged[part].setdefault(name, set()).update(values)
    return merged


def interned(merged: dict[str, dict[str, set[str]]]) -> dict[str, object]:
    """The compact form that is written."""
    ancestors = merged["ancestors"]
    names = sorted({*ancestors, *(one for group in ancestors.values() for one in group)})
    place = {name: index for index, name in enumerate(names)}
    # A class counts among its own ancestors here, so that all its aliases share one set.
    groups = {name: tuple(sorted(place[one] for one in group)) for name, group in ancestors.items()}
    sets = sorted(set(groups.values()))
    number = {group: index for index, group in enumerate(sets)}
    of = {place[name]: number[group] for name, group in groups.items()}
    return {
        "names": names,
        "of": [of.get(index, -1) for index in range(len(names))],
        "sets": sets,
        "stars": {name: sorted(values) for name, values in sorted(merged["stars"].items())},
    }


if __name__ == "__main__":
    OUT.write_text(json.dumps(interned(merge([collect(python) for python in sys.argv[1:]])), separators=(",", ":")) + "\n", "utf-8")
