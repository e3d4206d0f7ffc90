"""Settings and decorators of the content security policy, which became dictionaries."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.settings import ListItem
from django_hop.ops.settings_combine import CombineSettings
from django_hop.ops.settings_uses import UNKNOWN, literal, own_assignments
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-csp"
NONCE = "csp.constants.NONCE"
DIRECTIVES = (
    *("child-src", "connect-src", "default-src", "script-src", "script-src-attr", "script-src-elem", "object-src", "style-src"),
    *("style-src-attr", "style-src-elem", "font-src", "frame-src", "img-src", "manifest-src", "media-src", "prefetch-src"),
    *("worker-src", "base-uri", "plugin-types", "sandbox", "form-action", "frame-ancestors", "navigate-to", "report-uri"),
    *("report-to", "require-sri-for", "require-trusted-types-for", "trusted-types", "upgrade-insecure-requests"),
    "block-all-mixed-content",
)
BY_SETTING = {f"CSP_{name.upper().replace('-', '_')}": name for name in DIRECTIVES}
OTHERS = ("CSP_INCLUDE_NONCE_IN", "CSP_EXCLUDE_URL_PREFIXES", "CSP_REPORT_ONLY", "CSP_REPORT_PERCENTAGE")
_DECORATORS = ("csp", "csp_update", "csp_replace")


def policy(values: Mapping[str, object], sources: Mapping[str, str], nonce: str | None, uses_nonce: bool) -> str:
    """The dictionary that says what the old settings said. Raises Refused."""
    directives = {BY_SETTING[name]: text for name, text in sources.items() if name in BY_SETTING and values[name] is not None}
    directives.setdefault("default-src", "[\"'self'\"]")
    included = values.get("CSP_INCLUDE_NONCE_IN", ["default-src"] if uses_nonce else [])
    if not isinstance(included, (list, tuple, set)):
        raise Refused("which directives have the nonce is only known when the project runs")
    for name in included:
        if str(name) not in directives or nonce is None:
            raise Refused(f"`{name}` should have a nonce")
        directives[str(name)] = _with_nonce(directives[str(name)], nonce)
    lines = ["        {}: {},\n".format(_quoted(name), text.replace("\n", "\n        ")) for name, text in directives.items()]
    head = ""
    if "CSP_EXCLUDE_URL_PREFIXES" in sources:
        head += f'    "EXCLUDE_URL_PREFIXES": {sources["CSP_EXCLUDE_URL_PREFIXES"]},\n'
    if "CSP_REPORT_PERCENTAGE" in sources:
        share = values["CSP_REPORT_PERCENTAGE"]
        said = repr(round(share * 100, 6)) if isinstance(share, float | int) else f"{sources['CSP_REPORT_PERCENTAGE']} * 100"
        head += f'    "REPORT_PERCENTAGE": {said},\n'
    return "{\n" + head + '    "DIRECTIVES": {\n' + "".join(lines) + "    },\n}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _with_nonce(text: str, nonce: str) -> str:
    """A directive's list with the nonce at its end. Raises Refused where it is no plain list."""
    node = ast.parse(text, mode="eval").body
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return f"[{text}, {nonce}]"
    if not isinstance(node, (ast.List, ast.Tuple)) or "\n" in text or "#" in text or not node.elts:
        raise Refused("a list that should have a nonce is put together")
    return f"{text[:-1].rstrip().rstrip(',')}, {nonce}{text[-1]}"


@dataclass(frozen=True)
class PolicySettings(PythonOp):
    """`CSP_DEFAULT_SRC` and its like -> `CONTENT_SECURITY_POLICY`, or the one that only reports."""

    @property
    def words(self) -> Words:
        """One of the old names."""
        return tuple(frozenset({name}) for name in (*BY_SETTING, *OTHERS))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the module that has all of them; findings where they are spread, read or overridden."""
        uses_nonce = any(b"csp_nonce" in data for data in site.project.tree.values())
        flag = next((literal(one.value) for one in own_assignments(site, "CSP_REPORT_ONLY")), False)

        def compute(values: Mapping[str, object], sources: Mapping[str, str]) -> str:
            if flag is UNKNOWN or not isinstance(flag, bool):
                raise Refused("whether it only reports is known when the project runs")
            wanted = values.get("CSP_INCLUDE_NONCE_IN", uses_nonce)
            nonce = site.imports.need(NONCE, site.module.tree.body[0]) if wanted else None
            return policy(values, sources, nonce, uses_nonce)

        new = "CONTENT_SECURITY_POLICY_REPORT_ONLY" if flag is True else "CONTENT_SECURITY_POLICY"
        names = (*BY_SETTING, *OTHERS)
        yield from CombineSettings(names, new, compute, f"this setting is now in `{new}`", literals=False).apply(site)


@dataclass(frozen=True)
class Decorator(PythonOp):
    """`@csp_update(IMG_SRC="a")` -> `@csp_update({"img-src": ["a"]})`, `@csp_exempt` -> `@csp_exempt()`."""

    @property
    def words(self) -> Words:
        """The module with one of the decorators."""
        return tuple(frozenset({"csp", "decorators", name}) for name in (*_DECORATORS, "csp_exempt"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with plain keywords, and for the decorator without a call."""
        for name in _DECORATORS:
            for call in site.calls(f"csp.decorators.{name}"):
                yield from self._call(site, call, f"`{name}()` takes one dictionary")
        for node in site.references("csp.decorators.csp_exempt"):
            parent = site.parent(node)
            if isinstance(parent, ast.Call) and parent.func is node and not parent.args:
                continue
            message = "`csp_exempt` is called: `csp_exempt()`"
            end = site.module.end(node)
            yield Edit(end, end, "()")
            yield site.finding(node, message, fixed=True)

    @staticmethod
    def _call(site: Site, call: ast.Call, message: str) -> Iterator[Edit | Finding]:
        if call.args or not call.keywords or any(one.arg in ("config", "REPORT_ONLY") for one in call.keywords):
            return
        segment = site.module.segment(call)
        if any(one.arg is None for one in call.keywords) or "#" in segment:
            yield site.finding(call, message)
            return
        items = []
        for one in call.keywords:
            text = site.module.segment(one.value)
            single = isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
            items.append(f"{_quoted((one.arg or '').lower().replace('_', '-'))}: {f'[{text}]' if single else text}")
        start = site.module.start(call.keywords[0])
        end = max(site.module.end(one.value) for one in call.keywords)
        yield Edit(start, end, "{" + ", ".join(items) + "}")
        yield site.finding(call, message, fixed=True)


CODEMODS = [
    Codemod(
        "csp-settings",
        "the settings CSP_... become the dictionary CONTENT_SECURITY_POLICY",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        silent=True,
        covers=("csp-4.0-settings-dict",),
        docs="django-csp 4.0 migration guide",
        then="Compare the header of some answers before and after. Django 6.0 has SECURE_CSP and a middleware of its own.",
        ops=(
            PolicySettings(),
            ListItem(
                ("INSTALLED_APPS",),
                "the checks of django-csp tell of old settings, if it is installed as an app",
                append="csp",
                when="csp.middleware.CSPMiddleware",
            ),
        ),
    ),
    Codemod(
        "csp-decorators",
        "decorators of django-csp take a dictionary, and csp_exempt is called",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("csp-4.0-decorators",),
        docs="django-csp 4.0 migration guide: decorators",
        then="Where the policy only reports, a decorator has to say REPORT_ONLY=True, too.",
        ops=(Decorator(),),
    ),
]
