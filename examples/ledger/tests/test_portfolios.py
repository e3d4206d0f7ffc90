import datetime
import io
from decimal import Decimal
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from ledger.accounts.services import BookingError, compute_balance, ensure_clearing_account, transfer
from ledger.portfolios import services, signals, tasks
from ledger.portfolios.forms import InstrumentFilterForm
from ledger.portfolios.models import Holding, Instrument, PriceQuote, Trade
from ledger.portfolios.services import TradeError
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio(user, clearing):
    portfolio = services.open_portfolio(user, "Pension")
    transfer(clearing, portfolio.cash_account, "1000", "Start")
    return portfolio


@pytest.fixture
def share():
    return factories.InstrumentFactory(isin="DE0007164600", name="SAP")


def test_open_portfolio(user):
    portfolio = services.open_portfolio(user, "Pension", currency="CHF")
    assert portfolio.cash_account.owner == user
    assert portfolio.cash_account.name == "Pension (cash)"
    assert portfolio.cash_account.currency == "CHF"
    assert str(portfolio) == "Pension"


def test_buy(portfolio, share):
    trade = services.buy(portfolio, share, "10", "12.3456")
    holding = Holding.objects.get()
    assert (holding.quantity, holding.cost) == (10, Decimal("123.46"))
    assert compute_balance(portfolio.cash_account) == Decimal("876.54")
    assert trade.transaction.description == "Purchase of SAP"
    assert str(trade) == "buy 10 DE0007164600"


def test_buy_without_the_money(portfolio, share):
    with pytest.raises(BookingError):
        services.buy(portfolio, share, "1000", "1.01")
    assert not Holding.objects.exists()
    assert not Trade.objects.exists()


def test_sell_with_a_gain(portfolio, share):
    services.buy(portfolio, share, "10", "10")
    trade = services.sell(portfolio, share, "4", "12.50")
    assert trade.gain == Decimal("10.00")
    holding = Holding.objects.get()
    assert (holding.quantity, holding.cost) == (6, Decimal("60.00"))
    assert compute_balance(portfolio.cash_account) == 950


def test_sell_everything(portfolio, share):
    services.buy(portfolio, share, "3", "10")
    services.sell(portfolio, share, "3", "9")
    assert Holding.objects.get().cost == 0
    assert not Holding.objects.live().exists()
    assert Trade.objects.latest().gain == -3


def test_average_cost(portfolio, share):
    services.buy(portfolio, share, "1", "10")
    services.buy(portfolio, share, "1", "20")
    assert services.sell(portfolio, share, "1", "20").gain == 5


@pytest.mark.parametrize("quantity", ["1.0001", "5"])
def test_sell_what_is_not_there(portfolio, share, quantity):
    services.buy(portfolio, share, "1", "10")
    with pytest.raises(TradeError, match="not so many pieces of SAP"):
        services.sell(portfolio, share, quantity, "10")


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_quantities_must_be_positive(portfolio, share, quantity):
    for action in (services.buy, services.sell):
        with pytest.raises(TradeError, match="must be positive"):
            action(portfolio, share, quantity, "1")


def test_other_currencies(portfolio):
    apple = factories.InstrumentFactory(currency="USD", name="Apple")
    with pytest.raises(TradeError, match="Apple trades in another currency."):
        services.buy(portfolio, apple, "1", "1")


def test_latest_price(share):
    for days, price in ((3, "1"), (1, "3"), (2, "2")):
        services.record_price(share, price, factories.days_ago(days))
    assert share.latest_price().price == 3
    assert share.latest_price(until=factories.days_ago(1.5)).price == 2
    with pytest.raises(PriceQuote.DoesNotExist):
        share.latest_price(until=factories.days_ago(9))


def test_a_price_is_kept_once_per_moment(share):
    moment = timezone.now()
    services.record_price(share, "1", moment)
    services.record_price(share, "1.5", moment)
    assert [quote.price for quote in share.quotes.all()] == [Decimal("1.5")]


def test_valuation(portfolio, share):
    unpriced = factories.InstrumentFactory()
    services.buy(portfolio, share, "10", "10")
    services.buy(portfolio, unpriced, "1", "50")
    services.record_price(share, "11.11")
    valuation = services.value_portfolio(portfolio)
    position, = valuation.positions
    assert (position.value, position.gain) == (Decimal("111.10"), Decimal("11.10"))
    assert valuation.total == Decimal("961.10")
    assert valuation.missing == [unpriced]
    assert tasks.portfolios_without_prices.delay().get() == [portfolio.reference]


def test_valuation_of_the_past(portfolio, share):
    services.buy(portfolio, share, "10", "10")
    services.record_price(share, "5", factories.days_ago(10))
    services.record_price(share, "7", factories.days_ago(1))
    past = services.value_portfolio(portfolio, as_of=factories.days_ago(5))
    assert past.positions[0].price == 5
    assert past.cash == 0


def test_allocation(portfolio, share):
    other = factories.InstrumentFactory()
    for instrument, quantity in ((share, "3"), (other, "1")):
        services.buy(portfolio, instrument, quantity, "10")
        services.record_price(instrument, "10")
    shares = dict(services.allocation(services.value_portfolio(portfolio)))
    assert shares == {share: Decimal("75.00"), other: Decimal("25.00")}


def test_allocation_of_nothing(portfolio):
    assert services.allocation(services.value_portfolio(portfolio)) == []


def test_tags_are_normalised(share):
    share.tags = ["Tech", " dax", "tech", ""]
    share.save()
    share.refresh_from_db()
    assert share.tags == ["dax", "tech"]
    assert Instrument._meta.get_field("tags").to_python("b, A") == ["a", "b"]


def test_new_instruments_have_no_tags():
    assert Instrument.objects.create(isin="X", name="x").tags == []


def test_rating_is_open_at_first(portfolio, share):
    rated = factories.InstrumentFactory(sustainable=False)
    share.full_clean()
    for instrument in (share, rated):
        services.buy(portfolio, instrument, "1", "1")
    assert [h.instrument for h in Holding.objects.rated()] == [rated]
    assert [h.instrument for h in Holding.objects.unrated()] == [share]


class SignalTests(TestCase):
    def setUp(self):
        self.heard = mock.Mock()

    def test_only_changes_are_told(self):
        share = factories.InstrumentFactory()
        signals.price_changed.connect(self.heard)
        self.addCleanup(signals.price_changed.disconnect, self.heard)
        for days, price in ((4, "1"), (3, "1"), (2, "2")):
            services.record_price(share, price, factories.days_ago(days))
        self.assertEqual([call[1]["price"] for call in self.heard.call_args_list], [1, 2])

    def test_trades_are_told(self):
        user = factories.UserFactory()
        portfolio = services.open_portfolio(user, "x")
        transfer(ensure_clearing_account("EUR"), portfolio.cash_account, "10", "x")
        signals.trade_executed.connect(self.heard)
        self.addCleanup(signals.trade_executed.disconnect, self.heard)
        trade = services.buy(portfolio, factories.InstrumentFactory(), "1", "1", user=user)
        self.heard.assert_called_once_with(signal=signals.trade_executed, sender=Trade, trade=trade, user=user)


class FilterFormTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.share = factories.InstrumentFactory(name="a", sustainable=True)
        cls.fund = factories.InstrumentFactory(name="b", kind=Instrument.FUND)

    def filtered(self, **data):
        form = InstrumentFilterForm(data)
        self.assertTrue(form.is_valid(), form.errors)
        return list(form.apply(Instrument.objects.all()))

    def test_all(self):
        self.assertEqual(self.filtered(), [self.share, self.fund])

    def test_kinds(self):
        self.assertEqual(self.filtered(kinds=["fund"]), [self.fund])

    def test_unrated_is_not_unsustainable(self):
        self.assertEqual(self.filtered(sustainable="true"), [self.share])
        self.assertEqual(self.filtered(sustainable="false"), [])

    def test_list(self):
        self.assertEqual(self.filtered(instruments=[self.fund.pk]), [self.fund])
        self.assertIn("instruments", InstrumentFilterForm({"instruments": ["999999"]}).errors)


def test_load_prices(share, tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("isin,price\nDE0007164600, 99.5\nXX,1\n", encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    call_command("load_prices", str(path), stdout=out, stderr=err)
    assert share.latest_price().price == Decimal("99.5")
    assert out.getvalue() == "1 item done\n"
    assert err.getvalue() == "Unknown instrument XX\n"


@pytest.mark.parametrize("text", [None, "a,b\n1,2\n"])
def test_load_prices_from_something_else(tmp_path, text):
    path = tmp_path / "prices.csv"
    if text:
        path.write_text(text)
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("load_prices", str(path))


def test_list_page(web, portfolio, share):
    assert "<h1>1 portfolio</h1>" in web.get("/portfolios/").content.decode()
    services.buy(portfolio, share, "1", "100")
    html = web.get("/portfolios/").content.decode()
    assert "€ 900.00 *" in html


def test_detail_page(web, portfolio, share):
    services.buy(portfolio, share, "2", "100")
    services.record_price(share, "110")
    html = web.get("/portfolios/%s/" % portfolio.reference).content.decode()
    assert '<p class="total">€ 1,020.00</p>' in html
    assert "+ 20.00" in html
    assert '<p class="in">buy 2.0000 DE0007164600</p>' in html
    assert '{% ifequal side "buy" %}' in html


def test_detail_for_scripts(web, portfolio):
    url = "/portfolios/%s/" % portfolio.reference
    expected = {"total": "1000.00", "missing": []}
    assert web.get(url, HTTP_X_REQUESTED_WITH="XMLHttpRequest").json() == expected
    assert web.get(url, {"format": "json"}).json() == expected


def test_portfolios_of_others(web):
    other = services.open_portfolio(factories.UserFactory(), "x")
    assert web.get("/portfolios/%s/" % other.reference).status_code == 404


def test_trade_page(web, portfolio, share):
    url = "/portfolios/%s/trade/" % portfolio.reference
    data = {"instrument": share.isin, "direction": "buy", "quantity": "1", "price": "10"}
    assert web.post(url, data).url == "/portfolios/%s/" % portfolio.reference
    assert Holding.objects.get().quantity == 1
    assert web.get(url).status_code == 405


def test_refused_trade(web, portfolio, share):
    data = {"instrument": share.isin, "direction": "sell", "quantity": "1", "price": "10"}
    response = web.post("/portfolios/%s/trade/" % portfolio.reference, data)
    assert response.status_code == 422
    assert "There are not so many pieces of SAP." in response.content.decode()


def test_days_ago_is_aware():
    assert factories.days_ago(1).utcoffset() == datetime.timedelta(0)
