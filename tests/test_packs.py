"""Packs: how they are found and loaded, and that ours are whole."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from bad_pack import write_pack
from commands import ROOT, process_environment
from packaging.version import Version
from repos import write_files

from django_hop import packs
from django_hop.config import Settings
from django_hop.errors import HopError
from django_hop.model import Codemod, Hop
from django_hop.ops.base import PythonOp, TemplateOp, TextOp
from django_hop.packs import all_packs, load, page_path, shipped, shipped_up_to
from django_hop.plan import active
from django_hop.releases import NAMES

OURS = [codemod for pack in shipped() for codemod in pack.codemods]


def test_our_packs_come_in_the_order_of_the_releases() -> None:
    names = [pack.name for pack in shipped() if pack.release]
    assert names == sorted(names, key=lambda name: [int(part) for part in name.split("_")[1:]])
    assert names[0] == "django_2_0"


def test_packs_of_packages_stand_behind_those_of_django_and_are_called_as_their_package() -> None:
    others = [pack for pack in shipped() if pack.folder.parent.name == "packages"]
    assert list(shipped())[len(shipped()) - len(others) :] == others
    for pack in shipped():
        package = pack.name.replace("_", "-") if pack in others else ""
        assert {codemod.package for codemod in pack.codemods} <= {package}, pack.name


def test_our_ids_are_unique() -> None:
    assert [name for name, count in Counter(one.id for one in OURS).items() if count > 1] == []


@pytest.mark.parametrize("codemod", OURS, ids=lambda one: one.id)
def test_our_codemods_are_whole(codemod: Codemod) -> None:
    """What the commit message, the stage and the coverage table follow from."""
    assert codemod.title and not codemod.title.endswith(".") and len(codemod.title) <= 100
    for release in (codemod.deprecated, codemod.removed, codemod.works_from):
        if codemod.package:
            assert release is None or Version(release)
        else:
            assert release is None or release in (*NAMES, "1.10", "1.9", "1.8", "7.0"), release
    assert codemod.ops and all(isinstance(op, (PythonOp, TemplateOp, TextOp)) for op in codemod.ops)
    assert page_path(codemod, shipped()) is not None, f"codemods/{codemod.pack}/{codemod.id}.md is missing"
    assert codemod.docs, "where to read on"


def test_no_page_is_left_without_its_codemod() -> None:
    known = {(codemod.pack, codemod.id) for codemod in OURS}
    pages = {(page.parent.name, page.stem) for page in (ROOT / "codemods").glob("*/**/*.md")}
    assert pages - known == set()


def test_nobody_imports_the_packs() -> None:
    """They are loaded from their folder; an import would work in one way of installing and fail in another."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module or ''}.{alias.name}" for alias in node.names]
            else:
                continue
            assert not any(name.split(".")[0] == "codemods" or name.startswith("django_hop.codemods") for name in names), path


def test_a_pack_knows_its_codemods_and_they_their_pack(tmp_path: Path) -> None:
    pack = load(write_pack(tmp_path))
    assert (pack.name, pack.folder) == ("trouble_pack", tmp_path / "trouble_pack")
    assert [(codemod.id, codemod.pack) for codemod in pack.codemods] == [("trouble", "trouble_pack")]
    assert page_path(pack.codemods[0], (pack,)) == tmp_path / "trouble_pack" / "trouble.md"


def test_two_packs_of_one_name_in_two_places_do_not_mix(tmp_path: Path) -> None:
    first, second = write_pack(tmp_path / "one"), write_pack(tmp_path / "two")
    (second / "__init__.py").write_text((second / "__init__.py").read_text().replace('"trouble", "trouble', '"other", "trouble'))
    assert load(first).codemods[0].id == "trouble" and load(second).codemods[0].id == "other"


def test_two_codemods_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HopError, match="Two codemods are called trouble: in trouble_pack and in again"):
        all_packs([write_pack(tmp_path), write_pack(tmp_path / "x").rename(tmp_path / "again")])


def test_a_pack_of_an_installed_package_is_found_by_its_entry_point(tmp_path: Path) -> None:
    write_pack(tmp_path)
    write_files(
        tmp_path,
        {
            "trouble-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: trouble\nVersion: 1.0\n",
            "trouble-1.0.dist-info/entry_points.txt": "[django_hop.packs]\ntrouble = trouble_pack\n",
        },
    )
    code = "from django_hop.packs import all_packs\nprint([c.id for p in all_packs() for c in p.codemods][-1])"
    environment = process_environment()
    environment["PYTHONPATH"] += f":{tmp_path}"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout == "trouble\n", done.stderr


def test_an_entry_point_that_leads_nowhere_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    point = metadata.EntryPoint("trouble", "no_such_package.pack", "django_hop.packs")
    monkeypatch.setattr(metadata, "entry_points", lambda group: [point])
    with pytest.raises(HopError, match=r"The pack trouble \(no_such_package.pack\) of an installed package cannot be found"):
        all_packs()


def test_a_pack_that_failed_can_be_repaired_and_loaded(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    source = (folder / "__init__.py").read_text()
    (folder / "__init__.py").write_text("1 / 0\n")
    with pytest.raises(HopError, match=r"The pack trouble_pack does not load: ZeroDivisionError: division by zero \(__init__.py, line 1\)"):
        load(folder)
    (folder / "__init__.py").write_text(source + "\n")
    assert load(folder).codemods


def test_a_wrong_module_deep_in_a_pack_is_the_place_that_is_named(tmp_path: Path) -> None:
    source = "from django_hop.packs import collect\nCODEMODS = collect(__name__)\n"
    write_files(tmp_path / "deep_pack", {"__init__.py": source, "views.py": "x = 1\nraise ValueError('here')\n"})
    with pytest.raises(HopError, match=r"ValueError: here \(views.py, line 2\)"):
        load(tmp_path / "deep_pack")


def test_the_shipped_packs_are_loaded_once() -> None:
    assert packs.shipped() is packs.shipped()


def test_a_hop_loads_no_pack_of_a_later_release_unless_it_is_named() -> None:
    """Start-up is paid on every commit, where the hook runs."""
    names = {pack.name for pack in shipped_up_to("3.2", packages=())}
    assert {"django_3_2", "cleanup", "python"} <= names
    assert not names & {"django_4_0", "celery", "redis"}
    assert {"django_5_1", "celery"} <= {pack.name for pack in shipped_up_to("3.2", ("storage-open-flags", "celery"), packages=())}
    assert "celery" in {pack.name for pack in shipped_up_to("3.2")}


def test_what_is_not_loaded_has_no_part_in_the_hop() -> None:
    hop = Hop("2.2", "3.2")
    everything = active([one for pack in shipped() for one in pack.codemods], hop, Settings())
    assert active([one for pack in shipped_up_to("3.2", packages=()) for one in pack.codemods], hop, Settings()) == everything
