"""Users, sessions and CSRF."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import is_super
from django_hop.ops.classes import KEYWORD, AddParameter, FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import FindName
from django_hop.ops.receivers import request
from django_hop.ops.settings import DropSetting
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

CONFIGURE = (
    "`configure_user()` is told whether the user was created, and then called at every log-in: for others it returns at once, as before"
)
PICKLE = (
    "`PickleSerializer` goes with 5.0: `JSONSerializer` cannot write datetimes, Decimals, sets and objects into a session, "
    "and no session written by one can be read by the other: "
    "look at what `request.session[...]` is given, and change it in a step of its own"
)
CRYPT = "`CryptPasswordHasher` goes with 5.0: users whose passwords begin with `crypt$` must have logged in, or reset them, before"
MASKED = "`CSRF_COOKIE_MASKED` was for the move to 4.1: 5.0 ignores it; take it out once no release before 4.1 serves"
SECRET = (
    '`request.META["CSRF_COOKIE"]` is the bare secret from 4.1 on: what goes into a page is `django.middleware.csrf.get_token(request)`'
)
LENGTH = "the CSRF cookie holds a secret of 32 characters from 4.1 on, where it held a token of 64; forms still hold 64"


@dataclass(frozen=True)
class ConfigureUser(AddParameter):
    """`created=True`, and a return for users that were there, which is what the method did not see before."""

    def _add(self, site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        names = [one.arg for one in function.args.args]
        body = function.body
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1
        first = body[1] if documented else body[0]
        start = site.module.start(first)
        indent = site.text[site.module.source.starts[first.lineno - 1] : start]
        if "user" not in names or indent.strip() or first.lineno == function.lineno:
            yield site.finding(function, f"{self.message}; what should it return?")
            return
        if any(isinstance(one, ast.Call) and is_super(one) for one in ast.walk(function)):
            yield site.finding(function, f"{self.message}; it asks the base class, which must be told, too")
            return
        answers = list(super()._add(site, node, function))
        yield from answers
        if any(isinstance(one, Edit) for one in answers):
            newline = site.module.source.newline
            unit = "\t" if indent.startswith("\t") else "    "
            yield Edit(start, start, f"if not created:{newline}{indent}{unit}return user{newline}{indent}")


def _is_only_handed_on(site: Site, target: ast.expr) -> bool:
    """True for an item of a dict, and for a name that is never asked, compared or counted."""
    if not isinstance(target, ast.Name):
        return isinstance(target, ast.Subscript)
    found = site.names.uses[target].lookup(target.id) if target in site.names.uses else ()
    for name, scope in site.names.uses.items():
        if name.id != target.id or name is target or not set(found) & set(scope.lookup(name.id)):
            continue
        around = site.parent(name)
        counted = isinstance(around, ast.Call) and ast.unparse(around.func) in ("len", "bool")
        asked = isinstance(around, (ast.If, ast.IfExp, ast.While)) and around.test is name
        if asked or counted or isinstance(around, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Assert)):
            return False
    return len(found) == 1


def _asks_length(site: Site, node: ast.AST) -> bool:
    """True for the cookie's name in a statement that speaks of 64 or of a length."""
    return bool(re.search(r"\b64\b|assertEqual\(\s*len\(", site.module.segment(site.statement(node))))


def _reads_meta(site: Site, node: ast.Constant) -> bool:
    """True for `request.META["CSRF_COOKIE"]` that is read, and `request.META.get("CSRF_COOKIE")`."""
    parent = site.parent(node)
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Load) and ast.unparse(parent.value).endswith("META")
    return isinstance(parent, ast.Call) and ast.unparse(parent.func).endswith("META.get")


def _is_as_good(site: Site, place: ast.expr) -> bool:
    """True where the secret does what the token did: it is asked whether there is one, or the CSRF cookie is set to it."""
    outer = site.parent(place)
    if isinstance(outer, ast.Compare):
        return isinstance(outer.ops[0], (ast.Is, ast.IsNot))
    if isinstance(outer, (ast.If, ast.IfExp)):
        return outer.test is place
    call = site.parent(outer) if isinstance(outer, ast.keyword) else outer
    if not isinstance(call, ast.Call) or not re.search(r"\bset_\w*cookie\w*$", ast.unparse(call.func)):
        return False
    return any(ast.unparse(one) == "settings.CSRF_COOKIE_NAME" for one in [*call.args, *(keyword.value for keyword in call.keywords)])


@dataclass(frozen=True)
class SecretForToken(PythonOp):
    """`request.META["CSRF_COOKIE"]` that is given away becomes `get_token(request)`; tests of it, and other code with it, are findings."""

    @property
    def words(self) -> Words:
        """The key."""
        return (frozenset({"CSRF_COOKIE", "META"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the request is known to be one."""
        for node in site.names.strings:
            place = site.parent(node)
            if node.value != "CSRF_COOKIE" or not isinstance(place, (ast.Subscript, ast.Call)) or not _reads_meta(site, node):
                continue
            if _is_as_good(site, place):
                continue
            spoken = site.imports.need("django.middleware.csrf.get_token", place) if self._is_given(site, place) else None
            if spoken is None:
                yield site.finding(node, SECRET)
                continue
            meta = place.value if isinstance(place, ast.Subscript) else place.func.value if isinstance(place.func, ast.Attribute) else None
            assert isinstance(meta, ast.Attribute)
            yield site.edit(place, f"{spoken}({site.module.segment(meta.value)})")
            yield site.finding(node, SECRET, fixed=True)

    @staticmethod
    def _is_given(site: Site, place: ast.Subscript | ast.Call) -> bool:
        """True for a value in a dict, an argument, what is assigned or returned, outside the CSRF middleware itself."""
        if isinstance(place, ast.Call) and len(place.args) > 1:
            return False
        meta = place.value if isinstance(place, ast.Subscript) else place.func.value if isinstance(place.func, ast.Attribute) else None
        around = site.enclosing(place, ast.ClassDef)
        own = around is not None and any("CsrfViewMiddleware" in one for one in site.class_ancestors(around))
        if own or not isinstance(meta, ast.Attribute) or not request.sure(site, meta.value) or in_format_string(site, place):
            return False
        outer = site.parent(place)
        call = site.parent(outer) if isinstance(outer, ast.keyword) else outer
        if isinstance(call, ast.Call) and re.search(r"set_\w*cookie|CSRF_COOKIE_NAME", ast.unparse(call)):
            return False
        if isinstance(outer, ast.Call):
            called = ast.unparse(outer.func).rpartition(".")[2]
            return place in outer.args and called not in ("len", "bool", "print", "_compare_masked_tokens")
        if isinstance(outer, ast.keyword):
            return True
        if isinstance(outer, ast.Assign):
            return all(_is_only_handed_on(site, one) for one in outer.targets) and not _asks_length(site, place)
        return isinstance(outer, (ast.Dict, ast.Return)) and not (isinstance(outer, ast.Dict) and place in outer.keys)


CODEMODS = [
    Codemod(
        "configure-user-created",
        "configure_user() is told whether the user is new",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-remoteuserbackend-configure-user-created",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            ConfigureUser(
                ("django.contrib.auth.backends.RemoteUserBackend",),
                "configure_user",
                "created=True",
                CONFIGURE,
                passed=KEYWORD,
                pass_on=False,
            ),
        ),
    ),
    Codemod(
        "pickle-serializer",
        "uses of PickleSerializer are found",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-pickleserializer",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            *(
                FindName(f"django.{module}.PickleSerializer", PICKLE)
                for module in ("contrib.sessions.serializers", "core.serializers.base")
            ),
            FindInStrings(
                r"^django\.(?:contrib\.sessions\.serializers|core\.serializers\.base)\.PickleSerializer$", ("PickleSerializer",), PICKLE
            ),
        ),
    ),
    Codemod(
        "crypt-password-hasher",
        "uses of CryptPasswordHasher are found",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-cryptpasswordhasher",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            FindName("django.contrib.auth.hashers.CryptPasswordHasher", CRYPT),
            FindInStrings(r"^django\.contrib\.auth\.hashers\.CryptPasswordHasher$", ("CryptPasswordHasher",), CRYPT),
        ),
    ),
    Codemod(
        "csrf-cookie-masked",
        "CSRF_COOKIE_MASKED goes, for it was for the move to 4.1",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-csrf-cookie-masked-setting",),
        docs="releases/4.1: CSRF_COOKIE_MASKED setting",
        cleanup=True,
        ops=(DropSetting("CSRF_COOKIE_MASKED", MASKED),),
    ),
    Codemod(
        "csrf-cookie-secret",
        "pages get a CSRF token, not the secret of the cookie",
        removed="4.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.1-csrf-cookie-not-masked", "4.1-csrf-meta-cookie-unmasked"),
        docs="releases/4.1: Miscellaneous",
        silent=True,
        ops=(
            *crossing(
                "4.1",
                FindInStrings(r"^csrftoken$", ("csrftoken",), LENGTH, _asks_length),
                SecretForToken(),
            ),
            FindName("django.middleware.csrf._sanitize_token", "this private function is gone in 4.1"),
            FindMethod(
                ("django.middleware.csrf.CsrfViewMiddleware",), ("_get_token",), "this method is called `_get_secret()` from 4.1 on"
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("4.1-pbkdf2-iterations-390000", "Only the cost of hashing rises; both releases read each other's passwords."),
]
