"""What the index says about releases, how it is kept, and what happens without it. The index here is a server of this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from packaging.version import Version

from django_hop.dependencies.index import cache_file, index_url, refresh, releases_of
from django_hop.dependencies.matrix import load
from django_hop.dependencies.releases_of import from_rows, to_rows
from django_hop.errors import HopError


def file(name: str, python: str = ">=3.8", month: str = "2024-01", yanked: bool | str = False) -> dict[str, Any]:
    return {
        "filename": name,
        "requires-python": python,
        "upload-time": f"{month}-01T00:00:00Z",
        "yanked": yanked,
        "url": name,
        "hashes": {},
    }


PAGE = {
    "name": "demo",
    "meta": {"api-version": "1.1"},
    "files": [
        file("demo-1.0.tar.gz", "", "2019-05"),
        file("demo-1.1-py3-none-any.whl", month="2023-11"),
        file("demo-1.1.tar.gz", month="2023-11"),
        file("demo-1.2-cp39-cp39-manylinux_2_17_x86_64.whl"),
        file("demo-1.2-cp310-cp310-win_amd64.whl"),
        file("demo-1.2.tar.gz"),
        file("demo-1.3-cp38-abi3-manylinux_2_17_x86_64.whl"),
        file("demo-1.4.tar.gz", yanked="a mistake"),
        file("demo-2.0rc1.tar.gz"),
        file("demo-1.1.exe"),
        file("not a name.whl"),
    ],
}


class Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        Handler.seen.append(self.headers.get("Authorization"))
        found = self.path == "/simple/demo/"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(json.dumps(PAGE).encode() if found else b"no")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[str]:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DJANGO_HOP_CACHE", str(tmp_path / "cache"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        Thread(target=made.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{made.server_address[1]}/simple"
        monkeypatch.setenv("PIP_INDEX_URL", f"http://{address}")
        yield address
        made.shutdown()
    load.cache_clear()


def test_a_page_becomes_releases() -> None:
    found = releases_of(PAGE)
    assert [str(one.version) for one in found.known] == ["1.0", "1.1", "1.2", "1.3", "1.4"]
    assert [str(one.version) for one in found.usable] == ["1.0", "1.1", "1.2", "1.3"]
    by = {str(one.version): one for one in found.known}
    assert by["1.0"].month == "2019-05" and by["1.0"].installs_on("3.6")
    assert not by["1.1"].installs_on("3.7")


@pytest.mark.parametrize(
    ("version", "python", "known"),
    [
        pytest.param("1.1", "3.12", True, id="pure Python that came out after it"),
        pytest.param("1.1", "3.13", False, id="pure Python that came out before it"),
        pytest.param("1.2", "3.10", True, id="a wheel for it"),
        pytest.param("1.2", "3.11", False, id="wheels for others"),
        pytest.param("1.3", "3.13", True, id="the stable ABI"),
        pytest.param("1.3", "3.7", False, id="excluded by Requires-Python"),
    ],
)
def test_what_is_known_to_run_on_a_python(version: str, python: str, known: bool) -> None:
    release = releases_of(PAGE).find(version)
    assert release is not None and release.is_known_on(python) is known


def test_the_newest_of_a_series_and_the_first_on_a_python() -> None:
    found = releases_of(PAGE)
    newest = found.newest(series=Version("1.2"))
    first = found.first_on("3.12")
    assert newest is not None and str(newest.version) == "1.2"
    assert first is not None and str(first.version) == "1.1"
    assert found.newest(fits=("3.7",)) == found.find("1.0")


def test_rows_are_read_as_they_were_written() -> None:
    found = releases_of(PAGE)
    assert from_rows(to_rows(found)) == found


def test_a_refresh_is_kept_and_read_by_the_next_plan(server: str) -> None:
    path, found, missing = refresh(["demo", "no-such"], today=date(2099, 1, 1))
    assert (path, found, missing) == (cache_file(), {"demo": 5}, ["no-such"])
    load.cache_clear()
    matrix = load()
    assert matrix.refreshed == "2099-01-01"
    releases = matrix.releases("demo")
    assert releases is not None and len(releases.known) == 5
    assert matrix.releases("celery") is not None  # what ships is still there


def test_a_refresh_that_is_older_than_what_ships_is_not_read(server: str) -> None:
    refresh(["demo"], today=date(2020, 1, 1))
    load.cache_clear()
    assert (load().refreshed, load().releases("demo")) == ("", None)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"date": "2099-01-01"}', '{"date": "2099-01-01", "releases": {"demo": [["x"]]}}'])
def test_a_broken_file_counts_as_none(server: str, text: str) -> None:
    cache_file().parent.mkdir(parents=True)
    cache_file().write_text(text)
    load.cache_clear()
    assert load().refreshed == ""


def test_credentials_go_into_a_header(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"http://ada:se%40cret@{server}")
    Handler.seen.clear()
    refresh(["demo"], today=date(2099, 1, 1))
    assert Handler.seen == ["Basic YWRhOnNlQGNyZXQ="]


def test_without_an_index_nothing_changes_and_no_credentials_are_shown(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(["demo"], today=date(2099, 1, 1))
    before = cache_file().read_bytes()
    monkeypatch.setenv("PIP_INDEX_URL", "http://ada:secret@127.0.0.1:9/simple")
    with pytest.raises(HopError) as caught:
        refresh(["demo"], today=date(2099, 2, 1))
    assert "cannot be asked for demo" in caught.value.message and "secret" not in caught.value.message + caught.value.hint
    assert cache_file().read_bytes() == before


def test_which_index_is_asked() -> None:
    assert index_url({}) == "https://pypi.org/simple"
    assert index_url({"PIP_INDEX_URL": "https://a/simple/"}) == "https://a/simple"
    assert index_url({"PIP_INDEX_URL": "https://a/simple", "UV_DEFAULT_INDEX": "https://b/simple"}) == "https://b/simple"
