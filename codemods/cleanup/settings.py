"""Settings that let processes of two releases serve side by side; see csrf-cookie-masked in the pack of 4.1, too."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod
from django_hop.ops.settings import DropSetting

CODEMODS = [
    Codemod(
        "hashing-algorithm-bridge",
        "DEFAULT_HASHING_ALGORITHM goes, for no process of 3.0 reads what others sign",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=SAFE,
        docs="releases/3.1: DEFAULT_HASHING_ALGORITHM settings",
        cleanup=True,
        ops=(
            DropSetting(
                "DEFAULT_HASHING_ALGORITHM",
                "`DEFAULT_HASHING_ALGORITHM` let processes of 3.0 read what those of 3.1 and later sign",
                value="sha1",
            ),
        ),
    ),
]
