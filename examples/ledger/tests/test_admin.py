import pytest
from django.contrib import admin
from django.contrib.admin import ACTION_CHECKBOX_NAME
from django.test import RequestFactory

from ledger.accounts import services
from ledger.accounts.admin import OwnAccountInline
from ledger.accounts.models import Account, Transaction
from ledger.audit.services import record
from ledger.banking.admin import StatementLineInline
from ledger.banking.models import Statement, StatementLine, WebhookDelivery
from ledger.portfolios.services import open_portfolio
from ledger.users.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def run_action(client, model, action, objects):
    url = "/admin/%s/%s/" % (model._meta.app_label, model._meta.model_name)
    data = {"action": action, ACTION_CHECKBOX_NAME: [obj.pk for obj in objects]}
    return client.post(url, data, follow=True).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "accounts/account/",
        "accounts/account/add/",
        "accounts/transaction/",
        "audit/event/",
        "banking/bankconnection/",
        "banking/statement/",
        "banking/webhookdelivery/",
        "portfolios/instrument/",
        "portfolios/instrument/add/",
        "portfolios/portfolio/",
        "portfolios/trade/",
        "users/user/",
        "users/user/add/",
    ],
)
def test_pages_open(back_office, path):
    response = back_office.get("/admin/" + path)
    assert response.status_code == 200
    assert "Ledger back office" in response.content.decode()


def test_customers_stay_outside(web):
    assert web.get("/admin/").url == "/admin/login/?next=/admin/"


def test_our_styles(back_office):
    assert 'href="/static/css/admin.css"' in back_office.get("/admin/").content.decode()


def test_link_to_the_trial_balance(back_office):
    html = back_office.get("/admin/accounts/account/").content.decode()
    assert '<a href="/trial-balance/"><img src="/static/admin/img/icon-viewlink.svg" alt="">' in html


def test_undecided_overdrafts_have_an_icon(back_office):
    factories.AccountFactory(name="undecided")
    html = back_office.get("/admin/accounts/account/", {"q": "undecided"}).content.decode()
    assert '<td class="field-overdraft"><img src="/static/admin/img/icon-unknown.svg" alt="None"></td>' in html


@pytest.mark.parametrize("answer, stored", [("unknown", None), ("true", True), ("false", False)])
def test_overdraft_can_be_decided(back_office, account, answer, stored):
    data = {
        "number": account.number,
        "name": account.name,
        "owner": account.owner_id,
        "kind": account.kind,
        "currency": "EUR",
        "overdraft_allowed": answer,
        "overdraft_limit": "10.00",
        "metadata": "{}",
    }
    response = back_office.post("/admin/accounts/account/%d/change/" % account.pk, data)
    assert response.status_code == 302, response.context["errors"]
    account.refresh_from_db()
    assert account.overdraft_allowed is stored


def test_close_action(back_office, funded, savings):
    html = run_action(back_office, Account, "close", [funded, savings])
    assert "1 of 2 account closed." in html
    assert "%s: The balance must be zero, it is 1000.00." % funded.number in html
    assert list(Account.objects.closed()) == [savings]


def test_reverse_action(back_office, staff, funded, savings):
    booked = services.transfer(funded, savings, "10", "x")
    run_action(back_office, Transaction, "reverse", [booked])
    assert booked.reversed_by.posted_by == staff
    assert "is reversed already" in run_action(back_office, Transaction, "reverse", [booked])


def test_transactions_can_be_seen_not_changed(back_office, funded):
    booked = Transaction.objects.get()
    url = "/admin/accounts/transaction/%d/" % booked.pk
    html = back_office.get(url + "change/").content.decode()
    assert "1000.00" in html
    assert 'name="entries-0-amount"' not in html
    assert back_office.post(url + "change/", {"description": "y"}).status_code == 403
    assert back_office.post(url + "delete/").status_code == 403
    assert back_office.get("/admin/accounts/transaction/add/").status_code == 403


def test_events_can_be_seen_not_changed(back_office):
    event = record("x")
    assert back_office.get("/admin/audit/event/%d/change/" % event.pk).status_code == 200
    assert back_office.post("/admin/audit/event/%d/delete/" % event.pk).status_code == 403


def test_user_page(back_office, user):
    from ledger.users.services import send_code

    code = send_code(user, "transfer")
    html = back_office.get("/admin/users/user/%d/change/" % user.pk).content.decode()
    assert "Customer" in html
    assert code.purpose in html
    assert code.code not in html
    assert 'name="codes-0-id"' in html
    assert "Add another One-Time Code" not in html


def test_password_of_a_new_user(back_office):
    data = {
        "username": "new",
        "email": "new@ledger.example",
        "language": "en",
        "password1": "Tr0ub4dor&3x",
        "password2": "Tr0ub4dor&3x",
        "codes-TOTAL_FORMS": "0",
        "codes-INITIAL_FORMS": "0",
    }
    response = back_office.post("/admin/users/user/add/", data)
    assert response.status_code == 302, response.context["errors"]
    assert User.objects.get(username="new").check_password("Tr0ub4dor&3x")


def test_portfolio_page(back_office, user):
    portfolio = open_portfolio(user, "Pension")
    assert back_office.get("/admin/portfolios/portfolio/%d/change/" % portfolio.pk).status_code == 200


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.parametrize("superuser, forms", [(True, 1), (False, 0)])
def test_only_superusers_type_prices(client, superuser, forms):
    person = factories.UserFactory(is_staff=True, is_superuser=superuser)
    if not superuser:
        from django.contrib.auth.models import Permission

        permissions = Permission.objects.filter(content_type__app_label="portfolios")
        person.user_permissions.set(permissions)
    client.force_login(person, backend="ledger.users.backends.EmailBackend")
    share = factories.InstrumentFactory()
    html = client.get("/admin/portfolios/instrument/%d/change/" % share.pk).content.decode()
    assert ('name="quotes-0-price"' in html) is bool(forms)


def test_who_may_open_accounts_on_the_page_of_a_user(staff, user):
    # Registered by the branch edition only, so there is no page to look at.
    site = admin.AdminSite()

    class BranchUserAdmin(admin.ModelAdmin):
        inlines = [OwnAccountInline]

    page = BranchUserAdmin(User, site)
    assert [type(inline) for inline in page.get_inline_instances(request_of(staff), user)] == [OwnAccountInline]
    assert page.get_inline_instances(request_of(user), user) == []


@pytest.mark.parametrize("permitted", [True, False])
def test_who_may_correct_statements(permitted, rf, staff):
    request = rf.get("/")
    request.user = staff if permitted else factories.UserFactory(is_staff=True)
    connection = factories.ConnectionFactory()
    statement = Statement.objects.create(connection=connection, source="x", checksum="x", problems=["<bad>"])
    page = admin.site._registry[Statement]
    found = [inline for inline in page.get_inline_instances(request, statement) if inline.max_num != 0]
    assert [type(inline) for inline in found] == ([StatementLineInline] if permitted else [])


def test_statement_page_shows_the_problems(back_office):
    connection = factories.ConnectionFactory()
    statement = Statement.objects.create(connection=connection, source="x", checksum="x", problems=["<bad>"])
    StatementLine.objects.create(
        statement=statement, external_id="N1", booked_at=factories.days_ago(1), amount="1", currency="EUR"
    )
    html = back_office.get("/admin/banking/statement/%d/change/" % statement.pk).content.decode()
    assert "<p>&lt;bad&gt;</p>" in html
    assert "N1" in html


def test_process_again(back_office):
    delivery = WebhookDelivery.objects.create(event_id="E1", kind="consent.expired", payload={})
    run_action(back_office, WebhookDelivery, "process_again", [delivery])
    delivery.refresh_from_db()
    assert delivery.processed_at is not None
