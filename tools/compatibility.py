"""Writes src/django_hop/data/compatibility.json from the compatibility matrix of the Django ecosystem.

    python tools/compatibility.py compat.toml

A package a line, so that a diff shows what changed. Of each package: the newest release and the Python it asks for, what became of it,
and for each Django release [first release that names it, last that names it, last that still installs with it, kind of evidence, Python
that the first asks for].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

try:
    import tomllib
except ImportError:
    import tomli as tomllib  # type: ignore[no-redef]

OUT = Path(__file__).parents[1] / "src/django_hop/data/compatibility.json"
NEEDLESS = {"mock", "six", "future", "pytz"}
"""Retired packages that still have releases and run beside any Django: superfluous, not in the way."""


def package(record: dict[str, Any]) -> dict[str, Any]:
    """What the plan needs of one package; empty values are left out."""
    keys = ("first", "last", "last_installable", "by", "first_python")
    unverified = {release: {"first": entry.get("first_unverified", "")} | entry for release, entry in record.get("django", {}).items()}
    django = {release: [entry.get(key, "") for key in keys] for release, entry in unverified.items()}
    kept = {
        "latest": record["latest"],
        "examined": record.get("newest_examined", ""),
        "month": record.get("newest_examined_date", "")[:7] or record["latest_month"],
        "python": record.get("requires_python", ""),
        "status": record["status"] if record["status"] != "maintained" else "",
        "successor": record.get("successor", ""),
        "note": record.get("note", ""),
        "django": django,
    }
    return {key: value for key, value in kept.items() if value}


def retired(record: dict[str, Any]) -> dict[str, Any]:
    """What the plan says about a package that nobody should need any more."""
    kept = {key: record[key] for key in ("latest", "successor", "note") if record.get(key)}
    return kept | {"status": "needless" if record["name"] in NEEDLESS else "retired"}


def main() -> None:
    """Replace the copy by what the matrix says."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    data = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))
    found = {record["name"]: package(record) for record in data["package"]}
    found |= {record["name"]: retired(record) for record in data["retired"]}
    lines = [f"{json.dumps(name)}: {json.dumps(found[name], ensure_ascii=False)}" for name in sorted(found)]
    text = f'{{"date": {json.dumps(data["meta"]["date"])},\n"packages": {{\n' + ",\n".join(lines) + "\n}}\n"
    OUT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
