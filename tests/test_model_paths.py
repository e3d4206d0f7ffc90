"""Lookups are followed through the relations of the project's models, as far as these are in sight."""

from __future__ import annotations

import pytest

from django_hop.project.index import Project
from django_hop.project.model_paths import by_manager, kinds_at

TREE = {
    "shop/models.py": b"""
from django.db import models
from stock.models import Parcel

class Base(models.Model):
    size = models.FloatField()

class Order(Base):
    id = models.UUIDField(primary_key=True)
    parcel = models.OneToOneField(Parcel, models.CASCADE, related_name="order")
    before = models.ForeignKey("self", models.CASCADE, related_name="after", null=True)
    tags = models.ManyToManyField("stock.Tag")
    owner = models.ForeignKey("auth.User", models.CASCADE, related_name="%(class)s_orders")
    hidden = models.ForeignKey("stock.Parcel", models.CASCADE, related_query_name="hider")
""",
    "stock/models.py": b"""
from django.db import models

class Parcel(models.Model):
    size = models.IntegerField()

class Tag(models.Model):
    size = models.TextField()
""",
}
ORDER, PARCEL, TAG = ("shop/models.py", "Order"), ("stock/models.py", "Parcel"), ("stock/models.py", "Tag")


@pytest.mark.parametrize(
    ("start", "lookup", "kinds"),
    [
        ([ORDER], "size", {"FloatField"}),
        ([ORDER], "id", {"UUIDField"}),
        ([ORDER], "parcel__size", {"IntegerField"}),
        ([ORDER], "before__after__tags__size", {"TextField"}),
        ([PARCEL], "order__size", {"FloatField"}),
        ([PARCEL], "hider__size", {"FloatField"}),
        ([PARCEL], "pk", {"IntegerField"}),
        ([TAG], "order__parcel__size", {"IntegerField"}),
        ([ORDER, PARCEL], "size", {"FloatField", "IntegerField"}),
        ([], "parcel__size", {"IntegerField"}),
        ([], "size", set()),
        ([PARCEL], "nowhere", set()),
        ([PARCEL], "parcel__size", set()),
        ([ORDER], "owner__size", set()),
        ([], "shop_orders__size", set()),
    ],
)
def test_the_class_of_a_lookup(start: list[tuple[str, str]], lookup: str, kinds: set[str]) -> None:
    assert kinds_at(Project(TREE), start, lookup) == kinds


@pytest.mark.parametrize(
    ("name", "models"),
    [("after", {ORDER}), ("tags", {TAG}), ("order_set", {ORDER}), ("hider", set()), ("parcel", set()), ("owner", set())],
)
def test_the_model_of_a_related_manager(name: str, models: set[tuple[str, str]]) -> None:
    assert by_manager(Project(TREE), name) == models


def test_a_name_that_may_lead_out_of_sight_leads_nowhere() -> None:
    other = b"from django.db import models\nclass Line(models.Model):\n    parcel = models.ForeignKey('far.Parcel', models.CASCADE)\n"
    assert kinds_at(Project({**TREE, "lines/models.py": other}), [], "parcel__size") == frozenset()
