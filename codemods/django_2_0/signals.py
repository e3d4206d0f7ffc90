"""Signals: disconnect() without weak."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

SIGNALS = frozenset({"django.dispatch.Signal", "django.dispatch.dispatcher.Signal", "django.db.models.signals.ModelSignal"})
MESSAGE = "`disconnect()` of a signal takes no `weak` from 2.0 on; it never had an effect"


@dataclass(frozen=True)
class DisconnectWeak(PythonOp):
    """`signal.disconnect(..., weak=False)` loses the argument."""

    @property
    def words(self) -> Words:
        """The method, and the argument or another sign of a signal."""
        return (frozenset({"disconnect", "weak"}), frozenset({"disconnect", "signals"}), frozenset({"disconnect", "dispatch_uid"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the signal is Django's or the project's; findings for other receivers and arguments by position."""
        for call in site.nodes(ast.Call):
            if not isinstance(call.func, ast.Attribute) or call.func.attr != "disconnect":
                continue
            named = any(keyword.arg == "weak" for keyword in call.keywords)
            sure = _is_signal(site, call.func.value)
            if not named and not (sure and len(call.args) > 2):
                continue
            try:
                if not sure or not named:
                    raise Refused(
                        "is it a signal of Django's?" if not sure else "it is given by position; name what follows it `dispatch_uid`"
                    )
                yield from change_arguments(site, call, add={}, drop=["weak"])
            except Refused as error:
                yield site.finding(call, f"{MESSAGE}; {error}")
                continue
            yield site.finding(call, MESSAGE, fixed=True)


def _is_signal(site: Site, node: ast.expr) -> bool:
    """True for Django's signals, and for names of the project that hold one."""
    name = site.qualified(node)
    if name is not None:
        module, _, last = name.rpartition(".")
        if module.startswith("django.") and module.rpartition(".")[2] in ("signals", "models"):
            return True
        path = site.project.module_path(module, site.path)
        names = site.project.names(path) if path else None
        bindings = names.module.bindings.get(last, ()) if names else ()
        return any(
            isinstance(one.value, ast.Call) and names is not None and _makes_signal(names.references, one.value.func) for one in bindings
        )
    bindings_here = site.names.uses[node].lookup(node.id) if isinstance(node, ast.Name) else ()
    return any(isinstance(one.value, ast.Call) and site.qualified(one.value.func) in SIGNALS for one in bindings_here)


def _makes_signal(references: dict[str, list[ast.expr]], func: ast.expr) -> bool:
    return any(func in references.get(name, ()) for name in SIGNALS)


CODEMODS = [
    Codemod(
        "signal-disconnect-weak",
        "signals are disconnected without weak",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-signal-disconnect-weak",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(DisconnectWeak(),),
    ),
]
