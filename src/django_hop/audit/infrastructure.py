"""What a project runs on and with: images, CI, processes, caches and brokers, databases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from ..dependencies.inventory import is_foreign
from ..dependencies.model import MATRIX
from ..dependencies.servers import Server
from ..dependencies.way import Way
from ..project.index import Project
from ..project.settings_module import Assignment
from .model import Backend, Databases, Infrastructure, Place

_FROM = re.compile(r"^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(?P<image>\S+)(?:[ \t]+AS[ \t]+(?P<name>\S+))?", re.M | re.I)
_IMAGE = re.compile(r"^[ \t]*(?:-[ \t]+)?[\"']?image[\"']?:[ \t]*[\"']?(?P<image>[\w./:@${}-]+)", re.M)
_CI = (
    (re.compile(r"(^|/)\.github/workflows/[^/]+\.ya?ml$"), "GitHub Actions"),
    (re.compile(r"(^|/)\.gitlab-ci\.ya?ml$|(^|/)\.gitlab/.*\.ya?ml$"), "GitLab CI"),
    (re.compile(r"(^|/)\.circleci/config\.ya?ml$"), "CircleCI"),
    (re.compile(r"(^|/)\.travis\.ya?ml$"), "Travis CI"),
    (re.compile(r"(^|/)azure-pipelines[^/]*\.ya?ml$"), "Azure Pipelines"),
    (re.compile(r"(^|/)bitbucket-pipelines\.ya?ml$"), "Bitbucket Pipelines"),
    (re.compile(r"(^|/)\.woodpecker(/.*)?\.ya?ml$"), "Woodpecker CI"),
    (re.compile(r"(^|/)Jenkinsfile$"), "Jenkins"),
    (re.compile(r"(^|/)appveyor\.ya?ml$"), "AppVeyor"),
    (re.compile(r"(^|/)tox\.ini$"), "tox"),
    (re.compile(r"(^|/)noxfile\.py$"), "nox"),
)
_SERVERS = r"(?:gunicorn|uwsgi|uvicorn|daphne|hypercorn|waitress-serve|celery|rqworker|dramatiq|huey_consumer|supervisord)"
_RUNS = re.compile(rf"(?<![\w.=/-]){_SERVERS}(?![\w=-])|\bmanage\.py[\"',\s]+(?:runserver|rqworker|qcluster|run_huey|process_tasks)\b")
_PROCESS_LINE = {
    "procfile": re.compile(r"^[\w-]+:[ \t]*(?P<text>\S.*)$", re.M),
    "docker": re.compile(r"^[ \t]*(?:CMD|ENTRYPOINT)[ \t]+(?P<text>\S.*)$", re.M | re.I),
    "yaml": re.compile(r"^[ \t]*(?:command|entrypoint)[ \t]*:[ \t]*(?P<text>[^\s|>#&*].*)$", re.M),
    "conf": re.compile(r"^[ \t]*(?:command|cmd)[ \t]*=[ \t]*(?P<text>\S.*)$", re.M),
    "shell": re.compile(rf"^[ \t]*(?:exec[ \t]+)?(?P<text>(?:python3?[ \t]+(?:-m[ \t]+)?)?(?:{_SERVERS}\b|manage\.py[ \t]).*)$", re.M),
}
_ENGINES = (
    ("postgis", "PostgreSQL"),
    ("postgresql", "PostgreSQL"),
    ("postgres", "PostgreSQL"),
    ("mysql", "MySQL"),
    ("mariadb", "MariaDB"),
    ("sqlite", "SQLite"),
    ("spatialite", "SQLite"),
    ("oracle", "Oracle"),
)
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://")
_SETTINGS = (
    "CACHES",
    "CHANNEL_LAYERS",
    "CELERY_BROKER_URL",
    "CELERY_RESULT_BACKEND",
    "BROKER_URL",
    "RQ_QUEUES",
    "SESSION_ENGINE",
    "EMAIL_BACKEND",
    "DEFAULT_FILE_STORAGE",
    "STATICFILES_STORAGE",
    "STORAGES",
)
_KEYS = frozenset({"ENGINE", "BACKEND"})


def infrastructure(tree: Mapping[str, bytes], project: Project, way: Way) -> Infrastructure:
    """What the files of a commit say; the places that name a Python are those of the way."""
    plan = way.plans[0][1]
    django = next((one for one in plan.verdicts if one.package == "django"), None)
    texts = {path: tree[path].decode("utf-8", "replace") for path in tree if _is_infrastructure(path)}
    uses = [(path, use) for path in project.holding(b"Celery") for use in _uses(project, path, "celery.Celery")]
    tasks = sum(len(_uses(project, path, "celery.shared_task")) for path in project.holding(b"shared_task"))
    return Infrastructure(
        images=tuple(place for path, text in texts.items() for place in _images(path, text)),
        ci=tuple((path, name) for path in tree for pattern, name in _CI if pattern.search(path)),
        pythons=plan.interpreters,
        matrices=tuple(one for one in django.declared if one.kind == MATRIX) if django else (),
        processes=tuple(place for path, text in texts.items() for place in _processes(path, text)),
        backends=tuple(one for name in _SETTINGS for assignment in project.settings.assignments(name) for one in _backends(assignment)),
        celery_apps=tuple(Place(path, use.lineno, "celery.Celery") for path, use in uses),
        celery_tasks=tasks,
    )


def databases(project: Project, found: Sequence[Server]) -> Databases:
    """The databases that the settings name, and the servers that compose files and CI start."""
    said = project.settings.assignments("DATABASES")
    engines = [one for assignment in said for one in _backends(assignment) or _unsaid(assignment)]
    names = [name for one in engines if (name := engine_name(one.value))] + [server.engine for server in found]
    return Databases(tuple(engines), tuple(sorted(dict.fromkeys(names))), tuple(found))


def engine_name(backend: str) -> str:
    """A database as Django's documentation writes it, by the backend's module or an address' scheme; empty if it is another."""
    return next((name for word, name in _ENGINES if word in backend.lower()), "")


def _is_infrastructure(path: str) -> bool:
    return not is_foreign(path) and _form(path) is not None


def _form(path: str) -> str | None:
    """How a file that starts processes is written; None for other files."""
    pure = PurePosixPath(path)
    name = pure.name.lower()
    if name == "procfile" or name.startswith("procfile."):
        return "procfile"
    if name.startswith(("dockerfile", "containerfile")) or pure.suffix in (".dockerfile", ".containerfile"):
        return "docker"
    if pure.suffix in (".yml", ".yaml"):
        return "yaml"
    if pure.suffix in (".sh", ".bash"):
        return "shell"
    return "conf" if pure.suffix in (".conf", ".ini") else None


def _images(path: str, text: str) -> Iterator[Place]:
    form = _form(path)
    stages = {match["name"] for match in _FROM.finditer(text)} if form == "docker" else set()
    for match in (_FROM if form == "docker" else _IMAGE).finditer(text) if form in ("docker", "yaml") else ():
        if match["image"] not in stages:
            yield _place(path, text, match.start("image"), match["image"])


def _processes(path: str, text: str) -> Iterator[Place]:
    form = _form(path)
    for match in _PROCESS_LINE[form].finditer(text) if form else ():
        # In a Procfile all is a process; elsewhere only what serves or works.
        if form == "procfile" or _RUNS.search(match["text"]):
            yield _place(path, text, match.start("text"), match["text"].strip())


def _place(path: str, text: str, start: int, what: str) -> Place:
    return Place(path, text.count("\n", 0, start) + 1, what)


def _uses(project: Project, path: str, name: str) -> Sequence[ast.expr]:
    names = project.names(path)
    return names.references.get(name, ()) if names is not None else ()


def _unsaid(assignment: Assignment) -> list[Backend]:
    """A value from the environment, or from a function: a backend without a name."""
    given = assignment.value is not None and assignment.kind in ("assign", "annotate")
    return [Backend(assignment.name, "", assignment.path, assignment.statement.lineno)] if given else []


def _backends(assignment: Assignment) -> list[Backend]:
    """The backends that a value names; of an address only the scheme, for there may be a password in the rest."""
    return list(_find_backends(assignment))


def _find_backends(assignment: Assignment) -> Iterator[Backend]:
    if assignment.value is None:
        return
    whole = assignment.kind in ("assign", "annotate") or _names_backend(assignment.statement)
    for node in ast.walk(assignment.value):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                named = isinstance(key, ast.Constant) and key.value in _KEYS
                if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield Backend(assignment.name, value.value, assignment.path, value.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            scheme = _SCHEME.match(node.value)
            if scheme:
                yield Backend(assignment.name, f"{scheme[1]}://", assignment.path, node.lineno)
            elif node is assignment.value and whole:
                yield Backend(assignment.name, node.value, assignment.path, node.lineno)


def _names_backend(statement: ast.stmt) -> bool:
    """True for `DATABASES["default"]["ENGINE"] = ...`."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Constant) and one.slice.value in _KEYS for one in targets)
