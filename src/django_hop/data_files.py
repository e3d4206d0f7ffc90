"""The data files that come with the package, read by their paths: `importlib.resources` costs a process 50 ms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def read_json(name: str) -> Any:
    """What a file of that name holds."""
    return json.loads((DATA / name).read_text("utf-8"))
