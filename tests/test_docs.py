"""The generated documentation: up to date, complete, readable, and never over somebody's own files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import run

from django_hop.catalogue import records
from django_hop.docs import MARK, documents, explain, outdated, write
from django_hop.docs_page import readable
from django_hop.errors import HopError
from django_hop.packs import Pack, load, shipped

ROOT = Path(__file__).parents[1]
REPAIR = "`python -m django_hop docs` in the root of the checkout repairs this"
CODEMODS = [codemod for pack in shipped() for codemod in pack.codemods]

PACK = '''
from django_hop.model import DETECT, Codemod

CODEMODS = [Codemod("old-thing", "Old | things are found", "4.0", (), DETECT, "3.2", docs="releases/4.0: Things", silent=True)]
'''
PAGE = """# Old thing

Things are gone.

## A thing

```python finding app/models.py hop=3.2-4.2
old_thing()  # finding
```

## No thing

```python same app/views.py
new_thing()
```

```python
plain
```
"""


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    folder = tmp_path / "packs" / "django_4_0"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(PACK)
    (folder / "old-thing.md").write_text(PAGE)
    return load(folder)


def test_the_committed_documentation_is_up_to_date() -> None:
    assert outdated(ROOT / "docs", documents(shipped())) == [], REPAIR


def test_the_same_packs_give_the_same_texts() -> None:
    assert documents(shipped()) == documents(shipped())


def test_every_codemod_has_a_page_and_a_line_in_the_index() -> None:
    texts = documents(shipped())
    assert [codemod.id for codemod in CODEMODS if f"codemods/{codemod.id}.md" not in texts] == []
    assert [codemod.id for codemod in CODEMODS if f"]({codemod.id}.md)" not in texts["codemods/README.md"]] == []


def test_the_coverage_has_a_line_for_every_record_of_the_releases_of_our_packs() -> None:
    ours = {pack.release for pack in shipped() if pack.release}
    lines = documents(shipped())["coverage.md"].splitlines()
    listed = [match[1] for line in lines if (match := re.match(r"\| `([^`]+)`", line))]
    others = sorted((record for record in records() if record.package), key=lambda record: record.package)
    assert listed == [record.id for record in [*(record for record in records() if record.django in ours), *others]]


def test_links_between_generated_files_lead_somewhere() -> None:
    texts = documents(shipped())
    for path, text in texts.items():
        if path.count("/") == 1 and path != "codemods/README.md":
            continue
        for target in re.findall(r"\]\(([\w./-]+\.md)\)", text):
            found = (Path("/", path).parent / target).resolve().relative_to("/").as_posix()
            assert found in texts or (ROOT / "docs" / found).is_file(), f"{path} links to {target}"


def test_no_block_keeps_the_marks_of_a_test() -> None:
    marks = re.compile(r"^```+\w+ +(before|after|same|finding|given|proof|with|check)\b", re.M)
    assert [path for path, text in documents(shipped()).items() if marks.search(text)] == []


def test_a_page_starts_with_what_its_entry_says(pack: Pack) -> None:
    text = explain("old-thing", [pack])
    assert text.startswith("# old-thing\n\nOld | things are found.\n\n- pack: django_4_0\n")
    assert "- old form gone or changed in: Django 4.0\n" in text
    assert "- silent: the old form fails without an error\n" in text
    assert "- release notes: [releases/4.0: Things](https://docs.djangoproject.com/en/stable/releases/4.0/)\n" in text
    assert "# Old thing" not in text, "the entry's title stands for the page's own"


def test_cases_are_labelled_by_what_happens_to_them(pack: Pack) -> None:
    text = explain("old-thing", [pack])
    assert "## A thing\n\nReported, not changed (`app/models.py`), in the hop 3.2 to 4.2:\n\n```python\nold_thing()" in text
    assert "## No thing\n\nLeft alone (`app/views.py`):\n\n```python\nnew_thing()\n```\n" in text
    assert "```python\nplain\n```" in text, "a block without a role stays as it is"


def test_longer_fences_keep_their_length() -> None:
    text = "````markdown before docs/x.md\n```\ninner\n```\n````\n"
    assert readable(text) == "Before (`docs/x.md`):\n\n````markdown\n```\ninner\n```\n````\n"


def test_proofs_say_where_the_old_form_fails() -> None:
    said = readable("```python proof tables fails=ImportError\nimport x\n```\n")
    assert said.endswith("; where it is removed, it fails with `ImportError`:\n\n```python\nimport x\n```\n")


def test_bars_in_titles_do_not_break_the_index(pack: Pack) -> None:
    line = "| [old-thing](old-thing.md) | Old \\| things are found |  | 4.0 | 3.2 | detect, silent |"
    assert line in documents([pack])["codemods/README.md"].splitlines()


def test_write_then_nothing_is_out_of_date(pack: Pack, tmp_path: Path) -> None:
    texts = documents([pack])
    assert write(tmp_path / "docs", texts) == ["codemods/README.md", "codemods/old-thing.md", "coverage.md"]
    assert outdated(tmp_path / "docs", texts) == []
    assert write(tmp_path / "docs", texts) == []


def test_pages_of_codemods_that_are_gone_go(pack: Pack, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    write(folder, documents([pack]))
    gone = folder / "codemods" / "gone.md"
    gone.write_text(MARK + "# gone\n")
    assert write(folder, documents([pack])) == ["codemods/gone.md"]
    assert not gone.exists()


def test_files_of_other_hands_stay(pack: Pack, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    (folder / "codemods").mkdir(parents=True)
    (folder / "codemods" / "notes.md").write_text("# Ours\n")
    (folder / "peers.md").write_text("# Peers\n")
    write(folder, documents([pack]))
    assert (folder / "codemods" / "notes.md").read_text() == "# Ours\n"
    assert (folder / "peers.md").read_text() == "# Peers\n"


def test_a_file_of_other_hands_in_the_way_is_not_overwritten(pack: Pack, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "coverage.md").write_text("# My coverage\n")
    with pytest.raises(HopError, match=r"coverage\.md was not made by"):
        write(folder, documents([pack]))
    assert not (folder / "codemods").exists(), "nothing is written before everything is looked at"


def test_a_broken_proof_names_its_page(pack: Pack) -> None:
    (pack.folder / "old-thing.md").write_text("Why.\n\n```python proof nonsense=1\n```\n")
    with pytest.raises(HopError, match="The page of old-thing cannot be read"):
        explain("old-thing", [pack])


def test_the_command_checks_writes_and_is_silent_when_all_is_well(tmp_path: Path) -> None:
    unwritten = run("docs", "--check", "--folder", tmp_path)
    assert unwritten.code == 1 and "out of date: " in unwritten.out
    assert list(tmp_path.iterdir()) == []
    assert run("docs", "--folder", tmp_path).code == 0
    assert run("docs", "--check", "--folder", tmp_path).out == ""


def test_explain_prints_the_page_of_the_documentation(tmp_path: Path) -> None:
    printed = run("explain", "gettext-aliases", cwd=tmp_path).out
    assert MARK + printed.rstrip("\n") + "\n" == documents(shipped())["codemods/gettext-aliases.md"]
