"""The hooks of .pre-commit-hooks.yaml: what they match and do, that pre-commit can install them, and how little a clean file costs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from commands import ROOT, process_environment, run_process
from repos import ENVIRONMENT, git, make_repo

OLD_VIEW = 'from django.utils.translation import ugettext as _\n\nTITLE = _("Shop")\n'
NEW_VIEW = 'from django.utils.translation import gettext as _\n\nTITLE = _("Shop")\n'
OLD_TEMPLATE = "{% load staticfiles %}\n<img src=\"{% static 'a.png' %}\">\n"
NEW_TEMPLATE = "{% load static %}\n<img src=\"{% static 'a.png' %}\">\n"
CLEAN = "import json\n\n\ndef view(request):\n    return json.dumps({})\n"

PROJECT = {
    "pyproject.toml": '[tool.django-hop]\nfrom = "2.2"\nto = "3.2"\n',
    "shop/views.py": OLD_VIEW,
    "shop/models.py": CLEAN,
    "shop/templates/shop/index.html": OLD_TEMPLATE,
}
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "project", PROJECT)


def pre_commit(folder: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**process_environment(), **ENVIRONMENT, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_the_manifest_is_valid_and_has_the_four_hooks(tmp_path: Path) -> None:
    assert pre_commit(tmp_path, "validate-manifest", str(MANIFEST), home=tmp_path).returncode == 0
    assert [hook["id"] for hook in HOOKS] == ["django-hop", "django-hop-check", "django-hop-templates", "django-hop-project"]


def local_hooks(folder: Path) -> None:
    """Use the manifest's hooks as they stand, with this checkout in place of an environment that pre-commit installs."""
    hooks = []
    for hook in HOOKS:
        words = hook["entry"].split()
        assert words[0] == "django-hop"
        own = {key: value for key, value in hook.items() if key != "minimum_pre_commit_version"}
        hooks.append({**own, "language": "unsupported", "entry": " ".join([sys.executable, "-m", "django_hop", *words[1:]])})
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))


def test_the_fixing_hook_fails_when_it_changes_python_files_and_passes_the_next_time(project: Path, tmp_path: Path) -> None:
    local_hooks(project)
    first = pre_commit(project, "run", "django-hop", "--all-files", home=tmp_path)
    assert first.returncode == 1
    assert "fixed shop/views.py: gettext-aliases" in first.stdout
    assert (project / "shop/views.py").read_text() == NEW_VIEW
    assert (project / "shop/templates/shop/index.html").read_text() == OLD_TEMPLATE, "templates have a hook of their own"
    assert pre_commit(project, "run", "django-hop", "--all-files", home=tmp_path).returncode == 0


def test_the_checking_hook_changes_nothing(project: Path, tmp_path: Path) -> None:
    local_hooks(project)
    done = pre_commit(project, "run", "django-hop-check", "--all-files", home=tmp_path)
    assert done.returncode == 1
    assert "would fix shop/views.py: gettext-aliases" in done.stdout
    assert git(project, "status", "--porcelain") == "?? .pre-commit-config.yaml"


def test_the_template_hook_fixes_templates_only(project: Path, tmp_path: Path) -> None:
    local_hooks(project)
    assert pre_commit(project, "run", "django-hop-templates", "--all-files", home=tmp_path).returncode == 1
    assert (project / "shop/templates/shop/index.html").read_text() == NEW_TEMPLATE
    assert (project / "shop/views.py").read_text() == OLD_VIEW
    assert pre_commit(project, "run", "django-hop-templates", "--all-files", home=tmp_path).returncode == 0


def test_the_project_hook_looks_at_all_files_before_a_push(project: Path, tmp_path: Path) -> None:
    local_hooks(project)
    done = pre_commit(project, "run", "django-hop-project", "--hook-stage", "pre-push", home=tmp_path)
    assert done.returncode == 1
    assert "shop/views.py" in done.stdout
    assert "shop/templates/shop/index.html" in done.stdout


def test_only_staged_content_counts_in_a_commit_and_unstaged_work_stays(project: Path, tmp_path: Path) -> None:
    """pre-commit parks unstaged edits as a patch; a hook that touched other files would roll its own fixes back."""
    local_hooks(project)
    (project / "shop/views.py").write_text(OLD_VIEW + "\n# staged\n")
    git(project, "add", "shop/views.py")
    (project / "shop/models.py").write_text(CLEAN + "\n# not staged\n")
    assert pre_commit(project, "run", "django-hop", home=tmp_path).returncode == 1
    assert (project / "shop/views.py").read_text() == NEW_VIEW + "\n# staged\n"
    assert (project / "shop/models.py").read_text() == CLEAN + "\n# not staged\n"


@pytest.mark.network
def test_pre_commit_installs_and_runs_the_hooks_from_this_repository(project: Path, tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not in a git checkout")
    source = tmp_path / "source"
    git(tmp_path, "clone", "--quiet", "--no-local", str(ROOT), str(source))
    environment = tmp_path / "home"
    first = pre_commit(project, "try-repo", str(source), "django-hop", "--all-files", "--verbose", home=environment)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "fixed shop/views.py: gettext-aliases" in first.stdout
    assert (project / "shop/views.py").read_text() == NEW_VIEW
    again = pre_commit(project, "try-repo", str(source), "--all-files", home=environment)
    assert "django-hop (fix)" in again.stdout and "Passed" in again.stdout
    assert (project / "shop/templates/shop/index.html").read_text() == NEW_TEMPLATE


PROBE = """
import sys
from django_hop.cli import main
sys.argv = ["django-hop", *sys.argv[1:]]
code = main()
print(code, *sorted({name if name.startswith("django_hop.") else name.partition(".")[0] for name in sys.modules}))
"""


def modules_after(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], cwd=folder, env=process_environment(), capture_output=True, text=True, check=True
    )
    code, *names = done.stdout.splitlines()[-1].split()
    return int(code), set(names)


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_clean_file_costs_neither_libcst_nor_git_nor_the_terminal(project: Path, command: str) -> None:
    code, names = modules_after(project, command, "shop/models.py")
    assert code == 0
    assert not names & {"libcst", "git", "gitdb", "rich", "django_upgrade", "pydantic", "multiprocessing"}


PACKAGES = {
    "pyproject.toml": '[tool.django-hop]\nto = "4.2"\n',
    "requirements.txt": "Django==4.2.11\ncelery==5.2.7\ndjangorestframework==3.15.2\nredis==5.0.8\n",
    "shop/models.py": CLEAN,
    "shop/tasks.py": "from celery.task import task\n\n\n@task\ndef send(order):\n    return order\n",
}


def test_an_old_form_of_a_declared_package_does_not_come_back(tmp_path: Path) -> None:
    project = make_repo(tmp_path / "packages", PACKAGES)
    local_hooks(project)
    first = pre_commit(project, "run", "django-hop", "--all-files", home=tmp_path)
    assert first.returncode == 1
    assert "fixed shop/tasks.py: celery-task-decorator" in first.stdout
    assert pre_commit(project, "run", "django-hop", "--all-files", home=tmp_path).returncode == 0


def packs_of_packages(names: set[str]) -> set[str]:
    packs = {name.split("_", 4)[-1] for name in names if name.startswith("django_hop_pack_")}
    return packs & {"celery", "djangorestframework", "redis", "six"}


def test_a_clean_file_loads_no_pack_of_a_package_and_another_only_those_it_may_concern(tmp_path: Path) -> None:
    project = make_repo(tmp_path / "packages", PACKAGES)
    code, names = modules_after(project, "check", "shop/models.py")
    assert code == 0 and not packs_of_packages(names) and "libcst" not in names
    code, names = modules_after(project, "check", "shop/tasks.py")
    assert code == 1 and packs_of_packages(names) == {"celery"}


def test_where_the_release_is_given_no_requirement_is_read_for_a_clean_file(project: Path) -> None:
    _, names = modules_after(project, "check", "shop/models.py")
    assert "django_hop.guard" in names and "django_hop.dependencies.near" not in names


def test_a_file_that_changes_is_worked_on_in_a_process_of_its_own_and_git_is_not_needed(project: Path) -> None:
    shutil.rmtree(project / ".git")
    code, names = modules_after(project, "fix", "shop/views.py")
    assert code == 1
    assert not names & {"git", "gitdb"}
    assert (project / "shop/views.py").read_text() == NEW_VIEW


def test_without_git_on_the_machine_check_still_works(project: Path) -> None:
    done = run_process("check", "shop/views.py", cwd=project, PATH=os.devnull)
    assert done.code == 1
    assert "would fix shop/views.py" in done.out
