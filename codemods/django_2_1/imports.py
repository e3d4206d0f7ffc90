"""Names that moved."""

from django_hop.model import SAFE, Codemod
from django_hop.ops.names import MoveModule

CODEMODS = [
    Codemod(
        "staticfiles-templatetags-import",
        "static() is imported from django.templatetags.static",
        deprecated="2.1",
        removed="3.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-staticfiles-templatetags-import",),
        docs="releases/2.1: Features deprecated in 2.1",
        ops=(
            MoveModule("django.contrib.staticfiles.templatetags.staticfiles", "django.templatetags.static"),
            MoveModule("django.contrib.admin.templatetags.admin_static", "django.templatetags.static"),
        ),
    ),
]
