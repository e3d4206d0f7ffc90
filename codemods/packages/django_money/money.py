"""Fields and settings of django-money: implicit defaults, decimal places, exchange rates, and how amounts are printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.attributes import FindParameter
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.find import FindModule
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import FindName, Rename
from django_hop.ops.nodes import is_value
from django_hop.ops.settings import ListItem, RenameSetting
from django_hop.ops.where import not_migrations
from django_hop.project.index import Project
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-money"
FIELD = "djmoney.models.fields.MoneyField"
_FIELDS = re.compile(rb"^[ \t]+(\w+)[ \t]*=[ \t]*(?:\w+\.)*MoneyField\(", re.M)


@dataclass(frozen=True)
class ImplicitDefault(PythonOp):
    """`MoneyField(max_digits=14)` -> `MoneyField(max_digits=14, default=0)`, for fields that are neither null nor have a default."""

    where = not_migrations
    message: str = "a MoneyField without a default had 0 as its default before 0.15"

    @property
    def words(self) -> Words:
        """The field."""
        return (frozenset({"djmoney", "MoneyField"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings where arguments cannot be seen."""
        for call in site.calls(FIELD):
            given = {keyword.arg for keyword in call.keywords}
            if "default" in given or any(one.arg == "null" and is_value(one.value, True) for one in call.keywords) or len(call.args) > 4:
                continue
            try:
                if None in given or any(isinstance(one, ast.Starred) for one in call.args):
                    raise Refused("its arguments cannot be seen")
                yield from change_arguments(site, call, add={"default": "0"}, drop=[])
            except Refused as error:
                yield site.finding(call, f"{self.message}; {error}")
                continue
            yield site.finding(call, self.message, fixed=True)


def money_fields(project: Project) -> frozenset[str]:
    """The names that the project's models give to fields of money."""
    return frozenset(name.decode() for data in project.tree.values() if b"MoneyField" in data for name in _FIELDS.findall(data))


@dataclass(frozen=True)
class FloatOfMoney(PythonOp):
    """`float(order.price)` -> `float(order.price.amount)`, where models of the project have a field of money of this name."""

    message: str = "money is no number any more: `amount` is"

    @property
    def words(self) -> Words:
        """The call."""
        return (frozenset({"float"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for attributes of such names."""
        fields: frozenset[str] | None = None
        for call in site.nodes(ast.Call):
            argument = call.args[0] if len(call.args) == 1 else None
            if isinstance(call.func, ast.Name) and call.func.id == "float" and isinstance(argument, ast.Attribute):
                fields = money_fields(site.project) if fields is None else fields
                inner = argument.value
                if argument.attr not in fields or (isinstance(inner, ast.Attribute) and inner.attr in fields):
                    continue
                certain = argument.attr != "amount" and not in_format_string(site, call)
                if certain:
                    end = site.module.end(argument)
                    yield Edit(end, end, ".amount")
                yield site.finding(argument, self.message, fixed=certain)


def one_number(node: ast.expr, text: str) -> str | None:
    """`{"EUR": 2, "USD": 2}` -> `2`; None where currencies differ, or the value is not written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return text
    values = node.values if isinstance(node, ast.Dict) else []
    found = {one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, int)}
    return str(found.pop()) if len(found) == 1 and all(isinstance(one, ast.Constant) for one in values) else None


CODEMODS = [
    Codemod(
        "money-implicit-default",
        "fields of money say their default of 0",
        package=PACKAGE,
        removed="0.15",
        works_from="0.11",
        safety=REVIEW,
        covers=("money-1.0-implicit-default",),
        docs="django-money 0.15 changelog: Remove implicit default value on non-nullable MoneyFields",
        then="makemigrations may write an AlterField for the default, which changes state only.",
        ops=(ImplicitDefault(), FloatOfMoney()),
        from_before=True,
    ),
    Codemod(
        "money-decimal-places",
        "CURRENCY_DECIMAL_PLACES_DISPLAY is CURRENCY_DECIMAL_PLACES",
        package=PACKAGE,
        deprecated="2.0",
        removed="3.0",
        works_from="1.1",
        safety=REVIEW,
        silent=True,
        covers=("money-3.0-decimal-places",),
        docs="django-money 3.0 changelog: decimal_places_display",
        ops=(
            RenameSetting("CURRENCY_DECIMAL_PLACES_DISPLAY", "CURRENCY_DECIMAL_PLACES", one_number),
            FindParameter("Money", "decimal_places_display", "`decimal_places_display` is gone: `decimal_places` says it"),
        ),
    ),
    Codemod(
        "money-babel",
        "amounts are printed as babel does for the language",
        package=PACKAGE,
        removed="2.0",
        works_from="1.0",
        safety=DETECT,
        silent=True,
        covers=("money-2.0-babel",),
        docs="django-money 2.0 changelog: py-moneyed 1.2 and babel",
        then="str(money) and templates follow the active language: compare mails, statements and tests with amounts as text.",
        ops=(
            FindModule("moneyed.localization", "formats of one's own are gone with py-moneyed 2: `moneyed.l10n` follows the language"),
            FindName("moneyed.format_money", "amounts are formatted by babel: `moneyed.l10n.format_money` follows the language"),
            FindName("djmoney.money.get_current_locale", "amounts are formatted by babel for the active language"),
        ),
    ),
    Codemod(
        "money-exchange",
        "exchange rates come from djmoney.contrib.exchange, and money from djmoney.money",
        package=PACKAGE,
        deprecated="0.13",
        removed=None,
        works_from="0.13",
        safety=REVIEW,
        covers=("money-0.13-exchange",),
        docs="django-money 0.13 changelog: djmoney.contrib.exchange",
        then="Run migrate, then update_rates: the rates are kept in tables of their own.",
        ops=(
            ListItem(
                ("INSTALLED_APPS",),
                "`djmoney_rates` is now `djmoney.contrib.exchange`",
                replace={"djmoney_rates": "djmoney.contrib.exchange"},
            ),
            Rename("djmoney.models.fields", {"MoneyPatched": "Money"}, to="djmoney.money"),
            FindName("djmoney_rates.utils.convert_money", "`djmoney.contrib.exchange.models.convert_money` takes money and a currency"),
        ),
    ),
]
