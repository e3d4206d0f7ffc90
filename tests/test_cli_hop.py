"""`hop`, `plan` and `undo` on a real repository: what is made, printed and left alone, option by option."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import Outcome, run, run_process
from repos import ENVIRONMENT, commit_all, git, make_repo, write_files
from shop import NEW_VIEWS, SHOP, VIEWS

BRANCH, PREPARE = "django-hop/3.2", "django-hop/3.2-prepare"
PREPARED = ["load-staticfiles", "gettext-aliases", "force-text", "url-function"]
BUMPED = ["django-requirement", "postgres-json-field"]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return make_repo(tmp_path / "shop", SHOP)


def refs(repo: Path) -> list[str]:
    return git(repo, "for-each-ref", "--format=%(refname:short)").splitlines()


def show(repo: Path, place: str) -> str:
    return git(repo, "show", place) + "\n"


def codemods_of(done: Outcome) -> list[str]:
    return [commit["codemod"] for commit in done.json["commits"]]


def test_a_hop_makes_two_branches_and_touches_nothing_else(repo: Path) -> None:
    (repo / "shop/views.py").write_text("work = 'not committed'\n")
    before = git(repo, "rev-parse", "HEAD"), git(repo, "status", "--porcelain"), (repo / ".git/index").read_bytes()
    done = run("hop", "3.2", cwd=repo)
    assert done.code == 0 and done.err == ""
    assert refs(repo) == [BRANCH, PREPARE, "main"]
    assert (git(repo, "rev-parse", "HEAD"), git(repo, "status", "--porcelain"), (repo / ".git/index").read_bytes()) == before
    assert show(repo, f"{BRANCH}:shop/views.py") == NEW_VIEWS
    assert "1 file differs from HEAD and is not part of the hop: shop/views.py" in done.out


def test_one_commit_a_codemod_prepare_then_the_pin_then_what_needs_the_new_release(repo: Path) -> None:
    run("hop", "3.2", cwd=repo)
    trailers = git(repo, "log", "--reverse", "--format=%(trailers:key=Django-Hop-Codemod,valueonly,separator=%x2c)", f"main..{BRANCH}")
    assert trailers.split() == [*PREPARED, *BUMPED]
    prepared = git(repo, "log", "--reverse", "--format=%(trailers:key=Django-Hop-Codemod,valueonly,separator=%x2c)", f"main..{PREPARE}")
    assert prepared.split() == PREPARED
    assert show(repo, f"{PREPARE}:requirements.txt") == SHOP["requirements.txt"]
    assert show(repo, f"{BRANCH}:requirements.txt") == "Django==3.2.25  # LTS\nrequests==2.20\n"


def test_the_terminal_shows_evidence_commits_places_for_a_person_and_branches(repo: Path) -> None:
    out = run("hop", "3.2", cwd=repo).out
    assert "Django 2.2 -> 3.2" in out
    assert "requirements.txt:1: Django==2.2.28" in out
    last = git(repo, "rev-parse", PREPARE)[:10]
    assert re.search(rf"^prepare +{last} +url-function +url\(\) becomes re_path\(\) +safe +1 +1$", out, re.M)
    assert "1 place for a person" in out
    assert "    shop/compat.py:2:42\n" in out
    assert f"{BRANCH} " in out and f"{PREPARE} " in out
    assert "\x1b[" not in out, "colour is for terminals"


def test_json_has_the_documented_keys(repo: Path) -> None:
    done = run("hop", "3.2", "--json", cwd=repo)
    hop = done.json
    assert hop["schema"] == "django-hop/hop/1"
    assert hop["hop"] == {"from": "2.2", "to": "3.2"}
    assert hop["base"] == git(repo, "rev-parse", "main")
    assert (hop["branch"], hop["head"]) == (BRANCH, git(repo, "rev-parse", BRANCH))
    assert (hop["prepare_branch"], hop["prepare_head"]) == (PREPARE, git(repo, "rev-parse", PREPARE))
    assert hop["evidence"] == ["requirements.txt:1: Django==2.2.28"]
    shas = git(repo, "rev-list", "--reverse", f"main..{BRANCH}").split()
    assert [commit["sha"] for commit in hop["commits"]] == shas
    assert codemods_of(done) == [*PREPARED, *BUMPED]
    assert hop["commits"][0] == {
        "sha": shas[0],
        "codemod": "load-staticfiles",
        "title": hop["commits"][0]["title"],
        "stage": "prepare",
        "safety": "safe",
        "files": ["shop/templates/shop/index.html"],
        "places": 1,
    }
    left = [finding for finding in hop["findings"] if not finding["fixed"]]
    assert [(one["codemod"], one["path"], one["line"], one["column"]) for one in left] == [("gettext-aliases", "shop/compat.py", 2, 42)]
    assert set(left[0]) == {"codemod", "path", "line", "column", "message", "fixed"}
    assert hop["errors"] == [] and hop["skipped"] == [] and hop["dry_run"] is False


def test_a_dry_run_says_the_same_and_makes_nothing(repo: Path) -> None:
    objects = git(repo, "count-objects")
    dry = run("hop", "3.2", "--dry-run", "--json", cwd=repo).json
    assert refs(repo) == ["main"] and git(repo, "count-objects") == objects
    real = run("hop", "3.2", "--json", cwd=repo).json
    assert dry["head"] == dry["prepare_head"] == "" and dry["dry_run"] is True
    assert [commit | {"sha": ""} for commit in real["commits"]] == dry["commits"]
    assert real["findings"] == dry["findings"]
    assert "dry run: nothing is written" in run("hop", "3.2", "--dry-run", cwd=repo).out


def test_the_same_commit_and_dates_give_the_same_ids_in_any_clone(repo: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repo), str(clone))
    assert run("hop", "3.2", "--json", cwd=repo).json["head"] == run("hop", "3.2", "--json", cwd=clone).json["head"]


def test_a_second_run_makes_the_same_branch_and_a_hop_from_the_result_finds_nothing_to_change(repo: Path) -> None:
    first = run("hop", "3.2", "--json", cwd=repo).json
    assert run("hop", "3.2", "--json", cwd=repo).json["head"] == first["head"]
    after = run("hop", "3.2", "--from", "2.2", "--ref", BRANCH, "--dry-run", "--json", cwd=repo).json
    assert after["commits"] == []
    assert [one["path"] for one in after["findings"]] == ["shop/compat.py"]
    assert "Nothing has to change." in run("hop", "3.2", "--from", "2.2", "--ref", BRANCH, cwd=repo).out


def test_repo_and_ref_choose_another_repository_and_commit(repo: Path, tmp_path: Path) -> None:
    git(repo, "tag", "v1")
    write_files(repo, {"shop/views.py": "x = 1\n"})
    commit_all(repo)
    done = run("hop", "3.2", "--repo", repo, "--ref", "v1", "--json", cwd=tmp_path)
    assert done.json["base"] == git(repo, "rev-parse", "v1")
    assert show(repo, f"{BRANCH}:shop/views.py") == NEW_VIEWS


def test_only_and_skip_choose_codemods(repo: Path) -> None:
    assert codemods_of(run("hop", "3.2", "--only", "force-text", "--only", "url-function", "--dry-run", "--json", cwd=repo)) == [
        "force-text",
        "url-function",
    ]
    skipping = run("hop", "3.2", "--skip", "force-text", "--skip", "django-requirement", "--dry-run", "--json", cwd=repo)
    assert codemods_of(skipping) == ["load-staticfiles", "gettext-aliases", "url-function", "postgres-json-field"]


def test_safe_only_leaves_out_what_a_person_must_review(repo: Path) -> None:
    commits = run("hop", "3.2", "--safe-only", "--dry-run", "--json", cwd=repo).json["commits"]
    assert [commit["codemod"] for commit in commits] == [*PREPARED, "django-requirement"]
    assert {commit["safety"] for commit in commits} == {"safe"}


def test_modernise_adds_what_no_release_demands(repo: Path) -> None:
    assert "url-to-path" not in codemods_of(run("hop", "3.2", "--dry-run", "--json", cwd=repo))
    run("hop", "3.2", "--modernise", cwd=repo)
    assert 'path("", views.title)' in show(repo, f"{BRANCH}:shop/urls.py").replace("'", '"')


def test_from_wins_over_what_was_detected(repo: Path) -> None:
    done = run("hop", "3.2", "--from", "3.1", "--dry-run", "--json", cwd=repo).json
    assert done["hop"] == {"from": "3.1", "to": "3.2"}
    assert done["evidence"] == ["given: Django 3.1"]
    assert {commit["stage"] for commit in done["commits"] if commit["codemod"] == "postgres-json-field"} == {"prepare"}


def test_a_project_in_a_folder_of_a_monorepo(tmp_path: Path) -> None:
    files = {f"back end/{name}": content for name, content in SHOP.items()}
    repo = make_repo(tmp_path / "mono", {**files, "tools/views.py": VIEWS})
    done = run("hop", "3.2", "--project", "back end/", cwd=repo)
    assert done.code == 0
    assert show(repo, f"{BRANCH}:back end/shop/views.py") == NEW_VIEWS
    assert show(repo, f"{BRANCH}:tools/views.py") == VIEWS


def test_a_stack_has_a_branch_for_each_lts_each_on_the_one_before(repo: Path) -> None:
    done = run("hop", "--to", "5.2", "--json", cwd=repo)
    hops = done.json["hops"]
    assert done.json["schema"] == "django-hop/hops/1"
    assert [(one["hop"]["from"], one["hop"]["to"]) for one in hops] == [("2.2", "3.2"), ("3.2", "4.2"), ("4.2", "5.2")]
    assert hops[0]["base"] == git(repo, "rev-parse", "main")
    assert [one["base"] for one in hops[1:]] == [one["head"] for one in hops[:-1]]
    assert show(repo, "django-hop/5.2:requirements.txt").startswith("Django==5.2")
    assert show(repo, "django-hop/3.2:requirements.txt").startswith("Django==3.2")


def test_a_stack_does_not_repeat_what_an_earlier_hop_has_told_for_good(repo: Path) -> None:
    files = {
        "shop/links.py": "from django.core.signing import Signer\n\nsigner = Signer()\n",
        "shop/desk/__init__.py": 'default_app_config = "shop.config.Desk"\n',
    }
    write_files(repo, files)
    commit_all(repo)
    hops = run("hop", "--to", "5.2", "--json", "--dry-run", cwd=repo).json["hops"]
    single = run("hop", "4.2", "--from", "3.2", "--json", "--dry-run", cwd=repo).json
    told = [[one["codemod"] for one in hop["findings"] if one["path"] in files] for hop in (*hops, single)]
    # What is deprecated by 3.2 and gone in 4.1 is told with both hops, not with the one behind them.
    assert told == [["default-app-config", "signatures-sha1"], ["default-app-config"], [], ["default-app-config", "signatures-sha1"]]


def test_a_stack_speaks_of_the_classifiers_of_a_package_once(repo: Path) -> None:
    setup = 'from setuptools import setup\n\nsetup(name="shop", classifiers=["Framework :: Django :: 2.2"])\n'
    write_files(repo, {"setup.py": setup, "other/setup.py": setup.replace("shop", "other")})
    commit_all(repo)
    hops = run("hop", "--to", "4.2", "--json", "--dry-run", cwd=repo).json["hops"]
    single = run("hop", "4.2", "--from", "3.2", "--json", "--dry-run", cwd=repo).json
    told = [[one["path"] for one in hop["findings"] if "classified for Django" in one["message"]] for hop in (*hops, single)]
    assert told == [["other/setup.py", "setup.py"], [], ["other/setup.py", "setup.py"]]


def test_the_branch_template_and_all_else_come_from_pyproject_of_the_commit(repo: Path) -> None:
    table = '[tool.django-hop]\nbranch = "upgrade/{target}"\nskip = ["force-text"]\nexclude = ["shop/urls.py"]\nto = "3.2"\n'
    write_files(repo, {"pyproject.toml": table})
    commit_all(repo)
    (repo / "pyproject.toml").write_text("not = committed")
    done = run("hop", "--json", cwd=repo)
    hop = done.json["hops"][0]
    assert hop["branch"] == "upgrade/3.2"
    assert [commit["codemod"] for commit in hop["commits"]] == ["load-staticfiles", "gettext-aliases", *BUMPED]
    assert run("undo", "3.2", cwd=repo).out == "deleted upgrade/3.2, upgrade/3.2-prepare\n"


def test_the_report_is_a_file_fit_for_a_pull_request(repo: Path, tmp_path: Path) -> None:
    report = tmp_path / "hop.md"
    done = run("hop", "3.2", "--report", report, cwd=repo)
    assert f"report  {report}" in done.out
    text = report.read_text("utf-8")
    assert text.startswith("# Django 2.2 to 3.2\n")
    assert "- [ ] `shop/compat.py:2`" in text


def test_the_report_of_a_stack_has_a_part_for_each_hop(repo: Path, tmp_path: Path) -> None:
    report = tmp_path / "stack.md"
    run("hop", "--to", "4.2", "--report", report, cwd=repo)
    assert re.findall("^# .*", report.read_text("utf-8"), re.M) == ["# Django 2.2 to 3.2", "# Django 3.2 to 4.2"]


def test_plan_says_what_would_happen_and_writes_nothing(repo: Path) -> None:
    done = run("plan", "--to", "3.2", "--json", cwd=repo)
    assert done.code == 0 and refs(repo) == ["main"]
    (hop,) = done.json["hops"]
    assert done.json["schema"] == "django-hop/plan/1"
    assert [one["codemod"] for one in hop["codemods"]] == [*PREPARED, *BUMPED]
    assert hop["codemods"][1] == {
        "codemod": "gettext-aliases",
        "title": hop["codemods"][1]["title"],
        "stage": "prepare",
        "safety": "safe",
        "places": 1,
        "files": 1,
    }
    assert hop["findings"] == 1
    text = run("plan", "--to", "4.2", cwd=repo).out
    assert "Django 2.2 -> 3.2 (dry run: nothing is written)" in text and "Django 3.2 -> 4.2" in text


def test_plan_without_a_target_looks_ahead_to_the_newest_release(repo: Path) -> None:
    hops = run("plan", "--json", cwd=repo).json["hops"]
    assert hops[0]["hop"]["from"] == "2.2" and hops[-1]["hop"]["to"] == "6.1"


def test_a_clean_up_of_a_hop_is_undo_and_says_what_it_deleted(repo: Path) -> None:
    run("hop", "3.2", cwd=repo)
    assert run("undo", "3.2", cwd=repo).out == f"deleted {BRANCH}, {PREPARE}\n"
    assert refs(repo) == ["main"]


@pytest.mark.parametrize("kind", ["bare", "worktree", "detached", "shallow", "subfolder"])
def test_it_runs_in_any_kind_of_repository(repo: Path, tmp_path: Path, kind: str) -> None:
    place = tmp_path / kind
    if kind == "bare":
        git(tmp_path, "clone", "--quiet", "--bare", str(repo), str(place))
    elif kind == "worktree":
        git(repo, "worktree", "add", "--quiet", "-b", "other", str(place))
    elif kind == "shallow":
        git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repo}", str(place))
    elif kind == "detached":
        git(repo, "checkout", "--quiet", "--detach")
        place = repo
    else:
        place = repo / "shop"
    done = run_process("hop", "3.2", cwd=place)
    assert done.code == 0, done.err
    assert git(place, "show", f"{BRANCH}:shop/views.py") + "\n" == NEW_VIEWS


def test_paths_with_spaces_other_letters_and_bytes_that_are_no_text(repo: Path) -> None:
    write_files(repo, {"shop/größe und preis.py": VIEWS})
    raw = repo / "shop" / "caf\udce9.py"
    raw.write_text(VIEWS)
    (repo / "shop" / "broken\udce9.py").write_text("from django.utils.translation import ugettext\nprint 'x'\n")
    commit_all(repo)
    done = run_process("hop", "3.2", "--json", cwd=repo, LC_ALL="C.UTF-8")
    assert done.code == 0
    files = next(commit["files"] for commit in done.json["commits"] if commit["codemod"] == "force-text")
    assert set(files) == {"shop/größe und preis.py", "shop/caf\udce9.py", "shop/views.py"}
    shown = run_process("hop", "3.2", "--report", "../r.md", cwd=repo, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert shown.code == 0 and "shop/broken\\xe9.py" in shown.out
    assert "shop/broken\\xe9.py" in (repo.parent / "r.md").read_text("utf-8")
