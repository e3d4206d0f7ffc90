"""Settings of axes: its backend and middleware, the lock-out parameters, names, the answer to a client that is locked out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.projects import in_projects
from django_hop.ops.settings import DropSetting, ListItem, RenameSetting, SetDefault
from django_hop.ops.settings_changes import lists
from django_hop.ops.settings_combine import CombineSettings
from django_hop.ops.settings_text import string_edit
from django_hop.ops.settings_uses import settings_of
from django_hop.project.index import Project
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-axes"
APPS = ("axes", "axes.apps.AppConfig")
BACKEND, MIDDLEWARE = "axes.backends.AxesBackend", "axes.middleware.AxesMiddleware"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
_NO_BACKEND = "nobody is locked out without a backend of axes among `AUTHENTICATION_BACKENDS`"
_SWITCHES = (
    "AXES_ONLY_USER_FAILURES",
    "AXES_LOCK_OUT_BY_USER_OR_IP",
    "AXES_LOCK_OUT_BY_COMBINATION_USER_AND_IP",
    "AXES_USE_USER_AGENT",
)
_OLD_LOGGER, _LOGGER = "axes.watch_login", "axes"


def lockout_parameters(values: Mapping[str, object], sources: Mapping[str, str]) -> str:
    """The parameters that axes itself makes of the old switches."""
    if any(not isinstance(value, bool) for value in values.values()):
        raise Refused("a value is no plain True or False")
    if values.get("AXES_ONLY_USER_FAILURES"):
        first, others = ["username"], []
    elif values.get("AXES_LOCK_OUT_BY_USER_OR_IP"):
        first, others = ["username"], ["ip_address"]
    elif values.get("AXES_LOCK_OUT_BY_COMBINATION_USER_AND_IP"):
        first, others = ["username", "ip_address"], []
    else:
        first, others = ["ip_address"], []
    if values.get("AXES_USE_USER_AGENT"):
        first.append("user_agent")
    said = ", ".join(f'"{one}"' for one in first)
    return "[" + ", ".join([said if len(first) == 1 else f"[{said}]", *(f'"{one}"' for one in others)]) + "]"


def names_no_backend(project: Project) -> bool:
    """True if no file of the project names anything in `axes.backends`."""
    return not any(b"axes.backends" in data for data in project.tree.values())


@dataclass(frozen=True)
class LoggerName(PythonOp):
    """The logger `axes.watch_login` in LOGGING is `axes`, above those of all modules; elsewhere it is reported."""

    message: str = "the loggers of axes are called as its modules since 5.7: `axes` is above them all"

    @property
    def words(self) -> Words:
        """The parts of the name."""
        return (frozenset({"axes", "watch_login"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for keys of dictionaries in settings modules; findings for other strings."""
        for node in site.names.strings:
            if node.value != _OLD_LOGGER:
                continue
            parent = site.parent(node)
            if isinstance(parent, ast.keyword | ast.Assign):
                continue  # AXES_LOGGER, which goes
            keys = [one.value for one in parent.keys if isinstance(one, ast.Constant)] if isinstance(parent, ast.Dict) else []
            if node.value not in keys or _LOGGER in keys or not settings_of(site).is_settings(site.path):
                yield site.finding(node, self.message)
                continue
            yield from site.change(node, self.message, string_edit, site, node, _OLD_LOGGER, _LOGGER)


CODEMODS = [
    Codemod(
        "axes-backend-name",
        "AxesModelBackend becomes AxesBackend",
        package=PACKAGE,
        removed="5.0.5",
        works_from="5.0",
        safety=SAFE,
        covers=("axes-5.0-backend-middleware",),
        docs="django-axes 5.0 changelog: AxesModelBackend",
        ops=(
            ListItem(
                ("AUTHENTICATION_BACKENDS",),
                "`AxesModelBackend` is now `AxesBackend`",
                replace={"axes.backends.AxesModelBackend": BACKEND},
            ),
        ),
    ),
    Codemod(
        "axes-backend",
        "axes has its backend and its middleware",
        package=PACKAGE,
        removed="5.0",
        works_from="5.0",
        safety=REVIEW,
        silent=True,
        covers=("axes-5.0-backend-middleware",),
        docs="django-axes 5.0 documentation: Installation",
        then="Calls of authenticate() must say request=, or axes cannot count them.",
        after=("axes-backend-name",),
        ops=(
            *in_projects(
                names_no_backend,
                *(
                    ListItem(("AUTHENTICATION_BACKENDS",), _NO_BACKEND, append=BACKEND, before=MODEL_BACKEND, when=app)
                    for app in APPS
                ),
                SetDefault("AUTHENTICATION_BACKENDS", f'["{BACKEND}", "{MODEL_BACKEND}"]', _NO_BACKEND, when=lists(*APPS)),
            ),
            *(
                ListItem(("MIDDLEWARE",), "a lock-out is answered by the middleware of axes", append=MIDDLEWARE, when=app)
                for app in APPS
            ),
        ),
        from_before=True,
    ),
    Codemod(
        "axes-lockout-parameters",
        "the switches for what is locked out become AXES_LOCKOUT_PARAMETERS",
        package=PACKAGE,
        deprecated="6.0",
        removed=None,
        works_from="6.0",
        safety=SAFE,
        covers=("axes-6.0-lockout-parameters",),
        docs="django-axes 6.0 changelog: AXES_LOCKOUT_PARAMETERS",
        ops=(CombineSettings(_SWITCHES, "AXES_LOCKOUT_PARAMETERS", lockout_parameters, "this switch is now in `AXES_LOCKOUT_PARAMETERS`"),),
    ),
    Codemod(
        "axes-ipware-settings",
        "settings of axes about proxies take the prefix AXES_IPWARE_",
        package=PACKAGE,
        removed="6.0",
        works_from="6.0",
        safety=SAFE,
        silent=True,
        covers=("axes-6.0-ipware-names",),
        docs="django-axes 6.0 changelog: ipware",
        then="django-ipware no longer comes with axes: require django-axes[ipware], or all clients behind a proxy share one address.",
        ops=tuple(
            RenameSetting(f"AXES_{name}", f"AXES_IPWARE_{name}")
            for name in ("PROXY_ORDER", "PROXY_COUNT", "PROXY_TRUSTED_IPS", "META_PRECEDENCE_ORDER")
        ),
    ),
    Codemod(
        "axes-response-code",
        "a client that is locked out still gets the status 403",
        package=PACKAGE,
        removed="6.0",
        works_from="5.41",
        safety=REVIEW,
        silent=True,
        covers=("axes-6.0-http-429",),
        docs="django-axes 6.0 changelog: HTTP 429",
        ops=(
            SetDefault(
                "AXES_HTTP_RESPONSE_CODE",
                "403",
                "axes answers 429 from 6.0 on, where clients and tests expect 403",
                unless=("AXES_LOCKOUT_CALLABLE",),
                when=lists(*APPS),
            ),
        ),
        from_before=True,
    ),
    Codemod(
        "axes-access-log",
        "AXES_DISABLE_SUCCESS_ACCESS_LOG is AXES_DISABLE_ACCESS_LOG, and the logger is called axes",
        package=PACKAGE,
        deprecated="5.0.6",
        removed="6.0",
        works_from="5.7",
        safety=REVIEW,
        silent=True,
        covers=("axes-5.0-misc-settings",),
        docs="django-axes 5.0.6 and 5.7 changelog",
        ops=(
            RenameSetting("AXES_DISABLE_SUCCESS_ACCESS_LOG", "AXES_DISABLE_ACCESS_LOG"),
            DropSetting("AXES_LOGGER", "the loggers of axes are called as its modules since 5.7"),
            LoggerName(),
        ),
    ),
]
