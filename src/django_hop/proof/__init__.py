"""Proof on the real releases: environments with a real Django, the programs of pages that run in them, what was proved where."""
