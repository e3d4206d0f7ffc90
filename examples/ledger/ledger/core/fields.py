"""Model fields and expressions used by every app."""
import json
from decimal import Decimal

from django.core import exceptions
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.six import string_types
from django.utils.translation import ugettext_lazy as _

from ledger.core.money import quantize


class MoneyField(models.DecimalField):
    """An amount with two decimal places."""

    description = _("Amount of money")

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection, context):
        if value is None:
            return None
        return quantize(value)


class JSONTextField(models.TextField):
    """JSON in a text column, so that the suite can run on SQLite."""

    description = _("JSON")

    default_error_messages = {"invalid": _("Value must be valid JSON.")}

    def from_db_value(self, value, expression, connection, context):
        if value is None or value == "":
            return None
        return json.loads(value)

    def to_python(self, value):
        if isinstance(value, string_types) and value:
            try:
                return json.loads(value)
            except ValueError:
                raise exceptions.ValidationError(self.error_messages["invalid"], code="invalid")
        return value

    def get_prep_value(self, value):
        if value is None:
            return None
        return json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True)

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))


class MoneySum(models.Sum):
    """``Sum`` that gives zero, not None, for no rows, and always two places."""

    def __init__(self, expression, **extra):
        extra.setdefault("output_field", models.DecimalField(max_digits=18, decimal_places=2))
        super().__init__(expression, **extra)

    def convert_value(self, value, expression, connection, context):
        return quantize(value if value is not None else Decimal(0))
