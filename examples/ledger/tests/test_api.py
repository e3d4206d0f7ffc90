import datetime
from decimal import Decimal

import pytest
from django.utils.http import urlquote
from freezegun import freeze_time

from ledger.accounts import services
from ledger.accounts.models import Account, Transaction
from ledger.audit.services import record
from ledger.portfolios.models import Portfolio
from ledger.portfolios.services import record_price
from tests import factories

pytestmark = pytest.mark.django_db


class TestLogin:
    def token(self, client, password="correct horse"):
        return client.post("/api/v1/token/", {"username": "Anna@ledger.example", "password": password})

    def test_login_and_use(self, client, user):
        access = self.token(client).json()["access"]
        response = client.get("/api/v1/me/", HTTP_AUTHORIZATION="Bearer " + access)
        assert response.json()["email"] == user.email

    def test_wrong_password(self, client, user):
        assert self.token(client, "x").status_code == 401

    def test_refresh(self, client, user):
        refresh = self.token(client).json()["refresh"]
        response = client.post("/api/v1/token/refresh/", {"refresh": refresh})
        assert response.status_code == 200
        assert set(response.json()) == {"access"}

    def test_access_tokens_expire(self, client, user):
        with freeze_time("2030-01-01 12:00"):
            access = self.token(client).json()["access"]
        with freeze_time("2030-01-01 12:16"):
            assert client.get("/api/v1/me/", HTTP_AUTHORIZATION="Bearer " + access).status_code == 401

    def test_without_a_token(self, client):
        assert client.get("/api/v1/accounts/").status_code == 401


class TestMe:
    def test_answers_are_never_stored(self, api):
        assert "no-cache" in api.get("/api/v1/me/")["Cache-Control"]

    def test_undecided_is_null(self, api):
        assert api.get("/api/v1/me/").json()["marketing_opt_in"] is None

    @pytest.mark.parametrize("answer", [True, False, None])
    def test_deciding(self, api, user, answer):
        assert api.patch("/api/v1/me/", {"marketing_opt_in": answer}).status_code == 200
        user.refresh_from_db()
        assert user.marketing_opt_in is answer

    def test_the_address_is_fixed(self, api, user):
        api.patch("/api/v1/me/", {"email": "new@ledger.example", "phone": "123"})
        user.refresh_from_db()
        assert (user.email, user.phone) == ("anna@ledger.example", "123")

    def test_unknown_language(self, api):
        assert api.patch("/api/v1/me/", {"language": "tlh"}).status_code == 400


class TestAccounts:
    def test_only_own(self, api, funded):
        factories.AccountFactory()
        data = api.get("/api/v1/accounts/").json()
        assert (data["count"], data["pages"]) == (1, 1)
        assert data["results"][0]["number"] == funded.number
        assert data["results"][0]["balance"] == "1000.00"
        assert data["results"][0]["overdraft_allowed"] is None

    def test_filters(self, api, funded, savings, user):
        factories.AccountFactory(owner=user, currency="USD")
        services.close_account(savings)
        for query, count in (("open=true", 2), ("open=false", 1), ("currency=USD", 1), ("kind=asset", 0)):
            assert api.get("/api/v1/accounts/?" + query).json()["count"] == count, query

    def test_create(self, api, user):
        response = api.post("/api/v1/accounts/", {"name": "Holidays", "currency": "CHF", "metadata": {"goal": 5}})
        assert response.status_code == 201
        account = Account.objects.get(number=response.json()["number"])
        assert (account.owner, account.kind, account.metadata) == (user, Account.LIABILITY, {"goal": 5})

    def test_create_in_another_currency(self, api):
        response = api.post("/api/v1/accounts/", {"name": "Gold", "currency": "XAU"})
        assert response.json() == {"currency": ["We do not keep accounts in this currency."]}

    def test_the_overdraft_is_not_for_customers(self, api, account):
        api.patch("/api/v1/accounts/%s/" % account.number, {"name": "New", "overdraft_allowed": True})
        account.refresh_from_db()
        assert (account.name, account.overdraft_allowed) == ("New", None)

    def test_close(self, api, savings):
        assert api.post("/api/v1/accounts/%s/close/" % savings.number).json()["is_open"] is False

    def test_close_with_money(self, api, funded):
        response = api.post("/api/v1/accounts/%s/close/" % funded.number)
        assert response.status_code == 409
        assert response.json() == {"detail": "The balance must be zero, it is 1000.00.", "code": "refused"}

    def test_statement(self, api, funded, savings):
        services.transfer(funded, savings, "10", "Rent", occurred_on=datetime.date(2019, 3, 5))
        url = "/api/v1/accounts/%s/statement/" % savings.number
        data = api.get(url, {"start": "2019-03-01", "end": "2019-03-31"}).json()
        assert (data["opening"], data["digits"]) == ("0.00", 2)
        assert [(row["description"], row["change"], row["balance"]) for row in data["movements"]] == [
            ("Rent", "10.00", "10.00")
        ]
        assert api.get(url, {"start": "2019-03-01"}).json() == {"end": ["This field is required."]}


class TestTransactions:
    def post(self, api, source, target, amount="10", **more):
        data = dict({"source": source.number, "target": target.number, "amount": amount}, **more)
        return api.post("/api/v1/transactions/", data)

    def test_transfer(self, api, funded, savings):
        response = self.post(api, funded, savings, "12.5", description="Lunch")
        assert response.status_code == 201
        assert [(e["account"], e["side"], e["amount"]) for e in response.json()["entries"]] == [
            (funded.number, "D", "12.50"),
            (savings.number, "C", "12.50"),
        ]

    def test_transfer_to_somebody_else(self, api, funded):
        other = factories.AccountFactory()
        assert self.post(api, funded, other).status_code == 201
        assert services.compute_balance(other) == 10

    def test_not_from_somebody_else(self, api, funded, clearing):
        other = factories.AccountFactory()
        services.transfer(clearing, other, "50", "x")
        assert self.post(api, other, funded).json() == {"source": ["This is not your account."]}

    @pytest.mark.parametrize("amount, status", [("x", 400), ("0", 409), ("-1", 409), ("1000.01", 409)])
    def test_refused(self, api, funded, savings, amount, status):
        assert self.post(api, funded, savings, amount).status_code == status

    def test_idempotency(self, api, funded, savings):
        answers = [self.post(api, funded, savings, idempotency_key="tap").json() for _ in range(2)]
        assert answers[0]["reference"] == answers[1]["reference"]
        assert services.compute_balance(savings) == 10

    def test_list_and_filters(self, api, funded, savings):
        services.transfer(funded, savings, "1", "Coffee", occurred_on=datetime.date(2019, 1, 5))
        services.transfer(funded, savings, "1", "Tea & cake", occurred_on=datetime.date(2019, 2, 5))
        queries = {
            "": 3,
            "account=" + savings.number: 2,
            "until=2019-01-31": 1,
            "since=2019-02-01&until=2019-02-28": 1,
            "text=" + urlquote("tea & c"): 1,
        }
        for query, count in queries.items():
            assert api.get("/api/v1/transactions/?" + query).json()["count"] == count, query

    def test_pages(self, api, funded, savings):
        for index in range(3):
            services.transfer(funded, savings, "1", str(index))
        data = api.get("/api/v1/transactions/?per_page=2&page=2&account=" + savings.number).json()
        assert (data["count"], data["pages"], len(data["results"])) == (3, 2, 1)

    def test_transactions_of_others(self, api, clearing):
        booked = services.transfer(clearing, factories.AccountFactory(), "1", "x")
        assert api.get("/api/v1/transactions/%s/" % booked.reference).status_code == 404


class TestBackOffice:
    def test_not_for_customers(self, api):
        response = api.get("/api/v1/back-office/events/")
        assert response.status_code == 403
        assert response.json()["detail"] == "Only for the back office."

    def test_reverse(self, staff_api, staff, funded, savings):
        booked = services.transfer(funded, savings, "10", "x")
        url = "/api/v1/back-office/transactions/%s/reverse/" % booked.reference
        response = staff_api.post(url, {"reason": "fraud"})
        assert response.status_code == 201
        assert Transaction.objects.get(reference=response.json()["reference"]).posted_by == staff
        assert services.compute_balance(savings) == 0
        assert staff_api.post(url).status_code == 409

    def test_events(self, staff_api, staff, user):
        record("user.invited", user, actor=staff, channel="mail")
        data = staff_api.get("/api/v1/back-office/events/?action__startswith=user.").json()
        assert [(e["actor"], e["object_id"], e["details"]) for e in data["results"]] == [
            (staff.email, str(user.pk), {"channel": "mail"})
        ]


class TestPortfolios:
    @pytest.fixture
    def portfolio(self, api, clearing):
        response = api.post("/api/v1/portfolios/", {"name": "Pension"})
        assert response.status_code == 201
        portfolio = Portfolio.objects.get(reference=response.json()["reference"])
        services.transfer(clearing, portfolio.cash_account, "500", "x")
        return portfolio

    def test_trade_and_value(self, api, portfolio):
        share = factories.InstrumentFactory()
        record_price(share, "11")
        url = "/api/v1/portfolios/%s/" % portfolio.reference
        data = {"instrument": share.isin, "direction": "buy", "quantity": "10", "price": "10"}
        assert api.post(url + "trades/", data).status_code == 201
        valuation = api.get(url + "valuation/").json()
        assert (valuation["cash"], valuation["total"], valuation["note"]) == ("400.00", "510.00", "")
        assert [(p["isin"], p["gain"]) for p in valuation["positions"]] == [(share.isin, "10.00")]
        assert api.get(url + "trades/").json()["results"][0]["quantity"] == "10.0000"

    def test_missing_prices_are_noted(self, api, portfolio):
        data = {"instrument": factories.InstrumentFactory().isin, "direction": "buy", "quantity": "1", "price": "1"}
        url = "/api/v1/portfolios/%s/" % portfolio.reference
        api.post(url + "trades/", data)
        assert api.get(url + "valuation/").json()["note"] == "Some prices are missing."

    def test_refused_trade(self, api, portfolio):
        data = {"instrument": factories.InstrumentFactory().isin, "direction": "sell", "quantity": "1", "price": "1"}
        response = api.post("/api/v1/portfolios/%s/trades/" % portfolio.reference, data)
        assert (response.status_code, response.json()["code"]) == (409, "refused")

    def test_portfolios_of_others(self, api):
        assert api.get("/api/v1/portfolios/").json()["count"] == 0

    def test_instruments(self, api):
        factories.InstrumentFactory(isin="DE1", tags=["b", "A"], sustainable=True)
        factories.InstrumentFactory(isin="DE2", kind="fund")
        assert api.get("/api/v1/instruments/DE1/").json()["tags"] == ["a", "b"]
        assert api.get("/api/v1/instruments/DE2/").json()["sustainable"] is None
        assert api.get("/api/v1/instruments/?kind=fund").json()["count"] == 1


def test_amounts_are_strings(api, funded):
    assert Decimal(api.get("/api/v1/accounts/%s/" % funded.number).json()["balance"]) == 1000
