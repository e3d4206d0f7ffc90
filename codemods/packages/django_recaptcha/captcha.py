"""The package `captcha`, which is called `django_recaptcha`."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod
from django_hop.ops.names import MoveModule
from django_hop.ops.settings import ListItem
from django_hop.ops.template_finds import FindTemplate

_MODULES = ("fields", "widgets", "client", "constants", "checks", "apps")

CODEMODS = [
    Codemod(
        "recaptcha-namespace",
        "the package captcha of django-recaptcha is called django_recaptcha",
        package="django-recaptcha",
        removed="4.0",
        works_from="4.0",
        safety=SAFE,
        covers=("recaptcha-4.0-namespace",),
        docs="django-recaptcha 4.0.0 changelog: Changed package name",
        ops=(
            *(MoveModule(f"captcha.{name}", f"django_recaptcha.{name}") for name in _MODULES),
            ListItem(("INSTALLED_APPS",), "the app `captcha` is now `django_recaptcha`", replace={"captcha": "django_recaptcha"}),
            ListItem(
                ("SILENCED_SYSTEM_CHECKS",),
                "checks of `captcha` are now those of `django_recaptcha`",
                replace={"captcha.recaptcha_test_key_error": "django_recaptcha.recaptcha_test_key_error"},
            ),
            FindTemplate(r"(^|/)templates/captcha/", "templates of django-recaptcha stand in `django_recaptcha/` since 4.0: move this one"),
        ),
    ),
]
