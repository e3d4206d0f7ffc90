"""django-secure and django-sslify, whose work Django does itself since 1.8."""

from __future__ import annotations

from django_hop.model import ANY, REVIEW, Codemod
from django_hop.ops.settings import FindSetting, ListItem

CORE = "django.middleware.security.SecurityMiddleware"
MESSAGE = "Django's own SecurityMiddleware does this"

CODEMODS = [
    Codemod(
        "django-secure",
        "Django's SecurityMiddleware takes the place of that of django-secure",
        package="django-secure",
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("django-secure-any-core-settings",),
        docs="releases/1.8: Security enhancements",
        then="The settings SECURE_... have the same names; look at what `check --deploy` says.",
        ops=(
            ListItem(("MIDDLEWARE", "MIDDLEWARE_CLASSES"), MESSAGE, replace={"djangosecure.middleware.SecurityMiddleware": CORE}),
            ListItem(("INSTALLED_APPS",), "django-secure's checks are Django's: `check --deploy`", remove=("djangosecure",)),
            FindSetting("SSLIFY_DISABLE", "`SECURE_SSL_REDIRECT` is Django's own setting for this"),
            FindSetting("SSLIFY_PORT", "`SECURE_SSL_HOST` is Django's own setting for this"),
        ),
    ),
]
