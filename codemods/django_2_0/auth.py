"""Authentication: is_authenticated and is_anonymous as properties, names of users, arguments of views."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words, definition_of
from django_hop.ops.class_bodies import assignments, is_super, override_calls
from django_hop.ops.functions import positional
from django_hop.ops.methods import FindMethodCall, in_format_string, method_calls
from django_hop.ops.receivers import user
from django_hop.ops.where import tests
from django_hop.project.index import Project
from django_hop.rewrite.scopes import FunctionNode, Names
from django_hop.rewrite.site import Site

NAMES = ("is_authenticated", "is_anonymous")
USERS = ("django.contrib.auth.base_user.AbstractBaseUser", "django.contrib.auth.models.AnonymousUser")
VIEWS = ("login", "logout", *(f"password_{one}" for one in ("change", "change_done", "reset", "reset_done", "reset_confirm")))
CALL = "`{0}` is a property, no method"
OVERRIDE = "`{0}` is a property: a method of this name is always true where it is asked as one"
STUBS = "AbstractBaseUser no longer has `get_full_name()` and `get_short_name()`; a user model that wants them defines them"


def plays_user(ancestors: frozenset[str], node: ast.ClassDef) -> bool:
    """True for user models, and for classes that stand in for users: both methods, or a name that says so."""
    defined = {one.name for name in NAMES for one in Site.methods(node, name)}
    return bool(ancestors & set(USERS)) or len(defined) == 2 or node.name.endswith("User")


def is_plain_method(function: FunctionNode) -> bool:
    """True for `def is_authenticated(self)` without decorators."""
    return not function.decorator_list and not positional(function) and not function.args.vararg and not function.args.kwarg


@lru_cache(maxsize=2)
def other_owners(project: Project) -> bool:
    """True if a class of the project that is no user defines one of the methods: then `x.is_authenticated()` may mean that one."""
    for path in {path for name in NAMES for path in project.holding(f"def {name}".encode())}:
        names = project.names(path)
        for node in names.by_type.get(ast.ClassDef, []) if names is not None else ():
            assert isinstance(node, ast.ClassDef) and names is not None
            plain = any(map(is_plain_method, Site.methods(node, *NAMES)))
            if plain and not plays_user(_ancestors(project, names, node, path), node):
                return True
    return False


def _ancestors(project: Project, names: Names, node: ast.ClassDef, path: str) -> frozenset[str]:
    return project.ancestors(f"{names.module_name}.{node.name}", path)


@dataclass(frozen=True)
class UserCalls(PythonOp):
    """`request.user.is_authenticated()` loses its parentheses; on other receivers it is a finding."""

    @property
    def words(self) -> Words:
        """One of the names."""
        return tuple(frozenset({name}) for name in NAMES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls without arguments on users."""
        own = None
        for call, func in method_calls(site, *NAMES):
            if call.args or call.keywords or is_super(func.value):
                continue
            message = CALL.format(func.attr)
            own = other_owners(site.project) if own is None else own
            certain = user.sure(site, func.value) and (not own or self._of_request(func.value))
            start, end = site.module.end(func), site.module.end(call)
            if not certain or in_format_string(site, call) or site.text[start:end].strip("() \n\t"):
                yield site.finding(func, f"{message}; is this a user of Django?")
                continue
            yield Edit(start, end, "")
            yield site.finding(func, message, fixed=True)

    @staticmethod
    def _of_request(node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and node.attr == "user" and ast.unparse(node.value).split(".")[-1] == "request"


@dataclass(frozen=True)
class UserOverrides(PythonOp):
    """`def is_authenticated(self)` of user classes becomes a property, and the calls of the base in it lose their parentheses."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return tuple(frozenset({"class", "def", name}) for name in NAMES)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A definition of one of them."""
        return definition_of(*NAMES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for user classes; findings for other classes with such a method."""
        for node in site.nodes(ast.ClassDef):
            for function in site.methods(node, *NAMES):
                message = OVERRIDE.format(function.name)
                if not is_plain_method(function):
                    continue
                if not plays_user(site.class_ancestors(node), node):
                    yield site.finding(function, f"{message}; does this class stand in for a user?")
                    continue
                start = site.module.start(function)
                indent = site.text[site.module.source.starts[function.lineno - 1] : start]
                yield Edit(start, start, f"@property{site.module.source.newline}{indent}")
                for call in override_calls(site, node, function):
                    yield Edit(site.module.end(call.func), site.module.end(call), "")
                yield site.finding(function, message, fixed=True)


@dataclass(frozen=True)
class FindCurrentApp(PythonOp):
    """`current_app` for the function views of django.contrib.auth."""

    @property
    def words(self) -> Words:
        """The argument and the module."""
        return (frozenset({"current_app", "auth", "views"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each argument or key."""
        for view in VIEWS:
            for node in site.references(f"django.contrib.auth.views.{view}"):
                around = site.parent(node)
                if not isinstance(around, ast.Call):
                    continue
                keys = [key for one in ast.walk(around) if isinstance(one, ast.Dict) for key in one.keys if isinstance(key, ast.Constant)]
                if any(one.arg == "current_app" for one in around.keywords) or any(key.value == "current_app" for key in keys):
                    yield site.finding(node, "the views take no `current_app`: set `request.current_app` before calling them")


@lru_cache(maxsize=2)
def _own_user_model(project: Project) -> bool:
    """True if the project's user model derives from AbstractBaseUser alone and does not define the names."""
    for path in project.holding(b"AbstractBaseUser"):
        names = project.names(path)
        for node in names.by_type.get(ast.ClassDef, []) if names is not None else ():
            if isinstance(node, ast.ClassDef) and names is not None and any(True for _ in assignments(node, "USERNAME_FIELD")):
                found = _ancestors(project, names, node, path)
                defined = {one.name for one in Site.methods(node, "get_full_name", "get_short_name")}
                if "django.contrib.auth.models.AbstractUser" not in found and len(defined) < 2:
                    return True
    return False


@dataclass(frozen=True)
class FindUserNames(PythonOp):
    """`user.get_short_name()` in projects whose user model may not have it."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return (frozenset({"get_full_name"}), frozenset({"get_short_name"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        if tests(site.path) or not _own_user_model(site.project):
            return
        for method in ("get_full_name", "get_short_name"):
            yield from FindMethodCall(method, STUBS).apply(site)


CODEMODS = [
    Codemod(
        "is-authenticated-call",
        "is_authenticated and is_anonymous of users are asked without parentheses",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-is-authenticated-call",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(UserCalls(),),
    ),
    Codemod(
        "is-authenticated-override",
        "is_authenticated and is_anonymous of user classes are properties",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-is-authenticated-override",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(UserOverrides(),),
    ),
    Codemod(
        "auth-views-current-app",
        "the views of django.contrib.auth take no current_app",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-auth-views-current-app",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(FindCurrentApp(),),
    ),
    Codemod(
        "user-name-methods",
        "user models define their names themselves",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-abstractbaseuser-name-methods",),
        docs="releases/2.0: Backwards incompatible changes / Miscellaneous",
        ops=(FindUserNames(),),
    ),
]

UNSEEN = [
    Unseen("2.0-pbkdf2-iterations", "Only the cost of hashing rises; both releases read each other's passwords."),
    Unseen("2.0-cached-model-pickles", "What lies pickled in caches is no source; empty them, or give each release its own key prefix."),
]
