"""Environments of proofs: made once, made again when half made, shared, and never taken for granted."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from django_hop.proof.environments import (
    BrokenRequirements,
    cache_folder,
    django_requirements,
    environment,
    package_pythons,
    package_requirements,
    pythons_for,
    requirement_lines,
)
from django_hop.proof.interpreters import Unavailable, interpreter

HERE = "{}.{}".format(*sys.version_info[:2])


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of our own, and no network."""
    monkeypatch.setenv("DJANGO_HOP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    return tmp_path / "cache"


@pytest.fixture
def package(tmp_path: Path) -> str:
    """A requirement that needs neither network nor build tools."""
    folder = tmp_path / "thing-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
    (folder / "WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    (folder / "RECORD").write_text("")
    import zipfile

    wheel = tmp_path / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"{folder.name}/{path.name}")
    return f"thing @ {wheel.as_uri()}"


def test_an_environment_is_made_once_and_found_again(cache: Path, package: str) -> None:
    made = environment([package], [HERE])
    assert made.python.exists()
    assert cache in made.python.parents
    assert made.version.startswith(f"{HERE}.")
    mark = made.python.with_name("mark")
    mark.touch()
    assert environment([package], [HERE]) == made
    assert mark.exists()


def test_other_requirements_are_another_environment(package: str) -> None:
    assert environment([package], [HERE]).python != environment([], [HERE]).python


def test_a_half_made_environment_is_made_again(package: str) -> None:
    made = environment([package], [HERE])
    made.python.unlink()
    (made.python.parent.parent.with_suffix(".building") / "bin").mkdir(parents=True)
    environment([package], [HERE])
    assert made.python.exists()


def test_parallel_runs_share_one_build(package: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: environment([package], [HERE]), range(4)))
    assert len(set(made)) == 1
    assert made[0].python.exists()


def test_no_interpreter_is_said() -> None:
    with pytest.raises(Unavailable, match=r"needs Python 2\.5 or 2\.6"):
        environment([], ["2.5", "2.6"])


def test_the_first_interpreter_that_is_here_is_taken() -> None:
    assert interpreter(["2.5", HERE]) == interpreter([HERE])


def test_no_network_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    with pytest.raises(Unavailable, match="needs a network"):
        environment(["django==2.2.28"], [HERE])


def test_requirements_that_cannot_be_are_no_lack_of_this_machine(package: str) -> None:
    """A hop that leaves such requirements must not look like a machine without network."""
    with pytest.raises(BrokenRequirements, match="thing"):
        environment([package, "thing==2.0"], [HERE])


def test_requirement_files_are_read_with_what_they_include(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("# the base\nDjango==2.2.28  # LTS\n\npytz\n")
    (tmp_path / "test.txt").write_text("-r base.txt\npytest==7.1.3\npytz\n")
    assert requirement_lines(tmp_path / "test.txt") == ("Django==2.2.28", "pytz", "pytest==7.1.3")


def test_the_last_patch_release_on_the_oldest_python() -> None:
    assert django_requirements("3.2")[0] == "Django>=3.2a1,<3.2.9999"
    assert pythons_for("2.0") == ("3.6", "3.7")
    assert package_pythons("3.2")[:2] == ("3.8", "3.6") and package_pythons("5.0")[0] == "3.10"
    assert pythons_for("5.0")[0] == "3.10"


def test_the_cache_is_the_users_unless_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DJANGO_HOP_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "django-hop"


def test_what_a_proof_asks_for_wins_over_what_every_environment_has() -> None:
    assert package_requirements("3.2", ["celery==4.4.*", "", "pytz<2020"]) == (
        *(one for one in django_requirements("3.2") if one != "pytz"),
        "celery==4.4.*",
        "pytz<2020",
    )
