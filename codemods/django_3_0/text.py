"""Text helpers of Python 2 times: translation, encoding, quoting."""

from django_hop.model import SAFE, Codemod
from django_hop.ops.names import Rename

CODEMODS = [
    Codemod(
        "gettext-aliases",
        "u-prefixed translation functions take their plain names",
        deprecated="3.0",
        removed="4.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.0-ugettext-aliases",),
        docs="releases/3.0: django.utils.translation.ugettext()",
        ops=(
            Rename(
                "django.utils.translation",
                {
                    "ugettext": "gettext",
                    "ugettext_lazy": "gettext_lazy",
                    "ugettext_noop": "gettext_noop",
                    "ungettext": "ngettext",
                    "ungettext_lazy": "ngettext_lazy",
                },
            ),
        ),
    ),
]
