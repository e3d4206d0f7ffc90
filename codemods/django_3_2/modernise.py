"""What no release demands: decorators for the admin's functions. Run by django-upgrade."""

from django_hop.model import REVIEW, Codemod
from django_hop.ops.external import DjangoUpgrade

ATTRIBUTES = ("short_description", "admin_order_field", "boolean", "empty_value_display", "allowed_permissions")

CODEMODS = [
    Codemod(
        "admin-decorators",
        "functions of the admin are described by decorators",
        removed=None,
        works_from="3.2",
        safety=REVIEW,
        docs="releases/3.2: New decorators for the admin site",
        modernise=True,
        ops=(
            DjangoUpgrade(
                "admin_decorators",
                tuple(frozenset({"admin", name}) for name in ATTRIBUTES),
                "`@admin.display` and `@admin.action` say the same",
            ),
        ),
    ),
]
