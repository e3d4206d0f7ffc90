"""Fields and models: JSON, encryption, the order of time-stamped models."""

from __future__ import annotations

import ast

from django_hop.model import ANY, DETECT, REVIEW, Codemod
from django_hop.ops.class_bodies import assignments
from django_hop.ops.classes import FindClass
from django_hop.ops.find import FindModule
from django_hop.ops.json_fields import NativeJSONField
from django_hop.ops.names import FindName
from django_hop.ops.template_finds import FindFilter
from django_hop.ops.text import FindCommandOption
from django_hop.ops.where import not_migrations
from django_hop.rewrite.site import Site

PACKAGE = "django-extensions"
NAMES = ("django_extensions.db.fields.json.JSONField",)
MESSAGE = "`models.JSONField` of Django takes the place of `JSONField` of django-extensions"
RECORDS = ("django-extensions-2.0-jsonfield",)
DOCS = "django-extensions documentation: JSONField"


def lacks_order(site: Site, node: ast.ClassDef) -> bool:
    """True if a model's own Meta does not say how it is ordered."""
    metas = [one for one in node.body if isinstance(one, ast.ClassDef) and one.name == "Meta"]
    return not any(any(True for _ in assignments(meta, "ordering")) for meta in metas)


CODEMODS = [
    Codemod(
        "extensions-json-field",
        "JSONField of django-extensions has a like in Django",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=RECORDS,
        docs=DOCS,
        ops=tuple(FindName(name, f"{MESSAGE}: see extensions-json-native (--modernise)", where=not_migrations) for name in NAMES),
    ),
    Codemod(
        "extensions-json-native",
        "models.JSONField of Django takes the place of JSONField of django-extensions",
        package=PACKAGE,
        removed=None,
        works_from="2.0",
        safety=REVIEW,
        modernise=True,
        covers=RECORDS,
        docs=DOCS,
        then="Needs Django 3.1. makemigrations writes an AlterField to JSON: it rewrites the table, and fails for rows without JSON.",
        ops=tuple(NativeJSONField(name, MESSAGE) for name in NAMES),
    ),
    Codemod(
        "extensions-gone",
        "encrypted fields, truncate_letters and the command passwd are gone",
        package=PACKAGE,
        deprecated="2.1",
        removed="3.0",
        works_from="2.0",
        safety=DETECT,
        covers=("django-extensions-3.0-removed",),
        docs="django-extensions 3.0.0 changelog: Removal",
        ops=(
            FindModule(
                "django_extensions.db.fields.encrypted",
                "encrypted fields went with 3.0: move their data to another field while the old release can still decrypt it",
            ),
            FindFilter(("truncate_letters",), "`truncate_letters` is gone: `truncatechars` of Django counts the dots, too"),
            FindCommandOption("passwd", "the command `passwd` is gone: `changepassword` is Django's"),
        ),
    ),
    Codemod(
        "extensions-model-order",
        "models that are time-stamped have no order of their own any more",
        package=PACKAGE,
        removed="3.0",
        works_from="2.0",
        safety=DETECT,
        silent=True,
        covers=("django-extensions-3.0-timestamped-ordering",),
        docs="django-extensions 3.0.0 changelog: TimeStampedModel",
        then="makemigrations writes an AlterModelOptions, which changes state only.",
        ops=(
            FindClass(
                ("django_extensions.db.models.TimeStampedModel",),
                "lists of this model were ordered by its base up to 2.x: "
                'write `ordering = ("-modified", "-created")` and `get_latest_by = "modified"` into its Meta if that matters',
                when=lacks_order,
                where=not_migrations,
            ),
        ),
    ),
    Codemod(
        "extensions-pipchecker",
        "the command pipchecker is gone",
        package=PACKAGE,
        removed="4.0",
        works_from="2.0",
        safety=DETECT,
        covers=("django-extensions-4.0-pipchecker",),
        docs="django-extensions 4.0 changelog: Remove pipchecker",
        ops=(FindCommandOption("pipchecker", "the command `pipchecker` is gone: `pip list --outdated` tells the same"),),
    ),
]
