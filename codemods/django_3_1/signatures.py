"""What django.core.signing has signed, and for how long it is read."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django_hop.model import Finding, Hop
from django_hop.ops.base import PythonOp, Where, Words
from django_hop.ops.where import tests
from django_hop.project.index import Project
from django_hop.releases import not_after
from django_hop.rewrite.imported import can_mean
from django_hop.rewrite.scopes import Names
from django_hop.rewrite.site import Site

MODULE = "django.core.signing"
NAMES = ("Signer", "TimestampSigner", "dumps", "loads", "get_cookie_signer")
SALT_AT = {"Signer": 2, "TimestampSigner": 2, "dumps": 2, "loads": 2}
"""Position of the salt among the arguments; for dumps() and loads() it stands third, as for the signers behind key and separator."""
YEAR = 366 * 24 * 3600
READERS = frozenset({"unsign", "unsign_object"})


@dataclass(frozen=True)
class Use:
    """One mention of a name of the module."""

    path: str
    node: ast.expr
    name: str
    salt: str
    """What keeps these signatures apart from others: the kind of signer with the salt, or with the file if none is given."""
    called: bool
    alike: str = ""
    """The kind of signer, where no salt is given."""
    limit: bool | None = None
    """Of loads(): whether it has a `max_age` of less than a year. None for the rest."""


@dataclass(frozen=True)
class KeptSignatures(PythonOp):
    """Report signatures that may live long, one place a salt; what is read with a `max_age` dies by itself. Tests keep nothing."""

    where: Where | None = field(default=~tests, kw_only=True)

    @property
    def words(self) -> Words:
        """One of the names of the module."""
        return tuple(frozenset({"signing", name}) for name in NAMES)

    @property
    def means(self) -> tuple[str, ...]:
        """The names."""
        return tuple(f"{MODULE}.{name}" for name in NAMES)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the first place of each salt that this file has before all others."""
        doubtful = [node for name in self.means for node in site.doubtful(name)]
        own = {use.salt: use for use in reversed(_uses(site.names, site.path))}
        groups = _groups(site.project)
        for salt, use in own.items():
            group = groups.get(salt) or [use]
            # Without a salt all signers of a kind sign alike, so that what one file signs another may read.
            alike = [one for other in groups.values() for one in other if one.alike == use.alike] if use.alike else group
            if group[0].path == site.path and (_crosses(site.hop) or not _dies(site.project, alike)):
                yield site.finding(use.node, _message(group))
        for node in doubtful:
            yield site.finding(node, _message([]))


def _crosses(hop: Hop) -> bool:
    """True if what an old process signed the minute before is read by none of the new ones."""
    return not not_after("3.1", hop.source) and not_after("4.0", hop.target)


def _message(group: list[Use]) -> str:
    what = " and ".join(f"`{name}`" for name in sorted({use.name for use in group})) or "this"
    others = sorted({use.path for use in group[1:]} - {use.path for use in group[:1]})
    also = f" (the same salt stands in {', '.join(f'`{path}`' for path in others)})" if others else ""
    return (
        f"what {what} signed before 3.1 is in SHA-1, and 4.0 reads it no more: matters if it is kept for long, as in links of mails, "
        f"columns and cookies{also}"
    )


def _groups(project: Project) -> dict[str, list[Use]]:
    """All uses of the project by salt, in the order of the paths."""
    found: dict[str, list[Use]] | None = project.__dict__.get("_signatures")
    if found is None:
        found = project.__dict__["_signatures"] = defaultdict(list)
        for path in project.holding(b"signing"):
            spoken = not tests(path) and any(can_mean(path, project.tree[path], f"{MODULE}.{name}") for name in NAMES)
            names = project.names(path) if spoken else None
            for use in _uses(names, path) if names is not None else ():
                found[use.salt].append(use)
    return found


def _uses(names: Names, path: str) -> list[Use]:
    nodes = [(node, name) for name in NAMES for node in names.references.get(f"{MODULE}.{name}", ())]
    uses = [_use(names, path, node, name) for node, name in sorted(nodes, key=lambda one: (one[0].lineno, one[0].col_offset))]
    return [use for use in uses if use is not None]


def _use(names: Names, path: str, node: ast.expr, name: str) -> Use | None:
    call, kind = names.parents.get(node), "dumps" if name == "loads" else name
    if not (isinstance(call, ast.Call) and call.func is node):
        return Use(path, node, name, f"{kind} {path}", False)
    given = {one.arg: one.value for one in call.keywords}
    if "algorithm" in given or "legacy_algorithm" in given:
        return None
    place = SALT_AT.get(name, len(call.args))
    salt = given.get("salt", call.args[place] if len(call.args) > place else None)
    limit = _is_short(given.get("max_age", call.args[4] if len(call.args) > 4 else None)) if name == "loads" else None
    return Use(path, node, name, f"{kind} {_salt(names, path, salt)}", True, "" if salt else kind, limit)


def _salt(names: Names, path: str, node: ast.expr | None) -> str:
    if node is None:
        return path
    if isinstance(node, ast.Constant):
        return repr(node.value)
    return names.qualified(node) or f"{path}: {ast.unparse(node)}"


def _is_short(node: ast.expr | None) -> bool:
    """True for a `max_age`, unless it is seen to be a year or more, or None."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return False
    value = _number(node)
    return value is None or value < YEAR


def _number(node: ast.expr) -> float | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = _number(node.left), _number(node.right)
        return None if left is None or right is None else left * right
    return None


def _dies(project: Project, group: list[Use]) -> bool:
    """True if what a salt stands for is read somewhere, and everywhere with a `max_age`."""
    kinds = {use.name for use in group}
    if not all(use.called for use in group):
        return False
    if kinds <= {"dumps", "loads"}:
        limits = [use.limit for use in group if use.limit is not None]
        return bool(limits) and all(limits)
    if kinds != {"TimestampSigner"}:
        return False
    reads = [call for path in sorted({use.path for use in group}) for call in _readings(project, path)]
    return bool(reads) and all(_is_short(_age(call)) for call in reads)


def _readings(project: Project, path: str) -> list[ast.Call]:
    """The calls of unsign() in a file, of whatever signer."""
    names = project.names(path)
    calls = names.by_type.get(ast.Call, ()) if names is not None else ()
    return [one for one in calls if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in READERS]


def _age(call: ast.Call) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == "max_age"), call.args[1] if len(call.args) > 1 else None)
