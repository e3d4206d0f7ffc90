"""The Django requirement in pip's requirement and constraint files."""

from __future__ import annotations

import pytest
from pins import messages

from django_hop.dependencies.pins import PinsResult, move_django
from django_hop.model import Hop

HOP = Hop("2.2", "3.2")


def moved(text: str | bytes, path: str = "requirements.txt") -> PinsResult:
    return move_django({path: text if isinstance(text, bytes) else text.encode()}, HOP)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Django==2.2.28\n", "Django==3.2.25\n"),
        ("django==2.2.28", "django==3.2.25"),
        ("Django == 2.2.28    # LTS, Django==2.2.28 until June\n", "Django == 3.2.25    # LTS, Django==2.2.28 until June\n"),
        ("Django==2.2.1    # LTS\na==1           # ours\n", "Django==3.2.25   # LTS\na==1           # ours\n"),
        ("Django[argon2,bcrypt]>=2.2,<3.0\n", "Django[argon2,bcrypt]>=3.2,<4.0\n"),
        ("Django (>=2.2,<2.3)\n", "Django (>=3.2,<3.3)\n"),
        ("  Django~=2.2.0\n", "  Django~=3.2.0\n"),
        ('Django==2.2.* ; python_version < "3.8"\n', 'Django==3.2.* ; python_version < "3.8"\n'),
        ('Django \\\n    >=2.2,<3 ; \\\n    sys_platform == "win32"\n', 'Django \\\n    >=3.2,<4 ; \\\n    sys_platform == "win32"\n'),
        ("a==1\r\nDjango==2.2.28\r\nb==2\r\n", "a==1\r\nDjango==3.2.25\r\nb==2\r\n"),
        ("a==1\rDjango==2.2.28\rb==2", "a==1\rDjango==3.2.25\rb==2"),
        ("\ufeffDjango==2.2.28\n", "\ufeffDjango==3.2.25\n"),
        ("Django==2.2.28 --no-binary Django\n", "Django==3.2.25 --no-binary Django\n"),
        ("# caf\u00e9\n\nDjango==2.2.28\n\n\n", "# caf\u00e9\n\nDjango==3.2.25\n\n\n"),
    ],
)
def test_only_the_version_changes(before: str, after: str) -> None:
    result = moved(before)
    assert result.files["requirements.txt"].decode() == after
    assert (result.places, messages(result), result.skipped) == (1, [], ())
    assert result.findings[0].fixed


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "requirements.in",
        "requirements-dev.txt",
        "requirements_test.txt",
        "dev-requirements.txt",
        "requirements/base.txt",
        "backend/requirements/prod/web.in",
        "constraints.txt",
        "constraints-3.8.txt",
        "requirements.pip",
        "reqs.txt",
        "my folder/requirements \u00e9.txt",
    ],
)
def test_files_that_are_requirement_files(path: str) -> None:
    assert moved("Django==2.2.28\n", path).files == {path: b"Django==3.2.25\n"}


@pytest.mark.parametrize(
    "path",
    ["notes.txt", "requirements.md", "requirements/README.txt", "node_modules/x/requirements.txt", "src/requirements.py", "robots.txt"],
)
def test_files_that_are_not(path: str) -> None:
    assert moved("Django==2.2.28\n", path) == PinsResult()


def test_a_file_that_another_one_includes_is_a_requirement_file() -> None:
    tree = {
        "requirements.txt": b"-r deps/base.list\n-c ./shared.list\n--requirement=missing.txt\n",
        "deps/base.list": b"Django==2.2.28\n",
        "shared.list": b"Django<3\n",
    }
    assert dict(move_django(tree, HOP).files) == {"deps/base.list": b"Django==3.2.25\n", "shared.list": b"Django<4\n"}


def test_files_that_include_each_other_are_read_once() -> None:
    assert moved("-r requirements.txt\nDjango==2.2.28\n").places == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_as_a_windows_shell_writes_it(encoding: str) -> None:
    before = "\ufeffDjango==2.2.28\r\ncelery==4.4\r\n".encode(encoding)
    assert moved(before).files["requirements.txt"] == "\ufeffDjango==3.2.25\r\ncelery==4.4\r\n".encode(encoding)


def test_a_coding_comment_counts() -> None:
    before = "# -*- coding: latin-1 -*-\n# \u00e9t\u00e9\nDjango==2.2.28\n".encode("latin-1")
    assert moved(before).files["requirements.txt"] == before.replace(b"2.2.28", b"3.2.25")


@pytest.mark.parametrize(
    "text",
    [
        "django-filter==2.2.0\nDjango-extensions==2.2.9\ndjangorestframework==3.9\ndjango_model_utils>=2.2,<2.3\n",
        "# Django==2.2.28\n#Django>=2.2,<3\n",
        "celery==4.4  # needs Django==2.2.28\n",
        "Django>=3.2,<3.3\n",
        "Django==3.2.25\n",
        "Django==3.2.1\n",
        "-r https://example.org/base.txt\n--index-url https://example.org/django==2.2/\n-f links\n",
        "-e .\n./vendor/thing\n.[test]\n",
        "",
        "\n\n",
    ],
)
def test_what_must_not_change(text: str) -> None:
    assert moved(text) == PinsResult()


def test_a_file_that_is_named_and_not_there_is_told() -> None:
    result = moved("a==1\n-r base.txt\n-c ${WHERE}/constraints.txt\n")
    assert not result.files and not result.findings
    reason = "line 2: names base.txt, which is not among the files that were read"
    assert [(one.path, one.reason) for one in result.skipped] == [("requirements.txt", reason)]


def test_of_many_lines_that_are_no_requirements_all_are_named() -> None:
    result = moved("".join(f"no requirement {number}\n" for number in range(8)))
    assert result.skipped[0].reason.endswith("line 5: not a requirement: no requirement 4; and 3 more, in the lines 6, 7, 8")


@pytest.mark.parametrize("text", ["Django\n", "Django>=2.2\n", "Django>=2.2,<4.0\n"])
def test_a_range_that_admits_the_target_stays_and_is_said_to_be_open(text: str) -> None:
    result = moved(text)
    assert not result.files
    assert ["admits Django 3.2 already and stays" in message for message in messages(result)] == [True]


def test_an_open_range_is_no_question_where_something_else_pins() -> None:
    result = move_django({"requirements/base.txt": b"Django>=2.2\n", "requirements.txt": b"Django==2.2.28\n"}, HOP)
    assert list(result.files) == ["requirements.txt"]
    assert messages(result) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Django==2.2.28 --hash=sha256:aa --hash=sha256:bb\n", "pinned with hashes"),
        ("Django==2.2.28 \\\n    --hash=sha256:aa\n", "pinned with hashes"),
        ("git+https://github.com/django/django.git@stable/2.2.x#egg=Django\n", "Django comes from git+https"),
        ("-e git+https://github.com/django/django.git@stable/2.2.x\n", "Django comes from git+https"),
        ("Django @ https://example.org/Django-2.2.28.tar.gz\n", "Django comes from https"),
        ("https://github.com/django/django/archive/stable/2.2.x.zip\n", "Django comes from https"),
        ("wheels/Django-2.2.28-py3-none-any.whl\n", "Django comes from wheels/"),
        ("Django==2.2.28\nDjango==2.1.5\n", "contradicts another Django requirement"),
        ("Django==1.11.29\n", "before 2.2, where this hop starts"),
        ("Django==4.0.1\n", "later release than 3.2"),
        ("Django>2.2,<3\n", "cannot be moved by rule"),
    ],
)
def test_what_a_person_decides(text: str, said: str) -> None:
    result = moved(text)
    assert not result.files
    assert messages(result)
    assert all(said in message for message in messages(result))


def test_a_url_of_the_target_is_done() -> None:
    assert moved("git+https://github.com/django/django.git@stable/3.2.x#egg=Django\n") == PinsResult()


def test_a_marker_for_pythons_the_target_does_not_run_on() -> None:
    text = b'Django==3.2.25 ; python_version < "3.8"\nDjango==3.2.20 ; python_version >= "3.8"\n'
    result = move_django({"requirements.txt": text}, Hop("3.2", "4.2"))
    assert result.files["requirements.txt"] == text.replace(b"3.2.20", b"4.2.30")
    assert ["only for Pythons that Django 4.2 does not run on" in message for message in messages(result)] == [True]


def test_pins_for_different_pythons_do_not_contradict_each_other() -> None:
    text = 'Django==1.11.29 ; python_version < "3.5"\nDjango==2.2.28 ; python_version >= "3.5"\n'
    result = moved(text)
    assert result.files["requirements.txt"].decode() == text.replace("2.2.28", "3.2.25")
    assert ["before 2.2" in message for message in messages(result)] == [True]


def test_a_pin_on_the_way_moves_and_says_that_it_was_different() -> None:
    result = move_django({"requirements.txt": b"Django==2.2.28\n", "requirements-dev.txt": b"Django==3.0.14\n"}, HOP)
    assert set(result.files.values()) == {b"Django==3.2.25\n"}
    assert any("It was not for 2.2" in one.message for one in result.findings)


COMPILED = """#
# This file is autogenerated by pip-compile with Python 3.8
# by the following command:
#
#    pip-compile --output-file=requirements.txt requirements.in
#
django==2.2.28
    # via -r requirements.in
pytz==2022.1
    # via django
"""


def test_a_compiled_file_moves_with_its_source_and_is_to_be_compiled_again() -> None:
    result = move_django({"requirements.in": b"Django>=2.2,<2.3\n", "requirements.txt": COMPILED.encode()}, HOP)
    assert result.files["requirements.in"] == b"Django>=3.2,<3.3\n"
    assert result.files["requirements.txt"].decode() == COMPILED.replace("2.2.28", "3.2.25")
    assert ["pip-compile --output-file=requirements.txt requirements.in" in message for message in messages(result)] == [True]


def test_a_compiled_file_with_hashes_is_a_lock() -> None:
    locked = COMPILED.replace("django==2.2.28\n", "django==2.2.28 \\\n    --hash=sha256:aa\n")
    result = move_django({"requirements.in": b"Django>=2.2,<2.3\n", "requirements.txt": locked.encode()}, HOP)
    assert list(result.files) == ["requirements.in"]
    assert ["Make it again: pip-compile --output-file" in message for message in messages(result)] == [True]


@pytest.mark.parametrize("path", ["requirements/django22.txt", "requirements/dj-2.2.txt", "requirements-django2.2.txt"])
def test_a_file_for_one_release_of_several_is_a_test_matrix(path: str) -> None:
    result = moved("Django>=2.2,<2.3\n", path)
    assert not result.files
    assert ["one of several alternatives" in message for message in messages(result)] == [True]


def test_the_place_of_a_finding() -> None:
    result = moved("\ufeff# x\n  Django==2.2.28\n")
    assert [(one.line, one.column, one.fixed) for one in result.findings] == [(2, 9, True)]


def test_a_line_that_is_no_requirement_is_said_and_the_others_move() -> None:
    result = moved("{% if use_celery %}\nDjango==2.2.28\n")
    assert result.files["requirements.txt"] == b"{% if use_celery %}\nDjango==3.2.25\n"
    assert [(one.line, one.fixed) for one in result.findings] == [(1, False), (2, True)]


def test_a_second_run_changes_nothing() -> None:
    tree = {"requirements.txt": b"Django==2.2.28\n", "constraints.txt": b"Django<3\n", "dev-requirements.txt": b"Django~=2.2.4\n"}
    first = move_django(tree, HOP)
    assert len(first.files) == 3
    assert not move_django({**tree, **first.files}, HOP).files
