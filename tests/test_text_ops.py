"""The ops on scripts, Makefiles, tox, CI and Docker files: which words are commands and options, and which only look like them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from django_hop.model import SAFE, Codemod, Edit, Finding, Hop
from django_hop.ops.base import TextOp
from django_hop.ops.text import CommandAppend, CommandName, CommandOption, CommandValue, FindCommandOption, FindImage, FindInText
from django_hop.project.index import Project
from django_hop.rewrite.shell_lexer import read_commands
from django_hop.rewrite.source import splice
from django_hop.rewrite.text import TextSurface, holds_commands

HOP = Hop("2.2", "3.2")
ADMIN = CommandName({"django-admin.py": "django-admin"}, module="-m django")
KEEPDB = CommandOption("test", {"-k": "--keepdb"})
PLAIN = CommandOption("shell", {"--plain": "-i python"})
EXIT = CommandOption("makemigrations", {"--exit": "--check", "-e": "--check"}, judged="the exit status is turned round")


def underscore(value: str) -> str:
    return value.replace("-", "_")


LOCALE = CommandValue("makemessages", ("-l", "--locale"), underscore)
DATABASE = CommandAppend("check", ("--tag", "-t"), "database", "--database default", "add --database")


def run(op: TextOp, text: str, path: str = "run.sh", tree: Mapping[str, bytes] | None = None) -> tuple[str, list[Finding]]:
    """The text after the op, with the findings that are not fixed; the change passes the surface's own check and comes to rest."""
    surface = TextSurface()
    codemod = Codemod("op", "Op", None, (op,), SAFE, "1.11")
    project = Project(tree or {})
    document = surface.parse(path, text.encode())
    said = surface.run(document, codemod, HOP, project)
    edits = [one for one in said if isinstance(one, Edit)]
    assert bool(edits) == any(isinstance(one, Finding) and one.fixed for one in said)
    after = surface.parse(path, splice(document.source.text, edits).encode())
    assert surface.fault(document, after) is None
    assert not [one for one in surface.run(after, codemod, HOP, project) if isinstance(one, Edit)]
    return after.source.text, [one for one in said if isinstance(one, Finding) and not one.fixed]


def unchanged(op: TextOp, text: str, path: str = "run.sh", tree: Mapping[str, bytes] | None = None) -> None:
    assert run(op, text, path, tree) == (text, [])


def reported(op: TextOp, text: str, path: str = "run.sh", tree: Mapping[str, bytes] | None = None) -> list[Finding]:
    after, findings = run(op, text, path, tree)
    assert after == text
    assert findings
    return findings


def words(text: str, path: str = "run.sh") -> list[list[str]]:
    return [[word.text for word in command.words] for command in read_commands(text, path)]


# -- command lines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("a b && c || d; e | f & g\n", [["a", "b"], ["c"], ["d"], ["e"], ["f"], ["g"]]),
        ("a \\\n  b \\\r\n  c\nd\n", [["a", "b", "c"], ["d"]]),
        ('a \'b c\' "d\\"e" f"g"h # i\n', [["a", "b c", 'd\\"e', "fgh"], ["b", "c"]]),
        ("a $(b c) $(D) ${E F}\n", [["a", "$(b c)", "$(D)", "${E F}"], ["b", "c"]]),
        ("a > b 2>&1 < c\n", [["a", ">", "b", "2>&1", "<", "c"]]),
        ("it's b\n", [["it", "s", "b"]]),
        ("a#b c\n", [["a#b", "c"]]),
        ("(a b)\n", [["a", "b"]]),
        ("a; # b\nc", [["a"], ["c"]]),
        ("\n# a b\n  \n", []),
    ],
)
def test_commands_of_a_shell_script(text: str, commands: list[list[str]]) -> None:
    assert words(text) == commands


@pytest.mark.parametrize(
    ("path", "text", "command"),
    [
        ("Makefile", "check:\n\t@a b\n", ["a", "b"]),
        ("Makefile", "check:\n\t-@a b\n", ["a", "b"]),
        ("Dockerfile", 'CMD ["a", "b"]\n', ["a", "b"]),
        ("Dockerfile", "RUN x && \\\n  # note\n  a b\n", ["a", "b"]),
        ("a.yml", "run:\n  - a\n  - b\n", ["a", "b"]),
        ("a.yml", "run: >-\n  a\n  b\nnext: c\n", ["a", "b"]),
        ("a.yml", "run: [a, b]\nlist: ['a', 'b']\n", ["a", "b"]),
        ("a.yml", 'run: bash -c "x && a b"\n', ["a", "b"]),
        ("package.json", '{"scripts": {"x": "y && a b"}}\n', ["a", "b"]),
        ("package.json", '{"scripts": {"x": "bash -c \\"a b\\""}}\n', ["bash", "-c", "a", "b"]),
        ("pyproject.toml", "[tool]\nx = 'a b'\n", ["a", "b"]),
    ],
)
def test_commands_of_other_files(path: str, text: str, command: list[str]) -> None:
    assert command in words(text, path)


@pytest.mark.parametrize(
    "path", ["bin/deploy", "Makefile", "a.sh", "tox.ini", ".github/workflows/ci.yml", "Dockerfile.dev", "Procfile", "package.json"]
)
def test_files_that_run_commands(path: str) -> None:
    assert holds_commands(path)


@pytest.mark.parametrize("path", ["README", "CHANGES", "docs/intro.rst", "README.md", "data.json", "a.py", "LICENSE", "a.html"])
def test_files_that_do_not(path: str) -> None:
    assert not holds_commands(path)
    unchanged(ADMIN, "django-admin.py check", path)


# -- the name of a program -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("run.sh", "django-admin.py compilemessages"),
        ("run.sh", "cd shop && django-admin.py check || exit 1"),
        ("run.sh", "DJANGO_SETTINGS_MODULE=a.b django-admin.py check"),
        ("run.sh", "export X=1; sudo -v; exec venv/bin/django-admin.py check"),
        ("run.sh", "if ! django-admin.py check; then exit 1; fi"),
        ("run.sh", "poetry run django-admin.py check"),
        ("run.sh", "pipenv run django-admin.py check"),
        ("run.sh", "python $(which django-admin.py) check"),
        ("run.sh", 'ADMIN="/usr/bin/django-admin.py"'),
        ("run.sh", '"$VENV/bin/django-admin.py" check'),
        ("run.sh", "bash -c 'cd x && django-admin.py check'"),
        ("Makefile", "\t@$(BIN)/django-admin.py check"),
        ("Makefile", "ADMIN := django-admin.py"),
        ("tox.ini", "commands = django-admin.py check"),
        ("tox.ini", "    {envbindir}/django-admin.py check"),
        ("ci.yml", "  - run: django-admin.py check"),
        ("ci.yml", "script: 'django-admin.py check'"),
        ("ci.yml", "script:\n  - pip install x\n  - django-admin.py check"),
        ("Dockerfile", "RUN django-admin.py check"),
        ("Dockerfile", 'CMD ["django-admin.py", "runserver"]'),
        ("Dockerfile", 'CMD ["sh", "-c", "django-admin.py check"]'),
        ("docker-compose.yml", "    command:\n      - django-admin.py\n      - runserver"),
        ("Procfile", "release: django-admin.py migrate"),
        ("package.json", '{"scripts": {"check": "django-admin.py check"}}'),
        ("pyproject.toml", 'check = "django-admin.py check"'),
    ],
)
def test_a_program_is_renamed_where_it_is_run(path: str, line: str) -> None:
    assert run(ADMIN, f"{line}\n", path) == (f"{line}\n".replace("django-admin.py", "django-admin"), [])


def test_python_with_a_script_in_the_current_folder_becomes_a_module() -> None:
    assert run(ADMIN, "python django-admin.py check\n") == ("python -m django check\n", [])


@pytest.mark.parametrize(
    "line",
    [
        "# django-admin.py check",
        "a # django-admin.py",
        "django-admin check",
        "my-django-admin.py check",
        "django-admin.pyc",
        "curl https://example.com/django-admin.py",
        "pip install django-admin.py-tools",
    ],
)
def test_what_is_not_the_program(line: str) -> None:
    unchanged(ADMIN, f"{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "cp django-admin.py /usr/local/bin/",
        "shop/conf/django-admin.py check",
        "ls -l /usr/bin/django-admin.py",
        "pytest tests/django-admin.py",
        "docker run web python /app/django-admin.py check",
    ],
)
def test_a_program_that_is_only_named_is_reported(line: str) -> None:
    reported(ADMIN, f"{line}\n")


# -- options -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("run.sh", "python manage.py test -k shop"),
        ("run.sh", "./manage.py test shop -k"),
        ("run.sh", "python3.8 -W all backend/manage.py test \\\n    -k \\\n    shop"),
        ("run.sh", "coverage run --source=. manage.py test -k && coverage report"),
        ("run.sh", "django-admin test -k"),
        ("run.sh", "python -m django test -k"),
        ("run.sh", 'MANAGE="python manage.py"\n$MANAGE test -k'),
        ("run.sh", "ssh host 'cd /srv && python manage.py test -k'"),
        ("run.sh", 'python manage.py test "-k" shop'),
        ("Makefile", "MANAGE ?= $(PYTHON) manage.py\n\ntest:\n\t@$(MANAGE) test -k"),
        ("tox.ini", "[testenv]\ncommands =\n    {envpython} manage.py test -k {posargs}"),
        ("ci.yml", "      - run: |\n          cd x\n          python manage.py test -k"),
        ("ci.yml", "  script: >\n    python manage.py\n    test\n    -k"),
        ("Dockerfile", 'CMD ["python", "manage.py", "test", "-k"]'),
        ("compose.yml", "command:\n  - python\n  - manage.py\n  - test\n  - '-k'"),
        ("Procfile", "test: pipenv run python manage.py test -k"),
    ],
)
def test_an_option_is_renamed_in_every_form_of_call(path: str, line: str) -> None:
    assert run(KEEPDB, f"{line}\n", path) == (f"{line}\n".replace("-k", "--keepdb"), [])


@pytest.mark.parametrize(
    "line",
    [
        "pytest -k shop manage.py",
        "python manage.py migrate -k && pytest test -k",
        "python manage.py test --keepdb",
        "python manage.py test_shop -k",
        "python manage.py test; other -k",
        "python manage.py test | grep -k",
        "# python manage.py test -k",
        "python runtests.py test -k",
        "python -m django.test test -k",
        "echo https://example.com/manage.py test -k",
    ],
)
def test_options_of_others_stay(line: str) -> None:
    unchanged(KEEPDB, f"{line}\n")


def test_an_option_of_the_projects_own_command_is_reported() -> None:
    reported(KEEPDB, "python manage.py test -k\n", tree={"shop/management/commands/test.py": b""})


def test_an_option_that_becomes_two_words() -> None:
    assert run(PLAIN, "python manage.py shell --plain < fix.py\n")[0] == "python manage.py shell -i python < fix.py\n"
    assert (
        run(PLAIN, "CMD ['python', 'manage.py', 'shell', '--plain']\n", "Dockerfile")[0]
        == "CMD ['python', 'manage.py', 'shell', '-i', 'python']\n"
    )
    reported(PLAIN, "a:\n  - manage.py\n  - shell\n  - --plain\n", "a.yml")
    unchanged(PLAIN, "python manage.py shell_plus --plain\n")


@pytest.mark.parametrize(
    "line",
    ["! manage.py makemigrations --exit", "if ./manage.py makemigrations -e; then a; fi", "./manage.py makemigrations --exit && exit 1"],
)
def test_an_option_whose_meaning_turns_round_is_reported_where_the_status_counts(line: str) -> None:
    (finding,) = reported(EXIT, f"{line}\n")
    assert finding.message == "the exit status is turned round"
    assert run(EXIT, "manage.py makemigrations --dry-run --exit\n")[0] == "manage.py makemigrations --dry-run --check\n"


def test_an_option_of_any_command_with_its_value() -> None:
    op = CommandOption("", {"--setting": "--settings"})
    assert run(op, "manage.py migrate --setting=a.b --setting c\n")[0] == "manage.py migrate --settings=a.b --settings c\n"
    unchanged(op, "manage.py migrate --settings=a.b\nother migrate --setting=a\n")


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("manage.py makemessages -l pt-BR -l de", "manage.py makemessages -l pt_BR -l de"),
        ("manage.py makemessages --locale=pt-BR", "manage.py makemessages --locale=pt_BR"),
        ("manage.py makemessages -lpt-BR --locale 'zh-TW'", "manage.py makemessages -lpt_BR --locale 'zh_TW'"),
        ("manage.py makemessages -d js-x --ignore a-b", "manage.py makemessages -d js-x --ignore a-b"),
        ("manage.py compilemessages -l pt-BR", "manage.py compilemessages -l pt-BR"),
    ],
)
def test_a_value_of_an_option(line: str, after: str) -> None:
    assert run(LOCALE, f"{line}\n") == (f"{after}\n", [])


def test_words_are_added_once_and_only_where_they_fit() -> None:
    assert run(DATABASE, "manage.py check --tag database -t x\n")[0] == "manage.py check --tag database --database default -t x\n"
    assert run(DATABASE, "manage.py check --tag=database\n")[0] == "manage.py check --tag=database --database default\n"
    unchanged(DATABASE, "manage.py check --tag database --database other\nmanage.py check -t models\n")
    reported(DATABASE, 'CMD ["manage.py", "check", "-t", "database"]\n', "Dockerfile")


def test_find_options_and_calls() -> None:
    assert [one.line for one in reported(FindCommandOption("test", "m", "-[a-z]*k[a-z]*"), "a\nmanage.py test -rk\n")] == [2]
    assert len(reported(FindCommandOption("ping_google", "m"), "manage.py ping_google\n")) == 1
    unchanged(FindCommandOption("ping_google", "m"), "manage.py ping_bing\nping_google\n")


@pytest.mark.parametrize(
    "text", ["image: postgres:9.5", "- postgres:9.4-alpine", "FROM registry.example.com/library/postgres:9", '"postgres:9.5.1"']
)
def test_images_that_are_too_old(text: str) -> None:
    findings = run(FindImage(("postgres",), (9, 6), "m"), f"{text}\n", "a.yml")[1]
    assert len(findings) == (0 if text.endswith(":9") else 1)


@pytest.mark.parametrize(
    "text", ["postgres:9.6", "postgres:12", "postgres:latest", "my-postgres:9.5", "# postgres:9.5", "postgres:5432", "postgres://a:9.5"]
)
def test_images_that_are_new_enough_or_no_images(text: str) -> None:
    unchanged(FindImage(("postgres",), (9, 6), "m"), f"{text}\n", "a.yml")


def test_the_second_version_of_a_tag() -> None:
    op = FindImage(("postgis/postgis", "mdillon/postgis"), (2, 3), "m", part=1)
    assert len(reported(op, "image: postgis/postgis:9.6-2.2\n", "a.yml")) == 1
    unchanged(op, "image: postgis/postgis:9.6-2.5\nimage: mdillon/postgis:9.6\n", "a.yml")


def test_find_in_text() -> None:
    op = FindInText(r"\.row1\b", ("row1",), (".scss",), "m")
    assert [one.column for one in reported(op, "a .row1 {}", "a.scss")] == [3]
    unchanged(op, ".row1 {}", "a.sh")


def test_a_change_that_breaks_the_file_is_refused() -> None:
    surface = TextSurface()
    assert surface.fault(surface.parse("package.json", b'{"a": 1}'), surface.parse("package.json", b'{"a": 1'))
    assert surface.fault(surface.parse("a.toml", b"a = 'b c'"), surface.parse("a.toml", b"a = 'b"))
    assert surface.fault(surface.parse("a.sh", b"a"), surface.parse("a.sh", b"a; b"))
    assert surface.fault(surface.parse("a.json", b"{{"), surface.parse("a.json", b"{")) is None
