"""A PostgreSQL server of our own: it answers inside the block and is gone behind it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from django_hop.errors import HopError
from django_hop.verify import cluster
from django_hop.verify.cluster import served
from django_hop.verify.databases import from_url


def test_an_address_stays_what_it_is() -> None:
    for address in ("", "postgres://me@localhost/shop"):
        with served(address) as found:
            assert found == address


def test_without_the_programs_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(cluster, "_FOLDERS", ())
    with pytest.raises(HopError, match="not installed"), served("temporary"):
        pass


@pytest.mark.skipif(not (shutil.which("initdb") and shutil.which("psql")), reason="PostgreSQL is not installed")
def test_a_server_for_the_block() -> None:
    with served("temporary") as address:
        folder = Path(parse_qs(urlsplit(address).query)["host"][0])
        values = from_url(address)
        assert values is not None and values["HOST"] == str(folder)
        command = ["psql", "-h", str(folder), "-U", values["USER"], "-d", values["NAME"], "-Atc", "SELECT 1 + 1"]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "2"
    assert not folder.exists()


@pytest.mark.skipif(not shutil.which("initdb"), reason="PostgreSQL is not installed")
def test_it_ends_also_when_the_block_fails() -> None:
    with pytest.raises(RuntimeError), served("temporary") as address:
        raise RuntimeError
    assert not Path(parse_qs(urlsplit(address).query)["host"][0]).exists()
