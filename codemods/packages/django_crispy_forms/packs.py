"""Template packs, which became packages of their own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.settings import FindSetting, ListItem, SetDefault
from django_hop.ops.settings_uses import literal, settings_of
from django_hop.rewrite.site import Site

PACKAGE = "django-crispy-forms"
APP, SETTING = "crispy_forms", "CRISPY_TEMPLATE_PACK"
PACKS = {
    "bootstrap3": "crispy_bootstrap3",
    "bootstrap4": "crispy_bootstrap4",
    "bootstrap5": "crispy_bootstrap5",
    "tailwind": "crispy_tailwind",
}


def uses_pack(pack: str) -> Callable[[Site], bool]:
    """A test for `when`: the settings modules of the site's group name this pack as theirs, and no other."""

    def test(site: Site) -> bool:
        found = settings_of(site).in_unit(site.path, SETTING)
        return bool(found) and all(literal(one.value) == pack for one in found)

    return test


@dataclass(frozen=True)
class PackApp(ListItem):
    """The app of a template pack, in the settings of a project that uses the pack."""

    pack: str = ""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """As for the base, if the pack is the project's."""
        if uses_pack(self.pack)(site):
            yield from super().apply(site)


@dataclass(frozen=True)
class NoPack(PythonOp):
    """Report an app list with crispy_forms where no module of the group names a template pack."""

    message: str = "without `CRISPY_TEMPLATE_PACK`, crispy-forms 1 took the templates of Bootstrap 2, which no package has: name a pack"

    @property
    def words(self) -> Words:
        """The app."""
        return (frozenset({APP, "INSTALLED_APPS"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the app."""
        if not settings_of(site).is_settings(site.path) or settings_of(site).in_unit(site.path, SETTING):
            return
        for node in site.names.strings:
            if node.value == APP and isinstance(site.parent(node), (ast.List, ast.Tuple)):
                yield site.finding(node, self.message)


def is_without_package(value: object) -> bool:
    """True for packs that crispy-forms 1 brought and no package has."""
    return value in ("bootstrap", "uni_form")


CODEMODS = [
    Codemod(
        "crispy-template-packs",
        "the template pack of crispy-forms is an app of its own, and is named",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("crispy-2.0-template-packs",),
        docs="django-crispy-forms 2.0 changelog: template packs",
        then="Add the package of the pack to the requirements: crispy-bootstrap3, crispy-bootstrap4, crispy-bootstrap5 or crispy-tailwind.",
        ops=(
            *(
                PackApp(
                    ("INSTALLED_APPS",),
                    f"the templates of `{pack}` come from the package {app.replace('_', '-')}, which has to be required",
                    append=app,
                    after=APP,
                    when=APP,
                    pack=pack,
                )
                for pack, app in PACKS.items()
            ),
            *(
                SetDefault(
                    "CRISPY_ALLOWED_TEMPLATE_PACKS",
                    f'"{pack}"',
                    "crispy-forms 2 has to be told which packs may be used",
                    beside=(SETTING,),
                    when=uses_pack(pack),
                )
                for pack in PACKS
            ),
            NoPack(),
            FindSetting(SETTING, "no package has the templates of this pack: choose another one", value=is_without_package),
        ),
    ),
]
