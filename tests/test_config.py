"""`[tool.django-hop]` and the options of the command line: what is read, what wins, how mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_hop.config import Settings, from_pyproject, merge, pack_folders
from django_hop.errors import HopError

WHOLE = b"""
[project]
name = "shop"

[tool.django-hop]
from = "2.2"
to = "3.2"
branch = "upgrade/{target}"
only = ["url-function"]
skip = ["force-text"]
exclude = ["legacy/*", "vendor"]
packs = ["tools/our_pack"]
safe-only = true
modernise = true
"""


def test_all_keys() -> None:
    settings = from_pyproject(WHOLE)
    assert (settings.source, settings.target, settings.branch) == ("2.2", "3.2", "upgrade/{target}")
    assert (settings.only, settings.skip, settings.packs) == (("url-function",), ("force-text",), ("tools/our_pack",))
    assert settings.exclude == ("legacy/*", "vendor")
    assert settings.safe_only and settings.modernise
    assert settings.branch_for("3.2") == "upgrade/3.2"


@pytest.mark.parametrize("data", [None, b"", b"[project]\nname = 'django-hop-user'\n", b"[tool.black]\nline-length = 9\n", b"[broken"])
def test_a_file_that_says_nothing_of_us_gives_the_defaults(data: bytes | None) -> None:
    """A pyproject.toml that is broken, but not by us and not for us, is somebody else's business."""
    assert from_pyproject(data) == Settings()


def test_every_value_knows_where_it_came_from() -> None:
    settings = merge(from_pyproject(WHOLE, "backend/pyproject.toml"), Settings(target="4.2", skip=("ifequal",)))
    assert settings.sources["source"] == "backend/pyproject.toml"
    assert settings.sources["target"] == settings.sources["skip"] == "command line"


def test_options_win_and_lists_of_what_to_leave_out_are_joined() -> None:
    settings = merge(from_pyproject(WHOLE), Settings(target="4.2", source="3.0", only=("ifequal",), skip=("curry",), packs=("/x",)))
    assert (settings.target, settings.source, settings.only) == ("4.2", "3.0", ("ifequal",))
    assert settings.skip == ("force-text", "curry")
    assert settings.packs == ("tools/our_pack", "/x")
    assert settings.branch == "upgrade/{target}" and settings.safe_only


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("to = 3.2", "`to` must be a string"),
        ("skip = 'a'", "`skip` must be a list of strings"),
        ("skip = [1]", "`skip` must be a list of strings"),
        ("safe-only = 'yes'", "`safe-only` must be true or false"),
        ("safe_only = true", "`safe_only` is not a setting"),
        ("branch = 'upgrade'", "`branch` must contain {target}"),
        ("[tool.django-hop.sub]\nx = 1", "`sub` is not a setting"),
    ],
)
def test_a_mistake_is_named_with_the_keys_there_are(table: str, said: str) -> None:
    with pytest.raises(HopError) as caught:
        from_pyproject(f"[tool.django-hop]\n{table}\n".encode())
    assert said in caught.value.message
    assert "branch, dependencies, exclude, from, modernise, only, packs, safe-only, skip, to" in caught.value.hint


def test_something_else_than_a_table() -> None:
    with pytest.raises(HopError, match="it is not a table"):
        from_pyproject(b"[tool]\ndjango-hop = 3\n")
    with pytest.raises(HopError, match="not a table"):
        from_pyproject(b"tool = 'django-hop'\n")


@pytest.mark.parametrize("data", [b"[tool.django-hop\n", b"[tool.django-hop]\nto = '\xff'\n"])
def test_a_broken_file_is_named(data: bytes) -> None:
    with pytest.raises(HopError, match=r"backend/pyproject.toml is not valid TOML"):
        from_pyproject(data, "backend/pyproject.toml")


def test_exclude_takes_globs_and_folders() -> None:
    settings = Settings(exclude=("legacy/*", "vendor", "*/migrations/*", "one.py"))
    for path in ("legacy/a.py", "legacy/deep/a.py", "vendor/a.py", "shop/migrations/0001.py", "one.py"):
        assert settings.excluded(path), path
    for path in ("legacy.py", "vendored/a.py", "shop/models.py", "two/one.py"):
        assert not settings.excluded(path), path


def test_packs_are_folders_that_count_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "tools/our_pack").mkdir(parents=True)
    assert pack_folders(Settings(packs=("tools/our_pack",)), tmp_path) == [tmp_path.resolve() / "tools/our_pack"]
    with pytest.raises(HopError, match="'gone' is not a folder"):
        pack_folders(Settings(packs=("gone",)), tmp_path)
