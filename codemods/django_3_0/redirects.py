"""Redirect targets: is_safe_url()."""

from django_hop.model import SAFE, Codemod
from django_hop.ops.names import Rename

CODEMODS = [
    Codemod(
        "is-safe-url",
        "is_safe_url() is called url_has_allowed_host_and_scheme()",
        deprecated="3.0",
        removed="4.0",
        works_from="3.0",
        safety=SAFE,
        covers=("3.0-is-safe-url",),
        docs="releases/3.0: Features deprecated in 3.0 / Miscellaneous",
        after=("is-safe-url-allowed-hosts",),
        ops=(Rename("django.utils.http", {"is_safe_url": "url_has_allowed_host_and_scheme"}),),
    ),
]
