"""Forms that take several files in one field."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.nodes import value_of
from django_hop.ops.settings_uses import literal
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

INPUTS = ("FileInput", "ClearableFileInput")
MULTIPLE = (
    "this input refuses `multiple` (4.2.1, 4.1.9, 3.2.19 and later raise ValueError): a widget with `allow_multiple_selected = True` "
    "takes it, and a field whose `clean()` validates every file, not the last alone"
)
FIELDS = ("django.forms.FileField", "django.forms.fields.FileField")
CLASSES = """\
class MultipleFileInput({widget}):
    allow_multiple_selected = True


class MultipleFileField({field}):
    def clean(self, data, initial=None):
        single = super().clean
        if isinstance(data, (list, tuple)):
            return [single(one, initial) for one in data] or single(None, initial)
        return single(data, initial)

    def has_changed(self, initial, data):
        return super().has_changed(initial, None if data == [] else data)


"""


@dataclass(frozen=True)
class MultipleFiles(PythonOp):
    """`FileField(widget=ClearableFileInput(attrs={"multiple": True}))` in a form gets a widget and a field for several files."""

    @property
    def words(self) -> Words:
        """One of the widgets with the attribute."""
        return tuple(frozenset({name, "multiple"}) for name in INPUTS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for fields of plain forms whose cleaned value nobody reads; findings for other inputs."""
        made: tuple[str, str] | None = None
        for call in sorted(self._calls(site), key=lambda one: one.lineno):
            try:
                owner, field = self._field(site, call)
                spoken = site.module.segment(call.func), site.module.segment(field.func)
                if made is None and not (site.imports.free("MultipleFileInput") and site.imports.free("MultipleFileField")):
                    raise Refused("the names for them are taken in this file")
                if made not in (None, spoken):
                    raise Refused("another such field here has another base")
            except Refused as error:
                yield site.finding(call, f"{MULTIPLE}; {error}")
                continue
            if made is None:
                made = spoken
                yield self._classes(site, owner, spoken)
            yield site.edit(call.func, "MultipleFileInput")
            yield site.edit(field.func, "MultipleFileField")
            yield site.finding(call, MULTIPLE, fixed=True)

    @staticmethod
    def _calls(site: Site) -> Iterator[ast.Call]:
        for name in (f"django.forms{module}.{one}" for module in ("", ".widgets") for one in INPUTS):
            for call in site.calls(name):
                attrs = call.args[0] if call.args else value_of(call, "attrs")
                if (isinstance(attrs, ast.Dict) and any(literal(key) == "multiple" for key in attrs.keys if key is not None)) or (
                    isinstance(attrs, ast.Call) and any(keyword.arg == "multiple" for keyword in attrs.keywords)
                ):
                    yield call

    @staticmethod
    def _field(site: Site, call: ast.Call) -> tuple[ast.ClassDef, ast.Call]:
        """The form and the field a widget is for. Raises Refused where several files would reach other code."""
        keyword = site.parent(call)
        field = site.parent(keyword) if isinstance(keyword, ast.keyword) and keyword.arg == "widget" else None
        statement = site.parent(field) if isinstance(field, ast.Call) and site.qualified(field.func) in FIELDS else None
        owner = site.parent(statement) if isinstance(statement, ast.Assign) else None
        if not isinstance(field, ast.Call) or not isinstance(statement, ast.Assign) or not isinstance(owner, ast.ClassDef):
            raise Refused("it is not the widget of a FileField in a form")
        ancestors = site.class_ancestors(owner)
        if not any(one.endswith((".forms.Form", ".forms.BaseForm")) for one in ancestors) or any("ModelForm" in one for one in ancestors):
            raise Refused("a form of a model saves one file")
        name = statement.targets[0].id if isinstance(statement.targets[0], ast.Name) else ""
        read = re.compile(rb"cleaned_data\s*(?:\[|\.(?:get|pop)\()\s*[\"']%s[\"']" % name.encode())
        if any(read.search(site.project.tree[path]) for path in site.project.holding(b"cleaned_data")) or any(
            True for _ in site.methods(owner, f"clean_{name}")
        ):
            raise Refused("its cleaned value is read, which would be a list")
        if not name or not isinstance(site.parent(owner), ast.Module):
            raise Refused("the form stands inside other code")
        return owner, field

    @staticmethod
    def _classes(site: Site, owner: ast.ClassDef, spoken: tuple[str, str]) -> Edit:
        """The two classes, above the form and the comments over it."""
        line = min([owner.lineno, *(one.lineno for one in owner.decorator_list)])
        while line > 1 and site.module.source.line(line - 1).startswith("#"):
            line -= 1
        start = site.module.source.starts[line - 1]
        return Edit(start, start, CLASSES.format(widget=spoken[0], field=spoken[1]).replace("\n", site.module.source.newline))


CODEMODS = [
    Codemod(
        "file-input-multiple-attr",
        "fields for several files take and validate several files",
        removed="4.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.2-file-input-multiple-attr",),
        docs="releases/4.2.1: CVE-2023-31047",
        ops=(MultipleFiles(),),
    ),
]
