"""Brokers that are gone."""

from __future__ import annotations

from django_hop.model import DETECT, Codemod
from django_hop.ops.find import FindModule
from django_hop.ops.settings import FindSetting

_MESSAGE = "from kombu 4.0 on no broker is kept in Django's database: Redis or RabbitMQ takes its place"


def is_database(value: object) -> bool:
    """True for the address of a broker in a database."""
    return isinstance(value, str) and value.startswith(("django://", "sqla+"))


CODEMODS = [
    Codemod(
        "kombu-django-transport",
        "no broker is kept in Django's database",
        package="kombu",
        removed="4.0",
        works_from="3.0",
        safety=DETECT,
        covers=("kombu-4.0-django-transport",),
        docs="celery 4.0 what's new: Removed features",
        ops=(
            FindModule("kombu.transport.django", _MESSAGE),
            FindSetting("BROKER_URL", _MESSAGE, value=is_database),
            FindSetting("CELERY_BROKER_URL", _MESSAGE, value=is_database),
        ),
    ),
]
