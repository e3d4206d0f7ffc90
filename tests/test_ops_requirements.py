"""Requirements that forbid what a release needs, and ops that speak only where a hop crosses a release."""

from __future__ import annotations

import pytest

from django_hop.dependencies.specifier import PEP440, POETRY
from django_hop.model import REVIEW, Codemod, Finding, Hop
from django_hop.ops.base import Op
from django_hop.ops.crossing import crossing
from django_hop.ops.names import FindName
from django_hop.ops.raise_requirement import RaiseRequirement, raised
from django_hop.ops.template_finds import FindTag
from django_hop.project.index import Project
from django_hop.rewrite.files import rewrite_file

FLOOR = RaiseRequirement("asgiref", "3.4.1", "too old", spelled=("Asgiref",))
HOP = Hop("3.2", "4.0")


def found(op: Op | tuple[Op, ...], path: str, text: str, hop: Hop = HOP) -> list[Finding]:
    ops = op if isinstance(op, tuple) else (op,)
    codemod = Codemod("x", "x", removed="4.0", ops=ops, safety=REVIEW, works_from="3.2")
    data = text.encode()
    return list(rewrite_file(path, data, [codemod], hop, Project({path: data})).findings)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("==3.3.4", "==3.4.1"),
        ("== 3.3.4", "== 3.4.1"),
        ("~=3.3.1", "~=3.4.1"),
        ("==3.3.*", "==3.4.*"),
        ("<3.4", "<3.5"),
        ("<=3.4.0", "<=3.4.1"),
        (">=3.2,<3.4.1", ">=3.2,<3.4.2"),
        ("!=3.3.2,==3.3.4", "!=3.3.2,==3.4.1"),
        (">=3.2", None),
    ],
)
def test_what_forbids_a_version_is_raised_in_its_own_style(old: str, new: str | None) -> None:
    assert raised(old, PEP440, "3.4.1") == new


def test_poetrys_signs_keep_their_precision() -> None:
    assert [raised(one, POETRY, "3.4.1") for one in ("^2.1", "~3.3", "3.3.4", "~3.3.1")] == ["^3.4", "~3.4", "3.4.1", "~3.4.1"]


@pytest.mark.parametrize(
    "line",
    [
        "asgiref",
        "asgiref>=3.2",
        "asgiref==3.4.1",
        "asgiref==3.4.*",
        "asgiref<4",
        "asgiref-extra==1.0",
        "my-asgiref==1.0",
        "# asgiref==3.3.4",
    ],
)
def test_a_requirement_that_lets_it_in_is_left_alone(line: str) -> None:
    assert found(FLOOR, "requirements.txt", f"{line}\n") == []


def test_a_pin_in_a_file_of_hashes_is_found_and_stays() -> None:
    text = "asgiref==3.3.4 \\\n    --hash=sha256:92906c611ce6c967347bbfea733f13d6313901d54dcca88195eaeb52b2a8e8ee\n"
    assert [one.fixed for one in found(FLOOR, "requirements.txt", text)] == [False]


def test_an_op_that_crosses_a_release_is_silent_past_it() -> None:
    ops = crossing("4.0", FindName("django.db.models.Q", "a"), FindTag(("load",), "b"))
    python, template = "from django.db.models import Q\na = Q()\n", "{% load i18n %}"
    assert len(found(ops, "app/a.py", python)) == 1
    assert len(found(ops, "templates/a.html", template)) == 1
    assert found(ops, "app/a.py", python, Hop("4.0", "4.2")) == []
    assert found(ops, "templates/a.html", template, Hop("4.2", "5.2")) == []
