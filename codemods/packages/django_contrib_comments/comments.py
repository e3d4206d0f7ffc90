"""django.contrib.comments, which became django-contrib-comments."""

from __future__ import annotations

from django_hop.model import REVIEW, Codemod
from django_hop.ops.packages import MovePackage
from django_hop.ops.settings import ListItem

OLD, NEW = "django.contrib.comments", "django_comments"

CODEMODS = [
    Codemod(
        "contrib-comments",
        "django.contrib.comments is django_comments",
        package="django-contrib-comments",
        removed=None,
        works_from="1.5",
        safety=REVIEW,
        covers=("comments-1.0-contrib",),
        docs="django-contrib-comments documentation: Changes from django.contrib.comments",
        then="The tables keep their names; the content types of comments are those of another app.",
        ops=(
            MovePackage({OLD: NEW}, f"`{OLD}` is now `{NEW}`"),
            ListItem(("INSTALLED_APPS",), "comments belong to a site", append="django.contrib.sites", before=OLD, when=OLD),
        ),
    ),
]
