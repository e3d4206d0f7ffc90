"""The admin: log entries, the form for new users, scripts and markup."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines
from django_hop.ops.classes import FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.functions import positional
from django_hop.ops.methods import method_calls
from django_hop.ops.settings_text import end_of_line, without_element
from django_hop.ops.strings import FindInStrings
from django_hop.ops.template_finds import FindTemplate, FindText
from django_hop.ops.where import tests
from django_hop.project.model_fields import find_class
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

ADMIN = ("django.contrib.admin.ModelAdmin", "django.contrib.admin.options.ModelAdmin")
LOG = "django.contrib.admin.models.LogEntry.objects.log_action"
ACTION = "`log_action()` is gone in 6.0"
DELETION = "`log_deletions(request, queryset)` takes the place of `log_deletion()`"
PARAMETERS = ("user_id", "content_type_id", "object_id", "object_repr", "action_flag", "change_message")
USABLE = (
    "from 5.1 the inherited `add_fieldsets` ask for a field `usable_password`, which this form does not have: the page to add a user fails"
)
ADMIN_FORM = "AdminUserCreationForm"
SCRIPT = "admin/js/collapse.js"
SCRIPT_GONE = "the admin has no script `admin/js/collapse.js` any more"
COLLAPSE = "collapsible fieldsets of the admin are `details` and `summary` elements since 5.1"
COPIED = f"{COLLAPSE}: take the template anew and apply your changes to it"


@dataclass(frozen=True)
class LogAction(PythonOp):
    """`LogEntry.objects.log_action(...)` becomes the `create()` that it was, with its conversions written out."""

    @property
    def words(self) -> Words:
        """The manager and the method."""
        return (frozenset({"LogEntry", "log_action"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where all arguments are in sight and the message is a text."""
        for call in site.calls(LOG):
            try:
                edits = self._edits(site, call)
            except Refused as error:
                yield site.finding(call, f"{ACTION}; {error}")
                continue
            yield from edits
            yield site.finding(call, f"{ACTION}: `create()` does the same", fixed=True)

    def _edits(self, site: Site, call: ast.Call) -> list[Edit]:
        if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords) or len(call.args) > 6:
            raise Refused("the arguments are unpacked here")
        given = {**dict(zip(PARAMETERS, call.args, strict=False)), **{one.arg: one.value for one in call.keywords if one.arg}}
        if not {*PARAMETERS[:5]} <= set(given):
            raise Refused("some arguments are missing")
        if not is_text(site, given.get("change_message")):
            raise Refused(
                "a list as `change_message` was written as JSON, and what this one is cannot be seen: use `create()` or `log_actions()`"
            )
        assert isinstance(call.func, ast.Attribute)
        edits = [site.edit_attribute(call.func, "create")]
        for name, value in given.items():
            text = site.module.segment(value)
            new = text
            if name == "object_id" and not is_string(value):
                new = f"str({text})"
            elif name == "object_repr" and not isinstance(value, ast.Subscript):
                new = f"{text}[:200]" if isinstance(value, (ast.Call, ast.Name, ast.Attribute)) else f"({text})[:200]"
            start = site.module.start(value)
            if value in call.args:
                edits.append(Edit(start, site.module.end(value), f"{name}={new}"))
            elif new != text:
                edits.append(Edit(start, site.module.end(value), new))
        return edits


def is_string(node: ast.expr) -> bool:
    """True for a literal text and for `str(...)`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("str", "force_str", "smart_str")
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def is_text(site: Site, node: ast.expr | None) -> bool:
    """True for what is certainly a text: literals, formatted ones, translations; and for nothing at all."""
    if node is None or is_string(node):
        return True
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Mod, ast.Add)) and is_text(site, node.left)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
            return is_text(site, node.func.value)
        return (site.qualified(node.func) or "").startswith("django.utils.translation.")
    return False


@dataclass(frozen=True)
class LogDeletion(PythonOp):
    """`self.log_deletion(request, obj, str(obj))` becomes `self.log_deletions(request, [obj])`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"log_deletion"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for statements with the object's own text; findings for other texts, used results and overrides."""
        for call, func in method_calls(site, "log_deletion"):
            around = site.enclosing(call, ast.FunctionDef)
            if (around is not None and around.name == "log_deletion") or len(call.args) + len(call.keywords) != 3:
                continue  # the override is reported; another count of arguments tells of another method
            if (
                len(call.args) != 3
                or call.keywords
                or not isinstance(site.parent(call), ast.Expr)
                or not self._own_text(call.args[1], call.args[2])
            ):
                yield site.finding(call, f"{DELETION}; this call gives a text of its own, or its result is used")
                continue
            yield site.edit_attribute(func, "log_deletions")
            obj = site.module.segment(call.args[1])
            yield Edit(site.module.start(call.args[1]), site.module.end(call.args[2]), f"[{obj}]")
            yield site.finding(call, DELETION, fixed=True)

    @staticmethod
    def _own_text(obj: ast.expr, text: ast.expr) -> bool:
        names = ("str", "force_str", "force_text", "smart_str")
        called = isinstance(text, ast.Call) and isinstance(text.func, ast.Name) and text.func.id in names and len(text.args) == 1
        return isinstance(text, ast.Call) and called and ast.dump(text.args[0]) == ast.dump(obj)


@dataclass(frozen=True)
class UsablePassword(PythonOp):
    """A UserAdmin with a form of its own gets the `add_fieldsets` it used to inherit."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"class", "add_form"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """One edit for each class, behind its `add_form`."""
        for node in site.subclasses("django.contrib.auth.admin.UserAdmin"):
            for statement, target in assignments(node, "add_form"):
                if statement.value is None or self._in_order(site, node, statement.value):
                    continue
                place = end_of_line(site, statement)
                if place is None or site.parent(statement) is not node:
                    yield site.finding(target, USABLE)
                    continue
                yield Edit(place, place, self._fieldsets(site, statement))
                yield site.finding(target, f"{USABLE}; with `add_fieldsets` it stays as it was", fixed=True)

    @staticmethod
    def _fieldsets(site: Site, statement: ast.stmt) -> str:
        newline, indent = site.module.source.newline, " " * statement.col_offset
        item = '(None, {"classes": ("wide",), "fields": ("username", "password1", "password2")}),'
        return f"{newline}{indent}add_fieldsets = ({newline}{indent}    {item}{newline}{indent})"

    def _in_order(self, site: Site, node: ast.ClassDef, form: ast.expr) -> bool:
        """True if a class says its fieldsets itself, or its form has the new field."""
        if any(defines(one, name) for one in self._family(site, node) for name in ("add_fieldsets", "get_fieldsets")):
            return True
        name = site.qualified(form) or (form.id if isinstance(form, ast.Name) else "")
        if name.endswith(f".{ADMIN_FORM}") or any(one.endswith(f".{ADMIN_FORM}") for one in site.project.ancestors(name, site.path)):
            return True
        found = find_class(site.project, name, site.path) if "." in name else None
        own = found[1] if found else next((one for one in site.nodes(ast.ClassDef) if one.name == name.rpartition(".")[2]), None)
        if own is None:
            return False
        known = any(isinstance(base, (ast.Name, ast.Attribute)) and ast.unparse(base).endswith(ADMIN_FORM) for base in own.bases)
        return known or "usable_password" in ast.dump(own)

    def _family(self, site: Site, node: ast.ClassDef, path: str = "", depth: int = 5) -> Iterator[ast.ClassDef]:
        """The class and its bases in the project."""
        yield node
        names = site.names if not path else site.project.names(path)
        for base in node.bases if names is not None and depth else ():
            if not isinstance(base, ast.Name) or names is None:
                continue
            for binding in names.module.bindings.get(base.id, ()):
                if isinstance(binding.node, ast.ClassDef):
                    yield from self._family(site, binding.node, path, depth - 1)
                elif binding.origin and (found := find_class(site.project, binding.origin, path or site.path)):
                    yield from self._family(site, found[1], found[0], depth - 1)


@dataclass(frozen=True)
class CollapseScript(PythonOp):
    """`"admin/js/collapse.js"` goes from lists and tuples of scripts."""

    @property
    def words(self) -> Words:
        """The parts of the path."""
        return (frozenset({"admin", "js", "collapse"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for elements; findings for the path anywhere else."""
        seen: set[ast.AST] = set()
        for node in site.names.strings:
            if node.value != SCRIPT:
                continue
            container = site.parent(node)
            if not isinstance(container, (ast.List, ast.Tuple)) or container in seen:
                if container not in seen:
                    yield site.finding(node, SCRIPT_GONE)
                continue
            seen.add(container)
            yield from site.change(node, SCRIPT_GONE, without_element, site, container, node)


@dataclass(frozen=True)
class LogEntryReceivers(PythonOp):
    """Receivers of pre_save and post_save for log entries."""

    @property
    def words(self) -> Words:
        """The model with one of the signals."""
        return (frozenset({"LogEntry", "sender", "post_save"}), frozenset({"LogEntry", "sender", "pre_save"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each `sender=LogEntry`."""
        for keyword in site.nodes(ast.keyword):
            if keyword.arg == "sender" and site.qualified(keyword.value) == "django.contrib.admin.models.LogEntry":
                call = site.parent(keyword)
                if isinstance(call, ast.Call) and "_save" in ast.unparse(call):
                    yield site.finding(call, "the entries of `delete_selected` are written at once since 5.1, so no signal tells of them")


def _logs_one(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True for the signature of ModelAdmin: request, object, text."""
    return len(positional(function)) == 3 or bool(site.class_ancestors(node) & set(ADMIN))


CODEMODS = [
    Codemod(
        "log-action",
        "LogEntry.objects.log_action() becomes create()",
        deprecated="5.1",
        removed="6.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("5.1-logentry-log-action",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(
            LogAction(),
            FindMethod(
                ("django.contrib.admin.models.LogEntryManager",), ("log_action",), f"{ACTION}: `log_actions()` is what the admin calls"
            ),
        ),
    ),
    Codemod(
        "log-deletion",
        "ModelAdmin.log_deletion() becomes log_deletions()",
        deprecated="5.1",
        removed="6.0",
        works_from="5.1",
        safety=REVIEW,
        covers=("5.1-admin-log-deletion",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(LogDeletion(), FindMethod((), ("log_deletion",), f"{DELETION}: one call for all objects, before they are deleted", _logs_one)),
    ),
    Codemod(
        "user-admin-add-fieldsets",
        "admins of users with a form of their own say its fields",
        removed="5.1",
        works_from="1.11",
        safety=SAFE,
        covers=("5.1-useradmin-usable-password",),
        docs="releases/5.1: django.contrib.auth",
        ops=(UsablePassword(),),
    ),
    Codemod(
        "admin-collapse-script",
        "the admin's script for collapsing fieldsets is no longer named",
        removed="5.1",
        works_from="5.1",
        safety=SAFE,
        covers=("5.1-admin-collapse-js-removed",),
        docs="releases/5.1: django.contrib.admin",
        ops=(CollapseScript(), FindText(r"admin/js/collapse\.js", ("admin", "js", "collapse"), SCRIPT_GONE)),
    ),
    Codemod(
        "admin-markup-5-1",
        "templates and tests are found that know the admin's old markup",
        removed="5.1",
        works_from="5.1",
        safety=DETECT,
        covers=("5.1-admin-filter-nav", "5.1-admin-footer-element", "5.1-admin-collapse-details"),
        docs="releases/5.1: django.contrib.admin",
        ops=crossing(
            "5.1",
            FindText(
                r"div#changelist-filter\b",
                ("changelist", "filter"),
                "the filters of a change list are a `nav` element since 5.1",
                any_file=True,
            ),
            FindText(
                r"#main\s+#footer\b|div#footer\b.*#main", ("main", "footer"), "the admin's footer is a `footer` beside `#main` since 5.1"
            ),
            FindText(
                r"fieldset\.collapse[d]?\b|\.collapse-toggle\b", ("collapse",), COLLAPSE, any_file=True, paths=r"^(?!.*(?:\.min\.|/vendor))"
            ),
            FindInStrings(r"div#changelist-filter|\.collapse-toggle|fieldset\.collapse", ("collapse",), COLLAPSE, where=tests),
            FindTemplate(r"(^|/)templates/admin/(includes/fieldset|edit_inline/(stacked|tabular)|filter)\.html$", COPIED),
        ),
    ),
    Codemod(
        "log-entry-signals",
        "receivers of signals for log entries are found",
        removed="5.1",
        works_from="5.1",
        safety=DETECT,
        covers=("5.1-delete-selected-bulk-log",),
        docs="releases/5.1: Miscellaneous",
        silent=True,
        ops=(LogEntryReceivers(),),
    ),
]
