"""Error reports: what moved into SafeExceptionReporterFilter."""

from django_hop.model import REVIEW, Codemod
from django_hop.ops.names import Rename
from django_hop.ops.replace import Becomes

DEBUG, MOVED = "django.views.debug", "is now a member of `SafeExceptionReporterFilter`"

CODEMODS = [
    Codemod(
        "exception-reporter-filter",
        "filters of error reports derive from SafeExceptionReporterFilter",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-exceptionreporterfilter-removed",),
        docs="releases/3.1: Miscellaneous",
        ops=(Rename(DEBUG, {"ExceptionReporterFilter": "SafeExceptionReporterFilter"}),),
    ),
    Codemod(
        "debug-view-helpers",
        "helpers of the debug view are members of the filter",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-views-debug-helpers-to-filter-methods",),
        docs="not in the release notes; django/views/debug.py",
        ops=(
            *(
                Becomes(f"{DEBUG}.{name}", f"{DEBUG}.get_default_exception_reporter_filter", f"{{}}().{name}", f"`{name}()` {MOVED}")
                for name in ("get_safe_settings", "cleanse_setting")
            ),
            *(
                Becomes(f"{DEBUG}.{name}", f"{DEBUG}.SafeExceptionReporterFilter", f"{{}}.{name.lower()}", f"`{name}` {MOVED}")
                for name in ("HIDDEN_SETTINGS", "CLEANSED_SUBSTITUTE")
            ),
        ),
    ),
]
