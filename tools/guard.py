"""Writes src/django_hop/data/guard.json: the words by which a hook knows which packs of packages it need not load.

    python tools/guard.py
"""

from __future__ import annotations

import json
from pathlib import Path

from django_hop.guard import index
from django_hop.packs import shipped

OUT = Path(__file__).parents[1] / "src/django_hop/data/guard.json"


def main() -> None:
    """Load all packs and write the file, a package a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in index(shipped()).items()]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
