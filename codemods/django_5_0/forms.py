"""Forms: the scheme of URLs without one, renderers, model form sets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call, change_arguments
from django_hop.ops.class_bodies import is_super
from django_hop.ops.classes import FindClass
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import in_file_quotes, method_calls
from django_hop.ops.names import Rename
from django_hop.ops.nodes import is_value, keyword_of
from django_hop.ops.settings import DropSetting, SettingValue
from django_hop.ops.settings_uses import literal
from django_hop.ops.strings import FindInStrings
from django_hop.ops.where import not_migrations, tests
from django_hop.project.model_fields import option
from django_hop.rewrite.site import Site

SETTING = "FORMS_URLFIELD_ASSUME_HTTPS"
FIELDS = ("django.forms.URLField", "django.forms.fields.URLField")
MODEL_FIELDS = ("django.db.models.URLField", "django.db.models.fields.URLField", "django.contrib.gis.db.models.URLField")
MODELS = ("django.db.models.Model", "django.db.models.base.Model", "django.contrib.gis.db.models.Model")
_FORMS = re.compile(
    rb"ModelForm|modelform|formset|ModelAdmin|admin\.site|@admin\.|\badmin\.register|CreateView|UpdateView|Inline\b|Serializer|[Pp]anel"
)
SCHEME = "from 6.0 a form's URLField takes `example.com` for https, before for http"
EXISTING = "`save_existing()` calls its second parameter `obj`, no longer `instance`"
RENDERERS = "django.forms.renderers"


def assumes_https(site: Site) -> bool:
    """True if the project took https for its URL fields before 6.0 did."""
    return any(literal(one.value) is True for one in site.project.settings.assignments(SETTING))


@dataclass(frozen=True)
class UrlFieldScheme(Call):
    """`forms.URLField()` says that it means http, unless the project said https for all its fields."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings for the class where it is passed on, not where it is derived from or asked about."""
        if assumes_https(site):
            return
        for node in site.references(self.target):
            parent = site.parent(node)
            if isinstance(parent, ast.Call) and parent.func is node:
                yield from self._call(site, parent)
            elif not isinstance(parent, (ast.Attribute, ast.ClassDef)) and not self._is_asked_about(site, node):
                yield site.finding(node, f"{self.message}; here the class is passed on without being called")

    def _arguments(self, site: Site, call: ast.Call) -> list[Edit]:
        return change_arguments(site, call, add={"assume_scheme": in_file_quotes(site, '"http"')}, drop=[])

    @staticmethod
    def _is_asked_about(site: Site, node: ast.expr) -> bool:
        """True for `isinstance(field, forms.URLField)` and keys of dicts, as in ModelAdmin.formfield_overrides."""
        parent = site.parent(node)
        around = site.parent(parent) if isinstance(parent, ast.Tuple) else parent
        name = last_name(around.func) if isinstance(around, ast.Call) else ""
        return (
            name in ("isinstance", "issubclass", "super")
            or name.startswith("assert")
            or (isinstance(parent, ast.Dict) and node in parent.keys)
        )


@dataclass(frozen=True)
class ModelUrlField(PythonOp):
    """URL fields of models, of which model forms and the admin make form fields: one finding a file."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"models", "URLField"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the first field of a model."""
        if assumes_https(site) or not not_migrations(site.path):
            return
        calls = [call for name in MODEL_FIELDS for call in site.calls(name)]
        if any(self._may_have_form(site, site.enclosing(call, ast.ClassDef)) for call in calls):
            first = min(calls, key=lambda call: (call.lineno, call.col_offset))
            yield site.finding(
                first, f"{SCHEME}; forms made of this file's models have no argument for it: override their fields to keep http"
            )

    @staticmethod
    def _may_have_form(site: Site, model: ast.ClassDef | None) -> bool:
        """False for a concrete model, derived from Django's class and nothing else, of which no file with forms or an admin speaks."""
        if model is None or not model.bases or not all((site.qualified(base) or "") in MODELS for base in model.bases):
            return True
        if is_value(option(model, "abstract"), True):
            return True
        names = {model.name.encode(), *site.project.names_below((model.name,))}
        spoken = re.compile(rb"\b(?:%s)\b" % b"|".join(map(re.escape, sorted(names))))
        files = {path for name in names for path in site.project.holding(name) if not tests(path)}
        return any(_FORMS.search(data) and spoken.search(data) for path in files if (data := site.project.tree[path]))


def lacks_scheme(site: Site, node: ast.ClassDef) -> bool:
    """True if a subclass of URLField does not deal with the scheme itself."""
    return not assumes_https(site) and "assume_scheme" not in site.module.segment(node)


@dataclass(frozen=True)
class SaveExisting(PythonOp):
    """`super().save_existing(form, instance=x)` gives the second argument by position, which works on all releases."""

    @property
    def words(self) -> Words:
        """The method and the keyword."""
        return (frozenset({"save_existing", "instance"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls of the overridden method."""
        for call, func in method_calls(site, "save_existing"):
            keyword = keyword_of(call, "instance")
            if keyword is None:
                continue
            if not is_super(func.value) or len(call.args) != 1 or isinstance(call.args[0], ast.Starred) or call.keywords[0] is not keyword:
                yield site.finding(call, EXISTING)
                continue
            start = site.module.start(keyword)
            yield site.edit_span(start, site.module.start(keyword.value), "")
            yield site.finding(call, EXISTING, fixed=True)


CODEMODS = [
    Codemod(
        "url-field-scheme",
        "form fields for URLs say that they mean http where no scheme is given",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=REVIEW,
        covers=("5.0-forms-urlfield-scheme",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        silent=True,
        ops=crossing(
            "6.0",
            *(UrlFieldScheme(name, SCHEME, add={"assume_scheme": '"http"'}) for name in FIELDS),
            ModelUrlField(),
            FindClass(FIELDS, f"{SCHEME}; this field does not say which", direct=True, when=lacks_scheme),
        ),
    ),
    Codemod(
        "urlfield-assume-https",
        "FORMS_URLFIELD_ASSUME_HTTPS goes, for it has no effect any more",
        deprecated="5.0",
        removed="6.0",
        works_from="6.0",
        safety=SAFE,
        covers=("5.0-forms-urlfield-assume-https-setting",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        after=("url-field-scheme",),
        ops=(
            DropSetting(SETTING, f"`{SETTING}` has no effect from 6.0 on: all form fields for URLs take https"),
            FindInStrings(
                rf"{SETTING} transitional setting", (SETTING,), f"no warning speaks of `{SETTING}` any more, so this filter can go"
            ),
        ),
    ),
    Codemod(
        "div-form-renderers",
        "the div renderers of forms become the plain ones, which render divs since 5.0",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=SAFE,
        covers=("5.0-div-form-renderers",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(
            Rename(RENDERERS, {"DjangoDivFormRenderer": "DjangoTemplates", "Jinja2DivFormRenderer": "Jinja2"}),
            SettingValue(
                ("FORM_RENDERER",),
                {
                    f"{RENDERERS}.DjangoDivFormRenderer": f"{RENDERERS}.DjangoTemplates",
                    f"{RENDERERS}.Jinja2DivFormRenderer": f"{RENDERERS}.Jinja2",
                },
            ),
        ),
    ),
    Codemod(
        "save-existing-obj",
        "calls of save_existing() give the object by position",
        removed="5.0",
        works_from="1.11",
        safety=SAFE,
        covers=("5.0-formset-save-existing-arg",),
        docs="releases/5.0: Backwards incompatible changes / Miscellaneous",
        ops=(SaveExisting(),),
    ),
]

UNSEEN = [
    Unseen(
        "5.0-sqlite-64bit-integer-validation",
        "Which numbers are given shows only when it runs: an error of the form in place of one of the driver.",
        "tests",
    ),
    Unseen("5.0-form-aria-attributes", "Rendered fields have more attributes; only comparing what is rendered shows it.", "responses"),
]
