"""django-suit, whose templates replace those of the admin."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule
from django_hop.ops.settings import FindSetting, SettingValue

MESSAGE = (
    "django-suit has no release for Django 2.2 and later; its templates replace those of the admin, and break without a word. "
    "Grappelli, Jazzmin and Unfold are maintained"
)

CODEMODS = [
    Codemod(
        "django-suit",
        "django-suit has no release for Django 2.2 and later",
        package="django-suit",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("django-suit-any-dead",),
        docs="django-suit: the last release, of 2018",
        ops=(
            SettingValue(("INSTALLED_APPS",), {"suit": None, "suit.apps.DjangoSuitConfig": None}, MESSAGE),
            FindSetting("SUIT_CONFIG", MESSAGE),
            FindModule("suit.admin", MESSAGE),
            FindModule("suit.widgets", MESSAGE),
            FindModule("suit.apps", MESSAGE),
        ),
    ),
]
