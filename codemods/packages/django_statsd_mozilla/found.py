"""django-statsd-mozilla, which replaces parts of Django."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule

MESSAGE = (
    "django-statsd-mozilla ended in 2017 and replaces parts of Django that have changed: "
    "the plain statsd client, or Prometheus, is the way on"
)

CODEMODS = [
    Codemod(
        "django-statsd-mozilla",
        "django-statsd-mozilla has been given up",
        package="django-statsd-mozilla",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("django-statsd-mozilla-any-dead",),
        docs="django-statsd-mozilla: the last release, of 2017",
        ops=(FindModule("django_statsd", MESSAGE),),
    ),
]
