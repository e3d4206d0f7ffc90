"""Our side of the comparison, run as a process of its own: all codemods of a hop on folders, in one process, no cache."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from django_hop.config import Settings
from django_hop.model import Hop
from django_hop.packs import shipped_up_to
from django_hop.plan import active
from django_hop.project.tree import tree_of_paths
from django_hop.run import run


def main() -> None:
    """`ours.py SOURCE TARGET SKIP FOLDER...`: print files, places; nothing is written. SKIP is a codemod or pack, or empty."""
    hop = Hop(sys.argv[1], sys.argv[2])
    skip = (sys.argv[3],) if sys.argv[3] else ()
    packs = shipped_up_to(hop.target, skip, packages=())  # as check and fix do for a project that declares Django alone
    codemods = active([codemod for pack in packs for codemod in pack.codemods], hop, Settings(skip=skip))
    for name in sys.argv[4:]:
        folder = Path(name)
        done = run(tree_of_paths([folder], folder), codemods, hop, Settings(), workers=1)
        changed = sum(bool(result.steps) for result in done.results)
        print(f"{folder.name}: {done.read} files, {done.candidates} parsed, {changed} changed")


try:
    main()
except Exception:
    traceback.print_exc()
    sys.exit(2)
