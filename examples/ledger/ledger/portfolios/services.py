"""Trading and valuation."""
import collections
from decimal import Decimal

from django.db import transaction as db_transaction
from django.utils import timezone
from django.utils.translation import ugettext as _

from ledger.accounts.models import Account
from ledger.accounts.services import ensure_clearing_account, transfer
from ledger.core.money import ZERO, parse_amount, quantize, quantize_price
from ledger.portfolios.models import Holding, Portfolio, PriceQuote, Trade
from ledger.portfolios.signals import price_changed, trade_executed

Position = collections.namedtuple("Position", "holding price value gain")
Valuation = collections.namedtuple("Valuation", "positions cash total missing")


class TradeError(Exception):
    """A trade that must not be made."""


def open_portfolio(user, name, currency="EUR"):
    with db_transaction.atomic():
        cash = Account.objects.create(owner=user, name="%s (%s)" % (name, _("cash")), currency=currency)
        return Portfolio.objects.create(owner=user, name=name, cash_account=cash)


def record_price(instrument, price, as_of=None):
    """Keep a quote; receivers of price_changed hear of it if it differs from the last one."""
    price = quantize_price(price)
    try:
        before = instrument.latest_price().price
    except PriceQuote.DoesNotExist:
        before = None
    quote, _created = PriceQuote.objects.update_or_create(
        instrument=instrument, as_of=as_of or timezone.now(), defaults={"price": price}
    )
    if price != before:
        price_changed.send(sender=type(instrument), instrument=instrument, price=price)
    return quote


def check_trade(portfolio, instrument, quantity):
    if quantity <= 0:
        raise TradeError(_("The quantity must be positive."))
    if instrument.currency != portfolio.cash_account.currency:
        raise TradeError(_("%s trades in another currency.") % instrument.name)


@db_transaction.atomic
def buy(portfolio, instrument, quantity, price, user=None):
    """Buy against the cash account. Raises TradeError, or BookingError without the money."""
    quantity, price = Decimal(quantity), quantize_price(price)
    check_trade(portfolio, instrument, quantity)
    total = quantize(quantity * price)
    booked = transfer(
        portfolio.cash_account,
        ensure_clearing_account(instrument.currency),
        total,
        _("Purchase of %s") % instrument.name,
        user=user,
    )
    holding, _created = Holding.objects.get_or_create(portfolio=portfolio, instrument=instrument)
    holding.quantity += quantity
    holding.cost += total
    holding.save()
    return finish(portfolio, instrument, Trade.BUY, quantity, price, booked, user)


@db_transaction.atomic
def sell(portfolio, instrument, quantity, price, user=None):
    """Sell into the cash account; the gain is what comes in less the average cost. Raises TradeError."""
    quantity, price = Decimal(quantity), quantize_price(price)
    check_trade(portfolio, instrument, quantity)
    holding = Holding.objects.live().filter(portfolio=portfolio, instrument=instrument).first()
    if holding is None or holding.quantity < quantity:
        raise TradeError(_("There are not so many pieces of %s.") % instrument.name)
    total = quantize(quantity * price)
    cost = quantize(holding.cost * quantity / holding.quantity)
    booked = transfer(
        ensure_clearing_account(instrument.currency),
        portfolio.cash_account,
        total,
        _("Sale of %s") % instrument.name,
        user=user,
    )
    holding.quantity -= quantity
    holding.cost = ZERO if holding.quantity == 0 else holding.cost - cost
    holding.save()
    return finish(portfolio, instrument, Trade.SELL, quantity, price, booked, user, gain=total - cost)


def finish(portfolio, instrument, direction, quantity, price, booked, user, gain=None):
    trade = Trade.objects.create(
        portfolio=portfolio,
        instrument=instrument,
        direction=direction,
        quantity=quantity,
        price=price,
        gain=gain,
        transaction=booked,
    )
    trade_executed.send(sender=Trade, trade=trade, user=user)
    return trade


def value_portfolio(portfolio, as_of=None):
    """What a portfolio is worth; instruments without a price are listed as missing and count nothing."""
    from ledger.accounts.services import compute_balance

    positions, missing = [], []
    for holding in portfolio.holdings.live().select_related("instrument"):
        try:
            price = holding.instrument.latest_price(until=as_of).price
        except PriceQuote.DoesNotExist:
            missing.append(holding.instrument)
            continue
        value = quantize(holding.quantity * price)
        positions.append(Position(holding, price, value, value - holding.cost))
    cash = compute_balance(portfolio.cash_account, until=as_of.date() if as_of else None)
    return Valuation(positions, cash, cash + sum((position.value for position in positions), ZERO), missing)


def allocation(valuation):
    """The share of each position in per cent, rounded; [] for an empty portfolio."""
    total = sum((position.value for position in valuation.positions), ZERO)
    if not total:
        return []
    return [
        (position.holding.instrument, quantize(position.value * 100 / total)) for position in valuation.positions
    ]


def load_prices(rows, resolve):
    """
    Record prices from ``(isin, price)`` pairs.

    Returns the number recorded and the ISINs that ``resolve`` does not know.
    """
    count, unknown = 0, []
    for isin, price in rows:
        instrument = resolve(isin)
        if instrument is None:
            unknown.append(isin)
            continue
        record_price(instrument, parse_amount(price))
        count += 1
    return count, unknown
