"""`django-hop-warnings.json`: the warnings that a project lives with, so that a run can fail on new ones (`verify --ratchet`).

It holds neither lines nor counts, and is divided by test files, so that it changes, and conflicts, seldom.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .recording import Recording

NAME = "django-hop-warnings.json"
FORMAT = "django-hop/warnings/1"
AT_IMPORT = "(import)"
"""The shard of what no test brought."""
UNNAMED = "(Django names no place)"


def baseline_text(recording: Recording) -> str:
    """What to commit as `django-hop-warnings.json`: test file -> the project's file -> messages."""
    shards: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for warned in recording.warnings:
        if warned.inside:
            shards[warned.test_file or AT_IMPORT][warned.path or UNNAMED].add(warned.message)
    listed = {file: {path: sorted(messages) for path, messages in sorted(paths.items())} for file, paths in sorted(shards.items())}
    return json.dumps({"format": FORMAT, "tests": listed}, indent=2, ensure_ascii=False) + "\n"


def new_warnings(recording: Recording, tree: Mapping[str, bytes], inside: str = "") -> tuple[str, ...]:
    """The warnings of a run that the baseline in a tree does not hold, in words; a missing or broken baseline is told as one.

    What the baseline knows of another test file is not new: another test came to the same place.
    """
    path = f"{inside}/{NAME}" if inside else NAME
    if path not in tree:
        return (f"There is no {path} on the branch: commit the one that lies in the folder of the logs.",)
    held = _held(tree[path])
    if held is None:
        return (f"{path} is not a file that django-hop wrote: commit the one that lies in the folder of the logs.",)
    fresh = {
        (one.path or UNNAMED, one.line, one.message, one.through)
        for one in recording.warnings
        if one.inside and (one.path or UNNAMED, one.message) not in held
    }
    places: dict[tuple[str, str], str] = {}
    for file, line, message, through in sorted(fresh):
        places.setdefault((file, message), f"{file}:{line}" if line else through or file)
    return tuple(f"{place}: {message}" for (_, message), place in places.items())


def _held(data: bytes) -> set[tuple[str, str]] | None:
    try:
        read: Any = json.loads(data)
        return {(path, message) for paths in read["tests"].values() for path, messages in paths.items() for message in messages}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
