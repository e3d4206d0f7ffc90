"""Form fields and widgets."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod
from django_hop.ops.calls import Call
from django_hop.ops.classes import RenameMethod
from django_hop.ops.names import Rename

FIELD = (
    *("required", "widget", "label", "initial", "help_text", "error_messages", "show_hidden_initial"),
    *("validators", "localize", "disabled", "label_suffix"),
)
KEPT = {"RegexField": ("regex",), "FilePathField": ("path",), "ModelChoiceField": ("queryset",)}
"""Parameters that may still be given by position."""
OWN = {
    "Field": (),
    "BooleanField": (),
    "CharField": ("max_length", "min_length", "strip", "empty_value"),
    "ChoiceField": ("choices",),
    "DateField": ("input_formats",),
    "DateTimeField": ("input_formats",),
    "DecimalField": ("max_value", "min_value", "max_digits", "decimal_places"),
    "DurationField": (),
    "EmailField": ("max_length", "min_length", "strip", "empty_value"),
    "FileField": (),
    "FilePathField": ("match", "recursive", "allow_files", "allow_folders"),
    "FloatField": ("max_value", "min_value"),
    "GenericIPAddressField": ("protocol", "unpack_ipv4"),
    "ImageField": (),
    "IntegerField": ("max_value", "min_value"),
    "ModelChoiceField": ("empty_label",),
    "MultipleChoiceField": ("choices",),
    "NullBooleanField": (),
    "RegexField": ("max_length", "min_length"),
    "SlugField": ("max_length", "min_length", "strip", "empty_value"),
    "SplitDateTimeField": ("input_date_formats", "input_time_formats"),
    "TimeField": ("input_formats",),
    "URLField": ("max_length", "min_length", "strip", "empty_value"),
    "UUIDField": ("max_length", "min_length", "strip", "empty_value"),
}
"""Parameters of its own that a field took by position until 1.11, in order; those of Field followed."""


def _named(name: str, module: str) -> Call:
    kept = KEPT.get(name, ())
    return Call(
        f"{module}.{name}",
        f"`{name}` takes its options by keyword",
        positional=(*kept, *OWN[name], *FIELD),
        name_from=len(kept),
    )


CODEMODS = [
    Codemod(
        "form-field-keywords",
        "Form fields get their options by keyword",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-form-field-positional-args",),
        docs="releases/2.0: Form fields no longer accept optional arguments as positional arguments",
        ops=tuple(
            _named(name, module)
            for name in OWN
            for module in ("django.forms", "django.forms.models" if name.startswith("Model") else "django.forms.fields")
        ),
    ),
    Codemod(
        "forms-extras",
        "SelectDateWidget comes from django.forms",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-forms-extras",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            Rename("django.forms.extras", {"SelectDateWidget": "SelectDateWidget"}, "django.forms"),
            Rename("django.forms.extras.widgets", {"SelectDateWidget": "SelectDateWidget"}, "django.forms.widgets"),
        ),
    ),
    Codemod(
        "widget-format-value",
        "Widgets define format_value()",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-widget-format-value",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(
            RenameMethod(
                ("django.forms.Widget",),
                {"_format_value": "format_value"},
                "`{old}()` of widgets is `{new}()`; Django no longer calls the old one",
            ),
        ),
    ),
]
