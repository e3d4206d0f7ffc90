"""Writes src/django_hop/data/catalogue/*.json from the catalogue of what changed in Django and in other packages.

    python tools/catalogue.py FOLDER

FOLDER holds django-X.Y.toml files and third-party.toml.
Only what documentation and tests need is kept, one record a line, so that a diff shows what changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

try:
    import tomllib
except ImportError:
    import tomli as tomllib  # type: ignore[no-redef]

OUT = Path(__file__).parents[1] / "src/django_hop/data/catalogue"
KEYS = (
    *("id", "title", "django", "package", "since", "deprecated_in", "removed_in"),
    *("kind", "surface", "automation", "prevalence", "peers", "docs"),
)
OTHERS = "third-party.toml"


def reduced(source: Path) -> str:
    """The records of one file as JSON, a line each; empty values are left out."""
    changes = tomllib.loads(source.read_text("utf-8"))["change"]
    lines = [json.dumps({key: change[key] for key in KEYS if change.get(key)}, ensure_ascii=False) for change in changes]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main() -> None:
    """Replace the copies by what the folder holds."""
    folder = Path(sys.argv[1])
    sources = [*sorted(folder.glob("django-*.toml")), folder / OTHERS]
    if len(sources) == 1 or not sources[-1].is_file():
        sys.exit(f"There are no django-X.Y.toml and {OTHERS} in {folder}.")
    OUT.mkdir(parents=True, exist_ok=True)
    for source in sources:
        (OUT / f"{source.stem.removeprefix('django-')}.json").write_text(reduced(source), "utf-8")


if __name__ == "__main__":
    main()
