"""Servers and libraries outside Python that a release no longer supports, as far as containers name them."""

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.text import FindImage

CODEMODS = [
    Codemod(
        "mariadb-10-1",
        "containers of MariaDB before 10.2 are found",
        removed="3.1",
        works_from="1.11",
        safety=DETECT,
        covers=("3.1-mariadb-10-1-dropped",),
        docs="releases/3.1: Dropped support for MariaDB 10.1",
        ops=(
            FindImage(
                ("mariadb", "bitnami/mariadb"),
                (10, 2),
                "Django 3.1 needs MariaDB 10.2 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("3.1-autoreload-skips-django-translations", "Only work on Django's own translations could tell."),
]
