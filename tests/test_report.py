"""The faces of a hop: Markdown for a pull request, lines on a terminal; whatever names and messages hold."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from django_hop.model import DETECT, SAFE, Codemod, CommitInfo, Failure, Finding, Hop, HopResult, Safety, Skipped, Stage
from django_hop.report.as_json import hops_json
from django_hop.report.markdown import LONGEST, hop_report
from django_hop.report.terminal import print_hop
from django_hop.report.words import code, counted, for_a_person, prose, shown

NOTES = "https://docs.djangoproject.com/en/stable/releases/3.0/"


def codemod(name: str, silent: bool = False, safety: Safety = SAFE) -> Codemod:
    docs = "releases/3.0: Miscellaneous"
    return Codemod(name, f"{name} goes", removed="3.0", works_from="2.0", safety=safety, ops=(), docs=docs, silent=silent)


CODEMODS = {one.id: one for one in (codemod("loud"), codemod("trap", silent=True, safety=DETECT))}


def commit(name: str, stage: Stage = Stage.PREPARE, safety: Safety = SAFE) -> CommitInfo:
    return CommitInfo("0123456789abcdef", name, f"{name} goes", stage, safety, ("a.py", "b.py"), 3)


def result(findings: Sequence[Finding] = (), commits: Sequence[CommitInfo] = (), dry_run: bool = False, **facts: object) -> HopResult:
    return HopResult(
        Hop("2.2", "3.2"),
        "ba5e" * 10,
        "django-hop/3.2",
        "f00d" * 10,
        "django-hop/3.2-prepare",
        "beef" * 10,
        tuple(commits),
        tuple(findings),
        dry_run=dry_run,
        facts={"places": 6, "changed": 2},
        **facts,  # type: ignore[arg-type]
    )


def terminal(one: HopResult, width: int = 200) -> str:
    out = Console(file=io.StringIO(), width=width, highlight=False, no_color=True)
    print_hop(out, one, CODEMODS)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


# -- Markdown ----------------------------------------------------------------------------------------------------------


def test_the_report_goes_from_what_and_why_over_commits_and_findings_to_the_next_step() -> None:
    one = result(
        [
            Finding("loud", "a.py", 3, 1, "look here"),
            Finding("trap", "b.py", 7, 1, "mind this"),
            Finding("loud", "a.py", 1, 1, "done", True),
        ],
        [commit("loud"), commit("django-requirement", Stage.BUMP)],
        evidence=("requirements.txt:1: Django==2.2.28",),
        notes=("1 file differs from HEAD.",),
        skipped=(Skipped("old.py", "does not parse"),),
        failures=(Failure("bad.py", "loud", "went wrong"),),
    )
    text = hop_report(one, CODEMODS)
    headlines = re.findall("^#+ .*", text, re.M)
    assert headlines == [
        "# Django 2.2 to 3.2",
        "## Prepare: can be deployed on the old Django",
        "## Bump: needs the new Django",
        "## For a person",
        "### Silent traps: no error, but another behaviour",
        "### Other places",
        "## Left as they were, because something went wrong",
        "## Next",
    ]
    assert "2 commits, 6 places in 2 files; 2 places for a person." in text
    assert f"| 0123456789 | loud goes (`loud`) | [3.0 notes]({NOTES}) | safe | 3 | 2 |" in text
    assert f"**mind this** `trap` ([3.0 notes]({NOTES}), Miscellaneous)\n\n- [ ] `b.py:7`\n" in text
    assert "- `bad.py` (`loud`): went wrong" in text and "- `old.py`: does not parse" in text
    assert "> 1 file differs from HEAD." in text
    assert "1. Review and merge `django-hop/3.2-prepare`; deploy it on Django 2.2.\n2. Decide" in text
    assert "on Python 3.6 to 3.10; it needs at least PostgreSQL 9.6" in text


def test_what_must_follow_a_commit_is_a_task_with_its_files() -> None:
    known = {"models": replace(codemod("models"), then="run makemigrations for these apps. It runs no SQL.")}
    text = hop_report(result(commits=[commit("models")]), known)
    assert "## What must follow\n\n- [ ] after `models` in `a.py`, `b.py`: run makemigrations for these apps. It runs no SQL.\n" in text
    assert "What must follow" not in hop_report(result(commits=[commit("loud")]), CODEMODS)


def test_what_must_follow_a_finding_is_a_task_with_its_files() -> None:
    known = {"models": replace(codemod("models"), then="run makemigrations for this app.")}
    found = [Finding("models", "app/models.py", line, 1, "look") for line in (3, 9)]
    assert "## What must follow\n\n- [ ] for `models` in `app/models.py`: run makemigrations for this app.\n" in hop_report(
        result(findings=found), known
    )


def test_a_review_stands_out_from_what_is_safe() -> None:
    assert "| **review** |" in hop_report(result(commits=[commit("loud", safety=Safety.REVIEW)]), CODEMODS)


def test_nothing_to_change_and_a_dry_run_say_so() -> None:
    assert "Nothing had to change, so no branch was made." in hop_report(result(), CODEMODS)
    dry = hop_report(result(commits=[commit("loud")], dry_run=True), CODEMODS)
    assert "This was a dry run: no branch was made." in dry and "Merge `" not in dry


def test_places_with_the_same_message_are_told_once() -> None:
    text = hop_report(result([Finding("loud", f"{n}.py", 1, 1, "look here") for n in range(9)]), CODEMODS)
    assert text.count("look here") == 1 and text.count("- [ ] ") == 9


@pytest.mark.parametrize("number", [100, 3_000, 50_000])
def test_the_report_of_a_big_project_still_fits_into_a_pull_request(number: int) -> None:
    findings = [Finding("loud", f"a/long/path/to/a/file/number_{n}.py", n, 1, "look here") for n in range(number)]
    skipped = tuple(Skipped(f"old/number_{n}.py", "does not parse") for n in range(number))
    text = hop_report(result(findings, [commit("loud")], skipped=skipped), CODEMODS)
    assert len(text) <= LONGEST
    shown_places = text.count("- [ ] ")
    assert shown_places > 0
    if shown_places < number:
        assert f"- and {number - shown_places} more: `django-hop plan --json` lists all" in text


# -- the terminal ------------------------------------------------------------------------------------------------------


def test_silent_traps_come_first_and_places_stand_below_their_message() -> None:
    traps = [Finding("trap", path, line, 4, "mind this") for path, line in (("b.py", 7), ("c.py", 8))]
    findings = [Finding("loud", "a.py", 3, 2, "look here"), *traps]
    lines = terminal(result(findings, [commit("loud")])).splitlines()
    place = lines.index("3 places for a person")
    assert [line.rstrip() for line in lines[place + 1 : place + 8]] == [
        " silent traps: no error, but another behaviour",
        "  trap mind this [releases/3.0]",
        "    b.py:7:4",
        "    c.py:8:4",
        " others",
        "  loud look here [releases/3.0]",
        "    a.py:3:2",
    ]


def test_many_findings_are_cut_and_the_rest_is_counted() -> None:
    out = terminal(result([Finding("loud", f"{n}.py", 1, 1, "look here") for n in range(50)]))
    assert out.count(".py:1:1") == 20
    assert "and 30 more; --report FILE writes them, --json prints them all" in out


@pytest.mark.parametrize("width", [72, 80, 120])
def test_a_narrow_terminal_cuts_titles_and_keeps_a_line_a_commit(width: int) -> None:
    long = replace(commit("a-codemod-with-a-long-name"), title="what it does takes a sentence that is rather long for one line")
    out = terminal(result(commits=[commit("loud"), long]), width=width)
    assert re.search(r"^prepare +0123456789 +loud .* safe +3 +2 *$", out, re.M)
    assert re.search(r"^prepare +0123456789 +a-codemod-with-a-long-name .*safe +3 +2 *$", out, re.M)
    assert max(len(line) for line in out.splitlines() if line.startswith("prepare")) <= width


# -- names that hold anything ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("größe/a b.py", "größe/a b.py"),
        ("caf\udce9.py", "caf\\xe9.py"),
        ("a\nb\t\x1b[31m.py", "a\\nb\\t\\x1b[31m.py"),
        ("\u202e.py", "\\u202e.py"),
    ],
)
def test_a_path_is_one_line_of_printable_characters(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_markdown_shows_what_was_meant() -> None:
    assert code("a`b`.py") == "`` a`b`.py ``"
    assert code("a.py") == "`a.py`"
    assert prose("__init__ of <object> takes *args | `x|y_z`") == "\\_\\_init\\_\\_ of \\<object> takes \\*args \\| `x\\|y_z`"
    assert prose("[link](x)") == "\\[link](x)"


def test_odd_paths_and_markup_come_through_every_face() -> None:
    odd = "[bold]caf\udce9\x1b[31m`.py"
    one = result(
        [Finding("loud", odd, 1, 1, f"in {odd} [/bold] <b>")],
        [commit("loud")],
        failures=(Failure(odd, "", odd),),
        skipped=(Skipped(odd, odd),),
        notes=(odd,),
        evidence=(odd,),
    )
    for face in (terminal(one), hop_report(one, CODEMODS), hops_json([one], stack=False)):
        face.encode("utf-8")
        assert "\x1b" not in face
    assert "[bold]caf\\xe9" in terminal(one)


def test_words() -> None:
    assert (counted(1, "file"), counted(0, "file"), counted(2, "file")) == ("1 file", "0 files", "2 files")
    traps, others = for_a_person([Finding("loud", "a", 1, 1, "x", True)], CODEMODS)
    assert traps == [] and others == []
