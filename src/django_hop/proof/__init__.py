"""Proof on the real releases: environments with a real Django, the programs of pages run in them, and the table of what was proved where."""
