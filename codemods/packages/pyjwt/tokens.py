"""`jwt.encode()` and `jwt.decode()`: text instead of bytes, algorithms that must be named, checks that are options."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.names import Rename
from django_hop.ops.nodes import is_value
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "pyjwt"
ENCODE, DECODE = ("jwt.encode", "jwt.api_jwt.encode"), ("jwt.decode", "jwt.api_jwt.decode")
_SYMMETRIC = ("HS256", "HS384", "HS512")


def calls(site: Site, names: tuple[str, ...]) -> Iterator[ast.Call]:
    """The calls of one of these functions."""
    for name in names:
        yield from site.calls(name)


@dataclass(frozen=True)
class EncodedText(PythonOp):
    """`jwt.encode(...).decode()` -> `jwt.encode(...)`, also where a name stands between the two."""

    message: str = "`jwt.encode()` gives text, which has no `decode()`"

    @property
    def words(self) -> Words:
        """Both calls."""
        return (frozenset({"jwt", "encode", "decode"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where it is certain what is decoded; findings for names that mean other things, too."""
        for call in calls(site, ENCODE):
            parent = site.parent(call)
            if isinstance(parent, ast.Attribute) and parent.attr == "decode":
                yield from self._undone(site, parent)
            elif isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
                yield from self._name(site, parent.targets[0])

    def _undone(self, site: Site, attribute: ast.Attribute) -> Iterator[Edit | Finding]:
        outer = site.parent(attribute)
        if isinstance(outer, ast.Call) and outer.func is attribute:
            end = site.module.end(attribute.value)
            yield Edit(end, site.module.end(outer), "")
            yield site.finding(outer, self.message, fixed=True)
        else:
            yield site.finding(attribute, self.message)

    def _name(self, site: Site, target: ast.Name) -> Iterator[Edit | Finding]:
        scope = site.names.uses[target]
        alone = len(scope.lookup(target.id)) == 1
        for node, other in site.names.uses.items():
            attribute = site.parent(node)
            if node.id != target.id or other is not scope or not isinstance(attribute, ast.Attribute) or attribute.attr != "decode":
                continue
            if any(isinstance(one, ast.IfExp) for one in site.ancestors(node)):
                continue  # `token.decode() if isinstance(token, bytes) else token` is for both
            if alone:
                yield from self._undone(site, attribute)
            else:
                yield site.finding(attribute, f"{self.message}; `{node.id}` is set in several places")


@dataclass(frozen=True)
class Algorithms(PythonOp):
    """`jwt.decode(token, key)` -> `jwt.decode(token, key, algorithms=["HS256"])`, where the file says how it encodes."""

    message: str = "`jwt.decode()` must be told which algorithms to accept"

    @property
    def words(self) -> Words:
        """The call."""
        return (frozenset({"jwt", "decode"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the file encodes with one symmetric algorithm, by literal or default; else findings."""
        found = {_algorithm(call) for call in calls(site, ENCODE)}
        for call in calls(site, DECODE):
            given = {keyword.arg for keyword in call.keywords}
            if given & {"algorithms", None} or len(call.args) > 3 or any(isinstance(one, ast.Starred) for one in call.args):
                continue
            if _unverified(call):
                continue
            (algorithm,) = found if len(found) == 1 else (None,)
            if algorithm not in _SYMMETRIC:
                yield site.finding(call, f"{self.message}; which one the tokens are signed with cannot be seen here")
                continue
            try:
                yield from change_arguments(site, call, add={"algorithms": f'["{algorithm}"]'}, drop=[])
            except Refused as error:
                yield site.finding(call, f"{self.message}; {error}")
                continue
            yield site.finding(call, f"{self.message}; `jwt.encode()` in this file signs with {algorithm}", fixed=True)


def _algorithm(call: ast.Call) -> str | None:
    """The algorithm of a call of encode(); None if it cannot be seen."""
    value = next((one.value for one in call.keywords if one.arg == "algorithm"), call.args[2] if len(call.args) > 2 else None)
    if value is None:
        return None if any(one.arg is None for one in call.keywords) else "HS256"
    return str(value.value) if isinstance(value, ast.Constant) else None


def _unverified(call: ast.Call) -> bool:
    """True if the call does not look at the signature, or gives `verify` by position."""
    for keyword in call.keywords:
        if keyword.arg == "verify" and is_value(keyword.value, False):
            return True
        if keyword.arg == "options" and "verify_signature" in ast.unparse(keyword.value):
            return True
    return len(call.args) > 2


@dataclass(frozen=True)
class VerifyFlag(PythonOp):
    """`jwt.decode(token, verify=False)` -> `jwt.decode(token, options={"verify_signature": False})`."""

    message: str = "`verify` of `jwt.decode()` is the option `verify_signature`"

    @property
    def words(self) -> Words:
        """The call with the argument, or any with three."""
        return (frozenset({"jwt", "decode"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal flags; findings for others."""
        for call in calls(site, DECODE):
            given = {keyword.arg: keyword for keyword in call.keywords}
            if "verify_expiration" in given:
                yield site.finding(given["verify_expiration"], "`verify_expiration` is the option `verify_exp`")
            flag = given["verify"].value if "verify" in given else call.args[2] if len(call.args) == 3 else None
            if flag is None or ("verify" not in given and not isinstance(flag, ast.Constant)):
                continue
            yield from site.change(
                call, self.message, self._edits, site, call, flag, positional="verify" not in given, options="options" in given
            )

    @staticmethod
    def _edits(site: Site, call: ast.Call, flag: ast.expr, *, positional: bool, options: bool) -> list[Edit]:
        if not isinstance(flag, ast.Constant) or not isinstance(flag.value, bool):
            raise Refused("its value cannot be seen")
        if not flag.value and options:
            raise Refused("there are options already")
        add = {} if flag.value else {"options": '{"verify_signature": False}'}
        if not positional:
            return change_arguments(site, call, add=add, drop=["verify"])
        if not add:
            raise Refused("the flag is given by position")
        return [site.edit(flag, 'options={"verify_signature": False}')]


@dataclass(frozen=True)
class SubjectClaim(PythonOp):
    """Report claims `sub` and `jti` that are certainly no text."""

    message: str = "`sub` and `jti` must be strings: `jwt.decode()` refuses others from 2.10 on; tokens that are out stay as they are"

    @property
    def words(self) -> Words:
        """A claim, in a file that makes tokens."""
        return (frozenset({"jwt", "sub"}), frozenset({"jwt", "jti"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such value of a dictionary."""
        if not any(calls(site, ENCODE)):
            return
        for node in site.nodes(ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                claim = isinstance(key, ast.Constant) and key.value in ("sub", "jti")
                number = isinstance(value, ast.Constant) and isinstance(value.value, int)
                if claim and (number or (isinstance(value, ast.Attribute) and value.attr in ("pk", "id", "user_id"))):
                    yield site.finding(value, self.message)


_NAMES = {"ExpiredSignature": "ExpiredSignatureError", "InvalidAudience": "InvalidAudienceError", "InvalidIssuer": "InvalidIssuerError"}

CODEMODS = [
    Codemod(
        "jwt-encode-text",
        "jwt.encode() gives text, which is not decoded",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("pyjwt-2.0-encode-str",),
        docs="PyJWT changelog 2.0.0: Tokens are returned as string instead of a byte string",
        ops=(EncodedText(),),
    ),
    Codemod(
        "jwt-verify-option",
        "jwt.decode() takes the option verify_signature in place of verify",
        package=PACKAGE,
        deprecated="1.0",
        removed="2.0",
        works_from="1.5",
        safety=REVIEW,
        covers=("pyjwt-2.0-verify-flag",),
        docs="PyJWT changelog 2.0.0: Dropped deprecated verify param",
        ops=(VerifyFlag(),),
    ),
    Codemod(
        "jwt-decode-algorithms",
        "jwt.decode() is told which algorithms to accept",
        package=PACKAGE,
        deprecated="1.5",
        removed="2.0",
        works_from="1.5",
        safety=REVIEW,
        covers=("pyjwt-2.0-algorithms",),
        docs="PyJWT changelog 2.0.0: Require explicit algorithms",
        ops=(Algorithms(),),
        after=("jwt-verify-option",),
    ),
    Codemod(
        "jwt-exception-names",
        "exceptions of PyJWT take their names with Error",
        package=PACKAGE,
        removed="2.0",
        works_from="1.5",
        safety=SAFE,
        covers=("pyjwt-2.0-exception-names",),
        docs="PyJWT changelog 2.0.0: Remove deprecated exception aliases",
        ops=(Rename("jwt", _NAMES), Rename("jwt.exceptions", _NAMES)),
    ),
    Codemod(
        "jwt-subject-text",
        "the claims sub and jti have to be strings",
        package=PACKAGE,
        removed="2.10",
        works_from="1.5",
        safety=DETECT,
        covers=("pyjwt-2.10-sub-claim",),
        docs="PyJWT changelog 2.10.0: Validate sub and jti claims",
        ops=(SubjectClaim(),),
    ),
]
