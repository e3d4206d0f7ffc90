"""Settings for mail: EMAIL_* becomes MAILERS, all at once or not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.dicts import is_plain_dict, item_of, with_item, without_item
from django_hop.ops.nodes import name_of
from django_hop.ops.settings_text import without_statement
from django_hop.ops.settings_uses import UNKNOWN, literal, own_assignments, uses
from django_hop.project.settings_module import Assignment
from django_hop.rewrite import layout
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

from .mailers_plan import (
    FILES,
    HANDLER,
    NAMES,
    OPTIONS,
    PLAIN,
    SECOND,
    SMTP,
    backend_of,
    check_module,
    check_project,
    handlers,
    has_mailers,
    is_fixture_write,
    mailer_of,
    own_settings,
    second_mailer,
)

HANDLER_MESSAGE = "`email_backend` of AdminEmailHandler is deprecated in 6.1: `using` names a mailer of `MAILERS`"
MOVED = "`EMAIL_BACKEND` and the settings of its connection are deprecated in 6.1: `MAILERS` holds them"


@dataclass(frozen=True)
class Mailers(PythonOp):
    """The settings of the connection become one dict where nothing else knows them that does not change with them."""

    @property
    def words(self) -> Words:
        """One of the settings."""
        return tuple(frozenset({name}) for name in NAMES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the settings modules of a project where all can change; else findings at each setting."""
        own = own_settings(own_assignments(site, *NAMES))
        if not own:
            return
        try:
            check_project(site.project)
            edits = self._edits(site, own)
        except Refused as error:
            yield from (site.finding(one.target, f"{MOVED}; {error}") for one in own)
            return
        yield from edits
        yield from (site.finding(one.target, MOVED, fixed=True) for one in own)

    def _edits(self, site: Site, own: list[Assignment]) -> list[Edit]:
        check_module(own)
        if any("#" in site.module.source.line(one.statement.end_lineno or one.statement.lineno) for one in own):
            raise Refused("a comment stands beside one of them")
        backend = backend_of(own)
        others, changed = _handlers(site)
        entry = self._entry(site, {one.name: one.value for one in own}, backend, others)
        *before, last = sorted(own, key=lambda one: one.statement.lineno)
        return [*(without_statement(site, one.statement) for one in before), site.edit(last.statement, entry), *changed]

    @staticmethod
    def _entry(site: Site, values: dict[str, ast.expr | None], backend: str, others: dict[str, str]) -> str:
        said = {OPTIONS[name]: site.module.segment(value) for name, value in values.items() if name in OPTIONS and value is not None}
        if any("\n" in text and not text.startswith(("(", "[", "{")) and "(" not in text for text in said.values()):
            raise Refused("a value goes over lines")
        if backend == SMTP:
            # What the old settings meant without these two; a mailer has other defaults.
            said = {"host": '"localhost"', "port": "25"} | said
        newline, step = site.module.source.newline, "    "
        lines = ["MAILERS = {", f'{step}"default": {{', f'{step * 2}"BACKEND": "{backend}",']
        if said:
            lines += [f'{step * 2}"OPTIONS": {{', *(f'{step * 3}"{name}": {text},' for name, text in said.items()), f"{step * 2}}},"]
        lines += [f"{step}}},", *(f'{step}"{name}": {{"BACKEND": "{path}"}},' for name, path in others.items()), "}"]
        return newline.join(lines)


def _handlers(site: Site) -> tuple[dict[str, str], list[Edit]]:
    """The mailers that log handlers of a module, or of those below, need; and the edits that let those of the module use them."""
    second = second_mailer(site.project, site.path)
    edits: list[Edit] = []
    for node, value in handlers(site.module.tree):
        edits += _use(site, node, value) if second == literal(value) else [without_item(site, node, node.values.index(value))]
    return {SECOND: second} if second else {}, edits


def _use(site: Site, node: ast.Dict, value: ast.expr) -> list[Edit]:
    """`"email_backend": "path"` becomes `"using": "admin-errors"`."""
    key = node.keys[node.values.index(value)]
    assert key is not None
    return [site.edit(one, _requoted(site, one, text)) for one, text in ((key, "using"), (value, SECOND))]


def _requoted(site: Site, node: ast.expr, text: str) -> str:
    quote = site.module.segment(node)[:1]
    return f"{quote}{text}{quote}" if quote in "'\"" else f'"{text}"'


@dataclass(frozen=True)
class EmailSettingUses(PythonOp):
    """`settings.EMAIL_HOST_USER`, `getattr(settings, "EMAIL_HOST")`."""

    @property
    def words(self) -> Words:
        """One of the settings."""
        return tuple(frozenset({name}) for name in NAMES)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each use that reads."""
        for use in uses(site, *NAMES):
            if use.kind in ("read", "named", "import"):
                yield site.finding(
                    use.node, f"`settings.{use.name}` fails once `MAILERS` is there: use `DEFAULT_FROM_EMAIL` or a setting of your own"
                )


@dataclass(frozen=True)
class EmailOverrides(PythonOp):
    """`override_settings(EMAIL_BACKEND="...console...")` overrides MAILERS where the project has it, or gets it now."""

    @property
    def words(self) -> Words:
        """One of the settings."""
        return tuple(frozenset({name}) for name in NAMES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for backends that take nothing from the settings below; findings for the rest."""
        calls: dict[ast.Call, list[ast.keyword]] = {}
        for use in uses(site, *NAMES):
            message = f"once `MAILERS` is there, overriding `{use.name}` does nothing: override `MAILERS`"
            if use.kind == "override" and use.call is not None and isinstance(use.node, ast.keyword):
                calls.setdefault(use.call, []).append(use.node)
            elif use.kind == "write":
                statement = site.parent(use.node)
                if isinstance(statement, ast.Assign) and is_fixture_write(statement) and literal(statement.value) in PLAIN and _ready(site):
                    assert isinstance(use.node, ast.Attribute)
                    yield site.edit_attribute(use.node, "MAILERS")
                    yield site.edit(statement.value, _mailer(site.module.segment(statement.value)))
                    yield site.finding(use.node, message, fixed=True)
                else:
                    yield site.finding(use.node, message)
        for call, given in calls.items():
            yield from self._call(site, call, given)

    def _call(self, site: Site, call: ast.Call, given: list[ast.keyword]) -> Iterator[Edit | Finding]:
        message = "once `MAILERS` is there, overriding `{}` does nothing: override `MAILERS`"
        values = {one.arg or "": one for one in given}
        try:
            if mailer_of(given) is None or any(one.arg == "MAILERS" for one in call.keywords):
                raise Refused("its options come from elsewhere")
            if name_of(call.func) == "configure" or not _ready(site):
                raise Refused("the project has no `MAILERS` yet")
            edit = self._override(site, call, values)
        except Refused as error:
            yield from (site.finding(one, f"{message.format(one.arg)}; {error}") for one in given)
            return
        yield edit
        yield from (site.finding(one, message.format(one.arg), fixed=True) for one in given)

    @staticmethod
    def _override(site: Site, call: ast.Call, values: dict[str, ast.keyword]) -> Edit:
        backend, folder = values["EMAIL_BACKEND"], values.get("EMAIL_FILE_PATH")
        text = _mailer(site.module.segment(backend.value), site.module.segment(folder.value) if folder else "")
        if folder is None:
            return site.edit(backend, f"MAILERS={text}")
        before = layout.drop_argument(site.cst_call(call), "EMAIL_FILE_PATH")
        return site.replace_call(call, layout.add_argument(layout.drop_argument(before, "EMAIL_BACKEND"), layout.keyword("MAILERS", text)))


def _ready(site: Site) -> bool:
    return has_mailers(site.project)


def _mailer(backend: str, folder: str = "") -> str:
    """The value of MAILERS with one mailer, its backend and folder given as text of expressions."""
    quote = "'" if backend.startswith("'") else '"'
    options = f", {quote}OPTIONS{quote}: {{{quote}file_path{quote}: {folder}}}" if folder else ""
    return f"{{{quote}default{quote}: {{{quote}BACKEND{quote}: {backend}{options}}}}}"


@dataclass(frozen=True)
class HandlerBackend(PythonOp):
    """`"email_backend"` beside AdminEmailHandler in LOGGING becomes a mailer of a MAILERS that stands in the same module."""

    @property
    def words(self) -> Words:
        """The option and the handler."""
        return (frozenset({"email_backend", "AdminEmailHandler"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the module has MAILERS as a dict literal; a finding at each other such key, and at the keyword."""
        known = own_assignments(site, "MAILERS")
        found = handlers(site.module.tree)
        paths = {str(literal(value)) for _, value in found}
        mailers = known[0].value if len(known) == 1 and not known[0].conditional else None
        fits = isinstance(mailers, ast.Dict) and is_plain_dict(mailers) and item_of(mailers, SECOND) is None
        fits = fits and len(paths) == 1 and not paths & {SMTP, FILES, repr(UNKNOWN)}
        for node, value in found:
            key = node.keys[node.values.index(value)]
            if key is None:
                continue
            if not fits:
                yield site.finding(key, HANDLER_MESSAGE)
                continue
            yield from _use(site, node, value)
            yield site.finding(key, HANDLER_MESSAGE, fixed=True)
        if found and fits and isinstance(mailers, ast.Dict):
            yield from with_item(site, mailers, f'"{SECOND}": {{"BACKEND": "{paths.pop()}"}}')
        for call in site.calls(HANDLER):
            for keyword in call.keywords:
                if keyword.arg == "email_backend":
                    yield site.finding(call, HANDLER_MESSAGE)


CODEMODS = [
    Codemod(
        "mailers",
        "the settings of the mail connection become MAILERS",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-email-settings-to-mailers",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        ops=(Mailers(),),
    ),
    Codemod(
        "email-setting-uses",
        "reads of the old settings for mail are found",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-email-settings-reads",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        silent=True,
        ops=(EmailSettingUses(),),
    ),
    Codemod(
        "email-setting-overrides",
        "tests override MAILERS in place of the old settings for mail",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-email-settings-in-tests",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        silent=True,
        after=("mailers",),
        ops=(EmailOverrides(),),
    ),
    Codemod(
        "admin-email-handler-backend",
        "log handlers use a mailer in place of a mail backend of their own",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=REVIEW,
        after=("mailers",),
        covers=("6.1-adminemailhandler-email-backend",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        ops=(HandlerBackend(),),
    ),
]
