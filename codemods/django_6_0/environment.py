"""What stands around Django: databases, backends, libraries, test runners, private names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.classes import AddParameter, FindAttribute, FindMethod, RenameMethod
from django_hop.ops.methods import method_calls
from django_hop.ops.names import FindName, Rename
from django_hop.ops.nodes import keyword_of
from django_hop.ops.requirements import FindRequirement
from django_hop.ops.template_finds import FindTemplate
from django_hop.ops.text import FindImage
from django_hop.ops.warning_classes import warning_class
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

OPERATIONS = ("django.db.backends.base.operations.BaseDatabaseOperations",)
SERIALIZE = "`create_test_db()` no longer serialises: `serialize_db_to_string()` does"
FLOORS = {
    "aiosmtpd": "1.4.5",
    "argon2-cffi": "23.1.0",
    "asgiref": "3.9.1",
    "bcrypt": "4.1.1",
    "docutils": "0.22",
    "geoip2": "4.8.0",
    "mysqlclient": "2.2.1",
    "numpy": "1.26.0",
    "pillow": "10.1.0",
    "psycopg": "3.1.12",
    "psycopg2": "2.9.9",
    "psycopg2-binary": "2.9.9",
    "pyyaml": "6.0.2",
    "redis": "5.1.0",
    "selenium": "4.23.0",
    "sqlparse": "0.5.0",
    "tblib": "3.0.0",
}
SPELLED = {"pillow": ("Pillow",), "pyyaml": ("PyYAML",)}
GONE = {
    "django.contrib.auth.admin.csrf_protect_m": "it is `method_decorator(csrf_protect)`",
    "django.contrib.auth.admin.sensitive_post_parameters_m": "it is `method_decorator(sensitive_post_parameters())`",
    "django.core.mail.backends.smtp.sanitize_address": "`email.headerregistry.Address` does it",
}


@dataclass(frozen=True)
class SerializeArgument(PythonOp):
    """`creation.create_test_db(serialize=False)` loses the argument."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"create_test_db"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the literal False by keyword; findings for others."""
        for call, _ in method_calls(site, "create_test_db"):
            keyword = keyword_of(call, "serialize")
            if keyword is None and len(call.args) < 3:
                continue
            try:
                if keyword is None or not isinstance(keyword.value, ast.Constant) or keyword.value.value is not False:
                    raise Refused("call it behind, and keep what it gives in `connection._test_serialized_contents`")
                edits = change_arguments(site, call, add={}, drop=["serialize"])
            except Refused as error:
                yield site.finding(call, f"{SERIALIZE}; {error}")
                continue
            yield from edits
            yield site.finding(call, SERIALIZE, fixed=True)


CODEMODS = [
    Codemod(
        "returning-columns",
        "backends return columns of updates as of inserts",
        removed="6.0",
        works_from="6.0",
        safety=SAFE,
        covers=("6.0-db-returning-columns-renamed",),
        docs="releases/6.0: Database backend API",
        ops=(
            RenameMethod(
                OPERATIONS,
                {"return_insert_columns": "returning_columns", "fetch_returned_insert_rows": "fetch_returned_rows"},
                "`{old}()` is `{new}()`",
            ),
            AddParameter(OPERATIONS, "fetch_returned_rows", "returning_params", "`fetch_returned_rows()` takes the parameters"),
        ),
    ),
    Codemod(
        "fetch-returned-insert-columns",
        "fetch_returned_insert_columns() of backends is found",
        removed="6.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-db-fetch-returned-insert-columns-removed",),
        docs="releases/6.0: Database backend API",
        ops=(
            FindMethod((), ("fetch_returned_insert_columns",), "`fetch_returned_rows(cursor, returning_params)` takes its place"),
            FindUse(("fetch_returned_insert_columns",), "`fetch_returned_rows(cursor, returning_params)` takes its place"),
        ),
    ),
    Codemod(
        "create-test-db-serialize",
        "test databases are made without the argument serialize",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=REVIEW,
        covers=("6.0-create-test-db-serialize",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=(SerializeArgument(),),
    ),
    Codemod(
        "database-servers-6-0",
        "containers of databases are found that Django 6.0 no longer supports",
        removed="6.0",
        works_from="1.11",
        safety=DETECT,
        covers=("6.0-drop-mariadb-10.5",),
        docs="releases/6.0: Dropped support for MariaDB 10.5",
        ops=(
            FindImage(
                ("mariadb", "library/mariadb"),
                (10, 6),
                "Django 6.0 needs MariaDB 10.6 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "library-floors-6-0",
        "pins are found below what Django 6.0 needs",
        removed="6.0",
        works_from="1.11",
        safety=DETECT,
        covers=(
            *("6.0-min-aiosmtpd", "6.0-min-argon2-cffi", "6.0-min-asgiref", "6.0-min-bcrypt", "6.0-min-docutils", "6.0-min-geoip2"),
            *("6.0-min-mysqlclient", "6.0-min-numpy", "6.0-min-pillow", "6.0-min-psycopg", "6.0-min-psycopg2", "6.0-min-pyyaml"),
            *("6.0-min-redis-py", "6.0-min-selenium", "6.0-min-sqlparse", "6.0-min-tblib"),
        ),
        docs="releases/6.0: Dropped support for old packages",
        ops=tuple(
            FindRequirement(
                package, floor, f"Django 6.0 needs {package} {floor} or later: raise the pin before the hop", SPELLED.get(package, ())
            )
            for package, floor in FLOORS.items()
        ),
    ),
    Codemod(
        "removed-in-django60-warning",
        "RemovedInDjango60Warning becomes the warning of the release that follows",
        removed="6.0",
        works_from="5.2",
        safety=REVIEW,
        covers=("6.0-removedindjango60warning-gone",),
        docs="utils/deprecation.py of 6.0 (not in the notes)",
        ops=warning_class(
            "RemovedInDjango60Warning",
            "RemovedInNextVersionWarning",
            "`RemovedInDjango60Warning` is gone with 6.0; `RemovedInNextVersionWarning` moves on by itself",
        ),
    ),
    Codemod(
        "geometry-widgets",
        "templates of geometry widgets are found",
        removed="6.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-gis-widget-templates",),
        docs="releases/6.0: django.contrib.gis",
        ops=(
            FindTemplate(
                r"(^|/)gis/openlayers(-osm)?\.html$", "geometry widgets need no script in their templates since 6.0: take the template anew"
            ),
            FindAttribute(
                ("django.contrib.gis.forms.widgets.BaseGeometryWidget", "django.contrib.gis.forms.BaseGeometryWidget"),
                ("template_name",),
                "geometry widgets need no script in their templates since 6.0: take the template anew",
            ),
        ),
    ),
    Codemod(
        "deconstructible-serializer",
        "DeconstructableSerializer becomes DeconstructibleSerializer",
        removed="6.0",
        works_from="6.0",
        safety=SAFE,
        docs="not in the notes; db/migrations/serializer.py of 6.0",
        ops=(Rename("django.db.migrations.serializer", {"DeconstructableSerializer": "DeconstructibleSerializer"}),),
        covers=("6.0-unlisted-removals",),
    ),
    Codemod(
        "private-names-6-0",
        "private names are found that 6.0 no longer has",
        removed="6.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-unlisted-removals",),
        docs="not in the notes; found by comparing the releases",
        ops=(
            *(FindName(name, f"`{name}` is gone: {hint}") for name, hint in GONE.items()),
            FindAttribute(
                ("django.db.models.Aggregate",),
                ("filter_template",),
                "`filter_template` of aggregates is gone: `%(filter)s` stands in the template",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("6.0-db-can-return-rows-from-update", "A new ability that backends may declare; nothing depends on it."),
    Unseen("6.0-python-3.12", "The interpreter's range is checked by the hop itself, not by a codemod on the source."),
    Unseen("6.0-pbkdf2-iterations", "Only the cost of hashing rises; both releases read each other's passwords."),
]
