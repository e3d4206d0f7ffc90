"""Writes src/django_hop/data/gone.json from real Django releases: the names that were at the top of a module once and are not any more.

    python tools/gone_names.py RELEASE=PYTHON [RELEASE=PYTHON ...]
    python tools/gone_names.py

PYTHON is that of a virtual environment that holds the release. Without arguments only the marks of the names that our codemods mean
(a star) are made again. The committed file was made from every release from 1.11 to 6.1.

Format: {module: {name: first release without it}}; the empty name stands for the module itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from django_hop.packs import shipped
from django_hop.releases import order

OUT = Path(__file__).parents[1] / "src/django_hop/data/gone.json"
Names = dict[str, dict[str, str]]


def collect(python: str) -> dict[str, list[str]]:
    """The names of one release."""
    script = Path(__file__).with_name("collect_names.py")
    found: dict[str, list[str]] = json.loads(subprocess.run([python, str(script)], stdout=subprocess.PIPE, check=True).stdout)
    return found


def gone(releases: Mapping[str, Mapping[str, list[str]]]) -> Names:
    """What the last of the releases (release -> module -> names) lacks, with the first that lacks it for good."""
    ordered = sorted(releases, key=order)
    after = dict(pairwise(ordered))
    last: dict[tuple[str, str], str] = {}
    for release in ordered:
        for module, names in releases[release].items():
            last.update({(module, name): release for name in ("", *names)})
    found: Names = {}
    for (module, name), release in sorted(last.items()):
        if release in after and (not name or last[module, ""] != release):
            found.setdefault(module, {})[name] = after[release]
    return found


def marked(found: Names) -> Names:
    """The same with a star at the names that one of our codemods means: itself, the module it is in, or something in it."""
    names = {name for pack in shipped() for codemod in pack.codemods if not codemod.package for op in codemod.ops for name in op.means}
    meant = {".".join(name.split(".")[:parts]) for name in names for parts in range(2, name.count(".") + 2)}

    def mark(module: str, name: str, release: str) -> str:
        return release.rstrip("*") + ("*" if module in names or f"{module}.{name}".rstrip(".") in meant else "")

    return {module: {name: mark(module, name, release) for name, release in ones.items()} for module, ones in found.items()}


def written(found: Names) -> str:
    """The file's text, a module a line."""
    lines = (f"{json.dumps(module)}: {json.dumps(names, sort_keys=True)}" for module, names in sorted(found.items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Collect, or mark what has been collected."""
    pythons = dict(argument.split("=", 1) for argument in sys.argv[1:])
    found = gone({release: collect(python) for release, python in pythons.items()}) if pythons else json.loads(OUT.read_text("utf-8"))
    OUT.write_text(written(marked(found)), "utf-8")


if __name__ == "__main__":
    main()
