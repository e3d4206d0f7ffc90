"""Amounts: always Decimal, always two places, never a float."""
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from django.utils import six
from django.utils.functional import curry
from django.utils.translation import ugettext as _

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

SYMBOLS = {"EUR": "€", "USD": "$", "CHF": "CHF"}


class AmountError(ValueError):
    """A text or number that is no amount of money."""


def quantize(value, places=CENT):
    """Round to cents the way banks do."""
    return Decimal(value).quantize(places, rounding=ROUND_HALF_EVEN)


# Prices of instruments carry more digits than money does.
quantize_price = curry(quantize, places=Decimal("0.0001"))


def parse_amount(value, decimal_separator="."):
    """
    Turn what a bank or a person wrote into a Decimal: "1'234.50", "1.234,50" (with a separator of ","), 12.

    Floats are refused, since their digits are not what was written.
    """
    if isinstance(value, float):
        raise AmountError(_("Amounts may not be floats."))
    if isinstance(value, six.integer_types + (Decimal,)):
        return quantize(value)
    if not isinstance(value, six.string_types):
        raise AmountError(_("Not an amount: %r") % (value,))
    text = value.strip().replace("'", "").replace(" ", "").replace("\u00a0", "")
    if decimal_separator == ",":
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise AmountError(_("Not an amount: %r") % (value,))
    if not amount.is_finite():
        raise AmountError(_("Not an amount: %r") % (value,))
    return quantize(amount)


def format_money(amount, currency):
    """The amount for people, as in "€ 1,234.50"."""
    return "%s %s" % (SYMBOLS.get(currency, currency), "{:,.2f}".format(quantize(amount)))


def split_evenly(amount, parts):
    """Cut an amount into ``parts`` that differ by at most a cent and add up to it."""
    if parts < 1:
        raise ValueError("parts must be positive")
    cents = int(quantize(amount) * 100)
    share, rest = divmod(cents, parts)
    return [Decimal(share + (1 if i < rest else 0)) / 100 for i in six.moves.range(parts)]
