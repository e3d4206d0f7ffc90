"""The admin: messages that were green."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.functions import positional
from django_hop.ops.methods import defines_method, method_calls
from django_hop.ops.receivers import first_parameter
from django_hop.rewrite.site import Site

ADMIN = frozenset({"django.contrib.admin.ModelAdmin", "django.contrib.admin.options.ModelAdmin"})
GREEN = "messages of the level INFO, which `message_user()` has by default, are no longer green in the admin since 6.0: SUCCESS is"
TROUBLE = re.compile(r"\b(?:error|fail|can't|could|not?\b|cannot|unable|invalid|denied|warning|skipped|missing|nothing|already)", re.I)


@dataclass(frozen=True)
class GreenMessages(PythonOp):
    """`self.message_user(request, "Published")` in an action gets the level SUCCESS where its words tell of no trouble."""

    @property
    def words(self) -> Words:
        """The method and an action's parameter."""
        return (frozenset({"message_user", "queryset"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with a request and a text only, in actions of admins."""
        if defines_method(site, "message_user"):
            return
        for call, func in method_calls(site, "message_user"):
            holder = first_parameter(site, func.value)
            if len(call.args) != 2 or call.keywords or holder is None or not site.class_ancestors(holder) & ADMIN:
                continue
            if isinstance(call.args[1], ast.Starred) or not self._in_action(site, call) or not self._is_good_news(site, call.args[1]):
                continue
            spoken = site.imports.need("django.contrib.messages.SUCCESS", call.func)
            if spoken is None:
                continue
            end = site.module.end(call.args[1])
            if site.text[end : site.module.end(call)].lstrip()[:1] not in (")", ","):
                continue  # the text stands in parentheses of its own
            yield Edit(end, end, f", {spoken}")
            yield site.finding(call, GREEN, fixed=True)

    @staticmethod
    def _in_action(site: Site, call: ast.Call) -> bool:
        function = site.enclosing(call, ast.FunctionDef)
        names = [one.arg for one in positional(function)] if function is not None else []
        return len(names) == 2 and names[1] == "queryset" and isinstance(site.parent(call), ast.Expr)

    @staticmethod
    def _is_good_news(site: Site, text: ast.expr) -> bool:
        """True if the text, or what its name was assigned, has words, and none that tell of trouble."""
        said = [text]
        for node in ast.walk(text):
            if isinstance(node, ast.Name) and node in site.names.uses:
                said += [one.value for one in site.names.uses[node].lookup(node.id) if one.value is not None and one.kind != "parameter"]
        constants = [one for part in said for one in ast.walk(part) if isinstance(one, ast.Constant)]
        strings = [one.value for one in constants if isinstance(one.value, str)]
        return any(re.search(r"[^\W\d_]{3}", one) for one in strings) and not any(TROUBLE.search(one) for one in strings)


CODEMODS = [
    Codemod(
        "message-user-level",
        "messages of admin actions have the level SUCCESS, which stays green",
        removed="6.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("6.0-admin-message-level-styling",),
        docs="releases/6.0: django.contrib.admin",
        ops=crossing("6.0", GreenMessages()),
    ),
]
