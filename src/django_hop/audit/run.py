"""An audit from end to end: one commit is read, its structure told, and every hop of the way computed, without writing."""

from __future__ import annotations

from ..config import Settings
from ..dependencies.servers import minimum
from ..dependencies.way import joint_way
from ..hop import hop, hops_of, open_base, source_of
from ..project.index import Project
from ..project.repository import Repository
from ..project.tree import project_folder, project_path
from ..releases import NEWEST
from ..run import Progress
from ..verify.project import layout
from ..verify.settings import verify_settings
from .blockers import blockers
from .infrastructure import databases, infrastructure
from .migrations import read_migrations
from .model import Audit, HopAudit
from .structure import structure


def audit(
    repository: Repository,
    ref: str,
    options: Settings,
    project: str = "",
    *,
    target: str | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> Audit:
    """Look at the project at a commit, and at the way to `target` (what its settings say, else the newest release). Raises HopError."""
    base = open_base(repository, ref, options, project)
    hops = hops_of(base, target or base.settings.target or NEWEST, stack=True)
    inside = project_folder(project)
    name = project_path(project, "pyproject.toml")
    found = layout(base.tree, verify_settings(base.tree.get(name), name), inside=inside)
    code = Project(base.tree)
    way = joint_way(base.tree, hops)
    stores = databases(code, way.plans[0][1].servers)
    results = list(hop(repository, base, hops, dry_run=True, progress=progress, workers=workers))
    return Audit(
        commit=base.commit,
        detected=base.detected,
        source=source_of(base),
        structure=structure(base.tree, code, found),
        way=way,
        databases=stores,
        migrations=read_migrations(code),
        infrastructure=infrastructure(base.tree, code, way),
        hops=tuple(
            HopAudit(
                one,
                result,
                blockers(one, plan, way, result),
                tuple((engine, least) for engine in stores.names if (least := minimum(engine, one.target))),
            )
            for (one, plan), result in zip(way.plans, results, strict=True)
        ),
        codemods={codemod.id: codemod for codemod in base.codemods},
    )
