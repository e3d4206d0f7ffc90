"""Form fields and widgets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.classes import RenameMethod
from django_hop.ops.names import Rename
from django_hop.ops.nodes import is_value
from django_hop.rewrite.site import Site

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


LOCALISED = tuple(f"{module}.{name}" for module in ("django.forms", "django.forms.fields") for name in ("FloatField", "DecimalField"))


@dataclass(frozen=True)
class LocalisedNumber(PythonOp):
    """Report number fields with `localize=True` in projects that set separators and switch USE_L10N off."""

    @property
    def words(self) -> Words:
        """The argument."""
        return (frozenset({"localize", "forms"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such field."""
        project = site.project
        set_here = project.holding(b"DECIMAL_SEPARATOR") or project.holding(b"THOUSAND_SEPARATOR")
        if not set_here or not any(re.search(rb"^USE_L10N\s*=\s*False", project.tree[path], re.M) for path in project.holding(b"USE_L10N")):
            return
        for name in LOCALISED:
            for call in site.calls(name):
                if any(one.arg == "localize" and is_value(one.value, True) for one in call.keywords):
                    yield site.finding(
                        call, "Localised numbers are read with the separators of the settings since 2.0, without USE_L10N as well"
                    )


CODEMODS = [
    Codemod(
        "form-number-separators",
        "Localised numbers in forms follow the separators of the settings",
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("2.0-form-number-separators",),
        docs="releases/2.0: Miscellaneous",
        silent=True,
        ops=(LocalisedNumber(),),
    ),
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

UNSEEN = [
    Unseen("2.0-form-media-merge-order", "Django warns where lists of files contradict each other.", "warnings"),
]
