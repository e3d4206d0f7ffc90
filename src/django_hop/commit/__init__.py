"""The only part of django-hop that writes: branches into a git repository, files in place for `fix`."""

from .branches import BranchPlan, Written, moved_branches, undo, write_branch, write_branches
from .files import write_file
from .owned import require_free

__all__ = ["BranchPlan", "Written", "moved_branches", "require_free", "undo", "write_branch", "write_branches", "write_file"]
