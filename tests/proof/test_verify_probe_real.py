"""The probe inside real releases of Django: it sees the same on all, and what releases do otherwise is explained."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from repos import write_files

from django_hop.errors import HopError
from django_hop.model import Hop
from django_hop.packs import shipped
from django_hop.proof.environments import django_environment
from django_hop.proof.interpreters import Unavailable
from django_hop.verify.cluster import served
from django_hop.verify.comparing import Differences, compare
from django_hop.verify.databases import from_url
from django_hop.verify.recording import Recording, probe_environment, read

pytestmark = pytest.mark.proof

MANAGE = """\
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
CONFIG = """\
SECRET_KEY = "x"
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "shop"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "shop.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = False
"""
MODELS = """\
from django.db import models

class Item(models.Model):
    name = models.CharField(max_length=30, db_index=True)
    amount = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    tags = models.ManyToManyField("Tag")

class Tag(models.Model):
    name = models.CharField(max_length=9, unique=True)
"""
MIGRATION = """\
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Tag", [
            ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False)),
            ("name", models.CharField(max_length=9, unique=True)),
        ]),
        migrations.CreateModel("Item", [
            ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False)),
            ("name", models.CharField(max_length=30, db_index=True)),
            ("amount", models.PositiveIntegerField(default=0)),
            ("active", models.BooleanField(default=True)),
            ("tags", models.ManyToManyField("shop.Tag")),
        ]),
    ]
"""
URLS = """\
import warnings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from .models import Item

def items(request):
    cache.get_or_set("n", 1)
    return JsonResponse({"items": list(Item.objects.filter(active=True).values("name", "amount")), "next": None})

def page(request, n=0):
    warnings.warn("page() is deprecated", DeprecationWarning, stacklevel=2)
    return render(request, "shop/page.html", {"item": Item.objects.get(name="x")})

def buy(request):
    mail = EmailMultiAlternatives("Order 17", "text", "a@example.com", ["b@example.com"])
    mail.attach_alternative("<p>text</p>", "text/html")
    mail.send()
    request.session["bought"] = 1
    return redirect("page")

urlpatterns = [
    path("items/", items, name="items"),
    path("page/<int:n>/", page, name="one"),
    path("page/", page, name="page"),
    path("buy/", buy),
]
"""
TESTS = """\
from django.core.cache import cache
from django.db.models.signals import post_save
from django.test import TestCase
from .models import Item, Tag

def heard(**named):
    pass

class ShopTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.item = Item.objects.create(name="x", amount=2)

    def setUp(self):
        cache.clear()
        post_save.connect(heard, sender=Item)
        self.addCleanup(post_save.disconnect, heard, sender=Item)

    def test_items(self):
        self.assertEqual(self.client.get("/items/").json()["items"][0]["amount"], 2)

    def test_page(self):
        self.assertContains(self.client.get("/page/7/"), "x")

    def test_buy(self):
        self.client.post("/buy/", follow=True)

    def test_save(self):
        item = Item.objects.create(name="y")
        item.tags.add(Tag.objects.create(name="t"))
        item.delete()
"""
PROJECT = {
    ".git/HEAD": "x",
    "manage.py": MANAGE,
    "config.py": CONFIG,
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": MIGRATION,
    "shop/urls.py": URLS,
    "shop/tests.py": TESTS,
    "shop/templates/shop/page.html": "{{ item.name }}",
}
CODEMODS = tuple(codemod for pack in shipped() for codemod in pack.codemods)
RELEASES = ("2.0", "2.2", "3.2", "4.2", "5.2", "6.1")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Recording]:
    """Release -> what the same project did on it."""
    made = {}
    for release in RELEASES:
        try:
            python = django_environment(release).python
        except Unavailable as lack:
            pytest.skip(f"not proved here: {lack}")
        made[release] = recorded(tmp_path_factory.mktemp(release.replace(".", "_")), python)
    return made


def recorded(folder: Path, python: Path, further: Mapping[str, str] | None = None) -> Recording:
    write_files(folder / "project", {**PROJECT, **(further or {})})
    out = folder / "out"
    out.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
    for command in (["migrate", "--noinput"], ["test"]):
        done = subprocess.run(
            [python, "manage.py", *command],
            cwd=folder / "project",
            env={**environment, **probe_environment(out)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return read(out)


@pytest.mark.parametrize("release", RELEASES)
def test_the_same_is_seen_on_every_release(recordings: Mapping[str, Recording], release: str) -> None:
    found = recordings[release]
    assert found.problems == ()
    assert {test.rpartition(".")[2] for test in found.tests} == {"test_items", "test_page", "test_buy", "test_save"}
    tests = {test.rpartition(".")[2]: seen for test, seen in found.tests.items()}
    (items,) = tests["test_items"].responses
    assert (items["request"], items["json"]) == ("GET items", {"items": [{"amount": "int", "name": "str"}], "next": "null"})
    assert tests["test_items"].cache == {"clear": 1, "get_or_set": 1}
    assert tests["test_page"].templates == {"shop/page.html": 1}
    assert [one["status"] for one in tests["test_buy"].responses] == [302, 200]
    (mail,) = tests["test_buy"].mails
    assert mail["subject"] == "Order N" and mail["parts"][0].startswith("multipart/alternative") and len(mail["parts"]) == 3
    assert "sessionid" in tests["test_buy"].responses[0]["cookies"]
    assert tests["test_save"].signals == {"post_save shop.Item": 1}
    assert any(one.startswith("INSERT INTO shop_item") for one in tests["test_save"].sql)
    assert sum(number for one, number in found.warnings.items() if "page()" in one.message) == 2
    assert found.schemas["default"].made_by == "migrate"
    table = found.schemas["default"].tables["shop_item"]
    assert table["columns"]["name"]["type"].lower() == "varchar(30)" and len(table["indexes"]) == 1


@pytest.mark.parametrize(("old", "new"), [("2.0", "2.2"), ("2.2", "3.2"), ("3.2", "4.2"), ("4.2", "5.2"), ("5.2", "6.1")])
def test_what_releases_do_otherwise_is_explained(recordings: Mapping[str, Recording], old: str, new: str) -> None:
    """The project is the same on both, so every difference is one of Django's, and nothing of it may be a riddle."""
    found = compare(recordings[old], recordings[new], CODEMODS, Hop(old, new))
    assert unexplained(found) == []


def unexplained(found: Differences) -> list[Any]:
    sections = (found.sql, found.responses, found.mails, found.uses)
    groups = [group for section in sections for group in section["groups"] if group["cause"]["kind"] == "unexplained"]
    tables = [one for one in found.schema["differences"] if one["cause"]["kind"] == "unexplained"]
    return [one for group in groups for one in group["differences"]] + tables


def test_the_schema_of_a_server(tmp_path: Path) -> None:
    """On PostgreSQL 4.1 made identity columns of serial ones; tables, constraints and indexes are the same otherwise."""
    found = {}
    for release in ("3.2", "4.2"):
        try:
            python = django_environment(release).python
        except Unavailable as lack:
            pytest.skip(f"not proved here: {lack}")
        try:
            with served("temporary") as address:
                settings = f"{CONFIG}\nDATABASES = {{'default': {from_url(address)!r}}}\n"
                (tmp_path / release).mkdir()
                found[release] = recorded(tmp_path / release, python, {"config.py": settings})
        except HopError as lack:
            pytest.skip(f"not proved here: {lack}")
    assert {one.schemas["default"].vendor for one in found.values()} == {"postgresql"}
    compared = compare(found["3.2"], found["4.2"], CODEMODS, Hop("3.2", "4.2"))
    assert {one["what"] for one in compared.schema["differences"]} == {"id"}
    assert {one["cause"]["record"] for one in compared.schema["differences"]} == {"4.1-postgresql-identity-columns"}
    assert unexplained(compared) == []
