"""Views: the catalogues of translations for JavaScript, redirects by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django_hop.model import DETECT, REVIEW, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.nodes import text
from django_hop.ops.views import ViewClass
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

MODULE = "django.views.i18n"
CATALOGUE = "the function view is gone; its class offers all installed apps by default, and no `?language=`"
PACKAGES = "`django.conf` is no installed app: leave it out, it raises ValueError; without `packages` all apps are offered"
ARGUMENTS = {"domain": "domain", "packages": "packages"}
UNKNOWN = "no pattern of this project has the name: it raises NoReverseMatch now, before it was a page 410"


@dataclass(frozen=True)
class CataloguePackages(PythonOp):
    """`packages=["django.conf"]` of the catalogue classes."""

    @property
    def words(self) -> Words:
        """One of the classes."""
        return (frozenset({"JavaScriptCatalog", "packages"}), frozenset({"JSONCatalog", "packages"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the text."""
        classes = (f"{MODULE}.JavaScriptCatalog", f"{MODULE}.JSONCatalog")
        values = [one.value for name in classes for call in site.calls(f"{name}.as_view") for one in call.keywords if one.arg == "packages"]
        values += [one.value for node in site.subclasses(*classes) for one, _ in assignments(node, "packages") if one.value is not None]
        for value in values:
            for node in ast.walk(value):
                if text(node) == "django.conf":
                    yield site.finding(node, PACKAGES)


@lru_cache(maxsize=2)
def pattern_names(project: Project) -> tuple[frozenset[str], bool]:
    """All `name="..."` in files that make URL patterns, and whether patterns of other packages are included."""
    found: set[str] = set()
    foreign = False
    for path in project.holding(b"urlpatterns"):
        source = project.tree[path].decode("utf-8", "replace")
        found |= set(re.findall(r"""(?<!\w)name\s*=\s*["']([^"']+)["']""", source))
        included = re.findall(r"""include\(\(?\s*["']([\w.]+)["']""", source)
        foreign = foreign or any(project.module_path(name, path) is None for name in included)
    return frozenset(found), foreign


@dataclass(frozen=True)
class RedirectNames(PythonOp):
    """`pattern_name` of redirects that no pattern has."""

    @property
    def words(self) -> Words:
        """The class and its attribute."""
        return (frozenset({"pattern_name"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each unknown name, where all patterns are the project's own."""
        redirect = "django.views.generic.base.RedirectView"
        values = [one.value for node in site.subclasses(redirect) for one, _ in assignments(node, "pattern_name")]
        for name in (f"{redirect}.as_view", "django.views.generic.RedirectView.as_view"):
            values += [one.value for call in site.calls(name) for one in call.keywords if one.arg == "pattern_name"]
        names, foreign = pattern_names(site.project) if values else (frozenset(), True)
        for value in values:
            said = text(value)
            if value is not None and said is not None and ":" not in said and not foreign and said not in names:
                yield site.finding(value, UNKNOWN)


CODEMODS = [
    Codemod(
        "javascript-catalog",
        "JavaScriptCatalog and JSONCatalog take the place of their functions",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-javascript-catalog-views",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            ViewClass(f"{MODULE}.javascript_catalog", f"{MODULE}.JavaScriptCatalog", CATALOGUE, ARGUMENTS),
            ViewClass(f"{MODULE}.json_catalog", f"{MODULE}.JSONCatalog", CATALOGUE, ARGUMENTS),
        ),
    ),
    Codemod(
        "javascript-catalog-packages",
        "catalogues of translations are offered for installed apps only",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-javascriptcatalog-unknown-packages",),
        docs="releases/2.0: Backwards incompatible changes / Miscellaneous",
        after=("javascript-catalog",),
        ops=(CataloguePackages(),),
    ),
    Codemod(
        "redirect-pattern-name",
        "a redirect to an unknown name raises",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-redirectview-noreversematch",),
        docs="releases/2.0: Backwards incompatible changes / Miscellaneous",
        ops=(RedirectNames(),),
    ),
]
