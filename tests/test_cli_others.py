"""`codemods`, `explain`, `demo`, `--help`, `--version`: lists and pages, and what goes where."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from commands import ROOT, process_environment, run, run_process
from repos import git, write_files

from django_hop import __version__
from django_hop.packs import shipped
from django_hop.releases import NEWEST

COMMANDS = ("hop", "plan", "check", "fix", "codemods", "explain", "undo", "verify", "audit", "review", "demo", "dependencies")
KEYS = {"id", "title", "pack", "deprecated", "removed", "works_from", "stage", "safety", "catalogue", "active", "why_not", "silent"}

PACK = '''
from django_hop.model import REVIEW, Codemod
from django_hop.ops.names import Rename

CODEMODS = [
    Codemod(
        "our-helper",
        "our helper moved",
        removed="3.2",
        works_from="1.11",
        safety=REVIEW,
        ops=(Rename("ours.old", {"helper": "new_helper"}),),
    ),
]
'''


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    write_files(tmp_path, {"our_pack/__init__.py": PACK, "our_pack/our-helper.md": "# our-helper\n\nWe renamed it.\n"})
    return tmp_path / "our_pack"


def test_codemods_lists_all_with_their_part_in_the_hop(tmp_path: Path) -> None:
    answer = run("codemods", "--from", "2.2", "--to", "3.2", "--json", cwd=tmp_path).json
    assert answer["schema"] == "django-hop/codemods/1"
    assert answer["hop"] == {"from": "2.2", "to": "3.2"}
    listed = {one["id"]: one for one in answer["codemods"]}
    assert set(listed) == {codemod.id for one in shipped() for codemod in one.codemods}
    assert all(set(one) == KEYS for one in listed.values())
    url = listed["url-function"]
    assert (url["deprecated"], url["removed"], url["works_from"], url["stage"], url["safety"]) == ("3.1", "4.0", "2.0", "prepare", "safe")
    assert url["active"] is True and url["why_not"] is None and url["pack"] == "django_3_1" and "3.1-conf-urls-url" in url["catalogue"]
    assert listed["postgres-json-field"]["stage"] == "bump"


def test_codemods_says_why_one_is_not_active(tmp_path: Path) -> None:
    listed = {one["id"]: one for one in run("codemods", "--from", "2.2", "--to", "3.0", "--json", cwd=tmp_path).json["codemods"]}
    assert listed["url-function"]["why_not"] == "nothing changes before Django 3.1"
    assert listed["postgres-json-field"]["why_not"] == "its result needs Django 3.1"
    assert listed["gettext-aliases"]["active"] is True


def test_codemods_knows_the_settings_of_the_folder(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": '[tool.django-hop]\nfrom = "2.2"\nto = "3.2"\nskip = ["url-function"]\n'})
    answer = run("codemods", "--json", cwd=tmp_path).json
    assert answer["hop"] == {"from": "2.2", "to": "3.2"}
    assert {one["id"]: one for one in answer["codemods"]}["url-function"]["why_not"] == "skipped"


def test_codemods_as_a_table(tmp_path: Path) -> None:
    out = run("codemods", "--from", "2.2", "--to", "3.2", cwd=tmp_path).out
    assert re.search(r"^url-function +prepare +safe +3\.1 +4\.0 +2\.0 +url\(\) becomes re_path\(\)", out, re.M)


def test_a_pack_of_ones_own_by_option_and_by_pyproject(tmp_path: Path, pack: Path) -> None:
    write_files(tmp_path, {"a.py": "from ours.old import helper\n\nhelper()\n"})
    assert run("check", "--to", "3.2", "--pack", "our_pack", "a.py", cwd=tmp_path).out == "would fix a.py: our-helper\n"
    assert run("check", "--to", "3.2", "a.py", cwd=tmp_path).code == 0
    write_files(tmp_path, {"pyproject.toml": '[tool.django-hop]\nto = "3.2"\npacks = ["our_pack"]\n'})
    assert run("check", "a.py", cwd=tmp_path).out == "would fix a.py: our-helper\n"
    assert "We renamed it." in run("explain", "our-helper", cwd=tmp_path).out
    assert "our-helper" in {one["id"] for one in run("codemods", "--json", cwd=tmp_path).json["codemods"]}


def test_explain_prints_the_page_with_what_the_codemod_says(tmp_path: Path) -> None:
    done = run("explain", "url-function", cwd=tmp_path)
    assert done.code == 0
    assert done.out.startswith("# url-function\n\nurl() becomes re_path().\n")
    assert "- result works from: Django 2.0" in done.out
    assert "re_path(" in done.out and len(re.findall("^# ", done.out, re.M)) == 1


def test_explain_of_an_unknown_id_names_its_neighbours(tmp_path: Path) -> None:
    done = run("explain", "url-funktion", cwd=tmp_path)
    assert done.code == 2
    assert done.err == "django-hop: There is no codemod 'url-funktion'.\n  Did you mean url-function?\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert "Example:" in done.out and f"django-hop {command}" in " ".join(done.out.split())


def test_help_lists_the_commands() -> None:
    out = run("--help").out
    assert all(re.search(rf"^  {command} ", out, re.M) for command in COMMANDS)


def test_version(tmp_path: Path) -> None:
    assert run("--version").out == f"django-hop {__version__}\n"


def test_the_module_is_the_command(tmp_path: Path) -> None:
    assert run_process("--version", cwd=tmp_path).out == f"django-hop {__version__}\n"


def test_a_reader_that_has_read_enough_ends_it_quietly(tmp_path: Path) -> None:
    command = f"{sys.executable} -m django_hop codemods --json | head -1"
    done = subprocess.run(command, shell=True, cwd=tmp_path, env=process_environment(), capture_output=True, text=True)
    assert done.stdout == "{\n" and done.stderr == ""


def test_colour_is_for_terminals_and_for_those_who_ask(tmp_path: Path) -> None:
    assert "\x1b[" not in run_process("codemods", "--to", "3.2", cwd=tmp_path).out
    assert "\x1b[" in run_process("codemods", "--to", "3.2", cwd=tmp_path, FORCE_COLOR="1").out


def test_the_demo_hops_the_example_in_a_repository_of_its_own(tmp_path: Path) -> None:
    before = Path.cwd(), dict(os.environ)
    done = run("demo", "--folder", tmp_path / "demo")
    assert done.code == 0, done.err
    repo = tmp_path / "demo" / "ledger"
    branches = set(git(repo, "for-each-ref", "--format=%(refname:short)").split())
    stack = [f"django-hop/{target}" for target in ("3.2", "4.2", "5.2", NEWEST)]
    assert {"main", "django-hop/3.2-prepare", *stack} <= branches
    for below, above in pairwise(["main", *stack]):
        assert git(repo, "merge-base", below, above) == git(repo, "rev-parse", below)
    assert git(repo, "status", "--porcelain") == ""
    for shown in ("requirements/base.txt", "url-function", "django-requirement", "for a person", "+from django", f"undo {NEWEST}"):
        assert shown in done.out
    for source, target in pairwise(("2.2", "3.2", "4.2", "5.2", NEWEST)):
        report = tmp_path / "demo" / f"hop-{target}.md"
        assert report.read_text("utf-8").startswith(f"# Django {source} to {target}\n") and str(report) in done.out
    assert done.out.count("stage  ") == 1, "the first hop in detail, the others in a line each"
    for below, above in pairwise(stack):
        commits = git(repo, "rev-list", "--count", f"{below}..{above}")
        assert re.search(rf"^{re.escape(above)} +{commits} ", done.out, re.M)
    assert (Path.cwd(), dict(os.environ)) == before


def test_the_demo_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("one", "two"))
    run("demo", "--folder", first)
    run("demo", "--folder", second)
    heads = {git(folder / "ledger", "rev-parse", f"django-hop/{NEWEST}") for folder in (first, second)}
    assert len(heads) == 1


def test_the_demo_does_not_mix_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = run("demo", "--folder", tmp_path)
    assert done.code == 2 and "is not empty" in done.err


def test_the_readme_names_only_commands_and_options_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"(?:`|\$ )django-hop ([a-z]+)", text)) == set(COMMANDS)
    helps = " ".join(run(command, "--help").out for command in COMMANDS)
    ours = re.sub(r"(?m)^.*(uvx|pipx|git rebase|mypy|makemigrations).*$", "", text)
    assert set(re.findall(r"--[a-z][a-z-]+", ours)) <= set(re.findall(r"--[a-z][a-z-]+", helps))
