"""Settings: their names of today with the namespace they need, those that nobody reads any more, and defaults that changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DEPENDENCIES, DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.nodes import value_of
from django_hop.ops.projects import in_projects, says_none
from django_hop.ops.settings import DropSetting, FindSetting, RenameSetting, SettingValue
from django_hop.ops.settings_uses import settings_of
from django_hop.project.index import Project
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "celery"
_CONFIGURE = "config_from_object"
_NAMESPACE = "CELERY"
_PREFIXES = {
    "BROKER_": "CELERY_BROKER_",
    "CASSANDRA_": "CELERY_CASSANDRA_",
    "CELERYBEAT_": "CELERY_BEAT_",
    "CELERYD_": "CELERY_WORKER_",
    "CELERY_": "CELERY_TASK_",
}
"""How most names change; the lists below say which names."""
_USUAL = {
    "BROKER_": (
        *("CONNECTION_MAX_RETRIES", "CONNECTION_RETRY", "CONNECTION_TIMEOUT", "FAILOVER_STRATEGY", "HEARTBEAT", "HEARTBEAT_CHECKRATE"),
        *("HOST", "LOGIN_METHOD", "PASSWORD", "POOL_LIMIT", "PORT", "TRANSPORT", "TRANSPORT_OPTIONS", "URL", "USER", "USE_SSL", "VHOST"),
    ),
    "CASSANDRA_": ("KEYSPACE", "READ_CONSISTENCY", "SERVERS", "WRITE_CONSISTENCY"),
    "CELERYBEAT_": ("MAX_LOOP_INTERVAL", "SCHEDULE", "SCHEDULER", "SCHEDULE_FILENAME", "SYNC_EVERY"),
    "CELERYD_": (
        *("AGENT", "AUTOSCALER", "CONCURRENCY", "CONSUMER", "HIJACK_ROOT_LOGGER", "LOG_COLOR", "LOG_FORMAT", "MAX_TASKS_PER_CHILD"),
        *("POOL", "POOL_PUTLOCKS", "POOL_RESTARTS", "PREFETCH_MULTIPLIER", "STATE_DB", "TASK_LOG_FORMAT", "TIMER", "TIMER_PRECISION"),
    ),
    "CELERY_": (
        *("ACKS_LATE", "ALWAYS_EAGER", "ANNOTATIONS", "CREATE_MISSING_QUEUES", "DEFAULT_DELIVERY_MODE", "DEFAULT_EXCHANGE"),
        *("DEFAULT_EXCHANGE_TYPE", "DEFAULT_QUEUE", "DEFAULT_RATE_LIMIT", "DEFAULT_ROUTING_KEY", "IGNORE_RESULT", "QUEUES", "ROUTES"),
        *("STORE_ERRORS_EVEN_IF_IGNORED", "TRACK_STARTED"),
    ),
}
_OTHERS = {
    "CELERYD_TASK_SOFT_TIME_LIMIT": "CELERY_TASK_SOFT_TIME_LIMIT",
    "CELERYD_TASK_TIME_LIMIT": "CELERY_TASK_TIME_LIMIT",
    "CELERYD_WORKER_LOST_WAIT": "CELERY_WORKER_LOST_WAIT",
    "CELERY_DISABLE_RATE_LIMITS": "CELERY_WORKER_DISABLE_RATE_LIMITS",
    "CELERY_EAGER_PROPAGATES_EXCEPTIONS": "CELERY_TASK_EAGER_PROPAGATES",
    "CELERY_ENABLE_REMOTE_CONTROL": "CELERY_WORKER_ENABLE_REMOTE_CONTROL",
    "CELERY_MAX_CACHED_RESULTS": "CELERY_RESULT_CACHE_MAX",
    "CELERY_MESSAGE_COMPRESSION": "CELERY_TASK_COMPRESSION",
    "CELERY_REDIRECT_STDOUTS": "CELERY_WORKER_REDIRECT_STDOUTS",
    "CELERY_REDIRECT_STDOUTS_LEVEL": "CELERY_WORKER_REDIRECT_STDOUTS_LEVEL",
    "CELERY_RESULT_DB_SHORT_LIVED_SESSIONS": "CELERY_DATABASE_SHORT_LIVED_SESSIONS",
    "CELERY_RESULT_DB_TABLENAMES": "CELERY_DATABASE_TABLE_NAMES",
    "CELERY_RESULT_ENGINE_OPTIONS": "CELERY_DATABASE_ENGINE_OPTIONS",
    "CELERY_SEND_EVENTS": "CELERY_WORKER_SEND_TASK_EVENTS",
    "CELERY_SEND_TASK_SENT_EVENT": "CELERY_TASK_SEND_SENT_EVENT",
    "CELERY_TASK_RESULT_EXPIRES": "CELERY_RESULT_EXPIRES",
}
NAMES = {f"{old}{name}": f"{new}{name}" for old, new in _PREFIXES.items() for name in _USUAL[old]} | _OTHERS
"""Old name -> name under the namespace. CELERY_RESULT_DBURI is not among them: what it became depends on the result backend."""
_SAME = (
    *("CELERY_RESULT_BACKEND", "CELERY_RESULT_EXCHANGE", "CELERY_RESULT_EXCHANGE_TYPE", "CELERY_RESULT_PERSISTENT"),
    *("CELERY_RESULT_SERIALIZER", "CELERY_RESULT_DBURI", "CELERY_REDIS_DB", "CELERY_REDIS_HOST", "CELERY_REDIS_MAX_CONNECTIONS"),
    *("CELERY_REDIS_PASSWORD", "CELERY_REDIS_PORT", "CELERY_SECURITY_CERTIFICATE", "CELERY_SECURITY_CERT_STORE", "CELERY_SECURITY_KEY"),
    *("CELERY_EVENT_QUEUE_EXPIRES", "CELERY_EVENT_QUEUE_TTL", "CELERY_EVENT_SERIALIZER", "CELERY_TASK_PUBLISH_RETRY"),
    *("CELERY_TASK_PUBLISH_RETRY_POLICY", "CELERY_TASK_SERIALIZER", "CELERY_WORKER_DIRECT", "CELERY_TASK_ERROR_WHITELIST"),
)
_OLD_STARTS = ("BROKER_", "CELERYD_", "CELERYBEAT_", "CELERY_RESULT_DBURI")
_NEW_STARTS = tuple(
    f"CELERY_{name}_"
    for name in ("BEAT", "BROKER", "CASSANDRA", "CONTROL", "DATABASE", "EVENT", "REDIS", "RESULT", "SECURITY", "TASK", "WORKER")
)
GONE = (
    *("CELERYBEAT_LOG_FILE", "CELERYBEAT_LOG_LEVEL", "CELERYD_AUTORELOADER", "CELERYD_FORCE_EXECV", "CELERYD_LOG_FILE"),
    *("CELERYD_LOG_LEVEL", "CELERYMON_LOG_FILE", "CELERYMON_LOG_FORMAT", "CELERYMON_LOG_LEVEL", "CELERY_BROADCAST_EXCHANGE"),
    *("CELERY_BROADCAST_EXCHANGE_TYPE", "CELERY_BROADCAST_QUEUE", "CELERY_CHORD_PROPAGATES", "CELERY_QUEUE_HA_POLICY"),
    *("CASSANDRA_COLUMN_FAMILY", "CASSANDRA_DETAILED_MODE"),
)
_MAILS = "Celery 4.0 sends no error mails any more: a handler of the signal task_failure, or AdminEmailHandler in LOGGING, does"


def configurations(project: Project) -> list[ast.Call]:
    """The calls `app.config_from_object("django.conf:settings", ...)` of a project, parsed anew, and those that may be the same."""
    found = []
    for path in project.holding(_CONFIGURE.encode()):
        if path.endswith(".py"):
            try:
                tree = ast.parse(project.tree[path])
            except (SyntaxError, ValueError):
                continue
            found += [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _may_configure(node)]
    return found


def is_configuration(node: ast.AST) -> bool:
    """True for a call of config_from_object() with Django's settings."""
    given = _configured_from(node)
    return isinstance(given, ast.Constant) and given.value == "django.conf:settings"


def _may_configure(node: ast.AST) -> bool:
    given = _configured_from(node)
    return given is not None and (not isinstance(given, ast.Constant) or str(given.value).startswith("django.conf"))


def _configured_from(node: ast.AST) -> ast.expr | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != _CONFIGURE:
        return None
    return node.args[0] if node.args else value_of(node, "obj")


def _has_namespace(call: ast.Call) -> bool | None:
    """True with the usual namespace, False with none, None with another or one that cannot be seen."""
    given = {one.arg: one.value for one in call.keywords}
    if None in given or len(call.args) > 3 or not is_configuration(call):
        return None
    value = given.get("namespace")
    if value is None:
        return False
    return True if isinstance(value, ast.Constant) and value.value == _NAMESPACE else None


@dataclass(frozen=True)
class Names(PythonOp):
    """Old names become those of the namespace, and `config_from_object()` gets the namespace; neither without the other."""

    @property
    def words(self) -> Words:
        """The call, or one of the names."""
        return (frozenset({_CONFIGURE}), *(frozenset({name}) for name in NAMES))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where every app of the project is configured from Django's settings; findings else."""
        calls = configurations(site.project) or [node for node in site.nodes(ast.Call) if _may_configure(node)]
        why = self._obstacle(site, calls)
        for old, new in NAMES.items():
            if old in site.text:
                for one in RenameSetting(old, new).apply(site):
                    if not why:
                        yield one
                    elif isinstance(one, Finding):
                        yield Finding(one.codemod, one.path, one.line, one.column, f"the setting `{old}` is now `{new}`; {why}")
        if not any(settings_of(site).assignments(old) for old in NAMES):
            return
        for node in site.nodes(ast.Call):
            if is_configuration(node) and _has_namespace(node) is False:
                message = "the settings' new names are read with the namespace CELERY"
                try:
                    edits = [] if why else change_arguments(site, node, add={"namespace": '"CELERY"'}, drop=[])
                except Refused as error:
                    yield site.finding(node, f"{message}; {error}")
                    continue
                yield from edits
                yield site.finding(node, f"{message}; {why}" if why else message, fixed=not why)

    @staticmethod
    def _obstacle(site: Site, calls: list[ast.Call]) -> str:
        """Why no name can change; empty if they can. With the namespace old names count no more, so all change or none does."""
        if not calls:
            return "no app is seen that is configured from Django's settings, so nothing would read the new name"
        if any(_has_namespace(call) for call in calls):
            return "under the namespace CELERY the old name is ignored: should it count?"
        if any(_has_namespace(call) is None for call in calls):
            return "an app of the project has another namespace, or one that cannot be seen"
        chain = settings_of(site)
        known = {*_SAME, *NAMES, *GONE} - {"CELERY_RESULT_DBURI"}
        for path in chain.modules:
            if chain.is_dynamic(path):
                return f"{path} sets names in a way that cannot be seen"
            for one in chain.assignments_of(path):
                if one.name not in known and one.name.startswith(_NEW_STARTS):
                    return f"`{one.name}` ({path}) is ignored without the namespace, and would count with it"
                if one.name not in known and one.name.startswith(_OLD_STARTS):
                    return f"`{one.name}` ({path}) would be ignored with the namespace"
        held = [(RenameSetting(old, new), one) for old, new in NAMES.items() for one in chain.assignments(old)]
        reasons = (f"`{rename.old}` ({one.path}): {why}" for rename, one in held if (why := rename.obstacle(site, one)))
        return next(reasons, "")


@dataclass(frozen=True)
class FindConfiguration(PythonOp):
    """Report `config_from_object()` with Django's settings."""

    message: str

    @property
    def words(self) -> Words:
        """The call."""
        return (frozenset({_CONFIGURE}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        for call in site.nodes(ast.Call):
            if is_configuration(call):
                yield site.finding(call, self.message)


def is_amqp(value: object) -> bool:
    """True for the result backend that kept a queue for each result, with an address of its own."""
    return isinstance(value, str) and value.startswith("amqp://")


CODEMODS = [
    Codemod(
        "celery-settings-names",
        "settings of Celery take the names of the namespace CELERY",
        package=PACKAGE,
        deprecated="4.0",
        removed=None,
        works_from="4.0",
        safety=REVIEW,
        covers=("celery-4.0-settings-names",),
        docs="celery 4.0 what's new: Lowercase setting names",
        silent=True,
        then="Environment files, charts and other repositories that feed these names to the settings are not looked through.",
        ops=(
            Names(),
            FindSetting(
                "CELERY_RESULT_DBURI",
                "CELERY_RESULT_DBURI is CELERY_DATABASE_URL where the backend is `database`; else its address goes into "
                "CELERY_RESULT_BACKEND, as `db+<url>`",
            ),
        ),
    ),
    Codemod(
        "celery-removed-settings",
        "settings go that no release of Celery from 4.0 on reads",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("celery-4.0-removed-settings",),
        docs="celery 4.0 what's new: Removed settings",
        silent=True,
        ops=(
            *(DropSetting(name, f"Celery 4.0 and later do not read {name}") for name in GONE),
            FindSetting("CELERY_SEND_TASK_ERROR_EMAILS", _MAILS),
            FindSetting("CELERY_TASK_ERROR_WHITELIST", _MAILS),
        ),
    ),
    Codemod(
        "celery-json-messages",
        "messages are JSON by default, no pickles any more",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("celery-4.0-default-serializer",),
        docs="celery 4.0 what's new: JSON is now the default serializer",
        ops=(
            *in_projects(
                says_none(b"CELERY_TASK_SERIALIZER", b"task_serializer"),
                FindConfiguration(
                    "from Celery 4.0 on arguments and results are JSON: models, sets, bytes and the like cannot be sent, Decimal comes as "
                    "text or Decimal by the release of kombu, and workers refuse pickles still queued unless CELERY_ACCEPT_CONTENT names "
                    "them",
                ),
            ),
        ),
        from_before=True,
    ),
    Codemod(
        "celery-amqp-results",
        "results come back by rpc, no more by queues of their own",
        package=PACKAGE,
        deprecated="4.0",
        removed="5.0",
        works_from="3.1",
        safety=REVIEW,
        covers=("celery-5.0-amqp-result-backend",),
        docs="celery 5.0 what's new: Removal of the amqp result backend",
        ops=(
            SettingValue(("CELERY_RESULT_BACKEND",), {"amqp": "rpc://"}),
            FindSetting(
                "CELERY_RESULT_BACKEND",
                "the result backend `amqp` is gone: `rpc://` gives a result to the client that sent the task and to no other; Redis or "
                "django-db keep results",
                value=is_amqp,
            ),
        ),
    ),
    Codemod(
        "celery-retry-on-startup",
        "whether a worker waits for its broker at start has a setting of its own",
        package=PACKAGE,
        deprecated="5.3",
        removed=None,
        works_from="5.3",
        safety=DETECT,
        covers=("celery-5.3-connection-retry",),
        docs="celery 5.3 what's new: broker_connection_retry_on_startup",
        ops=(
            *in_projects(
                says_none(b"CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP", b"broker_connection_retry_on_startup"),
                FindConfiguration(
                    "from Celery 5.3 on workers warn until CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP says whether they wait for the broker "
                    "at start; True keeps what they do, which 6.0 changes",
                ),
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("celery-5.1-redis-group-order", "Only chords that are running while workers are replaced see it.", shown_by="tests"),
    Unseen("celery-4.0-on-node-results-expiry", "Only workers of both releases on one Redis see it.", shown_by="tests"),
    Unseen("celery-5.7-floors", "The commit that moves the requirement does it, with kombu and redis.", shown_by=DEPENDENCIES),
]
