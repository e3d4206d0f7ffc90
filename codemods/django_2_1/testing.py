"""Tests: setup_databases(), rendered widgets, what only a run shows."""

from django_hop.model import DETECT, SAFE, Codemod, Unseen
from django_hop.ops.names import Rename
from django_hop.ops.strings import FindInStrings
from django_hop.ops.template_finds import FindText
from django_hop.ops.text import FindInText
from django_hop.ops.where import tests

MULTIPLE = 'a choice of several is rendered as `<select multiple>`, without a value: `multiple="multiple"` is not found any more'

CODEMODS = [
    Codemod(
        "runner-setup-databases",
        "setup_databases() is taken from django.test.utils",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-runner-setup-databases",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(Rename("django.test.runner", {"setup_databases": "setup_databases"}, to="django.test.utils"),),
    ),
    Codemod(
        "select-multiple-attribute",
        "the attribute multiple is rendered without a value",
        removed="2.1",
        works_from="2.1",
        safety=DETECT,
        covers=("2.1-selectmultiple-boolean-attribute",),
        docs="releases/2.1: Backwards incompatible changes / Miscellaneous",
        ops=(
            FindInStrings(r'\bmultiple="multiple"', ("multiple",), MULTIPLE, where=tests),
            FindText(r"\[multiple=[\"']?multiple", ("multiple",), MULTIPLE, paths=r"\.(css|js)$", any_file=True),
            FindInText(r"\[multiple=[\"']?multiple", ("multiple",), (".scss", ".sass", ".less"), MULTIPLE),
        ),
    ),
]

UNSEEN = [
    Unseen("2.1-set-cookie-date-format", "Browsers read both forms of the date; only a test of a raw header can tell.", "tests"),
    Unseen("2.1-widget-void-elements", "Whether a text is compared with a rendered widget shows when the test runs.", "tests"),
    Unseen("2.1-new-system-checks", "`manage.py check` runs the new checks.", "checks"),
]
