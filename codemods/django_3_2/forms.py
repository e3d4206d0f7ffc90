"""Forms: uploads of several files, form sets without management data, validators."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import RenameUse, last_name
from django_hop.ops.base import Look, PythonOp, Words, any_of
from django_hop.ops.calls import Call
from django_hop.ops.classes import RenameAttribute
from django_hop.ops.methods import method_calls
from django_hop.ops.names import release_root
from django_hop.ops.receivers import test_case
from django_hop.ops.statements import alone_on_lines
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

INPUTS = {f"{module}.{name}": name for module in ("django.forms", "django.forms.widgets") for name in ("FileInput", "ClearableFileInput")}
MULTIPLE = "File widgets refuse the attribute `multiple` unless `allow_multiple_selected` is set (3.2.19)"
CAUTION = "; only the last of the files is validated by the form, as before"
EMAIL = ("django.core.validators.EmailValidator",)


def _multiple(call: ast.Call) -> bool | None:
    """True if the call's `attrs` set `multiple`, None if they cannot be seen, False if they do not."""
    given = next((one.value for one in call.keywords if one.arg == "attrs"), call.args[0] if call.args else None)
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Name) and given.func.id == "dict":
        return any(one.arg == "multiple" for one in given.keywords)
    if not isinstance(given, ast.Dict):
        return False
    for key, value in zip(given.keys, given.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "multiple":
            return not (isinstance(value, ast.Constant) and not value.value)
    return False


@dataclass(frozen=True)
class FileInputMultiple(PythonOp):
    """`ClearableFileInput(attrs={"multiple": True})` becomes a call of a subclass that allows it, written in front of its first user."""

    @property
    def words(self) -> Words:
        """A file widget with the attribute."""
        return tuple(frozenset({name, "multiple"}) for name in ("FileInput", "ClearableFileInput"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls of Django's widgets; findings for those of the project's subclasses."""
        written: set[str] = set()
        for call in site.nodes(ast.Call):
            name = site.qualified(call.func)
            if name is None or not _multiple(call):
                continue
            if name in INPUTS:
                yield from self._call(site, call, INPUTS[name], written)
            elif site.project.ancestors(name, site.path) & INPUTS.keys() and not self._allowed(site, name):
                yield site.finding(call, f"{MULTIPLE}: set it on this class")

    @staticmethod
    def _allowed(site: Site, name: str) -> bool:
        """True if some file that defines a class of this name sets the attribute."""
        word = b"class " + name.rpartition(".")[2].encode()
        return any(b"allow_multiple_selected" in site.project.tree[path] for path in site.project.holding(word))

    @staticmethod
    def _call(site: Site, call: ast.Call, name: str, written: set[str]) -> Iterator[Edit | Finding]:
        new = f"Multiple{name}"
        if new not in written and not site.imports.free(new):
            yield site.finding(call, f"{MULTIPLE}; the name `{new}` is taken in this file")
            return
        if new not in written:
            written.add(new)
            top = next(one for one in [call, *site.ancestors(call)] if isinstance(site.parent(one), ast.Module))
            first = min([top, *getattr(top, "decorator_list", [])], key=site.module.start)
            start = site.module.source.starts[site.module.source.position(site.module.start(first))[0] - 1]
            newline = site.module.source.newline
            lines = (f"class {new}({site.module.segment(call.func)}):", "    allow_multiple_selected = True", "", "", "")
            yield Edit(start, start, newline.join(lines))
        yield site.edit(call.func, new)
        yield site.finding(call, MULTIPLE + CAUTION, fixed=True)


FORMSET = "A form set without valid management data is invalid since 3.2; it no longer raises ValidationError"


_MESSAGE = re.compile(rb"ManagementForm|missing_management_form")
_HANDLER = re.compile(rb"except\b[^:]*\bValidationError\b|ValidationError[\s\\]+as\b")
_FORMSET_CALL = re.compile(rb"Form[sS]et[\s\\]*\(|(?i:formset)[\s\\]*\.[\s\\]*(?:is_valid|full_clean|clean)\b")


@dataclass(frozen=True)
class ManagementForm(PythonOp):
    """A test for the old message asks for an invalid form set; other uses of it and `except ValidationError` are findings."""

    @property
    def words(self) -> Words:
        """The message's code or words, or a form set in a `try`."""
        messages = ({"ManagementForm", "tampered"}, {"missing_management_form"}, {"try", "ValidationError", "*ormset"})
        return tuple(frozenset(one) for one in messages)

    def in_project(self, project: Project, data: bytes) -> bool:
        """The message, or a handler of the error in a file that makes form sets or asks them."""
        return bool(_MESSAGE.search(data) or (_HANDLER.search(data) and _FORMSET_CALL.search(data)))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for `with self.assertRaisesMessage(...)` around `is_valid()` alone; a finding at each other string and handler."""
        done: set[ast.AST] = set()
        for node in site.nodes(ast.With):
            call = self._expects(site, node)
            lines = self._asked(site, node, call) if call is not None else None
            if call is None or lines is None:
                continue
            start = site.module.start(node)
            indent = site.text[site.module.source.starts[node.lineno - 1] : start]
            yield site.edit(node, f"{site.module.source.newline}{indent}".join(lines))
            release_root(site, call.args[0])
            yield site.finding(call.args[1], FORMSET, fixed=True)
            done.add(call.args[1])
        yield from self._strings(site, done)
        for statement in site.nodes(ast.Try):
            caught = [one for one in statement.handlers if one.type is not None and self._is_validation(site, one.type)]
            calls = [call for one in statement.body for call in ast.walk(one) if isinstance(call, ast.Call)]
            if caught and any(self._is_formset(call) for call in calls):
                yield site.finding(caught[0], FORMSET)

    @staticmethod
    def _strings(site: Site, done: set[ast.AST]) -> Iterator[Finding]:
        """A finding for each statement that names the message or its code, but for errors of the project's own."""
        for string in site.names.strings:
            text = str(string.value)
            if string in done or not ("ManagementForm data is missing" in text or text == "missing_management_form") or "\n" in text:
                continue
            statement = site.enclosing(string, ast.stmt)
            if not (isinstance(statement, ast.Raise) or _in_error(site, string) or _of_wizard(site)):
                yield site.finding(string, FORMSET)
                if isinstance(statement, _SIMPLE):
                    said = (one for one in ast.walk(statement) if isinstance(one, ast.Constant))
                    done.update(said)

    def _expects(self, site: Site, node: ast.With) -> ast.Call | None:
        """The `self.assertRaisesMessage(ValidationError, "ManagementForm data is missing...")` of a statement with nothing beside it."""
        call = node.items[0].context_expr
        if len(node.items) > 1 or node.items[0].optional_vars or not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            return None
        if call.func.attr != "assertRaisesMessage" or call.keywords or len(call.args) != 2 or not test_case.sure(site, call.func.value):
            return None
        text = call.args[1].value if isinstance(call.args[1], ast.Constant) else None
        said = isinstance(text, str) and text.startswith("ManagementForm data is missing")
        return call if said and self._is_validation(site, call.args[0]) else None

    def _asked(self, site: Site, node: ast.With, call: ast.Call) -> list[str] | None:
        """The statements that ask the same of 3.2; None where the block holds more than a form set and its is_valid()."""
        *before, last = node.body
        asked = last.value if isinstance(last, ast.Expr) else None
        parts = [site.module.segment(one) for one in node.body]
        if "#" in site.module.segment(node) or any("\n" in one for one in parts) or not isinstance(asked, ast.Call):
            return None
        if not alone_on_lines(site, node) or not isinstance(asked.func, ast.Attribute) or asked.func.attr != "is_valid" or asked.args:
            return None
        owner, spoken = asked.func.value, site.module.segment(asked.func.value)
        if isinstance(owner, ast.Call) and not before and self._is_formset(owner) and not site.scope(last).lookup("formset"):
            parts, spoken = [f"formset = {spoken}"], "formset"
        elif isinstance(owner, ast.Name) and self._is_formset(asked) and all(_assigns(one, owner.id) for one in before):
            parts = parts[:-1]
        else:
            return None
        assert isinstance(call.func, ast.Attribute)
        case = site.module.segment(call.func.value)
        return [*parts, f"{case}.assertFalse({spoken}.is_valid())", f"{case}.assertTrue({spoken}.non_form_errors())"]

    @staticmethod
    def _is_validation(site: Site, node: ast.expr) -> bool:
        names = node.elts if isinstance(node, ast.Tuple) else [node]
        return any((site.qualified(one) or "").endswith(".ValidationError") for one in names)

    @staticmethod
    def _is_formset(call: ast.Call) -> bool:
        name = last_name(call.func)
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        on_formset = isinstance(owner, ast.Name) and owner.id.lower().endswith("formset") and name in ("is_valid", "full_clean", "clean")
        return on_formset or (name.endswith(("FormSet", "Formset")) and bool(call.args or call.keywords))


_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Assert, ast.Return)


def _in_error(site: Site, node: ast.AST) -> bool:
    """True within `ValidationError(...)`: an error that the project makes, whatever Django does."""
    calls = (one for one in site.ancestors(node) if isinstance(one, ast.Call))
    return any(last_name(one.func) == "ValidationError" for one in calls)


def _of_wizard(site: Site) -> bool:
    """True where `ManagementForm` is that of formtools' wizard, whose words are the same."""
    return any(site.imports.bindings("formtools.wizard.forms.ManagementForm"))


def _assigns(statement: ast.stmt, name: str) -> bool:
    """True for `name = SomeFormSet(...)`."""
    return (
        isinstance(statement, ast.Assign)
        and [one.id for one in statement.targets if isinstance(one, ast.Name)] == [name]
        and isinstance(statement.value, ast.Call)
        and ManagementForm._is_formset(statement.value)
    )


@dataclass(frozen=True)
class EmailAttribute(RenameUse):
    """`validate_email.domain_whitelist`, outside class bodies."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits at Django's own validator."""
        for node in site.nodes(ast.Attribute):
            if node.attr in self.names and site.qualified(node.value) == "django.core.validators.validate_email":
                yield site.edit_attribute(node, self.names[node.attr])
                yield site.finding(node, self.message, fixed=True)


ALLOWLIST = "`whitelist` of EmailValidator is `allowlist`"
DOMAINS = "`domain_whitelist` of EmailValidator is `domain_allowlist`; 3.2 ignores the old one without a word"


def _leaves(node: ast.expr | None) -> bool:
    """True for a literal name that climbs out of its folder or is absolute."""
    name = node.value if isinstance(node, ast.Constant) else None
    return isinstance(name, str) and (".." in name.split("/") or name.startswith("/"))


@dataclass(frozen=True)
class PathTraversal(PythonOp):
    """Report `storage.save("../x", ...)` and `upload_to="../x"`."""

    @property
    def words(self) -> Words:
        """A storage, or a field."""
        return (frozenset({"save", "*storage"}), frozenset({"upload_to"}))

    @property
    def second_look(self) -> Look:
        """A literal name that begins with a slash, or a line with two dots."""
        name = rb"""[\s\\(]*[a-zA-Z]{0,2}["']{1,3}(?:/|[^\n]*\.\.)"""
        return any_of(rb"upload_to[\s\\]*=" + name, rb"save[\s\\]*\(" + name)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each literal name that Django refuses."""
        message = "Storages and file fields refuse names that climb out of their folder, or are absolute (3.2.1)"
        for call, func in method_calls(site, "save"):
            if "storage" in last_name(func.value).lower() and call.args and _leaves(call.args[0]):
                yield site.finding(call, message)
        for keyword in site.nodes(ast.keyword):
            if keyword.arg == "upload_to" and _leaves(keyword.value):
                yield site.finding(keyword.value, message)


CODEMODS = [
    Codemod(
        "file-input-multiple",
        "File widgets for several files say allow_multiple_selected",
        removed="3.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.2-file-input-multiple",),
        docs="releases/3.2.19: CVE-2023-31047",
        ops=(FileInputMultiple(),),
    ),
    Codemod(
        "formset-management-form",
        "Tests expect form sets without management data to be invalid, not to raise",
        removed="3.2",
        works_from="3.2",
        safety=REVIEW,
        covers=("3.2-formset-missing-management-form",),
        docs="releases/3.2: Forms",
        ops=(ManagementForm(),),
    ),
    Codemod(
        "email-validator-allowlist",
        "EmailValidator takes an allowlist",
        deprecated="3.2",
        removed="4.1",
        works_from="3.2",
        safety=SAFE,
        covers=("3.2-emailvalidator-whitelist",),
        docs="releases/3.2: Features deprecated in 3.2, Miscellaneous",
        silent=True,
        then="no migration follows where models and migrations change alike, as they do here. For a validator of another package "
        "makemigrations writes an AlterField that runs no SQL.",
        ops=(
            Call(EMAIL[0], ALLOWLIST, rename={"whitelist": "allowlist"}),
            RenameAttribute(EMAIL, {"domain_whitelist": "domain_allowlist"}, DOMAINS),
            EmailAttribute({"domain_whitelist": "domain_allowlist"}, DOMAINS),
        ),
    ),
    Codemod(
        "storage-path-traversal",
        "Storages and file fields refuse names that leave their folder",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-storage-save-path-traversal",),
        docs="releases/3.2.1: CVE-2021-31542",
        ops=(PathTraversal(),),
    ),
]

UNSEEN = [
    Unseen("3.2-validationerror-equality", "Which errors a test compares is only seen when it runs.", "tests"),
]
