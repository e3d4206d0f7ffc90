"""An audit as JSON (docs/json.md)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..audit.model import Audit, Backend, HopAudit, Migrations, Place
from ..dependencies.servers import is_enough
from ..model import Codemod, Safety, Stage
from ..releases import facts
from .as_json import commit, dumps, finding, interpreter, problems


def audit_json(found: Audit) -> str:
    """All of it."""
    first = found.hops[0].result
    structure, infrastructure = found.structure, found.infrastructure
    return dumps(
        "audit",
        {
            "hop": {"from": found.source, "to": found.hops[-1].hop.target},
            "commit": found.commit,
            "evidence": list(first.evidence),
            "notes": list(first.notes),
            "blocked": found.blocked,
            "hops": [_hop(found, hop) for hop in found.hops],
            "code": {"kinds": [asdict(one) for one in structure.kinds], "not_read": structure.not_read},
            "apps": [asdict(one) for one in structure.apps],
            "packages_installed": list(structure.packages),
            "settings": {
                "run_with": structure.settings_module,
                "modules": [{"path": one.path, "builds_on": list(one.builds_on)} for one in structure.settings],
            },
            "tests": {
                "runner": structure.runner.kind,
                "command": list(structure.runner.command),
                "why": structure.runner.why,
                "files": structure.test_files,
                "functions": structure.test_functions,
            },
            "dependencies": [
                {
                    "name": one.package,
                    "release": str(one.source) if one.source is not None else None,
                    "verdict": one.verdict,
                    "move_to": target or None,
                    "reason": one.reason,
                    "at": str(hop),
                }
                for hop, one, target in found.way.summary()
            ],
            "databases": {
                "settings": [_backend(one) for one in found.databases.engines],
                "engines": list(found.databases.names),
                "servers": [
                    {
                        "engine": one.engine,
                        "path": one.path,
                        "line": one.line,
                        "image": one.image,
                        "version": one.version or None,
                        "enough": {str(hop.hop.target): is_enough(one, hop.hop.target) for hop in found.hops},
                    }
                    for one in found.databases.servers
                ],
            },
            "migrations": [_migrations(one) for one in found.migrations],
            "infrastructure": {
                "images": [_place(one) for one in infrastructure.images],
                "ci": [{"path": path, "system": system} for path, system in infrastructure.ci],
                "pythons": [interpreter(one) for one in infrastructure.pythons],
                "django_matrix": [{"path": one.path, "line": one.line, "text": one.text} for one in infrastructure.matrices],
                "processes": [_place(one) for one in infrastructure.processes],
                "backends": [_backend(one) for one in infrastructure.backends],
                "celery": {"apps": [_place(one) for one in infrastructure.celery_apps], "shared_tasks": infrastructure.celery_tasks},
            },
            **problems(list(dict.fromkeys(one for hop in found.hops for one in hop.result.failures)), first.skipped),
        },
    )


def _hop(found: Audit, hop: HopAudit) -> dict[str, Any]:
    plan = dict(found.way.plans)[hop.hop]
    result = hop.result
    left = [one for one in result.findings if not one.fixed]
    silent = {name for name, codemod in found.codemods.items() if codemod.silent}
    every = (*result.commits, *result.cleanup)
    return {
        "from": hop.hop.source,
        "to": hop.hop.target,
        "supported_until": facts(hop.hop.target).supported_until,
        "blockers": [asdict(one) for one in hop.blockers],
        "python": {
            "supported": list(facts(hop.hop.target).pythons),
            "has": plan.python.source or None,
            "move_to": plan.python.target if plan.python.moves else None,
            "stage": plan.python.stage.value if plan.python.moves and plan.python.stage else None,
            "reason": plan.python.reason,
        },
        "databases": [{"engine": engine, "minimum": least} for engine, least in hop.minimums],
        "commits": {stage.value: sum(one.stage is stage for one in every) for stage in Stage},
        "places": {safety.value: hop.places(safety) for safety in (Safety.SAFE, Safety.REVIEW)},
        "codemods": [
            {key: commit(one)[key] for key in ("codemod", "title", "stage", "safety", "places")} | {"files": len(one.files)}
            for one in every
        ],
        "findings": [finding(one) | {"silent": one.codemod in silent, "docs": _docs(found.codemods.get(one.codemod))} for one in left],
    }


def _docs(codemod: Codemod | None) -> str | None:
    return codemod.docs or None if codemod is not None else None


def _migrations(one: Migrations) -> dict[str, Any]:
    return {
        "app": one.app,
        "count": one.count,
        "squashed": list(one.squashed),
        "replaced": one.replaced,
        "barriers": one.barriers,
        "one_way": [_place(place) for place in one.one_way],
        "historical": [_place(place) for place in one.historical],
        "fixed_user": [_place(place) for place in one.fixed_user],
        "unread": list(one.unread),
    }


def _place(one: Place) -> dict[str, Any]:
    return {"path": one.path, "line": one.line, "text": one.text}


def _backend(one: Backend) -> dict[str, Any]:
    return {"setting": one.setting, "value": one.value, "path": one.path, "line": one.line}
