"""Which codemods belong to a hop, in which stage and order, and why the others do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_hop.config import Settings
from django_hop.errors import HopError
from django_hop.model import ANY, DETECT, REVIEW, SAFE, Codemod, Hop, Move, Stage
from django_hop.packs import shipped
from django_hop.plan import PINS, active, choose, cleanups, stage_of, wanted_moves
from django_hop.sequence import Codemods, Requirements, rounds_of

HOP = Hop("2.2", "3.2")


def codemod(name: str, removed: str | None = "3.0", works_from: str = "2.0", **facts: object) -> Codemod:
    return Codemod(name, name, removed=removed, works_from=works_from, ops=(), **{"safety": SAFE, **facts})  # type: ignore[arg-type]


def ids(codemods: list[Codemod], hop: Hop = HOP, settings: Settings | None = None) -> list[str]:
    return [one.id for one in active(codemods, hop, settings or Settings())]


@pytest.mark.parametrize(
    ("works_from", "stage"), [("1.11", Stage.PREPARE), ("2.2", Stage.PREPARE), ("3.0", Stage.BUMP), ("3.2", Stage.BUMP), ("4.0", None)]
)
def test_the_stage_follows_from_where_the_result_works(works_from: str, stage: Stage | None) -> None:
    assert stage_of(codemod("a", works_from=works_from), HOP) is stage


@pytest.mark.parametrize(
    ("deprecated", "removed", "at_work"),
    [
        (None, "3.0", True),
        (None, "3.2", True),
        (None, "4.0", False),
        ("3.1", "4.0", True),
        ("3.2", "4.1", True),
        ("4.0", "5.0", False),
        ("2.0", "2.1", False),  # code that runs on 2.2 has no use of it
        (None, "2.1", False),  # a change that the project lives with already
        ("3.0", None, True),
        (None, None, True),
    ],
)
def test_a_hop_has_what_warns_or_is_gone_by_its_target(deprecated: str | None, removed: str | None, at_work: bool) -> None:
    assert ids([codemod("a", removed, deprecated=deprecated)]) == (["a"] if at_work else [])


def test_what_2_2_ignores_without_a_word_may_still_be_there() -> None:
    stayed = replace(codemod("a", "2.0", deprecated="1.10"), silent=True)
    assert ids([stayed]) == ["a"]
    assert ids([replace(stayed, safety=DETECT)]) == [], "nothing to take away, and the question was asked in an earlier hop"


def test_an_older_source_or_only_brings_the_past_back() -> None:
    past = codemod("a", "2.1", deprecated="2.0")
    assert [one.active for one in choose([past], Hop("2.0", "3.2"), Settings())] == [True]
    assert [one.active for one in choose([past], HOP, Settings(only=("a",)))] == [True]


def test_what_needs_a_later_release_than_the_target_waits() -> None:
    (choice,) = choose([codemod("a", "3.0", works_from="4.0")], HOP, Settings())
    assert not choice.active and choice.why_not == "its result needs Django 4.0" and choice.stage is None


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (Settings(skip=("a",)), "skipped"),
        (Settings(only=("b",)), "not among --only"),
        (Settings(safe_only=True), "needs review; --safe-only leaves it out"),
    ],
)
def test_the_user_chooses_and_is_told(settings: Settings, why: str) -> None:
    choices = {one.codemod.id: one for one in choose([codemod("a", safety=REVIEW), codemod("b")], HOP, settings)}
    assert choices["a"].why_not == why and choices["b"].active


def test_findings_stay_with_safe_only() -> None:
    assert ids([codemod("a", safety=DETECT)], settings=Settings(safe_only=True)) == ["a"]


def test_modernisations_are_opt_in_by_flag_or_by_name() -> None:
    one = codemod("a", None, modernise=True)
    assert ids([one]) == []
    assert ids([one], settings=Settings(modernise=True)) == ids([one], settings=Settings(only=("a",))) == ["a"]


def test_prepare_comes_before_bump_and_the_order_of_packs_stays_within() -> None:
    codemods = [codemod("a", works_from="3.0"), codemod("b"), codemod("c", works_from="3.1"), codemod("d")]
    assert ids(codemods) == ["b", "d", "a", "c"]


def test_a_codemod_comes_after_those_it_names() -> None:
    codemods = [codemod("a", after=("c",)), codemod("b", after=("a",)), codemod("c"), codemod("d")]
    order = ids(codemods)
    assert order.index("c") < order.index("a") < order.index("b")


def test_a_circle_of_names_is_no_endless_loop() -> None:
    assert sorted(ids([codemod("a", after=("b",)), codemod("b", after=("a",))])) == ["a", "b"]


def test_after_one_that_is_not_at_work_means_nothing() -> None:
    assert ids([codemod("a", after=("b",)), codemod("b", "5.0")]) == ["a"]


def test_unknown_ids_are_refused_with_their_neighbours_and_the_pin_is_known() -> None:
    with pytest.raises(HopError, match="There is no codemod 'url-functoin'") as caught:
        choose([codemod("url-function")], HOP, Settings(skip=("url-functoin",)))
    assert caught.value.hint == "Did you mean url-function?"
    choose([codemod("a")], HOP, Settings(skip=(PINS,)))


@pytest.mark.parametrize("hop", [Hop("1.11", "2.2"), HOP, Hop("3.2", "4.2"), Hop("2.2", "6.1")], ids=str)
def test_the_shipped_codemods_are_ordered_as_they_ask(hop: Hop) -> None:
    chosen = active([one for pack in shipped() for one in pack.codemods], hop, Settings(modernise=True))
    place = {one.id: number for number, one in enumerate(chosen)}
    stages = [stage_of(one, hop) for one in chosen]
    assert stages == sorted(stages, key=lambda stage: stage is Stage.BUMP)
    for one in chosen:
        for other in one.after:
            if other in place and stage_of(one, hop) == stage_of(chosen[place[other]], hop):
                assert place[other] < place[one.id], (other, one.id)


def package_codemod(name: str, removed: str | None = "5.0", works_from: str = "4.0", **facts: object) -> Codemod:
    return codemod(name, removed, works_from, package="celery", **facts)


def celery(source: str = "4.3.0", target: str = "5.2.7", stage: Stage = Stage.PREPARE) -> Move:
    return Move("celery", source, target, stage, ("kombu",))


KOMBU = Move("kombu", "4.6.0", "5.2.4", Stage.PREPARE, ("celery",))


@pytest.mark.parametrize(
    ("removed", "works_from", "stage"),
    [
        ("5.0", "4.0", Stage.PREPARE),
        ("5.0", "5.0", Stage.PREPARE),
        ("5.3", "4.0", None),
        ("4.2", "4.0", None),  # the project is past it
        ("5.0", "5.3", None),
        ("5.2", "5.2", Stage.PREPARE),  # 5.2.7 is a 5.2
    ],
)
def test_a_third_party_codemod_is_at_work_where_its_package_moves_across_it(removed: str, works_from: str, stage: Stage | None) -> None:
    (choice,) = choose([package_codemod("a", removed, works_from)], HOP, Settings(), [celery(), KOMBU])
    assert choice.active is (stage is not None)
    if stage:
        assert choice.stage is stage


def test_without_a_move_of_its_package_a_third_party_codemod_rests() -> None:
    (choice,) = choose([package_codemod("a")], HOP, Settings())
    assert (choice.active, choice.why_not) == (False, "the hop does not move celery")
    (forced,) = choose([package_codemod("a")], HOP, Settings(only=("a",)))
    assert (forced.active, forced.stage) == (True, Stage.BUMP)


def test_what_no_release_is_the_reason_for_is_at_work_where_the_package_is_declared() -> None:
    """A package that has been given up does not move; what uses it is reported all the same."""
    standing = package_codemod("a", removed=None, works_from=ANY)
    (choice,) = choose([standing], HOP, Settings(), (), {"celery"})
    assert (choice.stage, choice.why_not) == (Stage.PREPARE, "")
    (choice,) = choose([standing], HOP, Settings(), (), {"redis"})
    assert choice.why_not == "the project does not declare celery"


def test_what_works_on_both_releases_of_a_package_comes_before_its_move_and_the_rest_behind_it() -> None:
    codemods = [package_codemod("needs-5", works_from="5.0"), package_codemod("both"), codemod("django"), codemod("bump", works_from="3.0")]
    choices = choose(codemods, HOP, Settings(), [celery(), KOMBU])
    assert [(one.codemod.id, one.behind) for one in choices] == [("both", -1), ("django", -1), ("needs-5", 0), ("bump", -1)]
    rounds = rounds_of(choices, [celery(), KOMBU], django=True)
    assert [[c.id for c in one.codemods] if isinstance(one, Codemods) else one.id for one in rounds] == [
        ["both", "django"],
        "celery-requirement",
        ["needs-5"],
        "django-requirement",
        ["bump"],
    ]


def test_a_package_that_can_only_move_with_django_moves_behind_its_pin() -> None:
    moves = [celery(stage=Stage.BUMP)]
    rounds = rounds_of(choose([package_codemod("needs-5", works_from="5.0")], HOP, Settings(), moves), moves, django=True)
    assert [one.id for one in rounds if isinstance(one, Requirements)] == ["django-requirement", "celery-requirement"]


def test_moves_can_be_left_out_whole_groups_at_a_time() -> None:
    moves = [celery(), KOMBU, Move("redis", "3.5", "4.0", Stage.PREPARE)]
    assert [one.package for one in wanted_moves(moves, Settings(skip=("kombu-requirement",)))] == ["redis"]
    assert [one.package for one in wanted_moves(moves, Settings(only=("celery-requirement",)))] == ["celery", "kombu"]


def test_a_cleanup_is_no_part_of_the_hop_but_of_what_follows_it() -> None:
    codemods = [codemod("a", cleanup=True), codemod("b"), codemod("c", works_from="4.0", cleanup=True)]
    assert ids(codemods) == ["b"]
    assert [one.id for one in cleanups(codemods, HOP, Settings())] == ["a"]
