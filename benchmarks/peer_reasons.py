"""Why a peer's result is called wrong, and why we leave what a peer changes: judged by people, from results that were read."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """What is wrong, and how a result that is wrong so is known: by a pattern in it."""

    reason: str
    pattern: str

    def fits(self, text: str) -> bool:
        """True if a result is wrong in this way."""
        return re.search(self.pattern, text) is not None


_TAKEN = "a function of the file with the new name is called instead, here by itself"
_EXPORTED = "modules that import the old name from there fail with ImportError"
_KEYWORDS = "keyword arguments keep their old names, and the new function has others: TypeError"
_HOST = Wrong(
    "`host=` is carried over to a function that has no such argument: TypeError", r"scheme\((?s:.*)(host=|get_host\(\)\)|host, hosts)"
)
_OWN = "where the class has a method of the old name, Django's is called in its place"
_LOCALIZE = Wrong(
    "pytz's `localize()` is carried over to a zone of Python, which has none: AttributeError", r"dt\.timezone\.utc\.localize\("
)
_CREDENTIALS = "credentials beside `connection=get_connection()`, which Django never looked at, are used once the connection goes"
_GETTEXT = r"def gettext\(text\):\n    return gettext|\A\s*from django.utils.translation import gettext\n+\Z"
_FORCE = Wrong(_EXPORTED, r"\A\s*from django.utils.encoding import force_str\n+\Z")
_QUOTE = Wrong(f"{_KEYWORDS}; {_TAKEN}", r"\(url=|quoted_url=|def quote\(")

_WRONG = {
    "django-upgrade": {
        "is-safe-url-allowed-hosts": _HOST,
        "permalink": Wrong("where the file has a `reverse` of its own, that one is called in place of Django's", r"def reverse\("),
        "gettext-aliases": Wrong(
            f"{_TAKEN}; {_EXPORTED}; of two origins only one is renamed: NameError",
            _GETTEXT + r"|from other import ugettext\n(?s:.*)\bgettext\(",
        ),
        "force-text": _FORCE,
        "urlquote": _QUOTE,
        "null-boolean-field": Wrong(
            "`blank=True` is lost, so forms refuse an empty value; `null=False`, which was ignored, takes effect",
            r"null=False|BooleanField\(null=True\)",
        ),
        "password-reset-timeout": Wrong("a value that is text at run time is repeated 86,400 times, not multiplied", r"\* config\("),
        "default-app-config": Wrong(
            "the setting goes although its class is not found without it (`ready()` stops running) or other code reads it",
            r"# finding|\A\n*\Z",
        ),
        "signal-providing-args": Wrong("a comment is lost", r"paid = Signal\(\)"),
        "url-function": Wrong(
            "`url(regex=...)` and `x = url` lose their import, `path` is imported in one branch only: NameError",
            r"except ImportError:\s+from django.urls import path|from django.urls import path\s+(except|else)",
        ),
        "url-to-path": Wrong(
            "a pattern without `^` matches anywhere in an address, `path()` does not; `$` before an include is dropped; "
            "translated patterns lose their translation; `path` may be the view's own name",
            r"no_start|path\(\"a/\", path\)",
        ),
        "django-zone-localize": _LOCALIZE,
        "timezone-utc": _LOCALIZE,
        "index-together": Wrong(
            "a comment is lost; where a Meta above or below has `indexes`, the one list hides the other: the index is dropped",
            r"\(\"issued\", \"paid\"\)\)|fields=\[\"order\", \"place\"\]",
        ),
        "storages": Wrong(
            "a storage that another module of the settings chooses gives way to the default, so uploads land on a local disk; "
            "an old name that stays in a module called otherwise than settings makes 4.2 and 5.0 raise ImproperlyConfigured",
            r"\Afrom \.base import \*\n\nSTORAGES|from \.local import",
        ),
        "assert-queryset-equal": Wrong(_OWN, r"def assertQuerysetEqual\("),
        "assert-formset-error": Wrong(_OWN, r"def assertFormsetError\("),
        "format-html-arguments": Wrong(
            "a call over several lines with a comma at its end does not parse; `{:.2f}` and `{0.name}` get text, "
            "since `format_html()` escapes first: ValueError, AttributeError",
            r"\{:\.2f\}.*, obj|\{0\.name\}.*, obj",
        ),
        "admins-addresses": Wrong("code that takes the pairs apart fails: ValueError", r"\nADMINS = \[\"ops@example.com\"\]"),
        "mail-fail-silently-false": Wrong("a comment is lost", r"\[\],  # as ever"),
        "mail-connection-alone": Wrong(_CREDENTIALS, r"auth_password=\"b\",\n    \)"),
        "mail-connection-argument": Wrong(_CREDENTIALS, r"\[to\], \*\*\{\"auth_user\""),
        "default-mailer": Wrong("a parameter called `mailers` is taken for Django's: AttributeError", r"def send\(mailers\)"),
    },
    "django-codemod": {
        "is-safe-url-allowed-hosts": _HOST,
        "render-to-response": Wrong(
            "called by another name or handed on, `render` gets no request: TypeError; so with `context_instance=`, which stays; "
            "a function of the file called `render` is called instead",
            r"rtr\(\"|partial\(render|context_instance|RequestContext\(|def render\(",
        ),
        "permalink": Wrong(
            "the decorator goes although what the method returns is not turned, so the address is a tuple; "
            "where the file has a `reverse` of its own, that one is called",
            r"def reverse\(|return parts",
        ),
        "available-attrs": Wrong("a function handed on becomes a tuple, which cannot be called", r"map\(WRAPPER"),
        "gettext-aliases": Wrong(f"{_TAKEN}; {_EXPORTED}", _GETTEXT),
        "force-text": _FORCE,
        "urlquote": _QUOTE,
        "url-function": Wrong(
            "a pattern without `$` matches longer addresses, `path()` does not; modules that import `url` from there fail; "
            "one of two imports of a fallback is dropped",
            r"path\('[bc]', (view=b|c, \*\*)|\A\s*from django.conf.urls import include\n+\Z|\n    pass\n",
        ),
    },
    "djade": {
        "load-staticfiles": Wrong(
            "Jinja templates are taken for Django's and broken (`{%-` becomes `{% -`); the project's own library of that name is dropped",
            r"\{% -|# finding #",
        ),
        "ifequal": Wrong(
            "Jinja templates are taken for Django's and broken; `{% if in == 1 %}` is an error; a wrong end tag is made right",
            r"\{% -|# finding #",
        ),
        "translate-tag": Wrong("a `trans` of another library becomes a tag that the library does not have", "load ours"),
    },
    "pyupgrade": {
        "django-utils-six": Wrong(
            "`six.next(six.iteritems(x))` becomes `next(x.items())`: TypeError, a view is no iterator", r"next\(\w+\.items\(\)\)"
        ),
    },
}
_LEFT = {
    "django-upgrade": {
        "django_urls": "patterns without `^`, with `$` before an include, translated, or in a `try`: `path()` would match other addresses",
        "compatibility_imports": "Django's own `django.http`, whose users import from there, and a `try` that has its fallback",
        "versioned_branches": "branches that the source release still needs; what is dead on it goes",
    },
    "djade": {"": "layout (order of loads, names of end blocks, spaces) is not ours to change; tags in comments are text"},
}
WRONG = {(tool, codemod): wrong for tool, named in _WRONG.items() for codemod, wrong in named.items()}
"""(tool, codemod): what is wrong with results that are not what we make of the case."""
STAYS = {("pyupgrade", "format-html-arguments"), ("pyupgrade", "error-list-plain-text")}
"""(tool, codemod): text that is put together in another way, and still not escaped; nothing of the page's subject is changed."""
LEFT = {(tool, fixer): reason for tool, reasons in _LEFT.items() for fixer, reason in reasons.items()}
"""(tool, fixer): why places that it still changes after our hop are left."""
