"""Forms: the default templates."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod
from django_hop.ops.strings import ReplaceInStrings
from django_hop.ops.template_finds import FindTemplate, FindText

DEFAULT = "the template `default.html` of forms and formsets goes with 5.0: it includes `table.html`, which is the same"

CODEMODS = [
    Codemod(
        "forms-default-template",
        "forms are rendered with table.html by its own name",
        deprecated="4.1",
        removed="5.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.1-forms-default-html-template",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            ReplaceInStrings(r"^([\"']?django/forms/(?:formsets/)?)default\.html", r"\1table.html", ("forms", "default", "html"), DEFAULT),
            FindText(r"[\"']django/forms/(?:formsets/)?default\.html[\"']", ("forms", "default", "html"), DEFAULT),
            FindTemplate(
                r"(?:^|/)templates/django/forms/(?:formsets/)?default\.html$",
                "5.0 does not ask for this template any more: name it `table.html`, or what it stands for",
            ),
        ),
    ),
]
