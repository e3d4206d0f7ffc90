"""Whether a project's settings for mail can become MAILERS, asked of the base of the hop: all places together, or none."""

from __future__ import annotations

import ast
import re

from django_hop.ops.dicts import item_of
from django_hop.ops.nodes import name_of
from django_hop.ops.settings_uses import literal
from django_hop.ops.where import tests
from django_hop.project.index import Project
from django_hop.project.settings_module import Assignment
from django_hop.rewrite.source import Refused

OPTIONS = {
    "EMAIL_HOST": "host",
    "EMAIL_PORT": "port",
    "EMAIL_HOST_USER": "username",
    "EMAIL_HOST_PASSWORD": "password",
    "EMAIL_USE_TLS": "use_tls",
    "EMAIL_USE_SSL": "use_ssl",
    "EMAIL_SSL_CERTFILE": "ssl_certfile",
    "EMAIL_SSL_KEYFILE": "ssl_keyfile",
    "EMAIL_TIMEOUT": "timeout",
    "EMAIL_FILE_PATH": "file_path",
}
NAMES = ("EMAIL_BACKEND", *OPTIONS)
PATH = "django.core.mail.backends."
SMTP, FILES = f"{PATH}smtp.EmailBackend", f"{PATH}filebased.EmailBackend"
PLAIN = frozenset(f"{PATH}{name}.EmailBackend" for name in ("console", "locmem", "dummy"))
"""Backends without options."""
OWN = PLAIN | {SMTP, FILES}
HANDLER = "django.utils.log.AdminEmailHandler"
SECOND = "admin-errors"
"""What the mailer of a log handler is called."""
_WORD = re.compile(rb"\b(?:%s)\b" % "|".join(NAMES).encode())


_MADE = re.compile(rb"\bget_connection\((?!\s*\))|=\s*(?:\w+\.)*get_connection\b(?!\()")
"""A connection with arguments, or the function passed on; those without arguments the codemod default-mailer knows."""


def options_of(backend: str) -> frozenset[str]:
    """The settings that a backend of Django's reads."""
    return frozenset(OPTIONS) - {"EMAIL_FILE_PATH"} if backend == SMTP else frozenset({"EMAIL_FILE_PATH"} if backend == FILES else ())


def backend_of(own: list[Assignment]) -> str:
    """The backend that a module's settings mean. Raises Refused if it is not one of Django's."""
    value = next((one.value for one in own if one.name == "EMAIL_BACKEND"), None)
    backend = literal(value) if value is not None else SMTP
    if not isinstance(backend, str) or backend not in OWN:
        raise Refused("the backend is not one of Django's, so its options are not known")
    return backend


def own_settings(assignments: list[Assignment]) -> list[Assignment]:
    """The places of a module that set the connection."""
    return [one for one in assignments if one.name in NAMES and one.kind not in ("delete", "import")]


def check_project(project: Project) -> None:
    """Raise Refused unless all settings for mail of a project can become MAILERS at once; the answer is kept."""
    if "_mailers" not in project.__dict__:
        try:
            project.__dict__["_mailers"] = None
            _check(project)
        except Refused as error:
            project.__dict__["_mailers"] = str(error)
    if (why := project.__dict__["_mailers"]) is not None:
        raise Refused(why)


def has_mailers(project: Project) -> bool:
    """True if the project has MAILERS, or gets it in this hop."""
    if any(one.defines for one in project.settings.assignments("MAILERS")):
        return True
    try:
        check_project(project)
    except Refused:
        return False
    return any(own_settings(project.settings.assignments_of(path)) for path in project.settings.modules)


def _check(project: Project) -> None:
    chain = project.settings
    modules = {path: own for path in chain.modules if (own := own_settings(chain.assignments_of(path)))}
    for path, own in modules.items():
        check_module(own)
        names = project.names(path)
        if names is None or any(node.id in NAMES and isinstance(node.ctx, ast.Load) for node in names.uses):
            raise Refused("a settings module reads them again")
        _check_inherited(project, path, modules)
        second_mailer(project, path)
    for path, text in project.tree.items():
        if path.endswith((".py", ".ini", ".toml", ".cfg")):
            _check_file(project, path, text, path in modules)


def check_module(own: list[Assignment]) -> None:
    """Raise Refused unless one module's settings are plain assignments that one of Django's backends takes."""
    if len({one.name for one in own}) != len(own) or any(one.kind != "assign" or one.conditional or one.owner is not None for one in own):
        raise Refused("they are set under conditions, in classes or more than once")
    if any(one.value is None or not isinstance(one.statement, ast.Assign) or len(one.statement.targets) != 1 for one in own):
        raise Refused("one of them is set together with other names")
    backend = backend_of(own)
    if strange := sorted({one.name for one in own} - options_of(backend) - {"EMAIL_BACKEND"}):
        raise Refused(f"`{strange[0]}` is no option of this backend")


def _check_inherited(project: Project, path: str, modules: dict[str, list[Assignment]]) -> None:
    """Raise Refused if a module's mailer would need what the modules that it builds on say."""
    chain = project.settings
    below = [one for other in chain.chain(path) for one in modules.get(other, [])]
    if not below:
        return
    names = {one.name for one in modules[path]}
    if "EMAIL_BACKEND" not in names or {one.name for one in below} & options_of(backend_of(modules[path])) - names:
        raise Refused(f"{path} has some of them, and the module that it builds on the others: all places change together")


def _check_file(project: Project, path: str, text: bytes, converted: bool) -> None:
    """Raise Refused where a file needs the old settings, and is no settings module that changes itself."""
    named = _WORD.findall(text)
    if named and not converted and not (path.endswith(".py") and tests(path) and len(named) == _overrides(project, path)):
        raise Refused(f"{path} names them, too: all places change together")
    if project.settings.is_dynamic(path) and converted:
        raise Refused("the settings modules set names in a way that cannot be seen")
    if b"email_backend" in text and b"AdminEmailHandler" in text and not (converted and _handlers_fit(project, path)):
        raise Refused(f"{path} gives a log handler a backend of its own, which has to become a mailer")
    if b"django.core.mail" in text and _MADE.search(text):
        raise Refused(f"{path} makes connections with a backend or options itself")
    if path.endswith(".py") and b"MAILERS" in text:
        raise Refused(f"{path} speaks of MAILERS already")


def _overrides(project: Project, path: str) -> int:
    """How many of the settings a test file names as overrides that can become MAILERS."""
    names = project.names(path)
    tree = names.module.node if names is not None else None
    count = 0
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Call) and name_of(node.func) in ("override_settings", "settings"):
            given = [one for one in node.keywords if one.arg in NAMES]
            count += len(given) if mailer_of(given) is not None else 0
        elif isinstance(node, ast.Assign) and is_fixture_write(node) and literal(node.value) in PLAIN:
            count += 1
    return count


def is_fixture_write(node: ast.Assign) -> bool:
    """True for `settings.EMAIL_BACKEND = ...`."""
    target = node.targets[0]
    if len(node.targets) != 1 or not isinstance(target, ast.Attribute) or target.attr != "EMAIL_BACKEND":
        return False
    return isinstance(target.value, ast.Name) and target.value.id == "settings"


def mailer_of(given: list[ast.keyword]) -> str | None:
    """The backend that overrides mean, where it takes nothing from the settings they stand over: a plain one, or files with a path."""
    values = {one.arg: one.value for one in given}
    backend = literal(values.get("EMAIL_BACKEND"))
    if not isinstance(backend, str):
        return None
    rest = set(values) - {"EMAIL_BACKEND"}
    fits = (backend in PLAIN and not rest) or (backend == FILES and rest == {"EMAIL_FILE_PATH"})
    return backend if fits else None


def handlers(tree: ast.AST) -> list[tuple[ast.Dict, ast.expr]]:
    """Each dict literal for an AdminEmailHandler that names a backend, with the backend."""
    found = []
    for node in ast.walk(tree):
        backend = item_of(node, "email_backend") if isinstance(node, ast.Dict) else None
        if isinstance(node, ast.Dict) and backend is not None and literal(item_of(node, "class")) == HANDLER:
            found.append((node, backend))
    return found


def second_mailer(project: Project, path: str) -> str | None:
    """The backend that log handlers of a module, and of those it builds on, need beside the default mailer; None if none does.

    A handler with the default backend shares its mailer only where no other module and no test has another default.
    Raises Refused where there is more than one, or one with options.
    """
    chain = project.settings
    every = {value for one in (*chain.chain(path), path) for value in _backends(project, one)}
    others = every - {backend_of(own_settings(chain.assignments_of(path)))} if is_alone(project) else every
    if len(others) > 1 or not others <= PLAIN:
        raise Refused("a log handler has a backend of its own, which has to become a mailer")
    return others.pop() if others else None


def is_alone(project: Project) -> bool:
    """True if the mail settings of a project stand in one module."""
    return sum(bool(own_settings(project.settings.assignments_of(path))) for path in project.settings.modules) == 1


def _backends(project: Project, path: str) -> set[str]:
    names = project.names(path) if b"email_backend" in project.tree.get(path, b"") else None
    return {str(literal(backend)) for _, backend in handlers(names.module.node)} if names is not None else set()


def _handlers_fit(project: Project, path: str) -> bool:
    """True if every log handler of a module is a dict literal, and no test overrides what the handlers do not depend on."""
    names = project.names(path)
    seen = names is not None and project.tree[path].count(b"email_backend") == len(handlers(names.module.node))
    return seen and not any(tests(other) and _WORD.search(project.tree[other]) for other in project.python_paths)
