"""Mail: alternative contents of messages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.receivers import instance_of
from django_hop.rewrite.site import Site

MESSAGE = instance_of("message", "django.core.mail.EmailMultiAlternatives", "django.core.mail.message.EmailMultiAlternatives")
ALTERNATIVES = "alternatives of a message are added by `attach_alternative()` only: plain tuples in the list fail from 5.2 on"


@dataclass(frozen=True)
class Alternatives(PythonOp):
    """`message.alternatives.append((html, "text/html"))` becomes `message.attach_alternative(html, "text/html")`."""

    @property
    def words(self) -> Words:
        """The attribute in a file that has to do with mail."""
        return (frozenset({"alternatives", "EmailMultiAlternatives"}), frozenset({"alternatives", "mail"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for single pairs at a message; findings for lists, and for what may be a message."""
        for node in site.nodes(ast.Attribute):
            if node.attr != "alternatives":
                continue
            changed = self._change(site, node)
            if changed is None:
                continue
            sure = MESSAGE.sure(site, node.value)
            if not sure:
                if "EmailMultiAlternatives" in site.text:
                    yield site.finding(node, f"{ALTERNATIVES}, if this is one")
            elif (
                isinstance(changed, ast.Tuple) and len(changed.elts) == 2 and not any(isinstance(one, ast.Starred) for one in changed.elts)
            ):
                call = site.parent(site.parent(node) or node)
                assert isinstance(call, ast.Call)
                receiver, (first, second) = site.module.segment(node.value), map(site.module.segment, changed.elts)
                yield site.edit(call, f"{receiver}.attach_alternative({first}, {second})")
                yield site.finding(node, ALTERNATIVES, fixed=True)
            else:
                yield site.finding(node, ALTERNATIVES)

    @staticmethod
    def _change(site: Site, node: ast.Attribute) -> ast.AST | None:
        """What is put into the list: the argument of append(), or the whole statement or call; None if the list is only read."""
        parent = site.parent(node)
        if not isinstance(node.ctx, ast.Load):
            return None if isinstance(parent, ast.Assign) and ast.unparse(parent.value) in ("[]", "None") else parent
        call = site.parent(parent) if isinstance(parent, ast.Attribute) else None
        if not isinstance(parent, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not parent:
            return None
        if parent.attr == "append" and len(call.args) == 1 and isinstance(site.parent(call), ast.Expr):
            return call.args[0]
        return call if parent.attr in ("append", "extend", "insert") else None


CODEMODS = [
    Codemod(
        "attach-alternative",
        "alternative contents are attached to messages, not put into their list",
        removed="5.2",
        works_from="1.11",
        safety=SAFE,
        covers=("5.2-email-alternatives-attach-only",),
        docs="releases/5.2: Miscellaneous",
        ops=(Alternatives(),),
    ),
]
