"""six and the copy of it that Django brought: what their names stand for on Python 3."""
