from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.encoding import force_text

from ledger.core.money import AmountError, format_money, parse_amount, quantize, quantize_price, split_evenly


@pytest.mark.parametrize(
    "text, amount",
    [
        ("12", "12.00"),
        ("1'234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        (" -7.1 ", "-7.10"),
        ("1\u00a0000", "1000.00"),
        (3, "3.00"),
        (Decimal("2.345"), "2.34"),
    ],
)
def test_parse_amount(text, amount):
    assert parse_amount(text) == Decimal(amount)


def test_parse_amount_with_decimal_comma():
    assert parse_amount("1.234,56", decimal_separator=",") == Decimal("1234.56")


@pytest.mark.parametrize("value", ["", "ten", "1.2.3", "NaN", "Infinity", None, b"12", 1.5])
def test_what_is_no_amount(value):
    with pytest.raises(AmountError):
        parse_amount(value)


def test_quantize_rounds_half_to_even():
    assert [str(quantize(text)) for text in ("0.005", "0.015", "0.025")] == ["0.00", "0.02", "0.02"]


def test_prices_keep_four_places():
    assert force_text(quantize_price("3.14159")) == "3.1416"


def test_format_money():
    assert format_money(Decimal("1234567.5"), "EUR") == "€ 1,234,567.50"
    assert format_money(Decimal("-3"), "SEK") == "SEK -3.00"


@pytest.mark.parametrize("amount, parts", [("10.00", 3), ("0.01", 2), ("99.99", 7)])
def test_split_evenly_loses_nothing(amount, parts):
    shares = split_evenly(amount, parts)
    assert sum(shares) == Decimal(amount)
    assert len(shares) == parts
    assert max(shares) - min(shares) <= Decimal("0.01")


def test_split_into_nothing():
    with pytest.raises(ValueError):
        split_evenly("1", 0)


def render(source, **context):
    return Template("{% load ledger_tags %}" + source).render(Context(context))


def test_money_filter():
    assert render("{{ amount|money:'CHF' }}", amount=Decimal("5")) == "CHF 5.00"


def test_signed_filter():
    assert render("{{ a|signed }} {{ b|signed }}", a=Decimal("5"), b=Decimal("-2.5")) == "+ 5.00 - 2.50"


def test_booking_count_filter():
    assert render("{{ 1|booking_count }}, {{ 2|booking_count }}") == "1 booking, 2 bookings"


def test_query_string_tag():
    html = render("{% query_string params page=2 sort=None %}", params={"q": "a b", "sort": "x"})
    assert html == "?page=2&amp;q=a+b"


def test_panel_tag():
    html = render("{% panel title %}<b>{{ x }}</b>{% endpanel %}", title="A & B", x="<")
    assert html.strip() == '<section class="panel"><h2>A &amp; B</h2><b>&lt;</b></section>'


def test_panel_tag_wants_a_title():
    from django.template.base import TemplateSyntaxError

    with pytest.raises(TemplateSyntaxError):
        render("{% panel %}{% endpanel %}")
