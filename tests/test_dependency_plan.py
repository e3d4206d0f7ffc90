"""What a hop makes of packages: verdicts with evidence, moves in an order in which each set can be installed."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from packaging.version import Version

from django_hop.dependencies.matrix import load, requirements_of
from django_hop.dependencies.model import BLOCKED, FITS, MOVE, UNKNOWN, WITH_DJANGO, Verdict
from django_hop.dependencies.moves import MovePlan, plan_moves
from django_hop.dependencies.servers import server_findings, servers
from django_hop.dependencies.way import joint_way
from django_hop.model import Hop, Stage

HOP = Hop("2.2", "3.2")


@pytest.fixture(autouse=True)
def shipped_data_only(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("DJANGO_HOP_CACHE", str(tmp_path_factory.mktemp("cache")))
    load.cache_clear()


def plan(requirements: str, hop: Hop = HOP, **files: str) -> MovePlan:
    tree = {"requirements.txt": requirements.encode()} | {name.replace("__", "/"): text.encode() for name, text in files.items()}
    return plan_moves(tree, hop)


def verdict(requirements: str, hop: Hop = HOP, **files: str) -> Verdict:
    found = [one for one in plan(requirements, hop, **files).verdicts if one.package != "django"]
    assert len(found) == 1
    return found[0]


def test_a_release_that_goes_with_both_ends_stays() -> None:
    one = verdict("djangorestframework-simplejwt==4.8.0\n")
    assert (one.verdict, one.target) == (FITS, None)
    assert "4.7.0 to 5.3.1, by its classifiers" in one.evidence[0]


def test_a_bridge_goes_with_source_and_target() -> None:
    one = verdict("djangorestframework==3.11.0\n")
    assert (one.verdict, str(one.target), one.stage) == (MOVE, "3.13.1", Stage.PREPARE)
    assert one.reason == "djangorestframework 3.13.1 goes with Django 2.2 and 3.2, 3.11.0 does not go with 3.2."
    assert len(one.evidence) == 2


def test_without_a_bridge_a_package_moves_with_django() -> None:
    one = verdict("wagtail==2.7.4\n", Hop("2.2", "4.2"))
    assert (one.verdict, one.stage) == (WITH_DJANGO, Stage.BUMP)
    assert "no release goes with 2.2 as well" in one.reason


def test_a_package_whose_work_ended_blocks_and_names_its_successor() -> None:
    one = verdict("django-nose==1.4.7\n")
    assert (one.verdict, one.successor) == (BLOCKED, "pytest-django")
    found = plan("django-nose==1.4.7\n").findings
    assert [(each.path, each.line, each.fixed) for each in found] == [("requirements.txt", 1, False)]
    assert "Its successor: pytest-django" in found[0].message


def test_what_is_not_needed_any_more_is_not_in_the_way() -> None:
    one = verdict("six==1.12.0\n")
    assert one.verdict == FITS and one.successor


def test_a_package_the_matrix_does_not_know_is_unknown_and_no_finding() -> None:
    assert verdict("our-own-package==1.0\n").verdict == UNKNOWN
    assert plan("our-own-package==1.0\n").findings == ()


def test_a_release_that_nothing_names_for_the_target_is_unknown_and_a_finding() -> None:
    one = verdict("djangorestframework-simplejwt==5.5.1\n", Hop("5.2", "6.1"))
    assert one.verdict == UNKNOWN and "test it" in one.reason
    assert len(plan("djangorestframework-simplejwt==5.5.1\n", Hop("5.2", "6.1")).findings) == 1


def test_what_was_not_looked_at_is_not_said_to_name_no_release() -> None:
    one = verdict("django-ipware==7.0.1\n", Hop("4.2", "5.2"))
    assert one.verdict == UNKNOWN
    assert one.reason == "No release up to 7.0.1, the newest that was looked at, names Django 5.2. It installs; test it."
    assert one.evidence == ("django-ipware 7.0.1 (2024-04) and those before it name Django 5.0 as the newest",)
    ended = verdict("django-fsm==2.8.2\n", Hop("4.2", "5.2"))
    assert (ended.verdict, ended.reason.partition(" Its successor: ")[0]) == (
        BLOCKED,
        "No release up to 3.0.0, the newest that was looked at, names Django 5.2, and its work has ended (superseded).",
    )
    assert ended.evidence == ("django-fsm 3.0.1 is the newest of its releases",)


def test_a_superseded_package_that_names_the_target_is_only_said_to_be_superseded() -> None:
    one = verdict("django-ckeditor==6.7.3\n", Hop("4.2", "5.2"))
    assert (one.verdict, one.reason) == (FITS, "6.7.3 goes with Django 5.2. It is superseded; its successor: django-ckeditor-5.")
    assert not plan("django-ckeditor==6.7.3\n", Hop("4.2", "5.2")).findings


@pytest.mark.parametrize("specifier", ["", ">=3.9", "~=3.9", ">=3.9,<4"])
def test_a_range_that_admits_the_release_fits(specifier: str) -> None:
    one = verdict(f"djangorestframework{specifier}\n")
    assert (one.verdict, one.target) == (FITS, None)


def test_a_range_that_does_not_moves() -> None:
    one = verdict("djangorestframework>=3.9,<3.10\n")
    assert (one.verdict, str(one.source), str(one.target)) == (MOVE, "3.9.2", "3.13.1")


def test_pins_that_contradict_each_other_stay_and_say_where() -> None:
    found = plan("-r other.txt\ndjangorestframework==3.11.0\n", **{"other.txt": "djangorestframework==3.9.2\n"})
    assert found.moves == ()
    assert sorted((one.path, one.line) for one in found.findings) == [("other.txt", 1), ("requirements.txt", 2)]
    assert "other.txt:1 has ==3.9.2; requirements.txt:2 has ==3.11.0" in found.findings[0].message


def test_pins_in_the_documentation_do_not_contradict_those_of_the_project() -> None:
    found = plan("djangorestframework==3.11.0\n", **{"docs__requirements.txt": "djangorestframework==3.9.2\n"})
    assert [move.package for move in found.moves] == ["djangorestframework"]


def test_a_package_from_elsewhere_is_unknown() -> None:
    one = verdict("git+https://example.org/djangorestframework.git#egg=djangorestframework\n")
    assert one.verdict == UNKNOWN and "example.org" in one.reason


def test_a_requirement_for_another_python_does_not_count() -> None:
    one = verdict('djangorestframework==3.9.2 ; python_version < "3.0"\n', Dockerfile="FROM python:3.8\n")
    assert one.verdict == FITS and "not installed" in one.reason


def test_the_lock_says_what_a_range_installs() -> None:
    lock = '[[package]]\nname = "djangorestframework"\nversion = "3.11.0"\n'
    one = verdict("djangorestframework<3.13\n", **{"poetry.lock": lock})
    assert (str(one.source), str(one.target)) == ("3.11.0", "3.13.1")


def test_a_lock_that_is_behind_what_is_declared_has_to_be_made_again() -> None:
    lock = '[[package]]\nname = "djangorestframework"\nversion = "3.11.0"\n'
    found = plan("djangorestframework<3.14\n", **{"poetry.lock": lock})
    assert found.moves == ()
    assert [(one.path, one.line) for one in found.findings] == [("poetry.lock", 3)]
    assert "Make it again: poetry update djangorestframework" in found.findings[0].message


@pytest.mark.parametrize("package", ["django-treebeard>=4.3", "django-treebeard", "django-treebeard>=4.3,<8"])
def test_a_range_whose_newest_is_too_new_still_admits_one_that_fits(package: str) -> None:
    one = verdict(f"{package}\n", Hop("1.11", "3.2"))
    assert (one.verdict, one.target) == (FITS, None)


# Python


def test_a_python_that_runs_the_target_stays() -> None:
    need = plan("x\n", Dockerfile="FROM python:3.8-slim\n").python
    assert (need.source, need.target, need.moves) == ("3.8", "3.8", False)


def test_python_moves_before_django_to_the_newest_that_both_ends_run_on() -> None:
    need = plan("x\n", Hop("4.2", "5.2"), Dockerfile="FROM python:3.8-slim\n").python
    assert (need.source, need.target, need.stage) == ("3.8", "3.12", Stage.PREPARE)


def test_python_moves_with_django_where_none_runs_both() -> None:
    need = plan("x\n", Hop("2.2", "5.2"), Dockerfile="FROM python:3.8-slim\n").python
    assert (need.target, need.stage) == ("3.10", Stage.BUMP)


def test_a_python_that_moved_is_where_the_next_hop_starts_though_classifiers_stay() -> None:
    setup = "setup(install_requires=['Django==3.2.25'], classifiers=['Programming Language :: Python :: 3.7'])\n"
    way = joint_way({"setup.py": setup.encode()}, [Hop("3.2", "4.2"), Hop("4.2", "5.2")])
    assert [(one.python.source, one.python.target) for _, one in way.plans] == [("3.7", "3.10"), ("3.10", "3.10")]


def test_a_place_that_cannot_run_the_old_django_does_not_say_what_runs_the_project() -> None:
    files = {"Dockerfile": "FROM python:3.6-mine\n", "tox.ini": "[tox]\nenvlist = py{39,310}\n"}
    assert plan("x\n", Hop("4.2", "5.2"), **files).python.source == "3.10"


def test_a_project_that_names_no_python_is_told_what_is_needed() -> None:
    need = plan("x\n", Hop("4.2", "5.2")).python
    assert (need.source, need.moves) == ("", False)
    assert "needs 3.10 to 3.14" in need.reason


def test_where_no_file_names_a_python_those_that_run_both_ends_decide_about_packages() -> None:
    one = verdict("celery==4.4.7\n", Hop("4.2", "5.2"))
    assert (one.verdict, str(one.target), one.stage) == (MOVE, "5.3.6", Stage.PREPARE)
    assert one.reason == "celery 5.3.6 is of the first series known to run on Python 3.10 to 3.12."
    assert one.evidence[-1] == "the Python is assumed, for no file names one: 3.10 to 3.12, which Django 4.2 and 5.2 both run on"
    family = plan("celery==4.4.7\nkombu==4.6.11\nredis==3.5.3\n", Hop("4.2", "5.2")).moves
    assert (family[0].package, family[0].together) == ("celery", ("kombu", "redis"))


def test_a_release_that_one_of_the_assumed_pythons_runs_stays() -> None:
    """The project may be on that one: a move for the sake of another would be a guess."""
    one = verdict("celery==5.2.7\n", Hop("4.2", "5.2"))
    assert (one.verdict, one.target) == (FITS, None) and one.reason == "5.2.7 runs on Python 3.10."
    assert "is assumed" in one.evidence[-1]
    assert verdict("celery==4.4.7\n", Hop("2.2", "3.2")).verdict == FITS


@pytest.mark.parametrize("requirement", ["celery", "celery>=4.4", "gunicorn", "gunicorn>=20"])
def test_a_range_admits_a_release_for_the_assumed_pythons(requirement: str) -> None:
    for hop in (Hop("2.2", "3.2"), Hop("3.2", "4.2"), Hop("4.2", "5.2")):
        assert (one := verdict(f"{requirement}\n", hop)).verdict == FITS, one.reason


def test_where_no_python_runs_both_ends_a_package_moves_with_django_unless_it_runs_on_all_of_the_old() -> None:
    assert verdict("markupsafe==1.1.1\n", Hop("2.2", "5.2")).stage is Stage.BUMP
    assert "2.2 on none of them" in verdict("markupsafe==1.1.1\n", Hop("2.2", "5.2")).evidence[-1]


def test_a_pin_that_asks_for_a_later_python_is_not_said_to_run() -> None:
    one = verdict("celery==5.5.3\n", Hop("1.11", "2.2"))
    assert (one.verdict, one.target) == (UNKNOWN, None) and "asks for Python >=3.8; the project is on 3.5 to 3.7" in one.reason


def test_a_release_of_django_that_asks_for_the_later_of_the_assumed_pythons_says_so() -> None:
    one = verdict("drf-nested-routers==0.93.3\n")
    assert one.verdict == WITH_DJANGO and "is assumed" in one.evidence[-1]


def test_a_marker_for_pythons_that_neither_end_runs_on_is_not_installed() -> None:
    assert verdict('djangorestframework==3.9.2 ; python_version < "3.0"\n').verdict == FITS
    assert verdict('djangorestframework==3.9.2 ; python_version < "3.8"\n').verdict == MOVE


def test_a_package_without_django_moves_when_python_does() -> None:
    hop, docker = Hop("4.2", "5.2"), "FROM python:3.8\n"
    one = verdict("markupsafe==2.0.1\n", hop, Dockerfile=docker)
    assert (one.verdict, str(one.target)) == (MOVE, "2.1.5")
    assert one.evidence == ("markupsafe 2.1.5 has wheels for Python 3.12; 2.0.1 has none",)
    assert verdict("markupsafe==2.0.1\n", Hop("2.2", "3.2"), Dockerfile=docker).verdict == FITS


def test_a_release_that_needs_a_later_python_than_the_project_has_is_a_finding() -> None:
    # 0.93.5, the first that names Django 3.2, asks for Python 3.8.
    docker = {"Dockerfile": "FROM python:3.6\n"}
    one = verdict("drf-nested-routers==0.93.3\n", **docker)
    assert (one.verdict, one.target) == (UNKNOWN, None) and "asks for Python >=3.8; the project is on 3.6" in one.reason
    assert len(plan("drf-nested-routers==0.93.3\n", **docker).findings) == 1
    assert verdict("drf-nested-routers==0.93.3\n", Dockerfile="FROM python:3.8\n").verdict == WITH_DJANGO


def test_a_patch_release_asks_for_the_python_of_its_series() -> None:
    one = verdict("djangorestframework==3.13.1\n", Hop("3.2", "4.2"), Dockerfile="FROM python:3.8\n")
    assert str(one.target) == "3.15.1"


def test_a_withdrawn_release_is_a_finding() -> None:
    found = plan("celery==5.0.6\n", Dockerfile="FROM python:3.8\n").findings
    assert len(found) == 1 and "withdrawn" in found[0].message


# Order

STACK = "Django==4.2.30\ncelery==5.1.2\nkombu==5.1.0\nredis==3.5.3\ndjango-redis==5.3.0\ndjangorestframework==3.15.1\nmarkupsafe==2.0.1\n"


def test_moves_stand_in_an_order_that_installs() -> None:
    found = plan(STACK, Hop("4.2", "5.2"), Dockerfile="FROM python:3.8\n")
    names = [move.package for move in found.moves]
    assert names.index("markupsafe") < names.index("python") < names.index("djangorestframework")
    assert all(move.stage is Stage.PREPARE for move in found.moves)


def test_packages_that_fit_each_other_only_in_step_stand_together() -> None:
    found = plan(STACK, Hop("4.2", "5.2"), Dockerfile="FROM python:3.8\n")
    family = [(move.package, move.together) for move in found.moves if move.package in {"celery", "kombu", "redis"}]
    assert family == [("celery", ("kombu", "redis")), ("kombu", ("celery", "redis")), ("redis", ("celery", "kombu"))]
    names = [move.package for move in found.moves]
    assert names[names.index("celery") : names.index("celery") + 3] == ["celery", "kombu", "redis"]


def test_what_a_release_asks_for_is_what_the_others_move_to() -> None:
    found = {move.package: Version(move.target) for move in plan(STACK, Hop("4.2", "5.2"), Dockerfile="FROM python:3.8\n").moves}
    for name, version in found.items():
        for partner, within in requirements_of(name, version).items():
            assert partner not in found or within.contains(found[partner]), (name, partner)


def test_a_partner_that_would_stay_moves_when_it_is_asked_for() -> None:
    # Python stays at 3.12, but a pytest-django for 5.2 asks for pytest 7.
    found = plan("pytest-django==4.5.2\npytest==6.2.5\n", Hop("4.2", "5.2"), Dockerfile="FROM python:3.12\n")
    assert {move.package for move in found.moves} == {"pytest", "pytest-django"}
    assert next(move.package for move in found.moves) == "pytest"


def test_a_range_that_needs_nothing_itself_can_still_ask_for_a_partner() -> None:
    # The oldest pytest-django for 3.2 is 4.2, and that asks for pytest 5.4.
    found = plan("pytest-django\npytest>=5.2,<5.4\n", HOP, Dockerfile="FROM python:3.8\n")
    assert [(move.package, move.target) for move in found.moves] == [("pytest", "5.4.3")]
    assert plan("pytest-django\npytest>=5.2\n", HOP, Dockerfile="FROM python:3.8\n").moves == ()


def test_what_django_itself_asks_for_moves_before_it() -> None:
    found = plan("Django==5.2\nredis==5.0.8\nsqlparse==0.4.4\ntblib>=2\n", Hop("5.2", "6.1"), Dockerfile="FROM python:3.12\n")
    assert [(move.package, move.target, move.stage) for move in found.moves] == [
        ("redis", "5.1.1", Stage.PREPARE),
        ("sqlparse", "0.5.0", Stage.PREPARE),
    ]
    assert found.moves[0].reason == "Django 6.1 asks for redis>=5.1.0."


def test_a_partner_that_cannot_move_is_a_finding() -> None:
    pins = {"requirements.txt": "pytest-django==4.5.2\npytest==6.2.5\n", "other.txt": "pytest==6.2.4\n"}
    found = plan(f"-r other.txt\n{pins['requirements.txt']}", Hop("4.2", "5.2"), **{"other.txt": pins["other.txt"]})
    assert [move.package for move in found.moves] == ["pytest-django"]
    assert any("contradict" in one.message for one in found.findings)


def test_the_plan_is_the_same_every_time() -> None:
    hop = Hop("4.2", "5.2")
    assert plan(STACK, hop, Dockerfile="FROM python:3.8\n") == plan(STACK, hop, Dockerfile="FROM python:3.8\n")


# Database servers


@pytest.mark.parametrize(
    ("image", "hop", "least"),
    [
        ("postgres:11-alpine", Hop("3.2", "4.2"), "PostgreSQL 12"),
        ("mysql:5.6", Hop("2.2", "3.2"), "MySQL 5.7"),
        ("mariadb:10.3", Hop("4.1", "4.2"), "MariaDB 10.4"),
    ],
)
def test_a_server_that_is_too_old_is_a_finding(image: str, hop: Hop, least: str) -> None:
    found = server_findings(servers({"docker-compose.yml": f"services:\n  db:\n    image: {image}\n".encode()}), hop)
    assert [(one.path, one.line) for one in found] == [("docker-compose.yml", 3)]
    assert f"needs {least} or later" in found[0].message


@pytest.mark.parametrize(
    "image", ["postgres:12", "postgres:16.2-alpine", "postgis/postgis:15-3.4", "postgres", "postgres:latest", "redis:5", "mypostgres:9"]
)
def test_a_server_that_will_do_or_says_nothing_is_none(image: str) -> None:
    tree = {"docker-compose.yml": f"services:\n  db:\n    image: {image}\n".encode()}
    assert server_findings(servers(tree), Hop("3.2", "4.2")) == []


# The whole way


def test_each_hop_is_planned_on_what_the_one_before_left() -> None:
    tree = {"requirements.txt": STACK.replace("4.2.30", "3.2.25").encode(), "Dockerfile": b"FROM python:3.8\n"}
    way = joint_way(tree, [Hop(*pair) for pair in pairwise(("3.2", "4.2", "5.2", "6.1"))])
    pythons = [node.python for node in way.nodes]
    assert pythons == sorted(pythons, key=lambda one: int(one.split(".")[1])) and set(pythons) == {"3.8", "3.12"}
    names = [node.moves[0].package for node in way.nodes]
    assert names.count("django") == 3 and names.count("python") == 1
    last = way.nodes[-1].tree["requirements.txt"].decode()
    assert "Django==6.1" in last and "kombu==5.1.0" not in last


def test_blockers_are_named_once_with_the_hop_they_block() -> None:
    tree = {"requirements.txt": b"Django==2.2.28\ndjango-nose==1.4.7\n"}
    way = joint_way(tree, [Hop("2.2", "3.2"), Hop("3.2", "4.2")])
    assert [(str(hop), one.package) for hop, one in way.blockers] == [("2.2 -> 3.2", "django-nose")]


def test_the_data_holds_together() -> None:
    matrix = load()
    data = json.loads(json.dumps(matrix.date))
    assert data >= "2026-01-01"
    assert matrix.package("djangorestframework") is not None and matrix.package("no-such-package") is None
    releases = matrix.releases("celery")
    assert releases is not None and list(releases.known) == sorted(releases.known, key=lambda one: one.version)
