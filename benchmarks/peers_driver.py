"""Runs a peer on texts, part by part; executed by the interpreter of the peers' environment.

Standard input: {"tool": NAME, "django": [3, 2], "python": [3, 6], "each": bool, "files": {path: text}} as JSON.
Standard output: {"version": ..., "results": {part: {path: text}}, "raised": {part: {path: message}}}, with changed files only.
The part "" is the whole tool; with "each" its fixers follow one by one, on the files that the whole tool changes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

Fix = Callable[[str, str], str]
"""(text, path) -> text."""
Release = tuple[int, ...]
NEEDS = {
    "AssignmentTagTransformer": "assignment_tag",
    "HttpRequestXReadLinesTransformer": "xreadlines",
    "InlineHasAddPermissionsTransformer": "has_add_permission",
    "ModelsPermalinkTransformer": "permalink",
    # Files that say it nowhere: walking every file of models would take hours.
    "OnDeleteTransformer": r"(?s)\A(?!.*on_delete).*(ForeignKey|OneToOneField)\(",
    "SignalDisconnectWeakTransformer": r"\bweak\b",
    "URLTransformer": r"\bconf(\.| import )urls\b",
}


def django_upgrade(target: Release) -> dict[str, Fix]:
    """All fixers of releases of Django up to the target."""
    from django_upgrade.data import FIXERS, Settings
    from django_upgrade.main import apply_fixers

    def fix(only: set[str] | None) -> Fix:
        settings = Settings(target_version=target, only_fixers=only)
        return lambda text, path: str(apply_fixers(text, settings, path))

    names = [name for name, fixer in FIXERS.items() if fixer.min_version <= target]
    return {"": fix(None), **{name: fix({name}) for name in sorted(names)}}


def django_codemod() -> dict[str, Fix]:
    """All its codemods; each file gets a context of its own, which is kinder than its command line."""
    from django_codemod.cli import BY_NAME
    from django_codemod.commands import BaseCodemodCommand
    from libcst import parse_module
    from libcst.codemod import CodemodContext, SkipFile

    def fix(names: list[str]) -> Fix:
        def run(text: str, path: str) -> str:
            fit = [name for name in names if all(re.search(word, text) for word in needs(BY_NAME[name]))]
            if not fit:
                return text
            command = BaseCodemodCommand([BY_NAME[name] for name in fit], CodemodContext(filename=path))
            try:
                return str(command.transform_module(parse_module(text)).code)
            except SkipFile:
                return text

        return run

    return {"": fix(sorted(BY_NAME)), **{name: fix([name]) for name in sorted(BY_NAME)}}


def needs(transformer: type) -> list[str]:
    """Words that must all be in a text for a transformer of django-codemod to apply: one walk takes it a second."""
    name = transformer.__name__
    return [NEEDS[name]] if name in NEEDS else [rf"\b{word}\b" for word in transformer.rename_from.split(".")]  # type: ignore[attr-defined]


def pyupgrade(python: Release) -> dict[str, Fix]:
    """The whole tool for the oldest Python of the target; its plugins have no switch of their own."""
    from pyupgrade._data import Settings
    from pyupgrade._main import _fix_plugins, _fix_tokens

    return {"": lambda text, path: str(_fix_tokens(_fix_plugins(text, Settings(min_version=python))))}


def djade(files: dict[str, str], target: Release) -> dict[str, str]:
    """The command on all templates at once."""
    with tempfile.TemporaryDirectory() as scratch:
        paths = {path: Path(scratch, str(number)) for number, path in enumerate(files)}
        for path, text in files.items():
            paths[path].write_text(text, "utf-8", newline="")
        command = [str(Path(sys.executable).with_name("djade")), "--target-version", ".".join(map(str, target))]
        subprocess.run([*command, *map(str, paths.values())], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return {path: paths[path].read_bytes().decode() for path in files}


def main() -> None:
    """Read, run, print."""
    order = json.load(sys.stdin)
    files: dict[str, str] = order["files"]
    target = tuple(order["django"])
    results: dict[str, dict[str, str]] = {"": {}}
    raised: dict[str, dict[str, str]] = {}
    if order["tool"] == "djade":
        results[""] = {path: text for path, text in djade(files, target).items() if text != files[path]}
    else:
        tools = {
            "django-upgrade": lambda: django_upgrade(target),
            "django-codemod": django_codemod,
            "pyupgrade": lambda: pyupgrade(tuple(order["python"])),
        }
        parts = tools[order["tool"]]()
        for part, fix in parts.items():
            if part and not order["each"]:
                break
            for path in files if not part else [*results[""], *raised.get("", {})]:
                try:
                    text = fix(files[path], path)
                except Exception as error:
                    raised.setdefault(part, {})[path] = f"{type(error).__name__}: {error}"[:200]
                    continue
                if text != files[path]:
                    results.setdefault(part, {})[path] = text
    json.dump({"version": version(order["tool"]), "results": results, "raised": raised}, sys.stdout)


main()
