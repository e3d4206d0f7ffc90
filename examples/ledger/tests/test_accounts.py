import datetime
from decimal import Decimal
from unittest import mock

import pytest
from django.core import exceptions
from django.db.models import ProtectedError
from django.test import TestCase
from django.utils import timezone
from freezegun import freeze_time

from ledger.accounts import services, signals
from ledger.accounts.models import Account, Entry, Transaction
from ledger.accounts.services import BookingError, credit, debit
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_transfer_moves_money(funded, savings):
    services.transfer(funded, savings, "250.50", "Rainy day")
    assert services.compute_balance(funded) == Decimal("749.50")
    assert services.compute_balance(savings) == Decimal("250.50")


def test_money_from_outside_raises_both_sides(funded, clearing):
    assert services.compute_balance(clearing) == services.compute_balance(funded) == Decimal("1000.00")


def test_entries_of_a_transfer(funded, savings):
    booked = services.transfer(funded, savings, "10", "x")
    assert [(e.account, e.side, e.amount) for e in booked.entries.all()] == [
        (funded, Entry.DEBIT, Decimal("10.00")),
        (savings, Entry.CREDIT, Decimal("10.00")),
    ]
    assert [e.change for e in booked.entries.all()] == [Decimal("-10.00"), Decimal("10.00")]


def test_a_split_booking(funded, savings):
    fees = Account.objects.create(name="Fees", kind=Account.INCOME)
    services.post_transaction([debit(funded, "10"), credit(savings, "9"), credit(fees, "1")], "With fee")
    assert [services.compute_balance(a) for a in (funded, savings, fees)] == [990, 9, 1]


@pytest.mark.parametrize("amounts", [("10", "9.99"), ("0.01", "0.02")])
def test_debits_must_equal_credits(funded, savings, amounts):
    with pytest.raises(BookingError, match="differ by"):
        services.post_transaction([debit(funded, amounts[0]), credit(savings, amounts[1])], "x")
    assert Transaction.objects.count() == 1


def test_each_currency_must_balance(funded):
    dollars = factories.AccountFactory(owner=funded.owner, currency="USD")
    with pytest.raises(BookingError, match="in EUR differ by 10.00"):
        services.post_transaction([debit(funded, "10"), credit(dollars, "10")], "x")


@pytest.mark.parametrize("count, text", [(0, "0 lines are"), (1, "One line is")])
def test_too_few_lines(funded, count, text):
    with pytest.raises(BookingError, match=text):
        services.post_transaction([debit(funded, "1")] * count, "x")


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_amounts_must_be_positive(funded, savings, amount):
    with pytest.raises(BookingError, match="must be positive"):
        services.transfer(funded, savings, amount, "x")


def test_no_overdraft_by_default(funded, savings):
    with pytest.raises(BookingError, match="not enough money"):
        services.transfer(funded, savings, "1000.01", "x")
    assert services.compute_balance(funded) == 1000
    assert not Transaction.objects.filter(description="x").exists()


@pytest.mark.parametrize("allowed, works", [(True, True), (False, False), (None, False)])
def test_overdraft_is_a_decision(account, savings, allowed, works):
    account.overdraft_allowed = allowed
    account.overdraft_limit = Decimal("50.00")
    account.save()
    if works:
        services.transfer(account, savings, "50", "x")
        assert services.compute_balance(account) == -50
    else:
        with pytest.raises(BookingError):
            services.transfer(account, savings, "50", "x")


def test_the_undecided_overdraft_is_valid_and_stays_undecided(account):
    account.overdraft_allowed = None
    account.full_clean()
    account.save()
    account.refresh_from_db()
    assert account.overdraft_allowed is None
    assert account.floor == 0


def test_closed_accounts_book_nothing(funded, savings):
    services.close_account(savings)
    with pytest.raises(BookingError, match="is closed"):
        services.transfer(funded, savings, "1", "x")


def test_only_empty_accounts_can_be_closed(funded):
    with pytest.raises(BookingError, match="must be zero, it is 1000.00"):
        services.close_account(funded)
    funded.refresh_from_db()
    assert funded.is_open


def test_same_account_and_other_currency(funded):
    with pytest.raises(BookingError, match="same account"):
        services.transfer(funded, funded, "1", "x")
    with pytest.raises(BookingError, match="different currencies"):
        services.transfer(funded, factories.AccountFactory(currency="USD"), "1", "x")


def test_an_idempotency_key_books_once(funded, savings):
    first = services.transfer(funded, savings, "5", "x", idempotency_key="k1")
    second = services.transfer(funded, savings, "5", "x", idempotency_key="k1")
    assert first == second
    assert services.compute_balance(savings) == 5


def test_a_reversal_is_the_mirror_image(funded, savings):
    booked = services.transfer(funded, savings, "70", "Oops")
    mirror = services.reverse_transaction(booked, reason="typo")
    assert mirror.reverses == booked
    assert mirror.description == "Reversal of %s typo" % booked.reference
    assert services.compute_balance(funded) == 1000
    assert services.compute_balance(savings) == 0
    assert booked.is_reversed and not mirror.is_reversed


def test_reversing_twice_or_a_reversal(funded, savings):
    booked = services.transfer(funded, savings, "70", "Oops")
    mirror = services.reverse_transaction(booked)
    with pytest.raises(BookingError, match="is reversed already"):
        services.reverse_transaction(booked)
    with pytest.raises(BookingError, match="cannot be reversed"):
        services.reverse_transaction(mirror)


def test_a_reversal_may_not_overdraw(funded, savings):
    booked = services.transfer(funded, savings, "70", "Oops")
    services.transfer(savings, funded, "60", "back")
    with pytest.raises(BookingError, match="not enough money"):
        services.reverse_transaction(booked)


def test_entries_are_protected(funded):
    with pytest.raises(ProtectedError):
        funded.delete()


def test_balance_of_a_day(funded, savings):
    services.transfer(funded, savings, "10", "old", occurred_on=datetime.date(2019, 1, 31))
    services.transfer(funded, savings, "20", "new", occurred_on=datetime.date(2019, 2, 1))
    assert services.compute_balance(savings, until=datetime.date(2019, 1, 30)) == 0
    assert services.compute_balance(savings, until=datetime.date(2019, 1, 31)) == 10
    assert services.compute_balance(savings, until=datetime.date(2019, 2, 1)) == 30


def test_movements_have_running_balances(funded, savings):
    for day, amount in ((5, "10"), (3, "20"), (9, "5")):
        services.transfer(funded, savings, amount, "day %d" % day, occurred_on=datetime.date(2019, 2, day))
    opening, rows = services.movements(savings, datetime.date(2019, 2, 4), datetime.date(2019, 2, 28))
    assert opening == 20
    assert [(row.entry.transaction.description, row.change, row.balance) for row in rows] == [
        ("day 5", 10, 30),
        ("day 9", 5, 35),
    ]


def test_the_cached_balance_follows_the_bookings(funded, savings):
    assert services.get_balance(savings) == 0
    services.transfer(funded, savings, "1", "x")
    assert services.get_balance(savings) == 1


def test_the_balance_is_cached(funded, django_assert_num_queries):
    services.get_balance(funded)
    with django_assert_num_queries(0):
        assert services.get_balance(funded) == 1000


def test_last_activity(funded, savings):
    with freeze_time("2030-05-01 12:00:00"):
        services.transfer(funded, savings, "1", "x")
    savings.refresh_from_db()
    assert savings.last_activity_at == timezone.datetime(2030, 5, 1, 12, tzinfo=datetime.timezone.utc)


def test_first_booking(funded, savings):
    assert services.first_booking(savings) is None
    with freeze_time("2030-01-01"):
        first = services.transfer(funded, savings, "1", "first")
    with freeze_time("2030-01-02"):
        services.transfer(funded, savings, "1", "second")
    assert services.first_booking(savings) == first
    assert Transaction.objects.latest().description == "second"


def test_trial_balance_is_zero(funded, savings):
    services.transfer(funded, savings, "33.33", "x")
    assert services.trial_balance()["EUR"] == 0


def test_trial_balance_finds_a_lost_entry(funded, savings):
    booked = services.transfer(funded, savings, "33.33", "x")
    Entry.objects.filter(transaction=booked, side=Entry.CREDIT).delete()
    assert services.trial_balance()["EUR"] == Decimal("33.33")


def test_sides_are_zero_without_entries(account):
    with_sides = Account.objects.with_sides().get(pk=account.pk)
    assert (with_sides.debits, with_sides.credits) == (Decimal("0.00"), Decimal("0.00"))
    assert str(with_sides.debits) == "0.00"


def test_signed_amounts(funded, savings):
    services.transfer(funded, savings, "5", "x")
    signed = Entry.objects.filter(account=funded).signed().values_list("signed_amount", flat=True)
    assert sorted(signed) == [-1000, 5]


def test_amounts_come_back_with_two_places(funded):
    assert str(Entry.objects.filter(account=funded).get().amount) == "1000.00"


def test_unknown_currency():
    with pytest.raises(exceptions.ValidationError) as caught:
        Account(name="x", currency="XAU").full_clean()
    assert caught.value.message_dict["currency"] == ["We do not keep accounts in XAU."]


def test_str_of_the_models(funded):
    booked = Transaction.objects.get()
    entry = booked.entries.get(account=funded)
    assert str(funded) == "%s Current account" % funded.number
    assert str(booked) == "%s Opening" % booked.reference
    assert str(entry) == "credit 1000.00 %s" % funded.number


class SignalTests(TestCase):
    def setUp(self):
        self.account = factories.AccountFactory()
        self.clearing = services.ensure_clearing_account("EUR")

    def listen(self, signal):
        receiver = mock.Mock()
        signal.connect(receiver)
        self.addCleanup(signal.disconnect, receiver)
        return receiver

    def test_posting_says_who(self):
        receiver = self.listen(signals.transaction_posted)
        booked = services.transfer(self.clearing, self.account, "1", "x", user=self.account.owner)
        receiver.assert_called_once_with(
            signal=signals.transaction_posted, sender=Transaction, transaction=booked, user=self.account.owner
        )

    def test_a_refused_booking_says_nothing(self):
        receiver = self.listen(signals.transaction_posted)
        with self.assertRaisesMessage(BookingError, "not enough money"):
            services.transfer(self.account, self.clearing, "1", "x")
        self.assertFalse(receiver.called)

    def test_a_reversal_sends_both(self):
        booked = services.transfer(self.clearing, self.account, "1", "x")
        posted, is_reversed = self.listen(signals.transaction_posted), self.listen(signals.transaction_reversed)
        mirror = services.reverse_transaction(booked)
        self.assertEqual(posted.call_args[1]["transaction"], mirror)
        self.assertEqual(is_reversed.call_args[1]["original"], booked)


class QuerySetTests(TestCase):
    def setUp(self):
        self.open = factories.AccountFactory(number="A1", name="open")
        self.closed = factories.AccountFactory(number="A2", name="closed", closed_at=timezone.now())
        self.own = Account.objects.create(number="A3", name="ours")

    def test_open_and_closed(self):
        self.assertQuerysetEqual(
            Account.objects.filter(number__startswith="A").open(), ["<Account: A1 open>", "<Account: A3 ours>"]
        )
        self.assertQuerysetEqual(Account.objects.closed(), ["<Account: A2 closed>"])

    def test_internal(self):
        self.assertIn(self.own, Account.objects.internal())
        self.assertNotIn(self.open, Account.objects.internal())

    def test_of(self):
        self.assertQuerysetEqual(Account.objects.of(self.open.owner), ["A1"], transform=lambda account: account.number)
