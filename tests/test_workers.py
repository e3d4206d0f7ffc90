"""A codemod that fails, hangs or takes its process along costs one file, and is reported; no process is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from bad_pack import write_pack
from commands import start

from django_hop import run as running
from django_hop import workers
from django_hop.config import Settings
from django_hop.model import Codemod, Hop, Rewritten
from django_hop.packs import load, shipped
from django_hop.plan import active

HOP = Hop("2.2", "3.2")


@pytest.fixture(scope="module")
def codemods(tmp_path_factory: pytest.TempPathFactory) -> tuple[Codemod, ...]:
    return load(write_pack(tmp_path_factory.mktemp("pack"))).codemods


def results(codemods: tuple[Codemod, ...], files: dict[str, bytes], count: int | None = None) -> dict[str, Rewritten]:
    return {one.path: one for one in running.run(files, codemods, HOP, Settings(), workers=count).results}


@pytest.mark.parametrize("count", [None, 1, 2, 5])
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("raise", "ValueError: the codemod has a bug"),
        ("recurse", "recursion depth"),
        ("broken", "parse"),
        ("undefined", "nobody_knows_me"),
        ("restless", "does not come to rest"),
    ],
)
def test_a_codemod_that_goes_wrong_leaves_the_file_and_is_named(
    codemods: tuple[Codemod, ...], trouble: str, said: str, count: int | None
) -> None:
    found = results(codemods, {"bad.py": f"# trouble: {trouble}\nx = 1\n".encode(), "good.py": b"trouble = 1\n"}, count)
    (failure,) = found["bad.py"].failures
    assert (failure.path, failure.codemod) == ("bad.py", "trouble")
    assert said in failure.message
    assert found["bad.py"].steps == () and not [one for one in found["bad.py"].findings if one.fixed]
    assert found["good.py"] == Rewritten("good.py")


@pytest.mark.parametrize("count", [None, 3])
@pytest.mark.parametrize("trouble", ["die", "crash", "exit"])
def test_a_codemod_that_takes_its_process_along_costs_one_file(codemods: tuple[Codemod, ...], trouble: str, count: int | None) -> None:
    files = {f"bad{number}.py": f"# trouble: {trouble}\n".encode() for number in range(3)}
    found = results(codemods, {**files, "good.py": b"trouble = 1\n"}, count)
    assert [found[path].failures[0].message for path in files] == ["the worker process died on it; the file was left as it is"] * 3
    assert found["good.py"] == Rewritten("good.py")


def test_results_come_in_the_order_of_the_paths(codemods: tuple[Codemod, ...]) -> None:
    files = {f"f{number}.py": b"trouble = 1\n" for number in range(40)}
    assert list(results(codemods, files, 4)) == sorted(files)


@pytest.mark.parametrize("count", [None, 1])
def test_a_codemod_that_takes_too_long_is_stopped(
    codemods: tuple[Codemod, ...], monkeypatch: pytest.MonkeyPatch, count: int | None
) -> None:
    monkeypatch.setattr(running, "SECONDS_PER_FILE", 1)
    found = results(codemods, {"slow.py": b"# trouble: sleep\n", "good.py": b"trouble = 1\n"}, count)
    assert "took longer than 1 seconds" in found["slow.py"].failures[0].message
    assert found["good.py"] == Rewritten("good.py")


def test_a_codemod_that_will_not_be_stopped_is_killed(codemods: tuple[Codemod, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS_PER_FILE", 1)
    monkeypatch.setattr(workers, "GRACE", 1)
    found = results(codemods, {"spin.py": b"# trouble: spin\n", "good.py": b"trouble = 1\n"})
    assert "took longer than 1 seconds" in found["spin.py"].failures[0].message
    assert found["good.py"] == Rewritten("good.py")


@pytest.mark.parametrize("count", [None, 1])
def test_progress_is_told_file_by_file(codemods: tuple[Codemod, ...], count: int | None) -> None:
    files = {f"f{number}.py": b"trouble = 1\n" for number in range(5)}
    seen: list[tuple[int, int]] = []
    running.run(files, codemods, HOP, Settings(), workers=count, progress=lambda done, total, path: seen.append((done, total)))
    assert [total for _, total in seen] == [5] * 5
    assert sorted(seen) == seen


def test_no_worker_is_left_when_the_run_is_over(codemods: tuple[Codemod, ...]) -> None:
    results(codemods, {f"f{number}.py": b"trouble = 1\n" for number in range(9)}, 3)
    assert multiprocessing.active_children() == []


def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """The parent has no moment to say good-bye: the worker must notice by itself."""
    folder, note = tmp_path / "project", tmp_path / "note"
    folder.mkdir()
    for number in range(2):
        (folder / f"slow{number}.py").write_text("# trouble: sleep\n")
    process = start(
        "fix", "--to", "3.2", "--pack", write_pack(tmp_path), ".", cwd=folder, TROUBLE_NOTE=str(note), TROUBLE_SECONDS="0.5"
    )
    for _ in range(600):
        if note.exists() and note.read_text():
            break
        time.sleep(0.05)
    worker = int(note.read_text())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    for _ in range(200):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        if "\nState:\tZ" in Path(f"/proc/{worker}/status").read_text():
            return
        time.sleep(0.05)
    raise AssertionError("the worker goes on without its parent")


@pytest.mark.parametrize("count", [None, 1])
def test_what_one_codemod_writes_another_may_take_up(count: int | None) -> None:
    """The word filter sees the file as it is; `re_path` is not in it before url() became re_path()."""
    settings = Settings(only=("url-function", "url-to-path"))
    chosen = active([codemod for pack in shipped() for codemod in pack.codemods], HOP, settings)
    files = {"urls.py": b'from django.conf.urls import url\n\nfrom a import v\n\nurlpatterns = [url(r"^$", v)]\n'}
    (result,) = running.run(files, chosen, HOP, settings, workers=count).results
    assert [step[0] for step in result.steps] == ["url-function", "url-to-path"]
    assert result.steps[-1][1] == b'from django.urls import path\n\nfrom a import v\n\nurlpatterns = [path("", v)]\n'
