"""Servers and packages that a release no longer supports in their old versions, as far as containers and requirements name them."""

from django_hop.model import DETECT, REVIEW, Codemod, Unseen
from django_hop.ops.pins import RaisePin
from django_hop.ops.template_finds import FindText
from django_hop.ops.text import FindImage, FindInText

PYTHON = "Django 4.0 needs Python 3.8 or later; 3.2 runs on 3.6 to 3.10, so Python moves first, on its own"

CODEMODS = [
    Codemod(
        "python-3-7",
        "Python before 3.8 is found in containers and version files",
        removed="4.0",
        works_from="3.2",
        safety=DETECT,
        covers=("4.0-python-3-6-3-7-dropped",),
        docs="releases/4.0: Python compatibility",
        ops=(
            FindImage(("python", "library/python", "circleci/python", "cimg/python"), (3, 8), PYTHON),
            *(FindInText(rf"(?m)^\s*3\.{minor}(?:\.\d+)?\s*$", ("3", minor), (".python-version",), PYTHON) for minor in "567"),
            FindText(r"python-3\.[0-7]\.\d+", ("python", "3"), PYTHON, paths=r"(?:^|/)runtime\.txt$", any_file=True),
            FindInText(
                r"(?m)^\s*(?:python_(?:full_)?version|python)\s*[:=]\s*[\"'](?:==|~|\^|~=)?\s*(?:2\.\d|3\.[0-7])(?![\d])[^\n]*",
                ("python",),
                (".toml",),
                PYTHON,
            ),
            FindInText(
                r"(?m)^\s*python_(?:full_)?version\s*=\s*[\"'](?:2\.\d|3\.[0-7])(?![\d])[^\n]*", ("python_version",), ("pipfile",), PYTHON
            ),
        ),
    ),
    Codemod(
        "postgresql-9-6",
        "containers of PostgreSQL before 10 are found",
        removed="4.0",
        works_from="1.11",
        safety=DETECT,
        covers=("4.0-postgresql-9-6-dropped",),
        docs="releases/4.0: Dropped support for PostgreSQL 9.6",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (10,),
                "Django 4.0 needs PostgreSQL 10 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "postgis-2-3",
        "containers of PostGIS before 2.4 are found",
        removed="4.0",
        works_from="1.11",
        safety=DETECT,
        covers=("4.0-gis-postgis-2-3-dropped",),
        docs="releases/4.0: django.contrib.gis",
        ops=(
            FindImage(
                ("postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (2, 4),
                "Django 4.0 needs PostGIS 2.4 or later: upgrade the server first, here and in production",
                part=1,
            ),
        ),
    ),
    Codemod(
        "psycopg2-2-8-4",
        "pins of psycopg2 before 2.8.4 move there",
        removed="4.0",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.0-postgresql-9-6-dropped",),
        docs="releases/4.0: Dropped support for PostgreSQL 9.6",
        ops=(
            RaisePin("psycopg2", (2, 8, 4), "Django 4.0 needs psycopg2 2.8.4 or later"),
            RaisePin(
                "psycopg2-binary",
                (2, 8, 4),
                "Django 4.0 needs psycopg2-binary 2.8.4 or later",
            ),
        ),
    ),
    Codemod(
        "cx-oracle-7",
        "pins of cx_Oracle before 7.0 move there",
        removed="4.0",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.0-cx-oracle-7",),
        docs="releases/4.0: Miscellaneous",
        ops=(RaisePin("cx_Oracle", (7, 0), "Django 4.0 needs cx_Oracle 7.0 or later"),),
    ),
    Codemod(
        "asgiref-3-4-1",
        "pins of asgiref before 3.4.1 move there",
        removed="4.0",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.0-asgiref-3-4-1",),
        docs="releases/4.0: Miscellaneous",
        ops=(RaisePin("asgiref", (3, 4, 1), "Django 4.0 needs asgiref 3.4.1 or later"),),
    ),
]

UNSEEN = [
    Unseen("4.0-oracle-12-2-18c-dropped", "Which version the server has shows only when it is asked.", shown_by="checks"),
    Unseen("4.0-gis-gdal-2-0-geos-3-5-dropped", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
    Unseen("4.0-oracle-naming-scheme", "Which names are too long for Oracle is seen in its schema.", shown_by="schema"),
]
