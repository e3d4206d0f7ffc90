"""Settings: what the admin needs, encodings of files and paths, storages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import Rename
from django_hop.ops.settings import DropSetting, SettingValue
from django_hop.ops.settings_text import with_element
from django_hop.ops.settings_uses import feeders, own_assignments, settings_of
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

WITHOUT = "from 2.2 on the admin does not start without"
OTHERS = re.compile("session|auth|messag|user", re.IGNORECASE)
"""What may be derived from the middleware that the admin needs."""
STORAGES = "django.contrib.staticfiles.storage"
NEEDS = {
    "MIDDLEWARE": (
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ),
    "TEMPLATES": ("django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"),
}
"""In the order in which they stand."""


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
    """What the admin's checks want and the settings that install it lack joins its neighbours in a literal list."""

    @property
    def words(self) -> Words:
        """The setting and the app."""
        return (frozenset({"INSTALLED_APPS", "django", "contrib", "admin"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for lists of this file, one item a round; else one finding at INSTALLED_APPS that names all that is missing."""
        chain = settings_of(site)
        own = own_assignments(site, "INSTALLED_APPS")
        if not own or not chain.is_settings(site.path) or own[0].kind not in ("assign", "annotate"):
            return
        if "django.contrib.admin" not in self._strings(site, "INSTALLED_APPS"):
            return
        missing: list[tuple[str, str]] = []
        for name, wanted in NEEDS.items():
            if chain.is_dynamic(site.path) or (name == "MIDDLEWARE" and chain.defined_in_unit(site.path, "MIDDLEWARE_CLASSES")):
                return
            held = self._strings(site, name)
            parts = [*wanted] if chain.defined_in_unit(site.path, name) else []
            missing += [(name, one) for one in parts if not any(item.endswith(_last(one)) for item in map(_last, held))]
            if not chain.defined_in_unit(site.path, name):
                missing.append((name, f"the setting {name}"))
        added = [(item, edits) for name in NEEDS if (found := self._first(site, name, missing)) for item, edits in [found]]
        for item, edits in added:
            yield from edits
            yield site.finding(own[0].target, f"{WITHOUT} {_last(item)}", fixed=True)
        if missing and not added:
            yield site.finding(
                own[0].target, f"{WITHOUT} {', '.join(_last(item) if name == 'MIDDLEWARE' else item for name, item in missing)}"
            )

    def _first(self, site: Site, name: str, missing: list[tuple[str, str]]) -> tuple[str, list[Edit]] | None:
        """The first missing item of a setting that has a place, with the edits that put it there."""
        container = self._container(site, name)
        apps = self._strings(site, "INSTALLED_APPS")
        for setting, item in missing:
            if setting != name or container is None or ".".join(item.split(".")[:3]) not in apps:
                continue
            try:
                edits = self._with(site, container, NEEDS[name], item)
            except Refused:
                continue
            return item, edits
        return None

    @staticmethod
    def _container(site: Site, name: str) -> ast.List | ast.Tuple | None:
        """The one literal list of strings that the whole group of settings modules has for a setting, if it stands in this file."""
        places = settings_of(site).in_unit(site.path, name)
        own = own_assignments(site, name)
        if len(places) != 1 or len(own) != 1 or own[0].conditional or own[0].kind not in ("assign", "annotate") or own[0].value is None:
            return None
        held: list[ast.expr] = [own[0].value]
        if name == "TEMPLATES":
            dicts = [node for node in ast.walk(own[0].value) if isinstance(node, ast.Dict)]
            pairs = [pair for node in dicts for pair in zip(node.keys, node.values, strict=True)]
            held = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "context_processors"]
        node = held[0] if len(held) == 1 else None
        plain = isinstance(node, (ast.List, ast.Tuple)) and all(isinstance(one, ast.Constant) for one in node.elts)
        return node if plain and isinstance(node, (ast.List, ast.Tuple)) else None

    @staticmethod
    def _with(site: Site, container: ast.List | ast.Tuple, order: tuple[str, ...], item: str) -> list[Edit]:
        """The edits that put an item behind what goes before it, or before what comes behind it. Raises Refused."""
        known = {_last(one) for one in order}
        held = {one: str(one.value) for one in container.elts if isinstance(one, ast.Constant)}
        for text in held.values():
            if not text.startswith("django.") and not _last(text).endswith(tuple(known)) and OTHERS.search(text):
                raise Refused("another one may stand in for it")
        place = order.index(item)
        for one, text in reversed(held.items()):
            if _last(text).endswith(tuple(_last(each) for each in order[:place])):
                return with_element(site, container, item, after=one)
        for one, text in held.items():
            if _last(text).endswith(tuple(_last(each) for each in order[place + 1 :])):
                return with_element(site, container, item, before=one)
        raise Refused("nothing tells its place")

    @staticmethod
    def _strings(site: Site, name: str) -> frozenset[str]:
        """The strings in a setting's values in the whole group, this file as it is now, and in what flows into it."""
        chain = settings_of(site)
        names = feeders(chain, site.path, frozenset({name}))
        others = [one for each in names for one in chain.in_unit(site.path, each) if one.path != site.path]
        values = [one.value for one in (*others, *own_assignments(site, *names)) if one.value is not None]
        return frozenset(
            node.value for value in values for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


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
        "the admin gets what its checks ask for",
        removed="2.2",
        works_from="1.11",
        safety=REVIEW,
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
