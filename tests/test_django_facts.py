"""What is known of Django's own classes and star imports, without Django being installed."""

from __future__ import annotations

import json
import runpy

import pytest
from commands import ROOT

from django_hop.project.django_facts import ancestors_in_django, star_names
from django_hop.project.gone_names import gone_names


@pytest.mark.parametrize(
    ("name", "ancestor"),
    [
        ("django.db.models.CharField", "django.db.models.Field"),
        ("django.db.models.CharField", "django.db.models.fields.Field"),
        ("django.db.models.fields.CharField", "django.db.models.Field"),
        ("django.contrib.gis.db.models.CharField", "django.db.models.Field"),
        ("django.contrib.gis.db.models.PointField", "django.db.models.Field"),
        ("django.contrib.auth.models.AbstractUser", "django.db.models.Model"),
        ("django.contrib.auth.models.AbstractUser", "django.contrib.auth.base_user.AbstractBaseUser"),
        ("django.contrib.admin.TabularInline", "django.contrib.admin.options.InlineModelAdmin"),
        ("django.contrib.auth.admin.UserAdmin", "django.contrib.admin.ModelAdmin"),
        ("django.views.generic.ListView", "django.views.generic.base.View"),
        ("django.views.generic.ListView", "django.views.View"),
        ("django.test.TransactionTestCase", "django.test.SimpleTestCase"),
        ("django.test.TestCase", "unittest.TestCase"),
        ("django.forms.ModelForm", "django.forms.models.BaseModelForm"),
        ("django.core.management.base.BaseCommand", "django.core.management.BaseCommand"),
        ("django.contrib.postgres.fields.JSONField", "django.db.models.Field"),
        ("django.db.models.NullBooleanField", "django.db.models.Field"),
        ("django.core.urlresolvers.RegexURLResolver", "django.urls.RegexURLResolver"),
        # an internal re-export is a path too
        ("django.contrib.flatpages.admin.FlatpageForm", "django.forms.ModelForm"),
    ],
)
def test_an_ancestor_is_known_under_its_public_paths(name: str, ancestor: str) -> None:
    assert ancestor in ancestors_in_django(name)


@pytest.mark.parametrize(
    ("name", "stranger"),
    [
        ("django.db.models.CharField", "django.db.models.CharField"),  # a class is not its own ancestor
        ("django.db.models.CharField", "django.forms.CharField"),
        ("django.forms.CharField", "django.db.models.Field"),
        ("django.test.SimpleTestCase", "django.test.TestCase"),
        ("django.db.models.Field", "django.db.models.CharField"),
    ],
)
def test_nothing_else_is_an_ancestor(name: str, stranger: str) -> None:
    assert stranger not in ancestors_in_django(name)


@pytest.mark.parametrize("name", ["myapp.models.Thing", "django.db.models.NoSuchField", "django", "", "djangorestframework.x"])
def test_an_unknown_class_has_no_ancestors(name: str) -> None:
    assert ancestors_in_django(name) == frozenset()


def test_star_imports_of_django_are_known() -> None:
    assert {"CharField", "Model", "NullBooleanField", "Q"} <= star_names("django.db.models")
    assert {"url", "include"} <= star_names("django.conf.urls")
    assert {"patterns", "url"} <= star_names("django.conf.urls.defaults")
    assert "PointField" in star_names("django.contrib.gis.db.models")
    assert {"ugettext", "gettext_lazy"} <= star_names("django.utils.translation")
    assert "USE_L10N" in star_names("django.conf.global_settings")
    assert star_names("myapp.models") == frozenset()


def test_names_that_are_gone_come_with_the_first_release_without_them() -> None:
    gone = gone_names()
    assert gone["django.utils.datastructures"]["OrderedDict"].release == "3.0"
    assert gone["django.middleware.csrf"]["_compare_salted_tokens"].release == "3.1"
    assert gone["django.utils.six"][""].release == gone["django.utils"]["six"].release == "3.0"
    assert "path" not in gone["django.conf.urls"] and "" not in gone["django.urls"], "what is there is not gone"


def test_the_names_that_our_codemods_mean_are_marked() -> None:
    """Else run `python tools/gone_names.py`: an import would be told twice, or not at all."""
    tool = runpy.run_path(str(ROOT / "tools/gone_names.py"))
    text = tool["OUT"].read_text("utf-8")
    assert tool["written"](tool["marked"](json.loads(text))) == text
