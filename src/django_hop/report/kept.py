"""What verify found, kept in the cache folder by the commit it was found on, so that `review` can tell it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import HopError
from ..model import Hop
from ..project.repository import Repository
from ..verify.checkouts import home
from ..verify.model import Check, Environment, Migrated, Parked, Result, TestChange, Verdict, Verification

KEEP = 20
"""Verifications that stay for one repository."""


def keep(repository: Repository, found: Verification) -> None:
    """Write a verification where `kept` finds it. A cache folder that cannot be written is no reason to fail."""
    from .verification import verification_json

    folder = home(repository) / "found"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{found.head}.json").write_text(verification_json(found), "utf-8")
        for old in sorted(folder.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))[:-KEEP]:
            old.unlink()


def kept(repository: Repository, commits: Sequence[str]) -> Verification | None:
    """What verify found on the first of the commits of which anything is kept; None if on none."""
    for sha in commits:
        path = home(repository) / "found" / f"{sha}.json"
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):  # written by another version, or cut
            return verification_of(json.loads(path.read_text("utf-8")))
    return None


def read(path: Path) -> Verification:
    """What `verify --json`, or `hop --verify --json`, printed into a file. Raises HopError if it is not that."""
    hint = "Give a file that `django-hop verify X.Y --json > FILE` wrote."
    try:
        told = json.loads(path.read_text("utf-8"))
        return verification_of(told.get("verify", told))
    except OSError as error:
        raise HopError(f"{path} cannot be read: {error.strerror}.", hint) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise HopError(f"{path} is not what verify prints.", hint) from None


def verification_of(told: Mapping[str, Any]) -> Verification:
    """The inverse of `verification_dict`. Raises KeyError, TypeError, ValueError or AttributeError for anything else."""
    return Verification(
        hop=Hop(told["hop"]["from"], told["hop"]["to"]),
        base=str(told["base"]),
        branch=str(told["branch"]),
        head=str(told["head"]),
        prepare_head=str(told["prepare_head"]),
        environments=tuple(_environment(one) for one in told["environments"]),
        checks=tuple(
            Check(one["name"], _result(one["old"]), _result(one["new"]), Verdict(one["verdict"]), one["side"]) for one in told["checks"]
        ),
        tests=tuple(
            TestChange(one["id"], one["old"] or "", one["new"] or "", one["kind"], one["side"], one["text"]) for one in told["tests"]
        ),
        counts={side: dict(numbers) for side, numbers in told["counts"].items()},
        warnings=told["warnings"],
        sql=told["sql"],
        responses=told["responses"],
        mails=told["mails"],
        uses=told["uses"],
        schema=told["schema"],
        parked=tuple(Parked(**{**one, "files": tuple(one["files"]), "tests": tuple(one["tests"])}) for one in told["parked"]),
        migrations=tuple(
            Migrated(**{**one, "files": tuple(one["files"]), "operations": tuple(one["operations"])}) for one in told["migrations"]
        ),
        evidence=tuple(dict(one) for one in told["evidence"]),
        notes=tuple(told["notes"]),
        logs=Path(told["logs"]),
        kept=Path(told["kept"]) if told["kept"] else None,
        seconds=float(told["seconds"]),
        gave_up=told["gave_up"],
        ratchet=tuple(told["ratchet"]),
        unexplained=told.get("unexplained", {}),
    )


def _environment(one: Mapping[str, Any]) -> Environment:
    return Environment(
        one["side"],
        one["commit"],
        one["release"],
        Path(one["python"]),
        one["python_version"],
        one["django"],
        tuple(one["sources"]),
        tuple(one["notes"]),
    )


def _result(one: Mapping[str, Any]) -> Result:
    return Result(one["state"], one["text"], tuple(one["details"]), float(one["seconds"]), one["log"])
