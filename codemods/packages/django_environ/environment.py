"""Environment variables: the backend of a cache, and text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import MethodCall, method_calls
from django_hop.ops.receivers import instance_of
from django_hop.rewrite.site import Site

PACKAGE = "django-environ"
ENVIRONMENT = instance_of("environment", "environ.Env", "environ.FileAwareEnv", "environ.environ.Env")


@dataclass(frozen=True)
class Caches(PythonOp):
    """Report caches whose backend is not said."""

    @property
    def words(self) -> Words:
        """The package with one of the methods."""
        return (frozenset({"environ", "cache_url"}), frozenset({"environ", "cache"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        for call, func in method_calls(site, "cache_url", "cache"):
            if ENVIRONMENT.sure(site, func.value) and not any(one.arg in ("backend", None) for one in call.keywords):
                yield site.finding(
                    call, "which backend a `redis://` address means depends on the packages that are installed: `backend=` says it"
                )


CODEMODS = [
    Codemod(
        "environ-cache-backend",
        "the backend of a cache is said, not found out",
        package=PACKAGE,
        deprecated="0.10",
        removed=None,
        works_from="0.10",
        safety=DETECT,
        covers=("environ-0.10-redis-backend",),
        docs="django-environ 0.10 changes: Redis backend",
        silent=True,
        ops=(Caches(),),
    ),
    Codemod(
        "environ-unicode",
        "text from the environment is read by env.str()",
        package=PACKAGE,
        deprecated="0.9",
        removed="0.10",
        works_from="0.4.5",
        safety=SAFE,
        covers=("environ-0.10-unicode",),
        docs="django-environ 0.10 changes: Removed",
        ops=(MethodCall(ENVIRONMENT, "unicode", "`env.unicode()` is `env.str()`", becomes="str"),),
    ),
]

UNSEEN = [Unseen("environ-0.11-bool-strip", "Only the values that the environment holds show it.", shown_by="tests")]
