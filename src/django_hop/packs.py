"""Find and load packs: the ones we ship, those of entry points (`django_hop.packs`), and folders named by the user.

A pack is a folder with `__init__.py` that holds `CODEMODS`, and one page (`<id>.md`) per codemod beside it. Of ours, `codemods/django_3_0`
is for a release of Django, `codemods/packages/django_filter` for a package of the index.
"""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from .errors import HopError
from .model import Codemod, Unseen
from .rarely import rare_collections
from .releases import order

PACKAGES = "packages"
"""The folder among our packs that holds those for other packages than Django."""


@dataclass(frozen=True)
class Pack:
    """A loaded pack: name of its folder, the folder, its codemods in order."""

    name: str
    folder: Path
    codemods: tuple[Codemod, ...]
    unseen: tuple[Unseen, ...] = ()

    @property
    def release(self) -> str:
        """The release of Django the pack is for; empty for a pack of a package, or a user's own."""
        return release_of(self.name)


def release_of(name: str) -> str:
    """`3.0` for `django_3_0`; empty for the name of any other pack, such as `django_filter`."""
    match = re.fullmatch(r"django_(\d+)_(\d+)", name)
    return f"{match[1]}.{match[2]}" if match else ""


def package_of(name: str) -> str:
    """`django-filter`, the canonical name of the package that the pack `django_filter` is for."""
    return name.replace("_", "-")


def collect(package: ModuleType | str, kind: str = "CODEMODS") -> list[object]:
    """The lists called `kind` of all modules of a pack, in alphabetical order of the modules: `CODEMODS = collect(__name__)`."""
    name = package if isinstance(package, str) else package.__name__
    found: list[object] = []
    for file in sorted(os.listdir(next(iter(sys.modules[name].__path__)))):
        module, _, suffix = file.partition(".")
        if suffix == "py" and module != "__init__":
            found += getattr(import_module(f"{name}.{module}"), kind, [])
    return found


def builtin() -> Path:
    """The folder of the packs we ship: inside the wheel, or beside src/ in a checkout."""
    here = Path(__file__).parent
    shipped = here / "codemods"
    return shipped if shipped.is_dir() else here.parents[1] / "codemods"


def load_module(folder: Path) -> ModuleType:
    """Import a pack's folder under a private name. Raises HopError that names the pack if it fails."""
    folder = folder.resolve()
    mark = blake2b(str(folder.parent).encode(), digest_size=3).hexdigest()
    name = f"django_hop_pack_{mark}_{folder.name}"
    if name in sys.modules:
        return sys.modules[name]
    source = folder / "__init__.py"
    if not source.is_file():
        hint = "A pack is a folder with an __init__.py that holds CODEMODS; see codemods/README.md."
        raise HopError(f"The pack {folder} has no __init__.py.", hint)
    spec = spec_from_file_location(name, source, submodule_search_locations=[str(folder)])
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        hint = f"Repair {source} or take the pack out."
        raise HopError(f"The pack {folder.name} does not load: {_where(error, folder)}.", hint) from error
    return module


def _where(error: BaseException, folder: Path) -> str:
    """The error in words, with the place in the pack that raised it."""
    said = f"{type(error).__name__}: {error}".rstrip(": .")
    frames = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(folder)]
    return f"{said} ({Path(frames[-1].filename).relative_to(folder)}, line {frames[-1].lineno})" if frames else said


def load(folder: Path) -> Pack:
    """Load one pack. Raises HopError if it does not load or does not hold codemods."""
    module = load_module(folder)
    codemods = getattr(module, "CODEMODS", None)
    if not isinstance(codemods, (list, tuple)) or not all(isinstance(one, Codemod) for one in codemods):
        hint = f"Repair {folder / '__init__.py'}; see codemods/README.md."
        raise HopError(f"The pack {folder.name} holds no CODEMODS list of Codemod values.", hint)
    unseen = tuple(getattr(module, "UNSEEN", ()))
    return Pack(folder.name, folder, tuple(replace(one, pack=folder.name) for one in codemods), unseen)


@cache
def shipped() -> tuple[Pack, ...]:
    """All packs we ship: those of Django, oldest release first, then the others by name."""
    return tuple(_loaded(_folders()))


def shipped_up_to(target: str, named: Collection[str] = (), *, packages: Collection[str] | None = None) -> tuple[Pack, ...]:
    """Those of `shipped()` that a hop to a release can use; of other packages than Django those in `packages`, all if it is not given.

    A pack of a name in `named`, or with a codemod of such an id, is among them in any case: its pages say so, before it is loaded.
    """
    wanted = []
    for folder in _folders():
        release = release_of(folder.name)
        if folder.parent.name == PACKAGES:
            needed = packages is None or package_of(folder.name) in packages
        else:
            needed = not release or order(release) <= order(target)
        if needed or any(name == folder.name or (folder / f"{name}.md").is_file() for name in named):
            wanted.append(folder)
    return tuple(_loaded(wanted))


def _folders() -> list[Path]:
    folders = sorted((path.parent for path in builtin().glob("*/__init__.py")), key=_place)
    return [*folders, *sorted(path.parent for path in builtin().glob(f"{PACKAGES}/*/__init__.py"))]


@rare_collections()
def _loaded(folders: Sequence[Path]) -> list[Pack]:
    return [load(folder) for folder in folders]


def _place(folder: Path) -> tuple[float, str]:
    release = release_of(folder.name)
    return (order(release) if release else math.inf, folder.name)


def _entry_points() -> list[Path]:
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    folders = []
    for point in entry_points(group="django_hop.packs"):
        try:
            spec = find_spec(point.value)
        except (ImportError, ValueError):
            spec = None
        if spec is None or not spec.submodule_search_locations:
            hint = "Repair or uninstall the package that declares it."
            raise HopError(f"The pack {point.name} ({point.value}) of an installed package cannot be found.", hint)
        folders.append(Path(next(iter(spec.submodule_search_locations))))
    return folders


def all_packs(extra: Sequence[Path] = (), ours: Sequence[Pack] | None = None) -> tuple[Pack, ...]:
    """Ours (all, if they are not given), those of installed packages, then the user's. Raises HopError on two codemods of one id."""
    packs = (*(shipped() if ours is None else ours), *(load(folder) for folder in [*_entry_points(), *extra]))
    seen: dict[str, str] = {}
    for pack in packs:
        for codemod in pack.codemods:
            if codemod.id in seen:
                raise HopError(f"Two codemods are called {codemod.id}: in {seen[codemod.id]} and in {pack.name}.", "Rename one of them.")
            seen[codemod.id] = pack.name
    return packs


def codemods_of(packs: Sequence[Pack]) -> tuple[Codemod, ...]:
    """The codemods of all packs, in their order."""
    return tuple(codemod for pack in packs for codemod in pack.codemods)


def page_path(codemod: Codemod, packs: Sequence[Pack]) -> Path | None:
    """The page of a codemod, if its pack has one."""
    for pack in packs:
        if pack.name == codemod.pack and (pack.folder / f"{codemod.id}.md").is_file():
            return pack.folder / f"{codemod.id}.md"
    return None
