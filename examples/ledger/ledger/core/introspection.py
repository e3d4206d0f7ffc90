"""Ask models about their fields."""
from django.db import models
from django.db.models.fields import FieldDoesNotExist

from ledger.core.compat import EmptyResultSet


def has_field(model, name):
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def verbose_name(model, path):
    """The label of ``owner__email``: of the last field, through the relations before it."""
    *relations, last = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).remote_field.model
    try:
        return str(model._meta.get_field(last).verbose_name)
    except models.FieldDoesNotExist:
        return last.replace("_", " ")


def explain_sql(queryset):
    """The SQL of a queryset for the log, empty if the database will not be asked."""
    try:
        return str(queryset.query)
    except EmptyResultSet:
        return ""
