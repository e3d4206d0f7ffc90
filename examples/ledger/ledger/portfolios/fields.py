from django.utils import six

from ledger.core.fields import JSONTextField


class TagListField(JSONTextField):
    """A list of words; always sorted, lower case and without doubles, however it was saved."""

    def from_db_value(self, value, expression, connection, context):
        value = super().from_db_value(value, expression, connection, context)
        return self.normalise(value)

    def to_python(self, value):
        if isinstance(value, six.string_types) and not value.startswith("["):
            value = value.split(",")
        return self.normalise(super().to_python(value))

    def get_prep_value(self, value):
        return super().get_prep_value(self.normalise(value))

    @staticmethod
    def normalise(value):
        words = (six.text_type(word).strip().lower() for word in value or ())
        return sorted({word for word in words if word})
