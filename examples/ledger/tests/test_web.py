import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from ledger.accounts import exports, services
from ledger.accounts.forms import PeriodForm, TransferForm
from ledger.accounts.models import Transaction
from ledger.core.references import check_digits
from ledger.users.services import send_code
from tests import factories

pytestmark = pytest.mark.django_db

SCRIPT = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}


def test_strangers_are_sent_to_the_login(client):
    for path in ("/", "/transfer/", "/portfolios/", "/bank/connections/", "/users/profile/"):
        assert client.get(path).url == "/users/login/?next=%s" % path


def test_dashboard(web, funded, savings):
    services.close_account(savings)
    html = web.get("/").content.decode()
    assert "€ 1,000.00" in html
    assert '<tr class="closed">' in html
    assert html.index("Current account") < html.index("Savings")


def test_dashboard_of_a_new_customer(web):
    assert "You have no accounts yet." in web.get("/").content.decode()


def test_dashboard_for_scripts(web, funded):
    response = web.get("/", **SCRIPT)
    assert response.json() == {funded.number: "1000.00"}
    assert response["Content-Type"] == "application/json"


def test_negative_balances_stand_out(web, account, clearing):
    account.overdraft_allowed, account.overdraft_limit = True, 100
    account.save()
    services.transfer(account, clearing, "20", "x")
    assert 'class="amount negative"' in web.get("/").content.decode()


def test_every_page_has_logo_and_initials(web):
    html = web.get("/").content.decode()
    assert '<img src="/static/img/logo.svg" alt="Ledger">' in html
    assert '<link rel="stylesheet" href="/static/css/site.css">' in html
    assert 'class="initials">AB</a>' in html
    assert "Back office" not in html


def test_staff_see_the_way_to_the_back_office(back_office):
    assert '<a href="/admin/">Back office</a>' in back_office.get("/").content.decode()


def test_responses_have_a_request_id(web):
    assert web.get("/", HTTP_X_REQUEST_ID="from-the-proxy")["X-Request-ID"] == "from-the-proxy"


def test_account_page(web, funded):
    html = web.get(funded.get_absolute_url()).content.decode()
    assert '<h2>%s</h2>' % funded.number in html
    assert "1 booking<" in html
    assert '<td class="credit">+ 1000.00</td>' in html
    assert "Since " in html


@pytest.mark.parametrize(
    "allowed, text", [(True, "Overdraft up to € 50.00"), (None, "Ask us for an overdraft."), (False, "")]
)
def test_account_page_on_overdrafts(web, account, allowed, text):
    account.overdraft_allowed, account.overdraft_limit = allowed, 50
    account.save()
    html = " ".join(web.get(account.get_absolute_url()).content.decode().split())
    assert text in html
    assert ("verdraft" in html) is bool(text)


def test_accounts_of_others_do_not_exist(web):
    other = factories.AccountFactory()
    response = web.get(other.get_absolute_url())
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def book_many(funded, savings, number):
    for index in range(number):
        services.transfer(funded, savings, "1", "No. %d" % index)


def test_entries_have_pages(web, funded, savings):
    book_many(funded, savings, 30)
    html = web.get(savings.get_absolute_url()).content.decode()
    assert "<b>1</b>" in html and 'href="?page=2"' in html
    assert "No. 29" in html and "No. 9<" not in html
    assert "30 bookings" in html


def test_entries_as_a_fragment(web, funded, savings):
    book_many(funded, savings, 30)
    html = web.get(savings.get_absolute_url(), {"page": 2}, **SCRIPT).content.decode()
    assert "<html" not in html
    assert "No. 9<" in html and "<b>2</b>" in html
    assert "<html" in web.get(savings.get_absolute_url(), {"page": 2}).content.decode()


def test_one_page_needs_no_links(web, funded):
    assert "data-fragment" not in web.get(funded.get_absolute_url()).content.decode()


def test_reversals_are_marked(web, funded, savings):
    services.reverse_transaction(services.transfer(funded, savings, "7", "x"))
    html = web.get(savings.get_absolute_url()).content.decode()
    assert html.count("(reversal)") == 1
    assert '<td class="debit">- 7.00</td>' in html


def transfer_data(source_account, target_account, **changes):
    data = {"source": source_account.pk, "target": target_account.number, "amount": "100", "description": "Rent"}
    data.update(changes)
    return data


def test_transfer_page(web, funded, savings):
    response = web.post("/transfer/", transfer_data(funded, savings), follow=True)
    booked = Transaction.objects.get(description="Rent")
    assert response.redirect_chain == [(funded.get_absolute_url(), 302)]
    assert '<p class="success">Your transfer %s is done.</p>' % booked.reference in response.content.decode()
    assert booked.posted_by == funded.owner


def test_transfer_without_cover(web, funded, savings):
    response = web.post("/transfer/", transfer_data(funded, savings, amount="1000.01"))
    assert response.status_code == 422
    assert "There is not enough money on account" in response.content.decode()


def test_scripts_get_the_errors_as_a_page(web, funded, savings):
    response = web.post("/transfer/", transfer_data(funded, savings, amount=""), **SCRIPT)
    assert response.status_code == 200
    assert "This field is required." in response.content.decode()


@pytest.mark.parametrize(
    "field, value, error",
    [
        ("target", "LG00000000000001", "This is no account number of ours."),
        ("target", "LG%s999999999999" % check_digits("9" * 12), "There is no open account with this number."),
        ("amount", "-1", "The amount must be positive."),
        ("amount", "lots", "Not an amount: 'lots'"),
        ("source", "0", "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_transfer_form_errors(user, funded, savings, field, value, error):
    form = TransferForm(user, transfer_data(funded, savings, **{field: value}))
    assert form.errors[field] == [error]


def test_transfer_form_offers_own_open_accounts(user, funded, savings):
    factories.AccountFactory()
    services.close_account(savings)
    choices = [label for value, label in TransferForm(user).fields["source"].choices if value]
    assert choices == ["Current account (%s)" % funded.number[-4:]]


def test_account_numbers_may_be_typed_with_spaces(user, funded, savings):
    number = savings.number.lower()
    form = TransferForm(user, transfer_data(funded, savings, target=number[:4] + " " + number[4:]))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["target"] == savings


def test_large_transfers_need_a_code(user, funded, savings, clearing):
    services.transfer(clearing, funded, "9000", "x")
    data = transfer_data(funded, savings, amount="5,000.01")
    form = TransferForm(user, data)
    assert form.errors["code"] == ["Transfers over € 5,000.00 need a code."]
    form = TransferForm(user, dict(data, code=send_code(user, "transfer").code))
    assert form.is_valid(), form.errors
    assert form.book() is not None


def test_period_form(user, account):
    other = factories.AccountFactory()
    data = {"start": "2019-02-01", "end": "2019-01-01"}
    assert PeriodForm(user, data).non_field_errors() == ["The period ends before it starts."]
    data = {"start": "2019-01-01", "end": "2019-01-01", "accounts": [account.pk]}
    assert PeriodForm(user, data).is_valid()
    assert "accounts" in PeriodForm(user, dict(data, accounts=[other.pk])).errors
    assert PeriodForm(user, dict(data, accounts=str(account.pk))).errors["accounts"] == ["Pick accounts from the list."]


@pytest.fixture
def march(funded, savings):
    for day, amount, text in ((1, "10", "=1+1"), (31, "20", "Ende & Anfang")):
        services.transfer(funded, savings, amount, text, occurred_on=datetime.date(2019, 3, day))
    return datetime.date(2019, 3, 1), datetime.date(2019, 3, 31)


def test_statement_csv(savings, march):
    rows = [line.split(";") for line in exports.statement_csv(savings, *march).splitlines()]
    assert rows[0] == ["Date", "Reference", "Description", "Amount", "Balance"]
    assert rows[1] == ["2019-03-01", "", "Opening balance", "", "0.00"]
    assert rows[2][2:] == ["'=1+1", "10.00", "10.00"]
    assert rows[3][0] == "2019-03-31" and rows[3][4] == "30.00"


def test_statement_download(web, savings, march):
    url = "/accounts/%s/statement.csv" % savings.number
    response = web.get(url, {"start": "2019-03-01", "end": "2019-03-31"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        "attachment; filename*=UTF-8''Statement%20Savings%202019-03-01%E2%80%932019-03-31.csv"
    )
    assert "Ende & Anfang" in response.content.decode("utf-8")


def test_printable_statement(web, savings, march):
    url = "/accounts/%s/statement.html" % savings.number
    html = web.get(url, {"start": "2019-03-01", "end": "2019-03-31"}).content.decode()
    assert "Ende &amp; Anfang" in html
    assert '<link rel="stylesheet" href="/static/css/site.css">' in html
    assert '<tr class="credit">' in html
    assert "<p>2 bookings</p>" in html
    assert "€ 30.00" in html


def test_the_printable_statement_of_no_bookings(web, savings):
    html = web.get("/accounts/%s/statement.html" % savings.number).content.decode()
    assert "<p>0 bookings</p>" in html


@pytest.mark.parametrize("query", [{"start": "soon"}, {"start": "2019-02-01", "end": "2019-01-01"}])
def test_statement_of_no_period(web, savings, query):
    assert web.get("/accounts/%s/statement.csv" % savings.number, query).status_code == 400


def test_statement_of_others(web):
    other = factories.AccountFactory()
    assert web.get("/accounts/%s/statement.csv" % other.number).status_code == 404


def test_trial_balance_page(back_office, funded):
    html = back_office.get("/trial-balance/").content.decode()
    assert '<li class="right">€ 0.00</li>' in html
    funded.entries.all().delete()
    assert '<li class="wrong">€ 1,000.00</li>' in back_office.get("/trial-balance/").content.decode()


def test_trial_balance_is_not_for_customers(web):
    assert web.get("/trial-balance/").status_code == 403


def test_periods_default_to_the_last_month(web, funded):
    response = web.get("/accounts/%s/statement.csv" % funded.number)
    assert timezone.localdate().isoformat() in response.content.decode()
    assert Decimal(response.content.decode().strip().split(";")[-1]) == 1000
