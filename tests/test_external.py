"""The adapter for django-upgrade: what it relies on, what it refuses, and edits that touch only what changes."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from django_hop.errors import HopError
from django_hop.model import REVIEW, Codemod, Edit, Hop, Rewritten
from django_hop.ops import external
from django_hop.ops.external import DjangoUpgrade, engine, line_edits
from django_hop.project.index import Project
from django_hop.rewrite.files import rewrite_file
from django_hop.rewrite.source import splice

HEADERS = Codemod(
    "request-headers",
    "headers of a request are read by their names",
    removed=None,
    works_from="2.2",
    safety=REVIEW,
    ops=(DjangoUpgrade("request_headers", (frozenset({"META"}),), "by its name"),),
)


def run(data: bytes, codemod: Codemod = HEADERS, source: str = "2.2", target: str = "3.2") -> Rewritten:
    return rewrite_file("app/views.py", data, [codemod], Hop(source, target), Project({"app/views.py": data}))


def table() -> dict[str, tuple[int, int]]:
    """The fixers of the module's table and their releases."""
    rows = re.findall(r"^\| (\w+) \| (\S+) \| ", external.__doc__ or "", re.M)
    return {name: (0, 0) if since == "-" else tuple(map(int, since.split("."))) for name, since in rows if name != "fixer"}  # type: ignore[misc]


def test_the_table_is_what_the_installed_engine_has() -> None:
    # Names and releases of fixers come and go (shared/PITFALLS.md section 2.1): when this fails, read the changes and set the table right.
    assert table() == {name: since for name, since in engine().fixers.items() if since <= (3, 2)}


def test_every_codemod_of_the_table_exists() -> None:
    from django_hop.packs import shipped

    known = {codemod.id for pack in shipped() for codemod in pack.codemods}
    rows = re.findall(r"^\| \w+ \| \S+ \| .* \| ([\w, .-]+) \|$", external.__doc__ or "", re.M)
    named = {one for row in rows for one in row.split(", ") if one not in ("codemod", "...", "---")}
    assert named and named <= known


def test_every_fixer_that_codemods_use_is_there() -> None:
    from django_hop.packs import shipped

    used = {op.fixer for pack in shipped() for codemod in pack.codemods for op in codemod.ops if isinstance(op, DjangoUpgrade)}
    assert used and used <= engine().fixers.keys()


def test_one_fixer_runs_and_the_others_do_not() -> None:
    result = run(b'from django.utils.encoding import force_text\n\nforce_text(request.META["HTTP_X"])\n')
    assert result.steps[-1][1] == b'from django.utils.encoding import force_text\n\nforce_text(request.headers["x"])\n'
    assert [finding.line for finding in result.findings if finding.fixed] == [3]


def test_line_ends_and_byte_order_mark_stay() -> None:
    # django-upgrade crashes on a byte order mark when line 1 changes; it never sees it here.
    data = b'\xef\xbb\xbfx = request.META["HTTP_X"]\r\n\ty = 1 if x else 2\r\n'.replace(b"\t", b"")
    assert run(data).steps[-1][1] == data.replace(b'META["HTTP_X"]', b'headers["x"]')


def test_a_file_without_need_is_left_alone() -> None:
    assert not run(b'x = request.META["REMOTE_ADDR"]\n').steps


def test_a_fixer_of_a_later_release_does_nothing() -> None:
    assert not run(b'x = request.META["HTTP_X"]\n', source="2.0", target="2.1").steps


def test_branches_go_by_the_release_the_hop_starts_from() -> None:
    op = DjangoUpgrade("versioned_branches", (frozenset({"VERSION"}),), "gone", on_source=True)
    later = b"if django.VERSION >= (3, 2):\n    b = 1\nelse:\n    b = 2\n"
    data = b"import django\nif django.VERSION >= (2, 2):\n    a = 1\nelse:\n    a = 2\n" + later
    result = run(data, replace(HEADERS, ops=(op,)))
    assert result.steps[-1][1] == b"import django\na = 1\n" + later


@pytest.mark.parametrize("error", [RecursionError("deep"), IndexError("list index out of range"), AssertionError()])
def test_what_the_engine_raises_costs_the_file_only(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        @property
        def fixers(self) -> dict[str, tuple[int, int]]:
            return {"request_headers": (2, 2)}

        def fix(self, *_: object) -> str:
            raise error

    monkeypatch.setattr(external, "engine", Broken)
    result = run(b'x = request.META["HTTP_X"]\n')
    assert not result.steps and "django-upgrade" in result.failures[0].message


def _no_target(only_fixers: object = None) -> None: ...


@pytest.mark.parametrize(
    ("main", "data"),
    [
        (SimpleNamespace(), SimpleNamespace(Settings=int, FIXERS={})),
        (SimpleNamespace(apply_fixers=lambda text: text), SimpleNamespace(Settings=int, FIXERS={})),
        (SimpleNamespace(apply_fixers=lambda a, b, c: a), SimpleNamespace(Settings=_no_target, FIXERS={})),
        (SimpleNamespace(apply_fixers=lambda a, b, c: a), SimpleNamespace(FIXERS={})),
    ],
)
@pytest.mark.usefixtures("fresh_engines")
def test_moved_internals_are_said_with_a_remedy(main: object, data: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "django_upgrade.main", main)
    monkeypatch.setitem(sys.modules, "django_upgrade.data", data)
    with pytest.raises(HopError) as error:
        engine()
    assert "internals" in error.value.message and external.SUPPORTED in error.value.hint


@pytest.mark.usefixtures("fresh_engines")
def test_a_missing_engine_is_said_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "django_upgrade.main", None)
    with pytest.raises(HopError) as error:
        engine()
    assert "cannot be imported" in error.value.message and "pip install" in error.value.hint


def test_importing_the_packs_does_not_import_the_engine() -> None:
    import subprocess

    code = "import sys; from django_hop.packs import shipped; shipped(); print('django_upgrade' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", [Edit(2, 3, "B")]),
        ("a\nb\nc\n", "a\nc\n", [Edit(2, 4, "")]),
        ("a\r\nb\r\n", "a\r\nx\r\nb\r\n", [Edit(3, 3, "x\r\n")]),
        ("x = 1\ny = 2\n", "x = 3\ny = 4\n", [Edit(4, 5, "3"), Edit(10, 11, "4")]),
        ("a", "a\n", [Edit(1, 1, "\n")]),
        ("", "", []),
    ],
)
def test_edits_are_as_small_as_lines_allow(old: str, new: str, edits: list[Edit]) -> None:
    found = line_edits(old, new)
    assert found == edits and splice(old, found) == new
