"""Starts the probe in every Python that finds this folder first, then runs the sitecustomize that would have run without it."""

import os
import sys
from importlib.machinery import PathFinder

if os.environ.get("DJANGO_HOP_RECORDING"):
    import django_hop_probe  # type: ignore[import-not-found,unused-ignore]

    django_hop_probe.start()

_here = os.path.dirname(os.path.abspath(__file__))
_spec = PathFinder.find_spec(__name__, [one for one in sys.path if os.path.abspath(one or os.curdir) != _here])
if _spec is not None and _spec.loader is not None:
    _spec.loader.exec_module(sys.modules[__name__])
