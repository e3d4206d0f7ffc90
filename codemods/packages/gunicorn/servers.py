"""gunicorn: its commands for Django, workers that went, headers it refuses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.servers import APPLICATION, ServerText
from django_hop.ops.settings import ListItem
from django_hop.ops.settings_text import string_edit
from django_hop.rewrite.site import Site

PACKAGE = "gunicorn"
GONE = "`gunicorn_django` and `run_gunicorn` are gone: gunicorn runs the WSGI application"
WORKER = "the worker `gaiohttp` is gone since 20.0: `gthread` serves a WSGI application, one request at a time, and keeps connections open"
_ELSE = f"{WORKER}; but {{}}"
EVENTLET = "the eventlet worker is gone from 26.0 on: gevent and gthread are left"
STRICT = "gunicorn 22 refuses odd framing and drops headers it does not map: try it behind the real proxy"
_RUN = r"(?:\bpython[\d.]*[ \t]+)?(?:\./)?manage\.py[ \t]+run_gunicorn\b"
_OPTION = r"(?:-k|--worker-class)[ \t=]+['\"]?"
_GAIOHTTP = r"((?<![\w-])(?:-k|--worker-class)(?:[ \t=]*['\"]?|['\"],[ \t]*['\"]))gaiohttp\b"
_THREADS = r"(?:--threads\b|GUNICORN_THREADS)"
_ASGI = r"\basgi\b"


@dataclass(frozen=True)
class Configured(PythonOp):
    """Report settings of a configuration file of gunicorn, by name, or by name and value; `becomes` is the value they take instead."""

    names: tuple[str, ...]
    message: str
    values: tuple[str, ...] = ()
    becomes: str = ""
    unless: str = ""
    """Another setting, with which the new value would mean something else."""

    @property
    def words(self) -> Words:
        """One of the names."""
        return tuple(frozenset({name}) for name in self.names)

    def concerns(self, path: str) -> bool:
        """`gunicorn.conf.py`, `config/gunicorn.py`, `gunicorn_conf.py`."""
        return "gunicorn" in path.rpartition("/")[2]

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit or a finding at each assignment."""
        for statement in site.nodes(ast.Assign) if self.concerns(site.path) else ():
            named = [one for one in statement.targets if isinstance(one, ast.Name) and one.id in self.names]
            value = statement.value.value if isinstance(statement.value, ast.Constant) else None
            if not named or (self.values and value not in self.values):
                continue
            if not self.becomes:
                yield site.finding(named[0], self.message)
            elif self.unless and self.unless in site.names.module.bindings:
                yield site.finding(named[0], f"{self.message}; but `{self.unless}`, which `{value!s}` did not read, would count")
            else:
                assert isinstance(statement.value, ast.Constant)
                yield from site.change(named[0], self.message, string_edit, site, statement.value, str(value), self.becomes)


CODEMODS = [
    Codemod(
        "gunicorn-django",
        "gunicorn runs the WSGI application of the project",
        package=PACKAGE,
        deprecated="19.0",
        removed="19.7",
        works_from="0.17",
        safety=REVIEW,
        covers=("gunicorn-19-django-app",),
        docs="gunicorn 19.7 changelog: removed gunicorn_django",
        ops=(
            ServerText(
                r"(?<![\w/-])gunicorn_django\b(?:[ \t]+--settings[= \t]+[\w.]+)?",
                ("gunicorn_django",),
                f"gunicorn {APPLICATION}",
                GONE,
            ),
            ServerText(rf"{_RUN}[ \t]+((?:[\w.-]+|\[[\w:]+\]):\d+)", ("run_gunicorn",), rf"gunicorn {APPLICATION} -b \1", GONE),
            ServerText(rf"{_RUN}(?=[ \t]*(?:$|-|[\"'|&;>]))", ("run_gunicorn",), f"gunicorn {APPLICATION}", GONE),
            ServerText(rf"{_RUN}(?=[ \t]+(?:\d+|[^\s:-][^\s:]*)(?:\s|$))", ("run_gunicorn",), None, GONE),
            ListItem(("INSTALLED_APPS",), GONE, remove=("gunicorn",)),
        ),
    ),
    Codemod(
        "gunicorn-workers",
        "the worker gthread of gunicorn takes the place of gaiohttp",
        package=PACKAGE,
        deprecated="19.8",
        removed="20.0",
        works_from="19.4",
        safety=REVIEW,
        covers=("gunicorn-20-workers",),
        docs="gunicorn 20.0 changelog: Removed gaiohttp worker",
        ops=(
            ServerText(_GAIOHTTP, ("gaiohttp",), r"\1gthread", WORKER, holds=rf"\A(?!(?s:.*)(?:{_THREADS}|{_ASGI}))"),
            ServerText(_GAIOHTTP, ("gaiohttp",), None, _ELSE.format("`--threads` would count, which it did not read"), holds=_THREADS),
            ServerText(_GAIOHTTP, ("gaiohttp",), None, _ELSE.format("an ASGI application needs a worker for ASGI"), holds=_ASGI),
            Configured(("worker_class",), WORKER, ("gaiohttp",), becomes="gthread", unless="threads"),
        ),
    ),
    Codemod(
        "gunicorn-eventlet",
        "the eventlet worker of gunicorn is found",
        package=PACKAGE,
        deprecated="25.0",
        removed="26.0",
        works_from="19.0",
        safety=DETECT,
        covers=("gunicorn-26-eventlet",),
        docs="gunicorn 26.0 changelog: eventlet worker removed",
        ops=(
            ServerText(rf"(?:gunicorn|GUNICORN_CMD_ARGS)\b[^\n]*{_OPTION}eventlet\b", ("eventlet",), None, EVENTLET),
            Configured(("worker_class",), EVENTLET, ("eventlet",)),
        ),
    ),
    Codemod(
        "gunicorn-strict-http",
        "gunicorn reads requests strictly",
        package=PACKAGE,
        removed="22.0",
        works_from="19.0",
        safety=DETECT,
        silent=True,
        covers=("gunicorn-22-strict-http",),
        docs="gunicorn 22.0 changelog: stricter parsing",
        ops=(
            ServerText(r"--(?:tolerate-dangerous-framing|header-map|forwarder-headers|forwarded-allow-ips)\b", ("gunicorn",), None, STRICT),
            Configured(("secure_scheme_headers", "forwarded_allow_ips", "forwarder_headers", "header_map"), STRICT),
        ),
    ),
]
