"""Management commands: options that call_command() is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.nodes import text
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

BASE = frozenset(
    (
        *("settings", "pythonpath", "traceback", "no_color", "force_color", "verbosity", "skip_checks", "stdout", "stderr"),
        *("using", "database", "interactive"),
    )
)
"""Options that every command understands, and some that Django's own ones take without declaring them."""
COMMAND = "django.core.management.base.BaseCommand"


@dataclass(frozen=True)
class UnknownOptions(PythonOp):
    """`call_command("fill", nonsense=1)`, where the command is the project's own and declares its options by name."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"call_command"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each keyword that the command does not know."""
        for call in [*site.calls("django.core.management.call_command"), *site.calls("django.core.management.base.call_command")]:
            name = text(call.args[0]) if call.args else None
            known = options(site.project, name) if name is not None else None
            for keyword in call.keywords if known is not None else ():
                if keyword.arg is not None and known is not None and keyword.arg not in known:
                    yield site.finding(keyword, f"the command `{name}` has no option `{keyword.arg}`: call_command() raises TypeError")


@lru_cache(maxsize=256)
def options(project: Project, name: str) -> frozenset[str] | None:
    """What a command of the project understands; None if that cannot be seen."""
    paths = [path for path in project.python_paths if path.endswith(f"/management/commands/{name}.py")]
    names = project.names(paths[0]) if len(paths) == 1 else None
    if names is None:
        return None
    classes = [one.node for one in names.module.bindings.get("Command", []) if isinstance(one.node, ast.ClassDef)]
    if len(classes) != 1 or [ast.unparse(base).rpartition(".")[2] for base in classes[0].bases] != ["BaseCommand"]:
        return None
    if "option_list" in ast.unparse(classes[0]) or "stealth_options" in ast.unparse(classes[0]):
        return None
    found = set(BASE)
    for call in ast.walk(classes[0]):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr == "add_argument":
            texts = [text(arg) for arg in call.args]
            dest = next((text(one.value) for one in call.keywords if one.arg == "dest"), None)
            if None in texts or any(one.arg is None for one in call.keywords):
                return None
            found |= {one.lstrip("-").replace("-", "_") for one in texts if one} | ({dest} if dest else set())
        elif any(isinstance(arg, ast.Name) and arg.id == "parser" for arg in call.args) and call.func.attr != "add_arguments":
            return None
    return frozenset(found)


CODEMODS = [
    Codemod(
        "call-command-options",
        "call_command() refuses options that the command does not know",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-call-command-unknown-options",),
        docs="releases/2.0: call_command() validates the options it receives",
        ops=(UnknownOptions(),),
    ),
]
