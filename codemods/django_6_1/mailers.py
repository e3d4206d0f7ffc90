"""Settings for mail: EMAIL_* becomes MAILERS, all at once or not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.settings_text import without_statement
from django_hop.ops.settings_uses import literal, own_assignments, settings_of, uses
from django_hop.project.settings_module import Assignment
from django_hop.rewrite.site import Site
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
OWN = frozenset(f"{PATH}{name}.EmailBackend" for name in ("smtp", "filebased", "console", "locmem", "dummy"))
MOVED = "`EMAIL_BACKEND` and the settings of its connection are deprecated in 6.1: `MAILERS` holds them"


@dataclass(frozen=True)
class Mailers(PythonOp):
    """The settings of the connection become one dict where all of them stand in one module and nothing else knows them."""

    @property
    def words(self) -> Words:
        """One of the settings."""
        return tuple(frozenset({name}) for name in NAMES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a module with all of them; findings at each setting elsewhere."""
        own = [one for one in own_assignments(site, *NAMES) if one.kind not in ("delete", "import")]
        if not own:
            return
        try:
            edits = self._edits(site, own)
        except Refused as error:
            yield from (site.finding(one.target, f"{MOVED}; {error}") for one in own)
            return
        yield from edits
        yield from (site.finding(one.target, MOVED, fixed=True) for one in own)

    def _edits(self, site: Site, own: list[Assignment]) -> list[Edit]:
        self._check_project(site)
        values = {one.name: one.value for one in own}
        if len(values) != len(own) or any(one.kind != "assign" or one.conditional or one.owner is not None for one in own):
            raise Refused("they are set under conditions, in classes or more than once")
        if any(one.value is None or not isinstance(one.statement, ast.Assign) or len(one.statement.targets) != 1 for one in own):
            raise Refused("one of them is set together with other names")
        if any("#" in site.module.source.line(one.statement.end_lineno or one.statement.lineno) for one in own):
            raise Refused("a comment stands beside one of them")
        backend = literal(values["EMAIL_BACKEND"]) if "EMAIL_BACKEND" in values else SMTP
        if not isinstance(backend, str) or backend not in OWN:
            raise Refused("the backend is not one of Django's, so its options are not known")
        entry = self._entry(site, values, backend)
        *before, last = sorted(own, key=lambda one: one.statement.lineno)
        edits = [without_statement(site, one.statement) for one in before]
        return [*edits, site.edit(last.statement, entry)]

    @staticmethod
    def _check_project(site: Site) -> None:
        """Raise Refused where another file, or a read in this one, needs the old settings."""
        chain = settings_of(site)
        if chain.is_dynamic(site.path):
            raise Refused("the settings modules set names in a way that cannot be seen")
        for path, text in site.project.tree.items():
            if not path.endswith((".py", ".ini", ".toml", ".cfg")):
                continue
            if path != site.path and any(name.encode() in text for name in NAMES):
                raise Refused(f"{path} names them, too: all places change together")
            if b"email_backend" in text and b"AdminEmailHandler" in text:
                raise Refused(f"{path} gives a log handler a backend of its own, which has to become a mailer")
            if b"django.core.mail" in text and b"get_connection" in text:
                raise Refused(f"{path} makes connections itself")
            if path.endswith(".py") and b"MAILERS" in text:
                raise Refused(f"{path} speaks of MAILERS already")
        reads = [node for node in site.names.uses if node.id in NAMES and isinstance(node.ctx, ast.Load)]
        if reads:
            raise Refused("this module reads them again")

    @staticmethod
    def _entry(site: Site, values: dict[str, ast.expr | None], backend: str) -> str:
        allowed = set(OPTIONS) - {"EMAIL_FILE_PATH"} if backend == SMTP else {"EMAIL_FILE_PATH"} if backend == FILES else set()
        if strange := sorted(set(values) - allowed - {"EMAIL_BACKEND"}):
            raise Refused(f"`{strange[0]}` is no option of this backend")
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
        return newline.join([*lines, f"{step}}},", "}"])


@dataclass(frozen=True)
class EmailSettingUses(PythonOp):
    """`settings.EMAIL_HOST_USER`, `override_settings(EMAIL_BACKEND=...)`."""

    @property
    def words(self) -> Words:
        """One of the settings."""
        return tuple(frozenset({name}) for name in NAMES)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each use."""
        for use in uses(site, *NAMES):
            if use.kind == "override":
                yield site.finding(use.node, f"once `MAILERS` is there, overriding `{use.name}` does nothing: override `MAILERS`")
            elif use.kind in ("read", "named", "import"):
                yield site.finding(
                    use.node, f"`settings.{use.name}` fails once `MAILERS` is there: use `DEFAULT_FROM_EMAIL` or a setting of your own"
                )


@dataclass(frozen=True)
class HandlerBackend(PythonOp):
    """`"email_backend"` beside AdminEmailHandler in LOGGING."""

    @property
    def words(self) -> Words:
        """The option and the handler."""
        return (frozenset({"email_backend", "AdminEmailHandler"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the key of each such dict, and at the keyword."""
        message = "`email_backend` of AdminEmailHandler is deprecated in 6.1: `using` names a mailer of `MAILERS`"
        for node in site.names.strings:
            parent = site.parent(node)
            beside = parent.values if node.value == "email_backend" and isinstance(parent, ast.Dict) and node in parent.keys else []
            if any(isinstance(one, ast.Constant) and str(one.value).endswith("AdminEmailHandler") for one in beside):
                yield site.finding(node, message)
        for call in site.calls("django.utils.log.AdminEmailHandler"):
            if any(one.arg == "email_backend" for one in call.keywords):
                yield site.finding(call, message)


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
        "uses of the old settings for mail are found",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-email-settings-reads", "6.1-email-settings-in-tests"),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        silent=True,
        ops=(EmailSettingUses(),),
    ),
    Codemod(
        "admin-email-handler-backend",
        "log handlers are found that name a mail backend",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-adminemailhandler-email-backend",),
        docs="releases/6.1: Features deprecated in 6.1 / Mailers",
        ops=(HandlerBackend(),),
    ),
]
