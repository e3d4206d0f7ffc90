"""Django's template language: tag libraries, widget and admin templates."""

from django_hop.model import DETECT, SAFE, Codemod, Unseen
from django_hop.ops.template_finds import FindTemplate, FindText, TemplateInPython
from django_hop.ops.templates import LoadLibrary, RenameVariable

_STATIC = LoadLibrary({"staticfiles": "static", "admin_static": "static"})
_OVERRIDES = "actions|change_list_results|date_hierarchy|pagination|prepopulated_fields_js|search_form|submit_line"

CODEMODS = [
    Codemod(
        "load-staticfiles",
        "templates load static in place of staticfiles and admin_static",
        deprecated="2.1",
        removed="3.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-load-staticfiles",),
        docs="releases/2.1: Features deprecated in 2.1",
        ops=(_STATIC, TemplateInPython(_STATIC, "This template loads a tag library that 3.0 removes: load `static` instead")),
    ),
    Codemod(
        "widget-wrap-label",
        "option templates of widgets read widget.wrap_label",
        removed="2.1",
        works_from="2.1",
        safety=SAFE,
        covers=("2.1-widget-wrap-label",),
        docs="releases/2.1: Moved wrap_label widget template context variable",
        silent=True,
        ops=(
            RenameVariable("wrap_label", "widget.wrap_label", ("django/forms/widgets/input_option.html",)),
            FindText(
                r"(?<![\w.])wrap_label\b",
                ("wrap_label",),
                "`wrap_label` is now `widget.wrap_label`: without it the options lose their `<label>`",
                paths=r"(^|/)jinja2/django/forms/widgets/input_option\.html$",
                any_file=True,
            ),
        ),
    ),
    Codemod(
        "admin-template-names",
        "templates that became overrides of the admin's own are found",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-admin-template-names",),
        docs="releases/2.1: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=(
            FindTemplate(
                rf"(^|/)templates/admin/\w+/(\w+/)?({_OVERRIDES})\.html$",
                "From 2.1 on the admin takes this template in place of its own: if it was made for something else, rename it",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen(
        "2.1-include-silencing",
        "Whether an included template raises shows only when the page is rendered.",
        shown_by="responses",
    ),
]
