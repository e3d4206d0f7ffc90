"""django-rest-auth goes on as dj-rest-auth."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, REVIEW, Codemod
from django_hop.ops.find import FindModule
from django_hop.ops.packages import MovePackage

MESSAGE = "django-rest-auth goes on as dj-rest-auth: the codemod dj-rest-auth renames it (--modernise)"
RECORDS = ("dj-rest-auth-1.0-rename",)

CODEMODS = [
    Codemod(
        "rest-auth",
        "django-rest-auth has been given up; dj-rest-auth goes on",
        package="django-rest-auth",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=RECORDS,
        docs="django-rest-auth: the last release, of 2019",
        ops=(FindModule("rest_auth", MESSAGE, first=True),),
    ),
    Codemod(
        "dj-rest-auth",
        "rest_auth is called dj_rest_auth",
        package="django-rest-auth",
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        modernise=True,
        covers=RECORDS,
        docs="dj-rest-auth documentation: Migration from django-rest-auth",
        then="Put dj-rest-auth in the place of django-rest-auth in the requirements, in the same deployment. "
        "Where REST_USE_JWT is set, tokens come from simplejwt then.",
        ops=(MovePackage({"rest_auth": "dj_rest_auth"}, "`rest_auth` is now `dj_rest_auth`"),),
    ),
]
