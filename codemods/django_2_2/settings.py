"""Settings: what the admin needs, encodings of files and paths, storages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import Rename
from django_hop.ops.settings import DropSetting, SettingValue
from django_hop.ops.settings_uses import feeders, own_assignments, settings_of
from django_hop.rewrite.site import Site

STORAGES = "django.contrib.staticfiles.storage"
NEEDS = {
    "MIDDLEWARE": ("AuthenticationMiddleware", "MessageMiddleware", "SessionMiddleware"),
    "TEMPLATES": ("django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"),
}


def _is_utf8(value: object) -> bool:
    return isinstance(value, str) and value.lower().replace("_", "-") in ("utf-8", "utf8")


@dataclass(frozen=True)
class BytesPaths(PythonOp):
    """`b"..."` in DIRS of TEMPLATES becomes text."""

    @property
    def words(self) -> Words:
        """The setting and its key."""
        return (frozenset({"TEMPLATES", "DIRS"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals; findings for what is encoded."""
        message = "paths of templates are text; bytes are refused from 2.2 on"
        for one in own_assignments(site, "TEMPLATES"):
            for node in ast.walk(one.value) if one.value is not None else ():
                if not isinstance(node, ast.Dict):
                    continue
                for key, dirs in zip(node.keys, node.values, strict=True):
                    if not (isinstance(key, ast.Constant) and key.value == "DIRS"):
                        continue
                    for inner in ast.walk(dirs):
                        if isinstance(inner, ast.Constant) and isinstance(inner.value, bytes):
                            plain = inner.value.isascii() and site.module.segment(inner)[:1] in "bB"
                            start = site.module.start(inner)
                            yield from [Edit(start, start + 1, "")] if plain else []
                            yield site.finding(inner, message, fixed=plain)
                        elif isinstance(inner, ast.Attribute) and inner.attr == "encode":
                            yield site.finding(inner, message)


@dataclass(frozen=True)
class AdminNeeds(PythonOp):
    """What the admin's checks want, missing from settings that install it."""

    @property
    def words(self) -> Words:
        """The setting and the app."""
        return (frozenset({"INSTALLED_APPS", "django", "contrib", "admin"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """One finding at INSTALLED_APPS that names all that is missing; none where the lists are put together at run time."""
        chain = settings_of(site)
        own = own_assignments(site, "INSTALLED_APPS")
        if not own or not chain.is_settings(site.path) or own[0].kind not in ("assign", "annotate"):
            return
        if "django.contrib.admin" not in self._strings(site, "INSTALLED_APPS"):
            return
        missing = []
        for name, wanted in NEEDS.items():
            if chain.is_dynamic(site.path) or (name == "MIDDLEWARE" and chain.defined_in_unit(site.path, "MIDDLEWARE_CLASSES")):
                return
            held = self._strings(site, name)
            parts = [*wanted] if chain.defined_in_unit(site.path, name) else []
            missing += [one for one in parts if not any(item.rpartition(".")[2].endswith(one.rpartition(".")[2]) for item in held)]
            if not chain.defined_in_unit(site.path, name):
                missing.append(f"the setting {name}")
        if missing:
            yield site.finding(own[0].target, f"from 2.2 on the admin does not start without {', '.join(missing)}")

    @staticmethod
    def _strings(site: Site, name: str) -> frozenset[str]:
        """The strings in a setting's values in the whole group, and in what flows into it."""
        chain = settings_of(site)
        names = feeders(chain, site.path, frozenset({name}))
        values = [one.value for each in names for one in chain.in_unit(site.path, each) if one.value is not None]
        return frozenset(
            node.value for value in values for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )


CODEMODS = [
    Codemod(
        "template-bytes-dirs",
        "paths of templates are text",
        removed="2.2",
        works_from="1.11",
        safety=SAFE,
        covers=("2.2-template-bytes-dirs",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(BytesPaths(),),
    ),
    Codemod(
        "admin-dependencies",
        "the admin checks what it needs",
        removed="2.2",
        works_from="1.11",
        safety=DETECT,
        covers=("2.2-admin-dependency-checks",),
        docs="ref/checks: admin",
        ops=(AdminNeeds(),),
    ),
    Codemod(
        "file-charset",
        "the setting FILE_CHARSET goes",
        deprecated="2.2",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.2-file-charset",),
        docs="releases/2.2: Features deprecated in 2.2",
        silent=True,
        ops=(DropSetting("FILE_CHARSET", "`FILE_CHARSET` is not read from 3.1 on; files are read as UTF-8", value=_is_utf8),),
    ),
    Codemod(
        "cached-staticfiles-storage",
        "hashed names of static files are kept in a manifest",
        deprecated="2.2",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.2-cached-staticfiles-storage",),
        docs="releases/2.2: Features deprecated in 2.2",
        ops=(
            SettingValue(("STATICFILES_STORAGE",), {f"{STORAGES}.CachedStaticFilesStorage": f"{STORAGES}.ManifestStaticFilesStorage"}),
            Rename(STORAGES, {"CachedStaticFilesStorage": "ManifestStaticFilesStorage", "CachedFilesMixin": "ManifestFilesMixin"}),
        ),
    ),
]
