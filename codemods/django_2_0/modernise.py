"""What no release demands: registrations by decorator, branches for releases long gone. Run by django-upgrade."""

from django_hop.model import REVIEW, Codemod
from django_hop.ops.external import DjangoUpgrade

CODEMODS = [
    Codemod(
        "admin-register",
        "admin classes are registered by decorators",
        removed=None,
        works_from="1.11",
        safety=REVIEW,
        docs="releases/1.7: The admin register decorator",
        modernise=True,
        ops=(DjangoUpgrade("admin_register", (frozenset({"admin", "register"}),), "the decorator `@admin.register` does the same"),),
    ),
    Codemod(
        "versioned-branches",
        "branches for Django releases before the current one go",
        removed=None,
        works_from="1.11",
        safety=REVIEW,
        docs="internals/release-process",
        modernise=True,
        ops=(
            DjangoUpgrade(
                "versioned_branches", (frozenset({"django", "VERSION"}),), "the release that this tells apart is gone", on_source=True
            ),
        ),
    ),
    Codemod(
        "versioned-test-skips",
        "tests are not skipped for Django releases before the current one",
        removed=None,
        works_from="1.11",
        safety=REVIEW,
        docs="internals/release-process",
        modernise=True,
        ops=(
            DjangoUpgrade(
                "versioned_test_skip_decorators",
                tuple(frozenset({"django", "VERSION", word}) for word in ("skipIf", "skipUnless", "skipif")),
                "the release that this tells apart is gone",
                on_source=True,
            ),
        ),
    ),
]
