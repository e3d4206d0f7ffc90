"""Replacing a file in place, for `fix`: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_hop.commit import write_file
from django_hop.errors import HopError


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o2664])
def test_the_content_is_new_and_the_mode_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a b ä.py"
    path.write_bytes(b"old\r\n")
    path.chmod(mode)
    write_file(path, b"new\r\n")
    assert (path.read_bytes(), path.stat().st_mode & 0o7777) == (b"new\r\n", mode)
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    os.chown(path, 54321, 54322)
    write_file(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (54321, 54322)


def test_a_reader_keeps_the_file_it_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write_file(path, b"new")
        assert reader.read() == b"old"


def test_links_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"old")
    (tmp_path / "link.py").symlink_to("a.py")
    for name, message in [("link.py", "is a symbolic link"), (".", "is not a regular file"), ("no.py", "could not be written")]:
        with pytest.raises(HopError, match=message):
            write_file(tmp_path / name, b"new")
    assert (tmp_path / "a.py").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["a.py", "link.py"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failure_on_the_way_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(HopError, match="No space left on device"):
        write_file(path, b"new")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["a.py"])


def test_an_interrupt_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_file(path, b"new")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["a.py"])
