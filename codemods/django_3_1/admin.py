"""The admin: the name of the check boxes of actions."""

from django_hop.model import DETECT, SAFE, Codemod, Unseen
from django_hop.ops.names import Rename
from django_hop.ops.template_finds import FindText

ROW_1, ROW_2 = (rf"\.row{number}\b|[\"' ]row{number}[\"' ,]" for number in (1, 2))
ALONE = rf"(?m)^(?!.*\brow1\b).*?(?:{ROW_2})"
"""`row2` on a line that says nothing about `row1`, which is reported already."""
ROWS_MESSAGE = "the admin no longer gives its rows the classes row1 and row2: use `tbody tr:nth-child(odd)` and `(even)`"

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
    Codemod(
        "admin-row-classes",
        "rows of the admin have no classes row1 and row2",
        removed="3.1",
        works_from="1.11",
        safety=DETECT,
        covers=("3.1-admin-row1-row2-css",),
        docs="releases/3.1: Miscellaneous",
        ops=(
            FindText(ROW_1, ("row1",), ROWS_MESSAGE, paths=r"admin.*\.(css|js|html)$", any_file=True),
            FindText(ALONE, ("row2",), ROWS_MESSAGE, paths=r"admin.*\.(css|js|html)$", any_file=True),
        ),
    ),
]

UNSEEN = [
    Unseen("3.1-admin-calendar-two-digit-years", "Only the browser's script reads two-digit years in another way."),
    Unseen("3.1-admin-drops-ie", "Which browsers the admin supports is nothing that code depends on."),
]
