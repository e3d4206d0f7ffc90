"""Metaclasses: six.with_metaclass() among the bases, six.add_metaclass() above the class."""

from __future__ import annotations

import ast

from ...model import Edit
from ...rewrite.site import Site
from ..names import release_root


def with_metaclass(site: Site, node: ast.expr) -> list[Edit] | None:
    """`class A(with_metaclass(M, B), C)` becomes `class A(B, C, metaclass=M)`; None if a person has to decide."""
    call = site.parent(node)
    owner = site.parent(call) if isinstance(call, ast.Call) else None
    if not isinstance(call, ast.Call) or not isinstance(owner, ast.ClassDef) or call not in owner.bases or not call.args:
        return None
    if call.keywords or any(isinstance(arg, ast.Starred) for arg in [*call.args, *owner.bases]) or _has_metaclass(owner):
        return None
    if "#" in site.text[site.module.start(owner.bases[0]) : site.module.end(call)]:
        return None
    metaclass, *bases = (site.module.segment(arg) for arg in call.args)
    bases = [base for base in bases if base != "object"]
    behind = owner.bases[owner.bases.index(call) + 1 :]
    release_root(site, node)
    if not behind:
        return [site.edit(call, ", ".join([*bases, f"metaclass={metaclass}"]))]
    last = site.module.end(behind[-1])
    added = Edit(last, last, f", metaclass={metaclass}")
    if bases:
        return [site.edit(call, ", ".join(bases)), added]
    return [Edit(site.module.start(call), site.module.start(behind[0]), ""), added]


def add_metaclass(site: Site, node: ast.expr) -> list[Edit] | None:
    """`@add_metaclass(M)` goes and the class gets `metaclass=M`; None if a person has to decide."""
    call = site.parent(node)
    owner = site.parent(call) if isinstance(call, ast.Call) else None
    if (
        not isinstance(call, ast.Call)
        or not isinstance(owner, ast.ClassDef)
        or call not in owner.decorator_list
        or len(call.args) != 1
        or call.keywords
    ):
        return None
    below = owner.decorator_list[owner.decorator_list.index(call) + 1 :]
    if (
        any(not _is_plain(site, one) for one in below)
        or _has_metaclass(owner)
        or any(isinstance(base, ast.Starred) for base in owner.bases)
    ):
        return None
    starts = site.module.source.starts
    first, last = starts[call.lineno - 1], starts[call.end_lineno or call.lineno]
    if site.text[first : site.module.start(call)].strip() != "@" or site.text[site.module.end(call) : last].strip():
        return None
    place = _place(site, owner)
    if place is None:
        return None
    release_root(site, node)
    offset, text = place
    return [Edit(first, last, ""), Edit(offset, offset, text.format(f"metaclass={site.module.segment(call.args[0])}"))]


def _place(site: Site, owner: ast.ClassDef) -> tuple[int, str] | None:
    """Where the keyword goes in the head of a class, and the text around it."""
    if owner.bases or owner.keywords:
        end = max(site.module.end(one) for one in [*owner.bases, *owner.keywords])
        return end, ", {}"
    start = site.text.index("class", site.module.start(owner))
    name_end = site.text.index(owner.name, start + 5) + len(owner.name)
    head = site.text[name_end : site.text.index(":", name_end)]
    if not head.strip():
        return name_end, "({})"
    return (name_end + head.index("(") + 1, "{}") if head.strip().strip("()").strip() == "" else None


def _has_metaclass(owner: ast.ClassDef) -> bool:
    return any(keyword.arg in ("metaclass", None) for keyword in owner.keywords)


def _is_plain(site: Site, decorator: ast.expr) -> bool:
    """True for decorators that do not mind which class they are given."""
    return (site.qualified(decorator) or "").endswith(".python_2_unicode_compatible")
