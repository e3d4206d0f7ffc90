"""What two runs say together: SQL, responses, mails, warnings and schemas made comparable, and put under their causes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from django_hop.errors import Exit
from django_hop.model import Finding, Hop
from django_hop.packs import shipped
from django_hop.report.behaviour import behaviour_section, differing, print_behaviour, warnings_line
from django_hop.verify.baseline import NAME, baseline_text, new_warnings
from django_hop.verify.causes import UNEXPLAINED, WORDING, Causes, Difference
from django_hop.verify.comparing import compare
from django_hop.verify.deprecations import compare_warnings, known, release_of
from django_hop.verify.model import Verification
from django_hop.verify.probing import unexplained
from django_hop.verify.recording import Recording, Schema, Seen, Warned, marked
from django_hop.verify.statements import by_expression, normal
from django_hop.verify.wordings import Wordings

CODEMODS = tuple(codemod for pack in shipped() for codemod in pack.codemods)
LTS = Hop("2.2", "3.2")
NEXT = Hop("3.2", "4.2")


# -- statements ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('SELECT "a"."id" FROM "a" WHERE "a"."id" = %s', "SELECT `a`.`id` FROM `a` WHERE `a`.`id` = 5"),
        ('SELECT T3."x" FROM "a" T3', 'SELECT T7."x" FROM "a" T7'),
        ('SAVEPOINT "s139_x1"', 'SAVEPOINT "s140771_x23"'),
        ("SELECT 1 FROM a WHERE b IN (%s, %s)", "SELECT 1 FROM a WHERE b IN (%s, %s, %s, %s)"),
        ("SELECT 1 FROM a WHERE b IN (%s)", "SELECT 1 FROM a WHERE b IN (%s, %s)"),
        ("INSERT INTO a (b) VALUES (%s), (%s)", "INSERT INTO a (b) VALUES (%s)"),
        ("SELECT a FROM b WHERE c = 'it''s'", "SELECT a FROM b WHERE c = 'x'"),
        ("SELECT a  FROM b\n  WHERE c <> 1", "SELECT a FROM b WHERE c != 1"),
    ],
)
def test_what_differs_from_run_to_run_is_not_in_a_statement(one: str, other: str) -> None:
    assert normal(one) == normal(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM b LIMIT 1", "SELECT a FROM b LIMIT 21"),
        ("SELECT a FROM b ORDER BY a ASC", "SELECT a FROM b ORDER BY a DESC"),
        ("SELECT a FROM b WHERE c IS NULL", "SELECT a FROM b WHERE c = NULL"),
        ("SELECT a, b FROM c", "SELECT b, a FROM c"),
        ('SELECT T3."x" FROM "a" T3, "a" T4', 'SELECT T4."x" FROM "a" T3, "a" T3'),
        ("/* archive */ SELECT a FROM b", "SELECT a FROM b"),
        ("SELECT 0 FROM b", "SELECT 1 FROM b"),
    ],
)
def test_another_meaning_stays_another_statement(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_what_asks_the_database_about_itself_does_not_count() -> None:
    assert normal("PRAGMA foreign_keys = ON") == ""


# -- causes of SQL -------------------------------------------------------------------------------------------------------


def test_other_words_are_told_as_such_and_only_across_their_release() -> None:
    """3.1 writes `WHERE active` for `WHERE active = 1`; a hop that does not cross 3.1 does not explain it."""
    old, new = "SELECT a.x FROM a WHERE (a.y IS NULL AND a.active = ?)", "SELECT a.x FROM a WHERE (a.y IS NULL AND a.active)"
    difference = Difference("sql", "statement", old, new)
    assert Causes(CODEMODS, LTS, ()).of(difference).kind == WORDING
    assert Causes(CODEMODS, NEXT, ()).of(difference).kind == UNEXPLAINED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SELECT a.x FROM a WHERE a.id = ?", "SELECT a.x FROM a WHERE a.id = ? LIMIT 21"),
        ("SELECT SUM(CASE WHEN a.s = ? THEN a.n ELSE NULL END) AS t FROM a", "SELECT SUM(a.n) FILTER (WHERE a.s = ?) AS t FROM a"),
        ("INSERT INTO a_b (a, b) SELECT ?, ?", "INSERT OR IGNORE INTO a_b (a, b) VALUES (?, ...)"),
        ("SELECT a.x FROM a WHERE (NOT a.y AND a.id = ?)", "SELECT a.x FROM a WHERE (a.y = ? AND a.id = ?) LIMIT 21"),
        ("SELECT a.x FROM a WHERE a.id = ? FOR UPDATE", "SELECT a.x FROM a WHERE a.id = ? LIMIT 21 FOR UPDATE"),
        ("INSERT INTO a_b (a, b) VALUES (?, ...) RETURNING a_b.id", "INSERT INTO a_b (a, b) VALUES (?, ...) ON CONFLICT DO NOTHING"),
        ("INSERT INTO a (id, b) VALUES (?, ...)", "INSERT INTO a (id, b) VALUES (?, ...) RETURNING a.id"),
    ],
)
def test_known_wordings(old: str, new: str) -> None:
    words = Wordings(LTS)
    assert words.even(old) == words.even(new)


@pytest.mark.parametrize(
    ("places", "expressions"),
    [
        (
            "SELECT a.x AS x, COUNT(a.y) AS n FROM a GROUP BY 1 ORDER BY 2 DESC",
            "SELECT a.x AS x, COUNT(a.y) AS n FROM a GROUP BY a.x ORDER BY COUNT(a.y) DESC",
        ),
        (
            "SELECT f(a.x, ?) AS x FROM a ORDER BY x ASC, a.z ASC LIMIT 3",
            "SELECT f(a.x, ?) AS x FROM a ORDER BY f(a.x, ?) ASC, a.z ASC LIMIT 3",
        ),
        (
            "SELECT a.x FROM a WHERE a.y IN (SELECT b.y FROM b ORDER BY 1) ORDER BY 1",
            "SELECT a.x FROM a WHERE a.y IN (SELECT b.y FROM b ORDER BY 1) ORDER BY a.x",
        ),
        ("UPDATE a SET x = ?", "UPDATE a SET x = ?"),
        ("SELECT ?", "SELECT ?"),
    ],
)
def test_groups_and_orders_by_place(places: str, expressions: str) -> None:
    assert by_expression(places) == expressions == by_expression(expressions)


HEAD = "SELECT a.id FROM a WHERE "


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "NOT (a.id IN (SELECT t1.a_id FROM b t1 WHERE t1.name = ?))",
            "NOT (EXISTS(SELECT (1) AS a FROM b t1 WHERE (t1.name = ? AND t1.a_id = a.id) LIMIT 1))",
        ),
        (
            "NOT (a.id IN (SELECT t1.a_id FROM b t1 WHERE (t1.name = ? AND t1.a_id IS NOT NULL)))",
            "NOT (EXISTS(SELECT (1) AS a FROM b t1 WHERE (t1.name = ? AND t1.a_id = a.id) LIMIT 1))",
        ),
        (
            "NOT (a.c_id IN (SELECT t1.c_id FROM b t1 WHERE t1.name = ?) AND a.c_id IS NOT NULL)",
            "NOT (EXISTS(SELECT (1) AS a FROM b t1 WHERE (t1.name = ? AND t1.c_id = a.c_id) LIMIT 1))",
        ),
        (
            "NOT (((a.c_id IN (SELECT t1.id FROM c t1 WHERE t1.name IS NULL) AND a.c_id IS NOT NULL) OR a.c_id IS NULL))",
            "NOT ((EXISTS(SELECT (1) AS a FROM c t1 WHERE (t1.name IS NULL AND t1.id = a.c_id) LIMIT 1) OR a.c_id IS NULL))",
        ),
        (
            "NOT (a.id IN (SELECT t1.a_id FROM b t1 WHERE (t1.x = ? AND t1.y = ?)) AND a.id IN (SELECT t1.a_id FROM d t1))",
            "NOT (EXISTS(SELECT (1) AS a FROM b t1 WHERE (t1.x = ? AND t1.y = ? AND t1.a_id = a.id) LIMIT 1)"
            " AND EXISTS(SELECT (1) AS a FROM d t1 WHERE t1.a_id = a.id LIMIT 1))",
        ),
    ],
)
def test_exclude_asks_with_exists_from_3_2_on(old: str, new: str) -> None:
    """As 3.1 and 3.2 write it, and with brackets and a parameter as 4.2 does; never across another release."""
    newer = re.sub(r"= (a\.\w+)", r"= (\1)", new.replace("(1) AS a", "? AS a"))
    assert Wordings(LTS).even(HEAD + old) == Wordings(LTS).even(HEAD + new)
    assert Wordings(Hop("2.2", "4.2")).even(HEAD + old) == Wordings(Hop("2.2", "4.2")).even(HEAD + newer)
    assert Wordings(NEXT).even(HEAD + new) == Wordings(NEXT).even(HEAD + newer) != Wordings(NEXT).even(HEAD + old)


@pytest.mark.parametrize(
    "other",
    [
        "NOT (EXISTS(SELECT (1) AS a FROM b t1 WHERE (t1.name = ? AND t1.other_id = a.id) LIMIT 1))",
        "NOT (EXISTS(SELECT (1) AS a FROM b t1 WHERE (t1.name = ? AND t1.a_id = a.other) LIMIT 1))",
        "NOT (EXISTS(SELECT (1) AS a FROM b t1 WHERE t1.a_id = a.id LIMIT 1))",
        "NOT (EXISTS(SELECT (1) AS a FROM b t1 WHERE (t1.name = ? OR t1.a_id = a.id) LIMIT 1))",
        "EXISTS(SELECT (1) AS a FROM b t1 WHERE (t1.name = ? AND t1.a_id = a.id) LIMIT 1)",
    ],
)
def test_another_exists_is_another_question(other: str) -> None:
    words = Wordings(LTS)
    assert words.even(f"{HEAD}NOT (a.id IN (SELECT t1.a_id FROM b t1 WHERE t1.name = ?))") != words.even(HEAD + other)


def test_null_is_a_parameter_from_6_1_on() -> None:
    words = Wordings(Hop("5.2", "6.1"))
    old, new = "UPDATE a SET x = NULL, y = ?, z = NULL WHERE a.id = ?", "UPDATE a SET x = ?, y = ?, z = ? WHERE a.id = ?"
    assert words.even(old) == words.even(new)
    assert words.even(old) != words.even("UPDATE a SET x = ?, y = ? WHERE a.id = ?")
    assert Wordings(NEXT).even(old) != Wordings(NEXT).even(new)


def test_prefetches_ask_for_rows() -> None:
    """PostgreSQL from 5.2 on; SQLite with OR in 5.2 and with rows from 6.0 on."""
    words = Wordings(Hop("4.2", "5.2"))
    assert words.even("SELECT a.x FROM a WHERE a.id IN (?, ...)") == words.even("SELECT a.x FROM a WHERE (a.id) IN ((?))")
    words = Wordings(Hop("5.2", "6.1"))
    rows = words.even("SELECT a.x FROM a WHERE (a.id) IN ((?))")
    assert rows == words.even("SELECT a.x FROM a WHERE (a.id = ? OR a.id = ?)")
    assert rows != words.even("SELECT a.x FROM a WHERE (a.id = ? OR a.y = ?)")


@pytest.mark.parametrize(("old", "new"), [("IS NOT NULL, a.x ASC", "ASC NULLS FIRST"), ("IS NULL, a.x DESC", "DESC NULLS LAST")])
def test_where_null_sorts_on_sqlite(old: str, new: str) -> None:
    words = Wordings(LTS)
    assert words.even(f"SELECT a.x FROM a ORDER BY a.x {old}, a.y ASC") == words.even(f"SELECT a.x FROM a ORDER BY a.x {new}, a.y ASC")
    assert words.even(f"SELECT a.x FROM a ORDER BY a.x {old}") != words.even("SELECT a.x FROM a ORDER BY a.x ASC")


def test_tables_are_emptied_in_any_order() -> None:
    assert normal('TRUNCATE "b", "a";') == normal('TRUNCATE "a", "b";') != normal('TRUNCATE "a", "c";')


def test_inserts_on_postgresql() -> None:
    words = Wordings(Hop("4.2", "5.2"))
    old = normal('INSERT INTO "a" ("b") VALUES (%s), (%s) RETURNING "a"."id"')
    new = normal('INSERT INTO "a" ("b") SELECT * FROM UNNEST((%s)::integer[]) RETURNING "a"."id"')
    assert words.even(old) == words.even(new)
    assert words.even(old) != words.even(new.replace("INTO a", "INTO c"))
    ignored = [one.replace("RETURNING a.id", "ON CONFLICT DO NOTHING") for one in (old, new)]
    assert words.even(ignored[0]) == words.even(ignored[1]) != words.even(old)


def test_wordings_of_5_2() -> None:
    words = Wordings(Hop("4.2", "5.2"))
    old = "SELECT a.x, CAST(SUM(CAST(a.y AS NUMERIC)) AS NUMERIC) AS n FROM a GROUP BY a.x"
    new = "SELECT a.x AS x, (CAST(SUM((CAST(a.y AS NUMERIC))) AS NUMERIC)) AS n FROM a GROUP BY 1"
    assert words.even(old) == words.even(new)
    assert words.even(new) != words.even(new.replace("GROUP BY 1", "GROUP BY 2"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SELECT a.x FROM a WHERE a.id = ?", "SELECT a.x FROM a WHERE a.other = ?"),
        ("SELECT a.x FROM a WHERE a.id = ?", "SELECT a.x FROM a WHERE a.id = ? LIMIT 5"),
        ("SELECT a.x FROM a ORDER BY a.x ASC", "SELECT a.x FROM a"),
        ("UPDATE a SET x = ? WHERE a.id = ?", "UPDATE a SET x = ?"),
        ("SELECT COUNT(a.x) FROM a", "SELECT COUNT(*) FROM a"),
    ],
)
def test_no_wording_hides_another_meaning(old: str, new: str) -> None:
    for hop in (LTS, NEXT, None):
        words = Wordings(hop)
        assert words.even(old) != words.even(new)


def test_the_record_and_the_places_of_a_known_change() -> None:
    """An order of Meta that no longer sorts groups is a silent change: its codemod has found the place."""
    old = "SELECT a.kind, COUNT(a.id) AS n FROM a GROUP BY a.kind, a.name ORDER BY a.name ASC"
    new = "SELECT a.kind, COUNT(a.id) AS n FROM a GROUP BY a.kind"
    finding = Finding("meta-ordering-groups", "shop/views.py", 7, 1, "it groups")
    cause = Causes(CODEMODS, LTS, [finding]).of(Difference("sql", "statement", old, new))
    assert (cause.record, cause.places) == ("2.2-meta-ordering-group-by", ("shop/views.py:7",))


def test_what_nothing_explains_says_so_and_names_places_as_a_start() -> None:
    finding = Finding("meta-ordering-groups", "shop/views.py", 7, 1, "it groups")
    cause = Causes(CODEMODS, LTS, [finding]).of(Difference("sql", "statement", "SELECT a FROM b", "SELECT c FROM b"))
    assert (cause.kind, cause.codemods) == (UNEXPLAINED, ("meta-ordering-groups",))


# -- comparison of tests -------------------------------------------------------------------------------------------------


def seen(sql: Mapping[str, int] | None = None, **rest: Any) -> Seen:
    return Seen({normal(text): number for text, number in (sql or {}).items()}, **rest)


def compared(old: Seen, new: Seen, hop: Hop = LTS, without: Sequence[str] = ()) -> Any:
    return compare(Recording({"t": old}), Recording({"t": new}), CODEMODS, hop, without=without)


def differences(section: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [(one["what"], one["old"], one["new"]) for group in section["groups"] for one in group["differences"]]


def test_statements_are_paired_by_likeness_and_counted() -> None:
    old = seen({"SELECT x FROM a WHERE b = 1": 1, "SELECT y FROM c": 3, "DELETE FROM d": 1})
    new = seen({"SELECT x FROM a WHERE b > 1": 1, "SELECT y FROM c": 2, "SELECT z FROM e": 1})
    assert differences(compared(old, new).sql) == [
        ("runs less often", "SELECT y FROM c", "SELECT y FROM c"),
        ("statement", "SELECT x FROM a WHERE b = 1", "SELECT x FROM a WHERE b > 1"),
        ("no longer runs", "DELETE FROM d", None),
        ("runs now", None, "SELECT z FROM e"),
    ]


LIST = "SELECT a.id, a.b_id FROM a ORDER BY a.id DESC"
JOINED_LIST = "SELECT a.id, a.b_id, b.id, b.name FROM a LEFT OUTER JOIN b ON (a.b_id = b.id) ORDER BY a.id DESC"
ONE = "SELECT b.id, b.name FROM b WHERE b.id = 5 LIMIT 21"


def test_relations_come_with_a_list_of_the_admin_from_6_1_on() -> None:
    """6.1 joins what list_display names, also where it may be NULL, and what it names only; rows are no longer asked for one by one."""
    page = ({"request": "GET admin:shop_a_changelist", "status": 200, "headers": {}, "cookies": {}},)
    found = compared(seen({LIST: 1, ONE: 3}, responses=page), seen({JOINED_LIST: 1, ONE: 1}, responses=page), Hop("5.2", "6.1")).sql
    assert [group["cause"]["record"] for group in found["groups"]] == ["6.1-admin-changelist-related-fields"]
    assert found["differences"] == 2
    back = compared(seen({JOINED_LIST: 1}, responses=page), seen({LIST: 1}, responses=page), Hop("5.2", "6.1")).sql
    assert back["groups"][0]["cause"]["record"] == "6.1-admin-changelist-related-fields"


@pytest.mark.parametrize(
    ("request_", "new", "hop"),
    [
        ("GET home", JOINED_LIST, Hop("5.2", "6.1")),
        ("GET admin:shop_a_changelist", JOINED_LIST, Hop("4.2", "5.2")),
        ("GET admin:shop_a_changelist", JOINED_LIST.replace("ORDER BY a.id DESC", "ORDER BY a.id ASC"), Hop("5.2", "6.1")),
        ("GET admin:shop_a_changelist", JOINED_LIST.replace("a.b_id, ", ""), Hop("5.2", "6.1")),
    ],
)
def test_other_joins_are_not_explained_by_that(request_: str, new: str, hop: Hop) -> None:
    page = ({"request": request_, "status": 200, "headers": {}, "cookies": {}},)
    found = compared(seen({LIST: 1}, responses=page), seen({new: 1}, responses=page), hop).sql
    assert [group["cause"]["kind"] for group in found["groups"]] == [UNEXPLAINED]


def test_formsets_sort_by_the_key_behind_what_sorts() -> None:
    old = "SELECT a.x FROM a WHERE a.b_id = ? ORDER BY a.x DESC"
    known = Causes(CODEMODS, Hop("5.2", "6.1"), ())
    assert known.of(Difference("sql", "statement", old, f"{old}, a.id ASC")).text.startswith("formsets")
    for new in (f"{old}, b.id ASC", f"{old}, a.id DESC", "SELECT a.x FROM a WHERE a.b_id = ? ORDER BY a.y DESC, a.id ASC"):
        assert known.of(Difference("sql", "statement", old, new)).kind == UNEXPLAINED


def test_the_same_conditions_make_a_pair() -> None:
    """The longer select lists of the new side are no reason to take another statement's conditions for a change."""
    old = seen({"SELECT a.x FROM a WHERE a.y = 1 ORDER BY a.x": 1, "SELECT a.x FROM a ORDER BY a.x": 1})
    new = seen({"SELECT a.x, a.z FROM a WHERE a.y = 1 ORDER BY a.x": 1, "SELECT a.x, a.z FROM a ORDER BY a.x": 1})
    pairs = {(one, other) for _, one, other in differences(compared(old, new).sql)}
    assert pairs == {(one, one.replace("a.x FROM", "a.x, a.z FROM")) for one, _ in pairs}


def test_a_test_that_failed_or_is_on_one_side_only_says_nothing() -> None:
    assert compared(seen({"SELECT 1 FROM a": 1}), seen(), without=["t"]).sql["compared"] == 0
    alone = compare(Recording({"t": seen({"SELECT 1 FROM a": 1})}), Recording(), CODEMODS, LTS)
    assert alone.sql["compared"] == alone.sql["tests"] == 0


def test_the_same_behaviour_is_silent() -> None:
    one = seen({"SELECT x FROM a": 2}, responses=({"request": "GET home", "status": 200, "headers": {}, "cookies": {}},), cache={"get": 1})
    found = compared(one, one)
    assert [section["tests"] for section in (found.sql, found.responses, found.mails, found.uses)] == [0, 0, 0, 0]
    assert found.sql["compared"] == 1


def answer(**rest: Any) -> dict[str, Any]:
    return {"request": "GET home", "status": 200, "headers": {}, "cookies": {}, **rest}


def test_headers_of_a_release_stand_under_its_record() -> None:
    old, new = answer(), answer(headers={"x-content-type-options": "nosniff"})
    groups = compared(seen(responses=(old,)), seen(responses=(new,))).responses["groups"]
    assert [group["cause"]["record"] for group in groups] == ["3.0-content-type-nosniff"]


def test_status_and_the_shape_of_json_are_compared_not_its_values() -> None:
    old = answer(json={"results": [{"price": "str", "id": "int"}], "next": "null"})
    new = answer(json={"results": [{"price": "float", "id": "int"}], "next": "null", "count": "int"}, status=201)
    assert differences(compared(seen(responses=(old,)), seen(responses=(new,))).responses) == [
        ("GET home status", "200", "201"),
        ("GET home JSON count", None, "int"),
        ("GET home JSON results[].price", "str", "float"),
    ]


def test_after_another_request_the_rest_is_not_compared() -> None:
    """Each further answer would differ, and say nothing."""
    old, new = (answer(), answer(request="GET a", status=200)), (answer(request="GET b"), answer(request="GET c", status=500))
    assert differences(compared(seen(responses=old), seen(responses=new)).responses) == [
        ("another request follows", "GET home", "GET b"),
    ]


def test_mails_and_uses() -> None:
    mail = {"subject": "Hello", "from": "a@example.com", "parts": ["text/plain; charset=utf-8"], "to": ["b@example.com"]}
    found = compared(
        seen(mails=(mail,), signals={"post_save shop.Order": 1}), seen(mails=({**mail, "parts": ["text/html"]}, mail), cache={"get": 2})
    )
    assert differences(found.mails) == [("parts", "text/plain; charset=utf-8", "text/html"), ("number of mails", "1", "2")]
    assert differences(found.uses) == [("cache get", "0 times", "2 times"), ("signals post_save shop.Order", "once", "0 times")]


def test_the_most_common_unexplained_difference_comes_first() -> None:
    old = {name: seen({"SELECT a FROM b": 1, "SELECT 1 FROM c WHERE c.id = 1": 1}) for name in ("one", "two")}
    new = {"one": seen({"SELECT a FROM b ORDER BY a": 1, "SELECT 1 FROM c WHERE c.id = 1 LIMIT 21": 1}), "two": old["two"]}
    groups = compare(Recording(old), Recording(new), CODEMODS, LTS).sql["groups"]
    assert [group["cause"]["kind"] for group in groups] == [UNEXPLAINED, WORDING]
    json.dumps(groups)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("/orders/17/", "/orders/N/"),
        ("/f/6f1c2b0a-3c53-4d2f-9a53-1c1b0a3c534d/", "/f/<uuid>/"),
        ("/reset/MQ/set-password/", "/reset/MQ/set-password/"),
        ("/t/RWLJNXVMRGDH/", "/t/<token>/"),
        ("/about-us/", "/about-us/"),
    ],
)
def test_marks(text: str, mark: str) -> None:
    assert marked(text) == mark


# -- warnings ------------------------------------------------------------------------------------------------------------

FORCE = "force_text() is deprecated in favor of force_str()."


def warned(path: str, line: int, message: str = FORCE, release: str = "40", test: str = "tests/test_a.py", inside: bool = True) -> Warned:
    return Warned(path, line, message, f"django.utils.deprecation.RemovedInDjango{release}Warning", test, inside)


def test_places_are_counted_not_how_often_they_warn() -> None:
    """Three places in two files before, one of them left; it moved by a line, which is no matter."""
    old = Recording(
        warnings={warned("a.py", 3): 20, warned("a.py", 9): 1, warned("b.py", 2): 5, warned("b.py", 2, test="tests/test_b.py"): 1}
    )
    new = Recording(warnings={warned("b.py", 3): 5})
    found = compare_warnings(old, new, CODEMODS)
    assert [found[name] for name in ("before", "gone", "left", "new")] == [3, 2, 1, 0]
    assert [(one["codemod"], one["places"]) for one in found["messages"]] == [
        ("force-text", [{"path": "b.py", "line": 3, "count": 5, "through": ""}])
    ]
    assert warnings_line(found) == "3 places of deprecated use before the hop; 2 of them rewritten, 1 left"


@pytest.mark.parametrize(
    ("message", "release", "codemod"),
    [
        ("django.utils.translation.ugettext_lazy() is deprecated in favor of gettext_lazy().", "40", "gettext-aliases"),
        ("django.conf.urls.url() is deprecated in favor of django.urls.re_path().", "40", "url-function"),
        ("The providing_args argument is deprecated.", "40", "signal-providing-args"),
        ("Shop QuerySet won't use Meta.ordering in Django 3.1.", "31", "meta-ordering-groups"),
        ("The USE_L10N setting is deprecated.", "50", "use-l10n"),
        ("Something that nobody knows is deprecated.", "40", None),
        ("django.conf.urls.url() is deprecated in favor of django.urls.re_path().", "60", None),
    ],
)
def test_the_codemod_of_a_message(message: str, release: str, codemod: str | None) -> None:
    """The words of its old form, and the release that removes it, must both fit."""
    found = known(CODEMODS).codemod(warned("a.py", 1, message, release))
    assert (found.id if found else None) == codemod


def test_the_category_names_the_release() -> None:
    assert release_of("django.utils.deprecation.RemovedInDjango51Warning") == "5.1"
    assert release_of("DeprecationWarning") == ""


def test_warnings_of_other_packages_stand_apart() -> None:
    found = compare_warnings(Recording(), Recording(warnings={warned("rest_framework/x.py", 0, inside=False): 1}), CODEMODS)
    assert found["new"] == 0 and found["packages"] == [{"package": "rest_framework", "message": FORCE, "before": 0, "now": 1}]


def test_the_baseline_has_no_lines_and_allows_what_it_holds() -> None:
    run = Recording(warnings={warned("a.py", 3): 2, warned("a.py", 9): 1, warned("x/y.py", 0, inside=False): 1})
    text = baseline_text(run)
    assert json.loads(text)["tests"] == {"tests/test_a.py": {"a.py": [FORCE]}}
    moved = Recording(warnings={warned("a.py", 44): 9, warned("a.py", 44, test="tests/test_new.py"): 1})
    assert new_warnings(moved, {NAME: text.encode()}) == ()


def test_a_new_warning_is_told_with_its_place() -> None:
    held = baseline_text(Recording(warnings={warned("a.py", 3): 2})).encode()
    run = Recording(warnings={warned("a.py", 3): 1, warned("b.py", 8): 1})
    assert new_warnings(run, {f"shop/{NAME}": held}, "shop") == (f"b.py:8: {FORCE}",)


@pytest.mark.parametrize(("tree", "said"), [({}, "no django-hop-warnings.json"), ({NAME: b"[]"}, "not a file that django-hop wrote")])
def test_without_a_baseline_the_ratchet_says_what_to_commit(tree: Mapping[str, bytes], said: str) -> None:
    (told,) = new_warnings(Recording(), tree)
    assert said in told and "commit" in told


# -- schema --------------------------------------------------------------------------------------------------------------


def schema(columns: Mapping[str, Any], migrations: Sequence[str] = (), **rest: Any) -> Recording:
    table = {"columns": columns, "constraints": [], "indexes": [], **rest}
    return Recording(schemas={"default": Schema("sqlite", {"shop_item": table}, frozenset(migrations), {"shop_item": "shop"}, "migrate")})


def column(kind: str, null: bool = False, default: str | None = None) -> dict[str, Any]:
    return {"type": kind, "null": null, "default": default, "more": ""}


def schema_of(old: Recording, new: Recording) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = compare(old, new, CODEMODS, LTS).schema["differences"]
    return found


def test_columns_constraints_and_indexes() -> None:
    old = schema({"name": column("varchar(30)"), "gone": column("bool")}, indexes=['INDEX ("name")'])
    new = schema({"name": column("varchar(150)", null=True)}, indexes=["INDEX (name)", "UNIQUE (name)"])
    assert [(one["what"], one["old"], one["new"]) for one in schema_of(old, new)] == [
        ("name", "varchar(30) NOT NULL", "varchar(150) NULL"),
        ("gone", "bool NOT NULL", None),
        ("indexes", None, "UNIQUE(name)"),
    ]


def test_a_migration_that_came_along_is_the_cause() -> None:
    old, new = schema({"name": column("varchar(30)")}), schema({"name": column("varchar(150)")}, ["shop.0002_longer"])
    (one,) = schema_of(old, new)
    assert one["cause"]["kind"] == "migration" and "0002_longer" in one["cause"]["text"]


def test_a_schema_that_differs_in_words_only_is_the_same() -> None:
    one = schema({"n": column("INTEGER")}, constraints=['CHECK ("n" >= 0)'])
    assert schema_of(one, schema({"n": column("integer")}, constraints=["CHECK (n>=0)"])) == []


# -- words for people ----------------------------------------------------------------------------------------------------


def verification(found: Any) -> Verification:
    fields = {name: getattr(found, name) for name in ("warnings", "sql", "responses", "mails", "uses", "schema")}
    return Verification(LTS, "base", "django-hop/3.2", "head", "base", **fields)


def different() -> Any:
    old, new = answer(), answer(headers={"x-content-type-options": "nosniff"})
    old_sql, new_sql = (
        {"SELECT a | b FROM c": 1, "SELECT 1 FROM c WHERE c.id = 1": 1},
        {"SELECT b FROM c": 1, "SELECT 1 FROM c WHERE c.id = 1 LIMIT 21": 1},
    )
    return compare(
        Recording(
            {"t": seen(old_sql, responses=(old,))}, {warned("a.py", 3): 1, warned("b.py", 2): 1}, schema({"n": column("int")}).schemas
        ),
        Recording({"t": seen(new_sql, responses=(new,))}, {warned("b.py", 2): 1}, schema({"n": column("bigint")}).schemas),
        CODEMODS,
        LTS,
    )


def test_what_nothing_explains_is_for_a_person() -> None:
    """A query and a column here: exit code 1, unless the settings accept both; a header that a release note tells is no reason."""
    told = different()
    sections = {kind: getattr(told, kind) for kind in ("sql", "responses", "mails", "uses", "schema")}
    assert unexplained(sections, ()) == {"sql": 1, "schema": 1}
    assert unexplained(sections, ("sql",)) == {"schema": 1}
    assert unexplained(sections, ("sql", "schema")) == {}
    green = replace(verification(told), counts={"new": {"passed": 1}})
    assert (green.exit, replace(green, unexplained={"sql": 1}).exit) == (Exit.DONE, Exit.LOOK)


def test_uses_alone_need_nobody() -> None:
    """How often templates, caches and signals are used depends on other packages, too."""
    found = compared(seen(cache={"get": 1}), seen(cache={"get": 2}))
    assert found.uses["groups"][0]["cause"]["kind"] == UNEXPLAINED
    assert unexplained({"uses": found.uses, "sql": found.sql}, ()) == {}


def test_the_report_for_people() -> None:
    """What differs, on the terminal: unexplained first, other words in one line, what is the same in one line."""
    out = Console(width=400, file=StringIO(), color_system=None)
    print_behaviour(out, verification(different()))
    text = out.file.getvalue()  # type: ignore[attr-defined]
    assert "2 places of deprecated use before the hop; 1 of them rewritten, 1 left" in text
    assert "b.py:2: force_text()" in text and "(codemod force-text)" in text
    assert text.index("no known change of Django explains this") < text.index("the same in other words: get()")
    assert "- SELECT a | b FROM c" in text and "+ SELECT b FROM c" in text
    assert "LIMIT 21" not in text
    assert "SECURE_CONTENT_TYPE_NOSNIFF defaults to True [releases/3.0" in text
    assert "mails: the same in all 1 test" in text
    assert "shop_item n: int NOT NULL -> bigint NOT NULL" in text


def test_the_section_of_the_markdown_report() -> None:
    lines = list(behaviour_section(verification(different())))
    assert "### Warnings" in lines and "### What the tests do otherwise" in lines and "### Schema" in lines
    assert "  - statement: - `SELECT a | b FROM c`; + `SELECT b FROM c` (`t`)" in lines
    assert any(line.startswith("- 1 test: SECURE\\_CONTENT\\_TYPE\\_NOSNIFF defaults to True") for line in lines)


def test_a_run_without_recordings_has_no_section() -> None:
    nothing = verification(compare(Recording(), Recording(), CODEMODS, LTS))
    assert list(behaviour_section(nothing)) == []


def test_long_statements_are_shown_by_what_differs() -> None:
    columns = ", ".join(f"a.c{number}" for number in range(40))
    old, new = differing(f"SELECT {columns} FROM a WHERE a.x = ?", f"SELECT {columns} FROM a WHERE a.y = ?")
    assert old.endswith("WHERE a.x = ?") and new.endswith("WHERE a.y = ?") and old.startswith("... ") and len(old) < 60
