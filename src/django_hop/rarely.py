"""The garbage collector, told to look rarely: what we make is many small objects that live together."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def rare_collections() -> Iterator[None]:
    """Syntax trees are taken apart by hand, packs stay: looking for garbage among them costs a fifth."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(1_000_000, 20, 20)
    try:
        yield
    finally:
        # What was made is handed to the oldest generation as it is: else the next allocation looks through all of it.
        gc.freeze()
        gc.unfreeze()
        gc.set_threshold(*before)
