"""Middleware: the setting of old, a class that went, classes without get_response."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, definition_of
from django_hop.ops.names import FindName
from django_hop.ops.settings import ListItem, RenameSetting
from django_hop.ops.settings_uses import own_assignments, settings_of, uses
from django_hop.project.index import Project
from django_hop.releases import order
from django_hop.rewrite.imported import imported_from
from django_hop.rewrite.module import dotted
from django_hop.rewrite.site import Site

HOOKS = ("process_request", "process_view", "process_template_response", "process_response", "process_exception")
MIXIN = "django.utils.deprecation.MiddlewareMixin"
SESSION = "django.contrib.auth.middleware.SessionAuthenticationMiddleware"
UNREAD = (
    "`MIDDLEWARE_CLASSES` is not read from 2.0 on; nothing else is set, so the site runs without any middleware: no sessions, no CSRF check"
)
OLD_STYLE = "middleware of the old style takes no `get_response`"


_CLASS = re.compile(rb"class(?<!\wclass)[\s\\]+\w+[\s\\]*(?:\[[^\]]*\][\s\\]*)?(?::|\(([^()#]*)\)|\()")
_OTHER_MIXIN = re.compile(rb"(?:class|def|as|for|global)[\s\\]+MiddlewareMixin\b|MiddlewareMixin[\s\\]*(?:=|,[^()\n]*=|:=)|import[\s\\]*\*")


def _is_imported_mixin(path: str, data: bytes) -> bool:
    """True if `MiddlewareMixin` can mean nothing but Django's in a file."""
    sources = {module for module, names in imported_from(path, data).items() if b"MiddlewareMixin" in names}
    return sources == {MIXIN.rpartition(".")[0].encode()} and _OTHER_MIXIN.search(data) is None


@dataclass(frozen=True)
class MiddlewareSetting(RenameSetting):
    """Rename the setting where it is still read, on 1.11; from 2.0 on report it, because renaming it would switch middleware on."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits in hops from 1.11, findings in others."""
        if order(site.hop.source) < order("2.0"):
            yield from super().apply(site)
            return
        chain = settings_of(site)
        for one in own_assignments(site, self.old):
            # With the new setting beside it the old one is dead, and was on the release that the hop starts from.
            if not chain.defined_in_unit(site.path, self.new):
                yield site.finding(one.target, UNREAD)
        for use in uses(site, self.old):
            yield site.finding(use.node, f"`{self.old}` is not read from 2.0 on; this has no effect")


@dataclass(frozen=True)
class OldStyleMiddleware(PythonOp):
    """Middleware classes with hooks and no `__call__` get MiddlewareMixin as their last base, and their `__init__` takes get_response."""

    @property
    def words(self) -> Words:
        """A class and one of the hooks."""
        return tuple(frozenset({"class", hook}) for hook in HOOKS)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A definition of one."""
        return definition_of(*HOOKS)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """A class that does not surely name the mixin among its bases."""
        if not _is_imported_mixin(path, data):
            return True
        return any(b"MiddlewareMixin" not in map(bytes.strip, (match[1] or b"").split(b",")) for match in _CLASS.finditer(data))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for classes whose bases are in sight; findings for the others."""
        for node in site.nodes(ast.ClassDef):
            if not any(site.methods(node, *HOOKS)) or not self._is_middleware(site, node):
                continue
            refusal = self._refusal(site, node)
            if refusal is None:
                continue
            spoken = site.imports.need(MIXIN, node) if not refusal else None
            edits = [*self._base(site, node, spoken), *self._constructor(site, node)] if spoken else []
            yield from edits
            yield site.finding(node, f"{OLD_STYLE}; {refusal}" if refusal else OLD_STYLE, fixed=bool(edits))

    @staticmethod
    def _is_middleware(site: Site, node: ast.ClassDef) -> bool:
        """True in a module called middleware, and for a class that a settings module names."""
        if "middleware" in site.path.rpartition("/")[2] or "/middleware/" in f"/{site.path}":
            return site.parent(node) is site.module.tree
        name = f"{dotted(site.path)}.{node.name}"
        for path in settings_of(site).modules:
            names = site.project.names(path) if node.name.encode() in site.project.tree[path] else None
            for string in names.strings if names else ():
                if isinstance(string.value, str) and "." in string.value and (name == string.value or name.endswith(f".{string.value}")):
                    return True
        return False

    @staticmethod
    def _refusal(site: Site, node: ast.ClassDef) -> str | None:
        """None if the class is no old-style middleware, '' if it can be changed, else why not."""
        ancestors = site.class_ancestors(node)
        if MIXIN in ancestors or any(name.startswith("django.") and name.rpartition(".")[0].endswith(".middleware") for name in ancestors):
            return None
        if any(site.methods(node, "__call__")) or "__new__" in {one.name for one in site.methods(node, "__new__")}:
            return None
        bases = [base for base in node.bases if site.module.segment(base) != "object"]
        if any(keyword.arg == "metaclass" for keyword in node.keywords):
            return "its metaclass has to be looked at"
        if ancestors & {"unittest.TestCase", "unittest.case.TestCase"} or any(_is_callable(site, base) for base in bases):
            return None
        if bases:
            return "its bases have to be looked at: one of them may take get_response already"
        (init,) = [*site.methods(node, "__init__"), None][:1]
        if init is None:
            return ""
        args = init.args
        plain = len(args.args) == 1 and not (args.vararg or args.kwarg or args.kwonlyargs or args.posonlyargs)
        named = len(args.args) == 2 and args.args[1].arg == "get_response"
        return "" if plain or named else "its constructor takes other arguments"

    @staticmethod
    def _base(site: Site, node: ast.ClassDef, spoken: str) -> Iterator[Edit]:
        if node.bases:
            yield site.edit(node.bases[0], spoken)
            return
        start = site.text.index(node.name, site.module.start(node) + len("class")) + len(node.name)
        head = site.text[start : site.text.index(":", start)]
        yield Edit(start, start + len(head), f"({spoken})")

    @staticmethod
    def _constructor(site: Site, node: ast.ClassDef) -> Iterator[Edit]:
        """`def __init__(self, get_response=None)`, which hands it on first of all."""
        for init in site.methods(node, "__init__"):
            if len(init.args.args) == 1:
                end = site.module.end(init.args.args[0])
                yield Edit(end, end, ", get_response=None")
            calls = [
                one
                for one in ast.walk(init)
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "__init__"
            ]
            if calls:
                if not calls[0].args and not calls[0].keywords:
                    place = site.module.end(calls[0]) - 1
                    yield Edit(place, place, "get_response")
                continue
            first = init.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
            anchor = init.body[1] if documented and len(init.body) > 1 else first
            start = site.module.start(anchor)
            indent = site.text[site.module.source.starts[anchor.lineno - 1] : start]
            if not indent.strip():
                yield Edit(start, start, f"super().__init__(get_response){site.module.source.newline}{indent}")


def _is_callable(site: Site, base: ast.expr, depth: int = 0) -> bool:
    """True if a base is a class of the project that is called like a function, or is itself to be changed here."""
    name = site.qualified(base)
    if isinstance(base, ast.Name) and name is None:
        return False
    return name is not None and _class_is_callable(site, name, site.path, depth)


def _class_is_callable(site: Site, name: str, near: str, depth: int) -> bool:
    module, _, last = name.rpartition(".")
    path = site.project.module_path(module, near) if module else None
    names = site.project.names(path) if path else None
    for binding in names.module.bindings.get(last, ()) if names and depth < 20 else ():
        if isinstance(binding.node, ast.ClassDef):
            if any(site.methods(binding.node, "__call__", *HOOKS)):
                return True
            origins = [
                one for base in binding.node.bases if isinstance(base, ast.Name) and names for one in names.origins(base.id, names.module)
            ]
            return any(one is not None and _class_is_callable(site, one, path or near, depth + 1) for one in origins)
        if binding.origin:
            return _class_is_callable(site, binding.origin, path or near, depth + 1)
    return False


CODEMODS = [
    Codemod(
        "session-authentication-middleware",
        "SessionAuthenticationMiddleware leaves the list of middleware",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-session-authentication-middleware",),
        docs="releases/2.0: Backwards incompatible changes / Miscellaneous",
        silent=True,  # where it stands in MIDDLEWARE_CLASSES, which Django 2 ignores
        ops=(
            ListItem(
                ("MIDDLEWARE", "MIDDLEWARE_CLASSES"),
                "`SessionAuthenticationMiddleware` is gone; it has done nothing since 1.10",
                remove=(SESSION,),
            ),
            FindName(SESSION, "`SessionAuthenticationMiddleware` is gone; it has done nothing since 1.10"),
        ),
    ),
    Codemod(
        "old-style-middleware",
        "middleware classes take get_response by way of MiddlewareMixin",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-old-style-middleware-class",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,  # where it stands in MIDDLEWARE_CLASSES, which Django 2 ignores
        ops=(OldStyleMiddleware(),),
    ),
    Codemod(
        "middleware-classes",
        "the setting MIDDLEWARE_CLASSES is called MIDDLEWARE",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-middleware-classes-setting",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(MiddlewareSetting("MIDDLEWARE_CLASSES", "MIDDLEWARE"),),
    ),
]
