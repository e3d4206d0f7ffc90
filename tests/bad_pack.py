"""Packs with codemods that go wrong, for the tests of what that costs."""

from __future__ import annotations

from pathlib import Path

from repos import write_files

SOURCE = '''
"""A codemod that does what the file asks for."""

import ast
import os
import sys
import time
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit
from django_hop.ops.base import PythonOp


@dataclass(frozen=True)
class Obey(PythonOp):
    @property
    def words(self):
        return (frozenset({"trouble"}),)

    def apply(self, site):
        text = site.module.source.text
        if "trouble: raise" in text:
            raise ValueError("the codemod has a bug")
        if "trouble: exit" in text:
            sys.exit(0)
        if "trouble: die" in text:
            os._exit(7)
        if "trouble: crash" in text:
            os.abort()
        if "trouble: recurse" in text:
            self.apply_again()
        if "trouble: sleep" in text:
            note = os.environ.get("TROUBLE_NOTE")
            if note:
                with open(note, "w") as file:
                    file.write(str(os.getpid()))
            time.sleep(float(os.environ.get("TROUBLE_SECONDS", "600")))
        if "trouble: spin" in text:
            while True:
                try:
                    time.sleep(600)
                except BaseException:
                    pass
        if "trouble: broken" in text:
            yield Edit(0, 0, "def (:\\n")
            yield site.finding(site.module.tree.body[0], "broke it", fixed=True)
        if "trouble: undefined" in text and "nobody" not in text:
            yield Edit(len(text), len(text), "print(nobody_knows_me)\\n")
            yield site.finding(site.module.tree.body[0], "named it", fixed=True)
        if "trouble: restless" in text:
            yield Edit(0, 0, "pass\\n")
            yield site.finding(site.module.tree.body[0], "again", fixed=True)

    def apply_again(self):
        return self.apply_again()


CODEMODS = [Codemod("trouble", "trouble is made", removed="3.2", works_from="1.11", safety=SAFE, ops=(Obey(),))]
'''


def write_pack(folder: Path) -> Path:
    """Write the pack into a folder; give its place."""
    write_files(folder, {"trouble_pack/__init__.py": SOURCE, "trouble_pack/trouble.md": "# trouble\n\nMakes trouble.\n"})
    return folder / "trouble_pack"
