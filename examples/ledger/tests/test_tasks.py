import datetime
import io

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from freezegun import freeze_time

from config.celery import app
from ledger.accounts import services, tasks
from ledger.accounts.models import Account, Entry
from ledger.core import caching

pytestmark = pytest.mark.django_db


def test_tasks_are_found():
    app.loader.import_default_modules()
    names = {name for name in app.tasks if name.startswith("ledger.")}
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= names
    assert "ledger.users.tasks.mail_password_reset" in names


def test_refresh_balances(funded):
    Entry.objects.filter(account=funded).update(amount="7.00")
    assert tasks.refresh_balances.delay().get() == Account.objects.open().count()
    assert caching.remember(("balance", funded.pk), None) == 7


def test_mail_statement(funded, savings):
    services.transfer(funded, savings, "10", "Rent", occurred_on=datetime.date(2020, 2, 29))
    services.transfer(funded, savings, "10", "Later", occurred_on=datetime.date(2020, 3, 1))
    assert tasks.mail_statement.delay(savings.pk, 2020, 2).get() == 1
    message = mail.outbox[0]
    assert message.subject == "[Ledger] Statement of Savings"
    assert "Hello Anna Berg," in message.body
    assert "up to 2020-02-29." in message.body
    assert "https://ledger.example/static/img/logo.svg" in message.body
    name, content, content_type = message.attachments[0]
    assert name == "Statement Savings 2020-02-01–2020-02-29.csv"
    assert "Rent" in content and "Later" not in content
    assert content_type == "text/csv"


def test_our_own_accounts_get_no_mail(clearing):
    assert tasks.mail_statement.delay(clearing.pk, 2020, 2).get() == 0


def test_fee_once_a_month(funded):
    fees = Account.objects.create(name="Fees", kind=Account.INCOME)
    with freeze_time("2030-01-15"):
        references = {tasks.charge_fee.delay(funded.pk, "2.50", fees.pk).get() for _ in range(2)}
    with freeze_time("2030-02-01"):
        references.add(tasks.charge_fee.delay(funded.pk, "2.50", fees.pk).get())
    assert len(references) == 2
    assert services.compute_balance(fees) == 5


def test_mail_statements_command(account, savings, clearing):
    services.close_account(savings)
    out = io.StringIO()
    with freeze_time("2020-03-05"):
        call_command("mail_statements", stdout=out)
    call_command("mail_statements", month="2019-07", stdout=out)
    assert out.getvalue() == "1 item done\n1 item done\n"
    assert ["up to 2020-02-29." in m.body or "up to 2019-07-31." in m.body for m in mail.outbox] == [True, True]
    with pytest.raises(CommandError, match="YYYY-MM"):
        call_command("mail_statements", month="July")


def test_check_balances(funded):
    out = io.StringIO()
    call_command("check_balances", stdout=out)
    assert out.getvalue() == "The books balance.\n"
    Entry.objects.filter(account=funded).delete()
    with pytest.raises(CommandError, match="The books do not balance: € 1,000.00"):
        call_command("check_balances")
