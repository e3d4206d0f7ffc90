"""Apps and permissions: permissions of proxy models, apps without migrations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.nodes import is_value, text
from django_hop.ops.settings_text import string_edit
from django_hop.project.index import Project
from django_hop.project.model_fields import option
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")
UNMIGRATED = "on SQLite an app without migrations may not point to one with migrations: make migrations for it"
MODEL = "django.db.models.base.Model"


def app_of(path: str) -> str:
    """The label of the app that a models module belongs to, by its folder."""
    parts = path.split("/")
    return parts[parts.index("models") - 1] if "models" in parts[1:] else parts[-2] if len(parts) > 1 else ""


@lru_cache(maxsize=2)
def moved_permissions(project: Project) -> dict[str, str]:
    """Permissions of proxy models whose base stands in another app: `people.change_staffproxy` -> `staff.change_staffproxy`."""
    found: dict[str, str] = {}
    for path in project.holding(b"proxy"):
        names = project.names(path)
        for node in names.by_type.get(ast.ClassDef, []) if names is not None else ():
            if not isinstance(node, ast.ClassDef) or names is None or not _is_proxy(node) or len(node.bases) != 1:
                continue
            base = node.bases[0]
            origins = [one.origin for one in names.module.lookup(base.id) if one.origin] if isinstance(base, ast.Name) else []
            module = origins[0].rpartition(".")[0] if len(origins) == 1 else ""
            where = project.module_path(module, path) if module else None
            other = "auth" if module == "django.contrib.auth.models" else app_of(where) if where else app_of(path)
            own = text(option(node, "app_label")) if option(node, "app_label") is not None else app_of(path)
            if own is not None and other != own:
                for action in ("add", "change", "delete", "view"):
                    found[f"{other}.{action}_{node.name.lower()}"] = f"{own}.{action}_{node.name.lower()}"
    return found


def _is_proxy(node: ast.ClassDef) -> bool:
    for meta in node.body:
        if isinstance(meta, ast.ClassDef) and meta.name == "Meta":
            return any(is_value(one.value, True) for one, _ in assignments(meta, "proxy"))
    return False


@dataclass(frozen=True)
class ProxyPermissions(PythonOp):
    """Texts that name the permission of a proxy model under the app of its base name it under the proxy's own."""

    @property
    def words(self) -> Words:
        """What permissions are asked with."""
        asked = ("has_perm", "has_perms", "permission_required", "PermissionRequiredMixin", "perms", "permissions", "Permission")
        return tuple(frozenset({name}) for name in asked)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for texts; findings in migrations, and where apps have labels of their own."""
        moved = moved_permissions(site.project)
        for node in site.names.strings:
            if node.value not in moved:
                continue
            message = f"the permission belongs to the app of the proxy now: `{moved[node.value]}`"
            try:
                edit = self._edit(site, node, str(node.value), moved[node.value])
            except Refused as error:
                yield site.finding(node, f"{message}; {error}")
                continue
            yield edit
            yield site.finding(node, message, fixed=True)

    @staticmethod
    def _edit(site: Site, node: ast.Constant, old: str, new: str) -> Edit:
        if "migrations" in site.path.split("/"):
            raise Refused("this migration may run before the rows are moved")
        if any(path.endswith("apps.py") for path in site.project.holding(b"label")):
            raise Refused("an app may have another label than its folder's name")
        if any(isinstance(one.value, str) and one.value == new for one in site.names.strings):
            raise Refused("the new one is named here as well")
        return string_edit(site, node, old, new)


@dataclass(frozen=True)
class AppsWithoutMigrations(PythonOp):
    """Models with a relation to Django's users or content types, in an app without migrations."""

    TARGETS = ("auth.User", "auth.Group", "contenttypes.ContentType", "sites.Site")

    @property
    def words(self) -> Words:
        """A relation and what it may lead to."""
        targets = ("User", "AUTH_USER_MODEL", "Group", "ContentType", "Site", "get_user_model")
        return tuple(frozenset({field, one}) for field in RELATIONS for one in targets)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the first such model of a file."""
        folder = site.path.rpartition("/models")[0] if "/models" in site.path else ""
        if not folder or any(path.startswith(f"{folder}/migrations/") for path in site.project.python_paths) or self._switched_off(site):
            return
        for node in site.subclasses(MODEL):
            if any(isinstance(one, ast.ClassDef) and one.name == "Meta" and "abstract" in ast.unparse(one) for one in node.body):
                continue
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and (site.qualified(one.func) or "").endswith(RELATIONS)]
            if any(call.args and self._is_migrated(site, call.args[0]) for call in calls):
                yield site.finding(node, UNMIGRATED)
                return

    def _is_migrated(self, site: Site, target: ast.expr) -> bool:
        if text(target) in self.TARGETS:
            return True
        name = ast.unparse(target)
        ours = (site.qualified(target) or "").startswith("django.contrib.")
        return ours or name.endswith("AUTH_USER_MODEL") or name == "get_user_model()"

    @staticmethod
    def _switched_off(site: Site) -> bool:
        """True if the project switches migrations off for its tests, for all apps or for those of others."""
        settings = [site.project.tree[path] for path in site.project.holding(b"MIGRATION_MODULES")]
        return bool(site.project.holding(b"DisableMigrations")) or any(b": None" in one for one in settings)


CODEMODS = [
    Codemod(
        "proxy-permissions",
        "permissions of proxy models belong to the proxy's own app",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("2.2-proxy-permissions",),
        docs="releases/2.2: Permissions for proxy models",
        silent=True,
        then="migrate on the hop's release: Django's own migration auth.0011 moves the permissions of proxy models to their own content "
        "types. The apps need no migrations.",
        ops=(ProxyPermissions(),),
    ),
    Codemod(
        "apps-without-migrations",
        "apps without migrations may not point to apps with them on SQLite",
        removed="2.2",
        works_from="1.11",
        safety=DETECT,
        covers=("2.2-sqlite-apps-without-migrations",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(AppsWithoutMigrations(),),
    ),
]
