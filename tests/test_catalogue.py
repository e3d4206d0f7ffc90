"""No record of the catalogue is forgotten, and no codemod claims a record that there is not."""

from __future__ import annotations

from collections import Counter

import pytest

from django_hop.catalogue import COMPLETE, NOT_REWRITTEN, Row, State, records, rows
from django_hop.model import Safety
from django_hop.packs import Pack, shipped
from django_hop.releases import NAMES

CODEMODS = [codemod for pack in shipped() for codemod in pack.codemods]
UNSEEN = [unseen for pack in shipped() for unseen in pack.unseen]
DJANGO = {record.id for record in records()}
SHOWN_BY = {"tests", "sql", "schema", "responses", "warnings", "checks", "migrate", ""}


def of(release: str) -> list[Row]:
    return [row for row in rows(shipped()) if row.record.django == release]


def in_words(found: list[Row]) -> str:
    return "\n".join(f"{one.id}  ({one.automation}, {one.prevalence}, {one.surface}): {one.title}" for one in (row.record for row in found))


def test_ids_are_unique_and_name_their_release() -> None:
    assert [name for name, count in Counter(record.id for record in records()).items() if count > 1] == []
    assert [record.id for record in records() if not record.id.startswith(f"{record.django}-")] == []


def test_the_copy_holds_every_release_since_2_0() -> None:
    assert {record.django for record in records()} == set(NAMES) - {"1.11"}


@pytest.mark.parametrize("pack", [pack for pack in shipped() if pack.name.startswith("django_")], ids=lambda pack: pack.name)
def test_packs_name_records_that_exist(pack: Pack) -> None:
    named = [(codemod.id, record) for codemod in pack.codemods for record in codemod.covers]
    named += [("Unseen", unseen.record) for unseen in pack.unseen]
    assert [f"{owner}: {record}" for owner, record in named if record not in DJANGO] == []


def test_no_two_codemods_have_the_same_id() -> None:
    assert [name for name, count in Counter(codemod.id for codemod in CODEMODS).items() if count > 1] == []


def test_a_record_is_seen_or_unseen_not_both() -> None:
    covered = {record for codemod in CODEMODS for record in codemod.covers}
    assert sorted(covered & {unseen.record for unseen in UNSEEN}) == []


def test_a_record_is_unseen_once_with_a_reason_and_a_check_that_exists() -> None:
    assert [name for name, count in Counter(unseen.record for unseen in UNSEEN).items() if count > 1] == []
    assert [unseen.record for unseen in UNSEEN if not unseen.reason.endswith(".") or unseen.shown_by not in SHOWN_BY] == []


@pytest.mark.parametrize("release", COMPLETE)
def test_a_complete_release_has_a_row_for_every_record(release: str) -> None:
    found = [row for row in of(release) if row.state is State.OPEN]
    assert not found, in_words(found)


def test_what_can_be_rewritten_is_rewritten() -> None:
    """In every release, complete or not: a codemod that only locates a deterministic record needs its reason in NOT_REWRITTEN."""
    located = [row for row in rows(shipped()) if row.record.automation == "rewrite" and row.state not in (State.REWRITTEN, State.OPEN)]
    found = [row for row in located if row.record.id not in NOT_REWRITTEN]
    assert not found, in_words(found)


def test_every_exception_is_still_one() -> None:
    state = {row.record.id: row.state for row in rows(shipped())}
    assert [record for record in NOT_REWRITTEN if state.get(record) in (None, State.REWRITTEN)] == []


def test_modernisations_alone_do_not_cover_what_a_release_demands() -> None:
    """A record that breaks code is no opt-in: some codemod deals with it in every hop."""
    only = [row.record.id for row in rows(shipped()) if row.codemods and all(codemod.modernise for codemod in row.codemods)]
    assert only == []


def test_codemods_that_change_code_say_since_when_their_result_works() -> None:
    assert [codemod.id for codemod in CODEMODS if codemod.safety is not Safety.DETECT and codemod.works_from not in NAMES] == []
