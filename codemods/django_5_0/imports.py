"""Names that went without a deprecation, and the ping to search engines."""

from django_hop.model import DETECT, REVIEW, SAFE, Codemod
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName, Rename
from django_hop.ops.strings import FindInStrings
from django_hop.ops.text import FindCommandOption
from django_hop.ops.warning_classes import warning_class

PING = "`ping_google` is gone, as Google no longer takes pings: leave the call out"
GONE = {
    "django.utils._os.makedirs": "`os.makedirs()` does it",
    "django.utils._os.safe_makedirs": "`os.makedirs()` does it",
    "django.utils.asyncio.aclosing": "`contextlib.aclosing` is the same",
    "django.utils.crypto.new_hash": "`hashlib.new()` does it",
    "django.views.csrf.CSRF_FAILURE_TEMPLATE": "the text is a file of Django's now",
    "django.views.static.DEFAULT_DIRECTORY_INDEX_TEMPLATE": "the text is a file of Django's now",
    "django.forms.fields.CallableChoiceIterator": "see `django.utils.choices`",
    "django.templatetags.tz.UnknownTimezoneException": "`zoneinfo.ZoneInfoNotFoundError` is raised",
}

CODEMODS = [
    Codemod(
        "crypto-md5",
        "md5 comes from hashlib",
        removed="5.0",
        works_from="5.0",
        safety=SAFE,
        covers=("5.0-crypto-md5-helper",),
        docs="not in the notes; utils/crypto.py of 5.0",
        ops=(Rename("django.utils.crypto", {"md5": "md5"}, to="hashlib"),),
    ),
    Codemod(
        "ping-google",
        "pings to Google are found",
        removed="5.0",
        works_from="1.11",
        safety=DETECT,
        covers=("5.0-sitemaps-ping-google", "5.0-sitemapnotfound"),
        docs="releases/5.0: Backwards incompatible changes / django.contrib.sitemaps",
        ops=(
            FindName("django.contrib.sitemaps.ping_google", PING),
            FindName("django.contrib.sitemaps.SitemapNotFound", "`SitemapNotFound` went with `ping_google()`, which alone raised it"),
            FindInStrings(r"^ping_google$", ("ping_google",), PING),
            FindCommandOption("ping_google", PING),
        ),
    ),
    Codemod(
        "removed-in-django50-warning",
        "RemovedInDjango50Warning becomes the warning of the release that follows",
        removed="5.0",
        works_from="4.2",
        safety=REVIEW,
        covers=("5.0-removedindjango50warning-gone",),
        docs="utils/deprecation.py of 5.0 (not in the notes)",
        ops=warning_class(
            "RemovedInDjango50Warning",
            "RemovedInNextVersionWarning",
            "`RemovedInDjango50Warning` is gone with 5.0; `RemovedInNextVersionWarning` moves on by itself",
        ),
    ),
    Codemod(
        "private-names-5-0",
        "private names are found that 5.0 no longer has",
        removed="5.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-unlisted-removals",),
        docs="not in the notes; found by comparing the releases",
        ops=(
            FindModule("django.utils.topological_sort", "`django.utils.topological_sort` is gone: use `graphlib`"),
            *(FindName(name, f"`{name}` is gone: {hint}") for name, hint in GONE.items()),
        ),
    ),
]
