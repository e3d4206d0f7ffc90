"""Commit messages: a subject of one line, the reason, what must follow, facts, and the trailers by which we know our own commits."""

from __future__ import annotations

from django_hop.messages import commit_message
from django_hop.model import SAFE, Codemod, Hop, Move, Stage, Step

CODEMOD = Codemod(
    "null-field", "NullField goes", "3.0", (), SAFE, "2.0", docs="releases/3.0: Models", then="run makemigrations; it runs no SQL."
)
STEP = Step("null-field", "NullField goes", "django_3_0", Stage.PREPARE, SAFE, {"a.py": b"", "b.py": b""}, 3)


def test_a_message_says_what_why_and_what_follows() -> None:
    message = commit_message(STEP, CODEMOD, Hop("2.2", "3.2"), ())
    assert message.splitlines()[0] == "django_3_0: NullField goes"
    assert "releases/3.0: Models\nhttps://docs.djangoproject.com/en/stable/releases/3.0/\n" in message
    assert "\n\nThen: run makemigrations; it runs no SQL.\n\n" in message
    assert "Places: 3 places in 2 files\n" in message


def test_the_trailers_are_the_last_paragraph() -> None:
    last = commit_message(STEP, CODEMOD, Hop("2.2", "3.2"), ()).rstrip("\n").rpartition("\n\n")[2]
    assert [line.partition(":")[0] for line in last.splitlines()] == ["Django-Hop-Codemod", "Django-Hop-Stage", "Django-Hop-Version"]


def test_the_pins_commit_says_where_the_new_release_begins() -> None:
    message = commit_message(STEP, None, Hop("2.2", "3.2"), ())
    assert "From here on the branch needs Django 3.2." in message
    assert "Then:" not in message


def test_the_move_of_a_package_names_the_commits_of_the_code_that_needs_it() -> None:
    move = Move("redis", "2.10", "3.0", Stage.PREPARE, reason="redis 2.10 does not run on Django 3.2's Python.")
    message = commit_message(STEP, None, Hop("2.2", "3.2"), (), (move,), ("redis-zadd", "redis-strict"))
    assert "Deploy it together with the code that needs it" in message and "redis-zadd, redis-strict." in message
    assert "Deploy it" not in commit_message(STEP, None, Hop("2.2", "3.2"), (), (move,))
