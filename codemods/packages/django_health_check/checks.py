"""Checks: one view with a list, no app for each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops import urls
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.expressions import quoted
from django_hop.ops.find import FindModule
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.names import release_root
from django_hop.ops.settings_text import without_element
from django_hop.ops.settings_uses import feeders
from django_hop.project.index import Project
from django_hop.rewrite.scopes import Names
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

_PARTS = ("db", "cache", "storage", "contrib", "backends", "plugins", "urls")
_MESSAGE = "django-health-check 4.0 has `HealthCheckView.as_view(checks=[...])` in place of apps and URLs"
_URLS = "health_check.urls"
_CHECKS = {
    "health_check.db": ("health_check.Database",),
    "health_check.contrib.db_heartbeat": ("health_check.Database",),
    "health_check.cache": ("health_check.Cache",),
    "health_check.storage": ("health_check.Storage",),
    "health_check.contrib.mail": ("health_check.Mail",),
    "health_check.contrib.celery_ping": ("health_check.contrib.celery.Ping",),
    "health_check.contrib.psutil": ("health_check.contrib.psutil.Disk", "health_check.contrib.psutil.Memory"),
}
"""The apps whose checks need nothing said besides; that of Redis wants a client, that of RabbitMQ an address."""
_WIDE = 120


@dataclass(frozen=True)
class Views(PythonOp):
    """The apps of checks go from INSTALLED_APPS, and their checks stand in a view where the URLs were included: both, or neither."""

    @property
    def words(self) -> Words:
        """The package."""
        return (frozenset({"health_check"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where all that the project checks is in sight; else findings wherever a part of the package is named."""
        named = [one for part in _PARTS for one in FindModule(f"health_check.{part}", _MESSAGE).apply(site)]
        if not named:
            return
        try:
            settings, checks = _plan(site.project)
        except Refused as error:
            yield from (Finding(one.codemod, one.path, one.line, one.column, f"{_MESSAGE}; {error}") for one in named)
            return
        seen: set[ast.AST | None] = set()
        for node in site.names.strings:
            app = site.path == settings and node.value in _CHECKS
            holder = site.parent(node)
            if not (app or node.value == _URLS) or (app and holder in seen):
                continue  # one element of a list at a time; the next round takes the others
            seen.add(holder)
            try:
                edits = self._without(site, node, holder) if app else self._view(site, node, checks)
            except Refused as error:
                yield site.finding(node, f"{_MESSAGE}; {error}")
                continue
            yield from edits
            yield site.finding(node, _MESSAGE, fixed=True)

    @staticmethod
    def _without(site: Site, node: ast.Constant, holder: ast.AST | None) -> list[Edit]:
        if not isinstance(holder, (ast.List, ast.Tuple)):
            raise Refused("here it is used in another way")
        return without_element(site, holder, node)

    @staticmethod
    def _view(site: Site, node: ast.Constant, checks: list[str]) -> list[Edit]:
        include = site.parent(node)
        pattern = site.parent(include) if include is not None else None
        if not isinstance(include, ast.Call) or not isinstance(pattern, ast.Call) or "#" in site.module.segment(include):
            raise Refused("here it is used in another way")
        edits = []
        if site.qualified(pattern.func) in urls.REGEX_FUNCTIONS:
            regex = pattern.args[0]
            said = site.module.segment(regex)
            if not isinstance(regex, ast.Constant) or not re.fullmatch(r"""r?(["'])\^[\w/-]*/\1""", said):
                raise Refused("its regular expression is unusual")
            end = site.module.end(regex) - 1
            edits.append(Edit(end, end, "$"))
        spoken = site.imports.need("health_check.views.HealthCheckView", include)
        if spoken is None:
            raise Refused("the name `HealthCheckView` is taken in this file")
        release_root(site, include.func)
        items = [quoted(site, one) if one.startswith("health_check") else in_file_quotes(site, one) for one in checks]
        line = site.module.source.line(include.lineno)
        indent, newline = line[: len(line) - len(line.lstrip())], site.module.source.newline
        text = f"{spoken}.as_view(checks=[{', '.join(items)}])"
        if include.col_offset + len(text) > _WIDE:
            inner = "".join(f"{newline}{indent}    {one}," for one in items)
            text = f"{spoken}.as_view(checks=[{inner}{newline}{indent}])"
        return [*edits, site.edit(include, text)]


# -- what the project checks -------------------------------------------------------------------------------------------


def _plan(project: Project) -> tuple[str, list[str]]:
    """The settings module that names the apps, and the checks in its order. Raises Refused where something is out of sight."""
    _obstacles(project)
    held = [(path, node) for path in project.settings.modules for node in _named(project.names(path))]
    apps = [(path, node) for path, node in held if node.value != "health_check"]
    unknown = sorted(str(node.value) for _, node in apps if node.value not in _CHECKS)
    if unknown:
        raise Refused(f"the check of `{unknown[0]}` has to be told what it asks")
    paths = {path for path, _ in apps}
    if len(paths) != 1:
        raise Refused("no settings module names all of its apps" if paths else "no settings module names its apps")
    (path,) = paths
    names = project.names(path)
    wanted = feeders(project.settings, path, frozenset({"INSTALLED_APPS"}))
    plain = {one.statement for one in project.settings.assignments_of(path) if one.name in wanted and not one.conditional}
    for _, node in apps:
        if names is None or not any(around in plain for around in _around(names, node)):
            raise Refused("its apps are not always installed")
    checks: dict[str, None] = {}
    for _, node in apps:
        for check in _CHECKS[str(node.value)]:
            every = _caches(project, path) if check == "health_check.Cache" else [check]
            checks.update(dict.fromkeys(every))
    return path, list(checks)


def _named(names: Names | None) -> list[ast.Constant]:
    """The strings of a file that name the package or a part of it."""
    found = names.strings if names is not None else []
    return [one for one in found if isinstance(one.value, str) and re.fullmatch(r"health_check(\.\w+)*", one.value)]


def _around(names: Names, node: ast.AST) -> Iterator[ast.AST]:
    current = names.parents.get(node)
    while current is not None:
        yield current
        current = names.parents.get(current)


def _caches(project: Project, path: str) -> list[str]:
    """A check for each cache of the settings."""
    values = project.settings.values(path, "CACHES")
    if not values:
        return ["health_check.Cache"]
    last = values[-1]
    keys = [str(one.value) for one in last.keys if isinstance(one, ast.Constant)] if isinstance(last, ast.Dict) else []
    if not isinstance(last, ast.Dict) or len(keys) != len(last.keys) or len(values) > 1:
        raise Refused("which caches there are cannot be seen")
    return ["health_check.Cache" if key == "default" else f'("health_check.Cache", {{"alias": "{key}"}})' for key in keys]


def _obstacles(project: Project) -> None:
    """Raises Refused for what a list of checks in one view cannot say."""
    places = 0
    for path in project.holding(b"health_check"):
        names = project.names(path)
        if names is None or any(module.partition(".")[0] == "health_check" for module in _imported(names)):
            raise Refused(f"{path} has checks or views of its own")
        for node in _named(names) if not project.settings.is_settings(path) else ():
            include = names.parents.get(node)
            pattern = names.parents.get(include) if include is not None else None
            alone = isinstance(include, ast.Call) and include.args == [node] and not include.keywords and _last(include) == "include"
            if node.value != _URLS or not alone or not isinstance(pattern, ast.Call) or _last(pattern) not in ("path", "re_path", "url"):
                raise Refused(f"{path} uses it in another way")
            places += 1
    if places != 1:
        raise Refused("its URLs are included at several places" if places else "its URLs are not included")
    for one in (one for path in project.settings.modules for one in project.settings.assignments_of(path)):
        if one.name.startswith(("HEALTH_CHECK", "HEALTHCHECK_")):
            raise Refused(f"the setting {one.name} becomes arguments of the checks")
    for path, data in project.tree.items():
        if path.endswith("health_check/index.html"):
            raise Refused(f"{path} shows results in the old form")
        if b"health_check_home" in data or b"health_check_subset" in data:
            raise Refused(f"{path} asks for its URL by name")


def _imported(names: Names) -> Iterator[str]:
    """The modules that a file imports, or imports from."""
    for one in names.by_type.get(ast.ImportFrom, []):
        if isinstance(one, ast.ImportFrom):
            yield names.absolute(one)
    for one in names.by_type.get(ast.Import, []):
        if isinstance(one, ast.Import):
            yield from (alias.name for alias in one.names)


def _last(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


CODEMODS = [
    Codemod(
        "health-check-views",
        "checks of health are listed in their view",
        package="django-health-check",
        deprecated="3.21",
        removed="4.0",
        works_from="3.21",
        safety=REVIEW,
        covers=("health-check-4.0-views",),
        docs="django-health-check: Migrating to v4",
        then=(
            "The table of `health_check.db` stays unless `migrate db zero` ran before its app went. The command `health_check` takes "
            "the name of a URL from 4.0 on, and the extras of the requirement bring what checks need: psutil, celery, redis."
        ),
        ops=(Views(),),
    ),
]
