"""Why a peer's result is called wrong, and why we leave what a peer changes: judged by people, from results that were read."""

from __future__ import annotations

_TAKEN = "a name of the file that the new name collides with is called instead (endless recursion)"
_EXPORTED = "modules that import the old name from there fail with ImportError"
_KEYWORDS = "keyword arguments keep their old names, and the new function has others: TypeError"
_HOST = "`host=` is carried over to a function that has no such argument: TypeError"

_WRONG = {
    "django-upgrade": {
        "is-safe-url-allowed-hosts": _HOST,
        "permalink": "where the file has a `reverse` of its own, that one is called in place of Django's",
        "gettext-aliases": f"{_TAKEN}; {_EXPORTED}; of two origins only one is renamed: NameError",
        "force-text": _EXPORTED,
        "urlquote": f"{_KEYWORDS}; {_TAKEN}",
        "null-boolean-field": "`blank=True` is lost, so forms refuse an empty value; `null=False`, which was ignored, takes effect",
        "password-reset-timeout": "a value that is text at run time is repeated 86,400 times, not multiplied",
        "default-app-config": "the setting goes although the class is not the only one in apps.py: its `ready()` stops running",
        "signal-providing-args": "a comment is lost",
        "url-function": "`url(regex=...)` and `x = url` lose their import, `path` is imported in one branch only: NameError",
        "url-to-path": "a pattern without `^` matches anywhere in an address, `path()` does not; `$` before an include is dropped; "
        "translated patterns lose their translation; `path` may be the view's own name",
        "test-databases": "by the name of the file: classes that are no test cases are changed too",
    },
    "django-codemod": {
        "is-safe-url-allowed-hosts": _HOST,
        "render-to-response": "called by another name or handed on, `render` gets no request: TypeError; `context_instance=` stays",
        "permalink": "the decorator goes although what the method returns is not turned: the address is a tuple",
        "available-attrs": "a function handed on becomes a tuple that cannot be called; a comment is lost",
        "gettext-aliases": f"{_TAKEN}; {_EXPORTED}",
        "force-text": _EXPORTED,
        "urlquote": f"{_KEYWORDS}; {_TAKEN}",
        "null-boolean-field": "the import is replaced, and uses that are no fields are not: NameError",
        "url-function": "a pattern without `$` matches longer addresses, `path()` does not; "
        "modules that import `url` from there fail; one of two imports is dropped",
    },
    "djade": {
        "load-staticfiles": "Jinja templates are taken for Django's and broken (`{%-` becomes `{% -`)",
        "ifequal": "Jinja templates are taken for Django's and broken; a tag with the wrong end is closed with the right one",
        "translate-tag": "a `trans` of another library becomes a tag that the library does not have",
    },
    "pyupgrade": {
        "django-utils-six": "`six.next(six.iteritems(x))` becomes `next(x.items())`: TypeError, a view is no iterator",
    },
}
_LEFT = {
    "django-upgrade": {
        "django_urls": "patterns without `^`, with `$` before an include, translated, or in a `try`: `path()` would match other addresses",
        "compatibility_imports": "Django's own `django.http`, whose users import from there, and a `try` that has its fallback",
        "default_app_config": "reported: the class does not stand alone in apps.py, so a person marks it first",
        "utils_encoding": "in the `except` branch of a fallback whose first branch is ready",
        "versioned_branches": "branches that the source release still needs; what is dead on it goes",
        "password_reset_timeout_days": "Django's own default, in Django's sources",
        "request_headers": "a modernisation by the name `request` alone: ours changes what is certain",
    },
    "djade": {"": "layout (order of loads, names of end blocks, spaces) is not ours to change; tags in comments are text"},
    "pyupgrade": {"": "the package `six` is no part of Django: its uses stay right"},
}
WRONG = {(tool, codemod): reason for tool, reasons in _WRONG.items() for codemod, reason in reasons.items()}
"""(tool, codemod): what is wrong where the result is not what we make of it."""
LEFT = {(tool, fixer): reason for tool, reasons in _LEFT.items() for fixer, reason in reasons.items()}
"""(tool, fixer): why places that it still changes after our hop are left."""
