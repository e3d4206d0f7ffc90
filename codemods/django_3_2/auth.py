"""Authentication: password fields of forms, tokens, hashers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops import where
from django_hop.ops.base import PythonOp, Where, Words
from django_hop.ops.class_bodies import assignments, bases_known, drop_line, is_super
from django_hop.ops.names import stands_in
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

FORM = "django.contrib.auth.forms.UserChangeForm"
FIELD = "django.contrib.auth.forms.ReadOnlyPasswordHashField"
CLEAN = "`UserChangeForm` has no `clean_password()`; its field is disabled and keeps the initial value"
GENERATOR = "django.contrib.auth.tokens.default_token_generator"
RESET = "tokens hold the e-mail address: links mailed before the new release are dead on it, and the other way round"
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"


@dataclass(frozen=True)
class SuperCleanPassword(PythonOp):
    """`super().clean_password()` in a UserChangeForm becomes the initial value that it returned."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"clean_password", "class"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the calls through super(); other calls on such forms are findings."""
        for node in site.subclasses(FORM):
            for call in ast.walk(node):
                if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "clean_password":
                    continue
                if is_super(call.func.value) and not call.args and self._ours(site, node):
                    quote = "'" if "'" in site.text and '"' not in site.text else '"'
                    yield site.edit(call, f"self.initial.get({quote}password{quote})")
                    yield site.finding(call, CLEAN, fixed=True)
                elif is_super(call.func.value) or site.qualified(call.func) == f"{FORM}.clean_password":
                    yield site.finding(call, CLEAN)

    @staticmethod
    def _ours(site: Site, node: ast.ClassDef) -> bool:
        """True if the method that super() reaches is certainly Django's."""
        return bases_known(site, node) and all((site.qualified(base) or "").startswith("django.") for base in node.bases)


@dataclass(frozen=True)
class InitialPassword(PythonOp):
    """A `clean_password()` that only gives the initial value back goes, where the form's field is the read-only one."""

    @property
    def words(self) -> Words:
        """The method's name and a way to get the field."""
        return (frozenset({"clean_password", "ReadOnlyPasswordHashField"}), frozenset({"clean_password", "UserChangeForm"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits that drop the method with the empty lines before it."""
        forms = set(site.subclasses(FORM))
        for node in site.nodes(ast.ClassDef):
            if node not in forms and not self._has_field(site, node):
                continue
            for function in site.methods(node, "clean_password"):
                if not self._only_initial(function) or function.decorator_list:
                    continue
                try:
                    (edit,) = drop_line(site, function)
                except Refused:
                    continue
                if edit.new:
                    continue
                yield self._with_empty_lines(site, edit, first=node.body[0] is function)
                yield site.finding(function, "the disabled field keeps its initial value by itself", fixed=True)

    @staticmethod
    def _has_field(site: Site, node: ast.ClassDef) -> bool:
        for statement, _ in assignments(node, "password"):
            value = statement.value
            if isinstance(value, ast.Call) and site.qualified(value.func) == FIELD:
                return not any(keyword.arg in ("disabled", None) for keyword in value.keywords)
        return False

    @staticmethod
    def _only_initial(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        body = [one for one in function.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
        if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
            return False
        return ast.unparse(body[0].value) in ("self.initial['password']", "self.initial.get('password')")

    @staticmethod
    def _with_empty_lines(site: Site, edit: Edit, first: bool) -> Edit:
        """The edit widened over the empty lines before it, or behind it for the first method of a class."""
        starts, start, end = site.module.source.starts, edit.start, edit.end
        line = site.module.source.position(start)[0]
        while not first and line > 1 and not site.text[starts[line - 2] : start].strip():
            start, line = starts[line - 2], line - 1
        line = site.module.source.position(end)[0]
        while first and line < len(starts) and not site.text[end : starts[line]].strip():
            end, line = starts[line], line + 1
        return Edit(start, end, "")


@dataclass(frozen=True)
class FindDefaultGenerator(PythonOp):
    """Uses of Django's generator of tokens, but for a default value that an override only hands on to `super()`."""

    where: Where | None = field(default=None, kw_only=True)

    @property
    def means(self) -> tuple[str, ...]:
        """The generator."""
        return (GENERATOR,)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each use; at the import only if there is no use in the file."""
        doubtful = site.doubtful(GENERATOR)
        uses = [*site.references(GENERATOR), *(node for node in doubtful if not stands_in(site, node))]
        for node in uses:
            if not self._is_handed_on(site, node):
                yield site.finding(node, RESET)
        for binding in site.imports.bindings(GENERATOR) if not uses and not doubtful else ():
            yield site.finding(binding.alias or binding.node, RESET)

    @staticmethod
    def _is_handed_on(site: Site, node: ast.expr) -> bool:
        """True for the default of a parameter of a method that uses it as an argument of its `super()` method and nowhere else."""
        function = site.enclosing(node, ast.FunctionDef)
        if function is None or not isinstance(site.parent(function), ast.ClassDef):
            return False
        positional = [*function.args.posonlyargs, *function.args.args]
        defaults = [*zip(reversed(positional), reversed(function.args.defaults), strict=False)]
        defaults += [(arg, value) for arg, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True) if value]
        parameter = next((arg.arg for arg, value in defaults if value is node), None)
        if parameter is None:
            return False
        uses = [one for part in function.body for one in ast.walk(part) if isinstance(one, ast.Name) and one.id == parameter]
        return all(_is_given_to_super(site, one, function.name) for one in uses)


def _is_given_to_super(site: Site, node: ast.expr, method: str) -> bool:
    """True for an argument, by place or by keyword, of `super().method()`."""
    around = site.parent(node)
    call = site.parent(around) if isinstance(around, ast.keyword) else around
    func = call.func if isinstance(call, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == method and is_super(func.value)


@dataclass(frozen=True)
class FindTokenGenerators(PythonOp):
    """Subclasses of PasswordResetTokenGenerator that take its hash value as it is."""

    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"class", "PasswordResetTokenGenerator"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each class statement."""
        for node in site.subclasses("django.contrib.auth.tokens.PasswordResetTokenGenerator"):
            if not any(True for _ in site.methods(node, "_make_hash_value")):
                yield site.finding(node, RESET)


@dataclass(frozen=True)
class FindFirstHasher(PythonOp):
    """Argon2 in the first place of PASSWORD_HASHERS."""

    @property
    def words(self) -> Words:
        """The setting and the hasher."""
        return (frozenset({"PASSWORD_HASHERS", "Argon2PasswordHasher"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the hasher."""
        for node in site.names.strings:
            holder = site.parent(node)
            if node.value == ARGON2 and isinstance(holder, (ast.List, ast.Tuple)) and holder.elts[0] is node:
                yield site.finding(node, "Argon2 takes about 100 MB of memory for a login, no longer 0.5 MB: look at limits of containers")


CODEMODS = [
    Codemod(
        "user-change-form-clean-password",
        "super().clean_password() of the user form becomes the initial value",
        removed="3.2",
        works_from="1.11",
        safety=SAFE,
        covers=("3.2-readonlypasswordhashfield-disabled",),
        docs="releases/3.2: Miscellaneous",
        ops=(SuperCleanPassword(),),
    ),
    Codemod(
        "read-only-password-field",
        "clean_password() goes where the password field is disabled by itself",
        removed="3.2",
        works_from="3.2",
        safety=SAFE,
        covers=("3.2-readonlypasswordhashfield-disabled",),
        docs="releases/3.2: Miscellaneous",
        after=("user-change-form-clean-password",),
        ops=(InitialPassword(),),
    ),
    Codemod(
        "password-reset-token-email",
        "tokens for resetting passwords depend on the e-mail address",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-password-reset-token-email",),
        docs="releases/3.2: Miscellaneous",
        silent=True,
        ops=(
            FindDefaultGenerator(where=~where.tests),
            FindTokenGenerators(where=~where.tests),
        ),
    ),
    Codemod(
        "argon2-memory",
        "Argon2 takes a hundred megabytes of memory for a login",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-password-hash-parameters",),
        docs="releases/3.2: django.contrib.auth",
        ops=(FindFirstHasher(),),
    ),
]
