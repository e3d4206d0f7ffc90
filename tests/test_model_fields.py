"""What is known of the models without parsing them, and where a class of the project stands."""

from __future__ import annotations

import pytest

from django_hop.project.index import Project
from django_hop.project.model_fields import DOTTED, field_kinds, find_class, names_of_kind, option, speaks_of_class_with

MODELS = b"""
from django.db import models
from django.contrib.postgres.fields import JSONField

class Order(models.Model):
    amount = models.DecimalField(
        max_digits=9,
    )
    data: dict = JSONField(default=dict)
    owner = models.ForeignKey("auth.User", models.CASCADE)

    class Meta:
        ordering = ["amount"]
"""
FORMS = b"""
from django import forms
from django.db import models
from rest_framework.fields import JSONField

class OrderForm(forms.Form):
    amount = forms.CharField()
    data = forms.JSONField()
"""
TREE = {
    "shop/models.py": MODELS,
    "shop/forms.py": FORMS,
    "shop/migrations/0001_initial.py": b"from django.db import models\n    amount = models.IntegerField()\n",
    "shop/api/__init__.py": b"from ..models import Order as Purchase\n",
    "shop/serializers.py": b"from models import x\n    owner = CharField()\n",
}


def test_the_classes_of_a_name_come_from_models_only() -> None:
    project = Project(TREE)
    assert field_kinds(project, "amount") == {"DecimalField"}
    assert field_kinds(project, "owner") == {"ForeignKey"}
    assert field_kinds(project, "nowhere") == frozenset()


def test_the_names_of_a_class() -> None:
    assert names_of_kind(Project(TREE), "JSONField") == {"data"}


def test_a_name_with_two_classes_has_both() -> None:
    project = Project({**TREE, "stock/models.py": b"from django.db import models\nclass A:\n    amount = models.IntegerField()\n"})
    assert field_kinds(project, "amount") == {"DecimalField", "IntegerField"}


def test_a_class_is_found_through_re_exports() -> None:
    project = Project(TREE)
    found = find_class(project, "shop.api.Purchase", "other/views.py")
    assert found is not None
    path, node = found
    assert (path, node.name) == ("shop/models.py", "Order")
    assert option(node, "ordering") is not None
    assert option(node, "abstract") is None


def test_a_class_that_is_not_the_projects_is_not_found() -> None:
    assert find_class(Project(TREE), "django.db.models.Model", "shop/models.py") is None
    assert find_class(Project(TREE), "shop.models.Missing", "shop/models.py") is None


def _speaks(text: str, path: str = "shop/views.py") -> bool:
    tree = {**TREE, "bar/models.py": b"class Order(Model):\n    class Meta:\n        verbose_name = 'order'\n", path: text.encode()}
    return speaks_of_class_with(Project(tree), path, tree[path], b"ordering", DOTTED)


@pytest.mark.parametrize(
    "text",
    [
        "from .models import Order\nOrder.objects.all()",
        "from shop.models import (\n    Item,\n    Order,  # the one\n)\n(Order\n .objects.all())",
        "from shop import models\nmodels.Order.objects.all()",
        "from shop.models import *\nOrder.objects.all()",
        "from shop.api import Purchase\nPurchase.objects.all()",
        "from bar.models import Item as Order, Order as Item\nOrder.objects.all()",
        "try:\n    from bar.models import Order\nexcept ImportError:\n    from shop.models import Order\nOrder.objects.all()",
        "class Order:\n    pass\nOrder.objects.all()",
    ],
)
def test_a_name_that_may_mean_a_class_with_the_option_counts(text: str) -> None:
    assert _speaks(text)


@pytest.mark.parametrize(
    "text",
    [
        "from bar.models import Order\nOrder.objects.all()",
        "from .models import Order\nprint(Order)",
        "from .models import Order\nPreOrder.objects.all()",
        "from elsewhere.models import Order\nOrder.objects.all()",
    ],
)
def test_a_name_from_a_module_where_its_class_lacks_the_option_does_not(text: str) -> None:
    assert not _speaks(text)
