"""The admin: the name of the check boxes of actions."""

from django_hop.model import SAFE, Codemod, Unseen
from django_hop.ops.names import Rename

CODEMODS = [
    Codemod(
        "action-checkbox-name",
        "ACTION_CHECKBOX_NAME is taken from django.contrib.admin.helpers",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-admin-action-checkbox-name-import",),
        docs="releases/3.1: Miscellaneous",
        ops=(
            Rename("django.contrib.admin", {"ACTION_CHECKBOX_NAME": "ACTION_CHECKBOX_NAME"}, to="django.contrib.admin.helpers"),
            Rename("django.contrib.admin.options", {"ACTION_CHECKBOX_NAME": "ACTION_CHECKBOX_NAME"}, to="django.contrib.admin.helpers"),
        ),
    ),
]

UNSEEN = [
    Unseen("3.1-admin-calendar-two-digit-years", "Only the browser's script reads two-digit years in another way."),
    Unseen("3.1-admin-drops-ie", "Which browsers the admin supports is nothing that code depends on."),
]
