"""verify on the example platform, with real releases of Django: the hop 2.2 -> 3.2, and a codemod that is wrong on purpose."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from commands import run
from repos import commit_all, git, write_files
from verifying import verdicts, wrong_pack

from django_hop.demo import example
from django_hop.errors import HopError
from django_hop.proof.interpreters import Unavailable, interpreter, uv
from django_hop.verify.cluster import served
from django_hop.verify.databases import from_url

pytestmark = pytest.mark.proof

PYPROJECT = """\
[tool.django-hop.verify]
exclude-imports = ["config.db.postgresql.base"]
test = "pytest tests/test_money.py tests/test_portfolios.py"
evidence = EVIDENCE
"""
"""That module needs a driver which the requirements for the tests do not have. Whole suites run in test_ledger_stack.py: here a part is
enough to see what verify makes of it."""


@pytest.fixture(scope="module", autouse=True)
def machine() -> None:
    try:
        uv(), interpreter(("3.8",))
    except Unavailable as lack:
        pytest.skip(f"not proved here: {lack}")


@pytest.fixture
def ledger(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    evidence = "true" if "green" in request.node.name else "false"
    folder = tmp_path / "ledger"
    shutil.copytree(example(), folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", ".venv", "*.sqlite3"))
    write_files(folder, {"pyproject.toml": PYPROJECT.replace("EVIDENCE", evidence)})
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Ada Author")
    git(folder, "config", "user.email", "ada@example.com")
    commit_all(folder, "Ledger on Django 2.2")
    yield folder


def causes(found: Any) -> set[str]:
    """The kinds of causes under which the differences of the tests stand."""
    sections = (found[name] for name in ("sql", "responses", "mails", "uses"))
    return {group["cause"]["kind"] for section in sections for group in section["groups"]}


def test_the_hop_is_green_on_both_releases(ledger: Path) -> None:
    """Every test passes on 2.2, on 2.2 with the prepare commits, and on 3.2; the migrations of 3.2 are committed.

    Four of them belong to fields that the prepare commits changed from NullBooleanField: 2.2 misses them, too, and does not need them.
    """
    assert run("hop", "3.2", "--repo", ledger).code == 0
    done = run("verify", "3.2", "--repo", ledger, "--migrations", "--json")

    found = done.json
    assert (done.code, found["green"], found["unexplained"]) == (0, True, {}), done.out
    assert [one["django"][:3] for one in found["environments"]] == ["2.2", "2.2", "3.2"]
    assert set(verdicts(found).values()) == {"same"}, found["checks"]
    assert {name: one for name, one in verdicts(found, "prepare").items() if one != "same"} == {"makemigrations --check": "state only"}
    assert [note for note in found["notes"] if "3.2-prepare lacks migrations, 4 operations that change nothing in the database" in note]
    counts = found["counts"]
    assert counts["old"] == counts["prepare"] == counts["new"] and counts["new"]["passed"] >= 45
    assert found["tests"] == found["parked"] == []
    assert {one["kind"] for one in found["migrations"]} == {"state", "additive"}
    assert not any(one["parked"] for one in found["migrations"])
    assert git(ledger, "log", "-1", "--format=%s", "django-hop/3.2").startswith("migrations: ")
    assert causes(found) <= {"record", "wording"}
    assert found["schema"]["differences"] == [] or {one["cause"]["kind"] for one in found["schema"]["differences"]} == {"migration"}
    warnings = found["warnings"]
    assert warnings["before"] > 0 and warnings["left"] == warnings["new"] == 0
    gettext = next(one for one in found["evidence"] if one["codemod"] == "gettext-aliases")
    assert gettext["executed"] > 0 and gettext["lines"] > 0


@pytest.mark.skipif(not shutil.which("psql"), reason="PostgreSQL is not installed")
def test_the_hop_is_green_on_postgresql_and_leaves_no_database(ledger: Path) -> None:
    """The driver comes from requirements/production.txt. What a killed run left on the server is dropped; other databases stay."""
    assert run("hop", "3.2", "--repo", ledger).code == 0
    with ExitStack() as stack:
        try:
            address = stack.enter_context(served("temporary"))
        except HopError as lack:
            pytest.skip(f"not proved here: {lack.message}")
        values = from_url(address)
        assert values is not None
        psql = ["psql", "-h", values["HOST"], "-U", values["USER"], "-d", values["NAME"], "-Atc"]
        for name in ("django_hop_verify_postgres_gw7", "django_hop_verified"):
            subprocess.run([*psql, f"CREATE DATABASE {name}"], check=True, capture_output=True)
        found = run("verify", "3.2", "--repo", ledger, "--database-url", address, "--json").json
        left = subprocess.run([*psql, "SELECT datname FROM pg_database"], check=True, capture_output=True, text=True).stdout.split()

    assert {name: verdict for name, verdict in verdicts(found).items() if verdict != "same"}.keys() <= {"makemigrations --check"}
    assert found["counts"]["new"]["passed"] >= 45 and found["tests"] == []
    assert "postgresql" in json.dumps(found["schema"])
    assert "django_hop_verified" in left and not any(name.startswith("django_hop_verify_") for name in left)


def test_a_wrong_codemod_is_found_and_parked(tmp_path: Path, ledger: Path) -> None:
    """It makes `max()` of every `sum()`, which the suite notices; what else the hop does stays."""
    pack = wrong_pack(tmp_path / "pack", "sum", "max")
    assert run("hop", "3.2", "--repo", ledger, "--pack", pack).code == 0
    done = run("verify", "3.2", "--repo", ledger, "--pack", pack, "--json")

    assert done.code == 1
    found = done.json
    assert [one["codemod"] for one in found["parked"]] == ["wrong"]
    assert verdicts(found)["tests"] == verdicts(found, "prepare")["tests"] == "same"
    assert found["gave_up"] == ""
    message = git(ledger, "log", "-1", "--format=%B", "django-hop/3.2-parked")
    assert found["parked"][0]["tests"][0] in message
    assert "gettext-aliases" in git(ledger, "log", "--format=%B", "main..django-hop/3.2-prepare")
