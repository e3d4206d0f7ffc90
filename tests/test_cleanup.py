"""What goes when the old release no longer serves: after the hop, never in it, and never by `check`."""

from __future__ import annotations

from pathlib import Path

from commands import run, run_process
from repos import git, make_repo

from django_hop.packs import shipped

COMPAT = """\
import django

try:
    from django.utils.translation import gettext
except ImportError:
    from django.utils.translation import ugettext as gettext

if django.VERSION >= (3, 0):
    name = gettext("new")
else:
    name = gettext("old")
"""
CLEAN = """\
import django

from django.utils.translation import gettext

name = gettext("new")
"""


def test_a_pack_of_cleanups_holds_nothing_else() -> None:
    (pack,) = (pack for pack in shipped() if pack.name == "cleanup")
    assert pack.codemods and all(codemod.cleanup for codemod in pack.codemods)


def test_the_hop_keeps_both_releases_serving_and_the_cleanup_follows(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"requirements.txt": "Django==2.2.28\n", "shop/compat.py": COMPAT})
    done = run_process("hop", "3.2", cwd=repo)
    assert done.code == 0, done.err
    assert git(repo, "show", "django-hop/3.2:shop/compat.py") + "\n" == COMPAT
    assert git(repo, "show", "django-hop/3.2-cleanup:shop/compat.py") + "\n" == CLEAN
    subjects = git(repo, "log", "--format=%s", "django-hop/3.2..django-hop/3.2-cleanup").splitlines()
    assert subjects == [
        "cleanup: imports do without a fallback for releases that serve no more",
        "cleanup: branches for Django releases that serve no more go",
    ]


def test_a_cleanup_goes_by_the_target_of_its_hop(tmp_path: Path) -> None:
    later = COMPAT.replace("(3, 0)", "(4, 0)")
    repo = make_repo(tmp_path / "repo", {"requirements.txt": "Django==2.2.28\n", "shop/compat.py": later})
    assert run_process("hop", "--to", "4.2", cwd=repo).code == 0
    assert "(4, 0)" in git(repo, "show", "django-hop/3.2-cleanup:shop/compat.py")
    assert git(repo, "show", "django-hop/4.2-cleanup:shop/compat.py") + "\n" == CLEAN


def test_check_and_fix_leave_it_alone(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"requirements.txt": "Django==2.2.28\n", "shop/compat.py": COMPAT})
    for command in ("check", "fix"):
        assert run(command, "--to", "3.2", "shop/compat.py", cwd=repo).code == 0
    assert (repo / "shop/compat.py").read_text() == COMPAT
