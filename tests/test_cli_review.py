"""`review` on a real repository: the report again, from the branch that is there, with all that happened to it since."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from commands import process_environment, run
from repos import ENVIRONMENT, git, make_repo, write_files
from shop import SHOP
from verifying import project, releases

from django_hop.report.html_text import diff_lines, prose, text

BRANCH = "django-hop/3.2"
ODD = "shop/a ü.py"
"""A path that an address cannot hold as it is."""


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DJANGO_HOP_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "shop", {**SHOP, ODD: SHOP["shop/compat.py"]})


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that was hopped, with its report beside it; each test gets a copy."""
    folder = tmp_path_factory.mktemp("original")
    repo = make_repo(folder / "shop", {**SHOP, ODD: SHOP["shop/compat.py"]})
    assert run("hop", "3.2", "--report", folder / "hop.md", cwd=repo).code == 0
    return folder


@pytest.fixture
def hopped(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy" / "shop"


def add_commit(repo: Path, files: dict[str, str], message: str) -> str:
    """A commit by a person on the branch; gives its id."""
    git(repo, "checkout", "--quiet", BRANCH)
    write_files(repo, files)
    git(repo, "commit", "--quiet", "--all", "--message", message)
    sha = git(repo, "rev-parse", "HEAD")
    git(repo, "checkout", "--quiet", "main")
    return sha


def reviewed(repo: Path, *options: str | Path) -> Any:
    done = run("review", "3.2", "--json", *options, cwd=repo)
    assert done.code == 0, done.err
    return done.json


# -- Markdown ----------------------------------------------------------------------------------------------------------


def test_where_nothing_was_added_it_is_the_report_of_the_hop(hopped: Path) -> None:
    assert run("review", "3.2", cwd=hopped).out == (hopped.parent / "hop.md").read_text()


def test_each_hop_of_a_stack_has_its_own_evidence(repo: Path) -> None:
    """What the second hop starts from is what the first one wrote, and both commands say so."""
    run("hop", "--to", "4.2", "--report", repo.parent / "stack.md", cwd=repo)
    both = run("review", "3.2", cwd=repo).out + "\n\n" + run("review", "4.2", cwd=repo).out
    assert both == (repo.parent / "stack.md").read_text()
    assert "The project is on Django 2.2: `requirements.txt:1: Django==2.2.28`" in both
    assert "The project is on Django 3.2: `requirements.txt:1: Django==3.2.25`" in both


def test_nothing_is_written(hopped: Path) -> None:
    def state() -> list[object]:
        return [git(hopped, "for-each-ref"), git(hopped, "status", "--porcelain"), sorted(str(one) for one in (hopped / ".git").rglob("*"))]

    before = state()
    for form in ("markdown", "html", "sarif"):
        assert run("review", "3.2", "--format", form, cwd=hopped).code == 0
    assert state() == before


def test_commits_by_people_are_shown_as_such(hopped: Path) -> None:
    sha = add_commit(hopped, {"README.md": "# Shop, new\n"}, "Say | what <i>is</i> new")
    report = run("review", "3.2", cwd=hopped).out
    assert f"| {sha[:10]} | Say \\| what \\<i>is\\</i> new | Ada Author | `README.md` |" in report
    found = reviewed(hopped)
    assert found["foreign"] == [{"sha": sha, "subject": "Say | what <i>is</i> new", "author": "Ada Author", "files": ["README.md"]}]
    assert sha not in [commit["sha"] for commit in found["commits"]] and found["head"] == sha


def test_a_place_that_a_person_has_decided_is_gone_and_the_others_stay(hopped: Path) -> None:
    assert [one["path"] for one in reviewed(hopped)["findings"] if not one["fixed"]] == [ODD, "shop/compat.py"]
    decided = "from django.utils.translation import gettext_lazy\n\n\nlabel = gettext_lazy('Shop')\n"
    add_commit(hopped, {"shop/compat.py": decided}, "Decide")
    assert [one["path"] for one in reviewed(hopped)["findings"] if not one["fixed"]] == [ODD]


def test_a_place_moves_with_the_lines_that_a_person_added(hopped: Path) -> None:
    before = next(one["line"] for one in reviewed(hopped)["findings"] if one["path"] == "shop/compat.py")
    add_commit(hopped, {"shop/compat.py": "# one\n# two\n" + git(hopped, "show", f"{BRANCH}:shop/compat.py") + "\n"}, "Explain")
    after = [one["line"] for one in reviewed(hopped)["findings"] if one["path"] == "shop/compat.py" and not one["fixed"]]
    assert after == [before + 2]


def test_what_a_person_took_back_is_for_a_person_again(hopped: Path) -> None:
    add_commit(hopped, {"shop/views.py": SHOP["shop/views.py"]}, "Take it back")  # type: ignore[dict-item]
    left = {(one["codemod"], one["path"]) for one in reviewed(hopped)["findings"] if not one["fixed"]}
    assert {("gettext-aliases", "shop/views.py"), ("force-text", "shop/views.py")} <= left


def test_codemods_that_an_option_left_out_are_named_unless_the_option_is_given_again(repo: Path) -> None:
    run("hop", "3.2", "--skip", "url-function", "--report", repo.parent / "hop.md", cwd=repo)
    assert [one["codemod"] for one in reviewed(repo)["missing"]] == ["url-function"]
    assert "## Not on the branch" in run("review", "3.2", cwd=repo).out
    assert run("review", "3.2", "--skip", "url-function", cwd=repo).out == (repo.parent / "hop.md").read_text()


def test_commits_for_cleaning_up_are_told_with_their_branch(tmp_path: Path, repo: Path) -> None:
    write_files(repo, {"shop/both.py": "import django\n\nif django.VERSION >= (3, 0):\n    new = 1\nelse:\n    new = 0\n"})
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--all", "--message", "Serve both")
    run("hop", "3.2", "--report", tmp_path / "hop.md", cwd=repo)
    found = reviewed(repo)
    assert found["cleanup"] and {commit["stage"] for commit in found["cleanup"]} == {"cleanup"}
    assert run("review", "3.2", cwd=repo).out == (tmp_path / "hop.md").read_text()


def test_a_branch_into_which_main_was_merged_shows_the_merge(hopped: Path) -> None:
    write_files(hopped, {"shop/new.py": "from django.utils.translation import ugettext\n\nlabel = ugettext('New')\n"})
    git(hopped, "add", "--all")
    git(hopped, "commit", "--quiet", "--message", "Go on")
    git(hopped, "checkout", "--quiet", BRANCH)
    git(hopped, "merge", "--quiet", "--no-edit", "main")
    git(hopped, "checkout", "--quiet", "main")
    found = reviewed(hopped)
    assert [(one["subject"], one["files"]) for one in found["foreign"]] == [(f"Merge branch 'main' into {BRANCH}", ["shop/new.py"])]
    assert ("gettext-aliases", "shop/new.py") in {(one["codemod"], one["path"]) for one in found["findings"] if not one["fixed"]}
    assert page_of(hopped)[1].stack == []


def test_a_project_in_a_folder_and_a_bare_clone(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "mono", {f"backend/{path}": data for path, data in SHOP.items()} | {"requirements.txt": "Django==4.2\n"})
    assert run("hop", "3.2", "--project", "backend", "--report", tmp_path / "hop.md", cwd=repo).code == 0
    git(tmp_path, "clone", "--quiet", "--mirror", str(repo), "bare.git")
    for place in (repo, tmp_path / "bare.git"):
        done = run("review", "3.2", "--project", "backend", "--repo", place)
        assert (done.code, done.out) == (0, (tmp_path / "hop.md").read_text()), done.err


# -- HTML --------------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags of a page: which are open at the end, what is linked, what has an id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br", "hr"):
            self.stack.append(tag)
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "srcset"), "nothing is run, nothing is fetched"
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag, f"</{tag}> closes another element"


def page_of(repo: Path, *options: str | Path) -> tuple[str, Page]:
    output = repo.parent / "review.html"
    done = run("review", "3.2", "--output", output, *options, cwd=repo)
    assert (done.code, done.out) == (0, f"written: {output}\n")
    return output.read_text(), Page(output.read_text())


def test_the_page_is_one_file_without_scripts_that_needs_no_network(hopped: Path) -> None:
    written, page = page_of(hopped)
    assert page.stack == []
    assert not {"script", "img", "link", "iframe", "object", "base", "form"} & {*page.tags}
    assert "url(" not in re.sub(r"<body>.*", "", written, flags=re.S) and "@import" not in written
    assert "prefers-color-scheme: dark" in written
    assert all(link.startswith(("#", "https://docs.djangoproject.com/")) for link in page.links)


def test_each_commit_has_its_message_and_its_changes_folded_away(hopped: Path) -> None:
    written, page = page_of(hopped)
    shas = git(hopped, "rev-list", "--reverse", f"main..{BRANCH}").split()
    assert [one for one in page.ids if one in shas] == shas
    assert {f"#{sha}" for sha in shas} <= {*page.links} and {link[1:] for link in page.links if link[0] == "#"} <= {*page.ids}
    assert page.tags.count("details") >= 2 * len(shas)
    old, new = "-from django.conf.urls import url", "+from django.urls import re_path"
    assert f'<span class="del">{old}</span>\n<span class="add">{new}</span>' in written
    assert "Django-Hop-Codemod: url-function" in written


def test_silent_traps_come_before_other_places(repo: Path) -> None:
    write_files(repo, {"shop/tasks.py": "from django.contrib.auth.tokens import default_token_generator\n\n\n"
                       "def link(user):\n    return default_token_generator.make_token(user)\n"})
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--message", "Mail")
    run("hop", "3.2", cwd=repo)
    written, _ = page_of(repo)
    places = [written.index(said) for said in ("Silent traps", "shop/tasks.py:5", "Other places", "shop/compat.py:2")]
    assert places == sorted(places)


def test_whatever_people_wrote_is_text_on_the_page(hopped: Path) -> None:
    nasty = "<script>alert('&amp;')</script>"
    add_commit(hopped, {"README.md": f"# {nasty}\n\t\x1b[31m\n"}, nasty)
    written, page = page_of(hopped)
    assert "script" not in page.tags and page.stack == []
    assert "&lt;script&gt;alert(&#x27;&amp;amp;&#x27;)&lt;/script&gt;" in written
    assert "+\t\\x1b[31m" in written
    assert "Not made by django-hop" in written


def test_text_for_a_page_keeps_what_was_meant() -> None:
    assert prose("a `b < c` and ``d ` e``") == "a <code>b &lt; c</code> and <code>d ` e</code>"
    assert text("a\x00\udcff") == "a\\x00\\xff"
    assert list(diff_lines(["--- a/x", "+++ b/x", "@@ -1 +1 @@", "--- old", "+++ new", " same"])) == [
        '<span class="file">--- a/x</span>',
        '<span class="file">+++ b/x</span>',
        '<span class="at">@@ -1 +1 @@</span>',
        '<span class="del">--- old</span>',
        '<span class="add">+++ new</span>',
        " same",
    ]


# -- SARIF -------------------------------------------------------------------------------------------------------------


def sarif_of(repo: Path) -> Any:
    done = run("review", "3.2", "--format", "sarif", cwd=repo)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_sarif_has_what_the_schema_requires(hopped: Path) -> None:
    """Required by the schema of 2.1.0: version and runs; tool, driver and its name; id of a rule; message of a result."""
    told = sarif_of(hopped)
    assert (told["version"], len(told["runs"])) == ("2.1.0", 1) and told["$schema"].endswith("sarif-schema-2.1.0.json")
    (one,) = told["runs"]
    driver = one["tool"]["driver"]
    assert driver["name"] == "django-hop"
    assert one["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    assert all(invocation["executionSuccessful"] is True for invocation in one["invocations"])
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
        assert rule["helpUri"].startswith("https://docs.djangoproject.com/") and rule["properties"]["releaseNotes"].startswith("releases/")
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note", "none")
    for result in one["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"] and result["level"] in ("error", "warning", "note", "none")
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", physical["artifactLocation"]["uri"])
        assert physical["region"]["startLine"] >= 1 and physical["region"]["startColumn"] >= 1
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())


def test_a_result_is_a_place_for_a_person(hopped: Path) -> None:
    results = sarif_of(hopped)["runs"][0]["results"]
    physical = [one["locations"][0]["physicalLocation"] for one in results]
    places = [(place["artifactLocation"]["uri"], place["region"]) for place in physical]
    assert [(one["ruleId"], *place) for one, place in zip(results, places, strict=True)] == [
        ("gettext-aliases", "shop/a%20%C3%BC.py", {"startLine": 2, "startColumn": 42}),
        ("gettext-aliases", "shop/compat.py", {"startLine": 2, "startColumn": 42}),
    ]


def test_a_fingerprint_does_not_depend_on_the_line(hopped: Path) -> None:
    def prints() -> list[str]:
        return [one["partialFingerprints"]["djangoHopFinding/v1"] for one in sarif_of(hopped)["runs"][0]["results"]]

    before = prints()
    assert len({*before}) == 2
    add_commit(hopped, {"shop/compat.py": "# above\n" + git(hopped, "show", f"{BRANCH}:shop/compat.py") + "\n"}, "Explain")
    assert prints() == before


PROBE = """
import sys
from django_hop.cli import main
sys.argv = ["django-hop", *sys.argv[1:]]
code = main()
print(code, *sorted({"rich", "markdown_it"} & {*sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [("review", "3.2", "--format", "sarif"), ("audit", "--to", "3.2", "--json")])
def test_what_machines_read_costs_neither_the_terminal_nor_markdown(hopped: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", PROBE, *arguments]
    done = subprocess.run(command, cwd=hopped, env=process_environment(), capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "0"


# -- what verify said --------------------------------------------------------------------------------------------------


@pytest.fixture
def verified(tmp_path: Path) -> Path:
    """A project that was hopped and verified, on stand-ins for two releases."""
    repo = project(tmp_path / "shop", releases(tmp_path / "releases"))
    assert run("hop", "3.2", cwd=repo).code == 0
    done = run("verify", "3.2", "--json", cwd=repo)
    assert done.code == 0, done.err
    (tmp_path / "verify.json").write_text(done.out)
    return repo


def test_what_verify_found_is_kept_and_told_again(verified: Path) -> None:
    asked = json.loads((verified.parent / "verify.json").read_text())
    found = reviewed(verified)["verify"]
    assert found == {key: value for key, value in asked.items() if key != "format"}
    assert "## Verified on Django 2.2 and 3.2" in run("review", "3.2", cwd=verified).out
    written, page = page_of(verified)
    assert page.stack == [] and "<h2>Verified on Django 2.2 and 3.2</h2>" in written and "<td>imports</td>" in written


def test_what_verify_found_elsewhere_can_be_given(verified: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CI verifies and keeps the file; a person reviews on another machine."""
    kept = run("review", "3.2", cwd=verified).out
    monkeypatch.setenv("DJANGO_HOP_CACHE", str(verified.parent / "other"))
    assert "## Verified" not in run("review", "3.2", cwd=verified).out
    assert run("review", "3.2", "--verified", verified.parent / "verify.json", cwd=verified).out == kept


def test_a_branch_that_went_on_says_that_it_was_verified_before(verified: Path) -> None:
    add_commit(verified, {"pyproject.toml": git(verified, "show", f"{BRANCH}:pyproject.toml") + "\n# more\n"}, "More")
    assert ", 1 commit ago: verify it again." in run("review", "3.2", cwd=verified).out


def test_a_kept_file_that_cannot_be_read_is_as_none(verified: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "cache/verify").glob("*/found/*.json"):
        path.write_text('{"format": "django-hop/verify/1", "hop": {}}')
    assert "## Verified" not in run("review", "3.2", cwd=verified).out


# -- the user's situation ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["review", "4.2"], "There is no branch django-hop/4.2.", "django-hop hop 4.2"),
        (["review", "9.9"], "'9.9' is not a Django feature release", "Give one of"),
        (["review", "3.2", "--format", "pdf"], "'pdf' is not a format of a review.", "Give one of markdown, html, sarif"),
        (["review", "3.2", "--format", "html", "--json"], "Both --json and --format are given.", "Give one of them."),
        (["review", "3.2", "--output", "nowhere/review.md"], "The report cannot be written to nowhere/review.md.", "folder that exists"),
        (["review", "3.2", "--verified", "README.md"], "README.md is not what verify prints.", "verify X.Y --json"),
        (["review", "3.2", "--verified", "none.json"], "none.json cannot be read", "verify X.Y --json"),
        (["review", "3.2", "--ref", "nothing"], "There is no branch, tag or commit 'nothing'", "git branch"),
        (["review", "3.2", "--only", "nothing"], "There is no codemod 'nothing'.", "django-hop codemods"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(hopped: Path, arguments: list[str], message: str, hint: str) -> None:
    done = run(*arguments, cwd=hopped)
    assert (done.code, done.out) == (2, "")
    assert message in done.err and hint in done.err


def test_what_verify_said_of_another_branch_is_refused(verified: Path) -> None:
    told = json.loads((verified.parent / "verify.json").read_text())
    (verified.parent / "other.json").write_text(json.dumps({**told, "base": "0" * 40}))
    done = run("review", "3.2", "--verified", verified.parent / "other.json", cwd=verified)
    assert done.code == 2 and "starts from" in done.err and "Verify it again" in done.err


@pytest.mark.parametrize(
    ("name", "start"), [("r.html", "<!doctype html>"), ("r.sarif", "{"), ("r.sarif.json", "{"), ("r.md", "# Django"), ("r.txt", "# Django")]
)
def test_the_name_of_the_file_says_the_format(hopped: Path, name: str, start: str) -> None:
    assert run("review", "3.2", "--output", hopped.parent / name, cwd=hopped).code == 0
    assert (hopped.parent / name).read_text().startswith(start)
