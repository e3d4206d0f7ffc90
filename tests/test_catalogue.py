"""No record of the catalogue is forgotten, and no codemod claims a record that there is not."""

from __future__ import annotations

from collections import Counter

import pytest

from django_hop.catalogue import COMPLETE, NOT_REWRITTEN, UNFINISHED, Row, State, records, rows
from django_hop.model import DEPENDENCIES, Safety
from django_hop.packs import Pack, shipped
from django_hop.releases import NAMES

CODEMODS = [codemod for pack in shipped() for codemod in pack.codemods]
UNSEEN = [unseen for pack in shipped() for unseen in pack.unseen]
IDS = {record.id for record in records()}
PACKAGES = sorted({record.package for record in records() if record.package})
SHOWN_BY = {"tests", "sql", "schema", "responses", "warnings", "checks", "migrate", DEPENDENCIES, ""}


def of(release: str) -> list[Row]:
    return [row for row in rows(shipped()) if row.record.django == release]


def in_words(found: list[Row]) -> str:
    return "\n".join(f"{one.id}  ({one.automation}, {one.prevalence}, {one.surface}): {one.title}" for one in (row.record for row in found))


def test_ids_are_unique_and_name_their_release() -> None:
    assert [name for name, count in Counter(record.id for record in records()).items() if count > 1] == []
    assert [record.id for record in records() if record.django and not record.id.startswith(f"{record.django}-")] == []
    assert [record.id for record in records() if bool(record.django) == bool(record.package)] == []


def test_the_copy_holds_every_release_since_2_0() -> None:
    assert {record.django for record in records()} == {*NAMES, ""} - {"1.11"}
    assert len(PACKAGES) == 98


@pytest.mark.parametrize("pack", shipped(), ids=lambda pack: pack.name)
def test_packs_name_records_that_exist(pack: Pack) -> None:
    named = [(codemod.id, record) for codemod in pack.codemods for record in codemod.covers]
    named += [("Unseen", unseen.record) for unseen in pack.unseen]
    assert [f"{owner}: {record}" for owner, record in named if record not in IDS] == []


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


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - UNFINISHED))
def test_a_finished_package_has_a_row_for_every_record(package: str) -> None:
    found = [row for row in rows(shipped()) if row.record.package == package and row.state is State.OPEN]
    assert not found, in_words(found)


def test_an_unfinished_package_is_one() -> None:
    unfinished = {row.record.package for row in rows(shipped()) if row.state is State.OPEN}
    assert sorted(UNFINISHED - unfinished) == [], "every record of these has its row: take them out of UNFINISHED in catalogue.py"


def test_a_record_stands_in_the_pack_of_its_package_or_one_of_django() -> None:
    packages = {record.id: record.package for record in records()}
    names = {pack.name: "" if pack.release else pack.name.replace("_", "-") for pack in shipped()}
    covered = [(codemod.pack, record) for codemod in CODEMODS for record in codemod.covers]
    covered += [(pack.name, unseen.record) for pack in shipped() for unseen in pack.unseen]
    assert [f"{record} in {pack}" for pack, record in covered if names[pack] not in (packages.get(record), "")] == []


def test_what_can_be_rewritten_is_rewritten() -> None:
    """In every release, complete or not: a codemod that only locates a deterministic record needs its reason in NOT_REWRITTEN."""
    dealt_with = (State.REWRITTEN, State.REQUIREMENT, State.OPEN)
    located = [row for row in rows(shipped()) if row.record.automation == "rewrite" and row.state not in dealt_with]
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
    changing = [codemod for codemod in CODEMODS if codemod.safety is not Safety.DETECT]
    assert [codemod.id for codemod in changing if not codemod.package and codemod.works_from not in NAMES] == []
    assert [codemod.id for codemod in changing if codemod.package and not codemod.works_from] == []
