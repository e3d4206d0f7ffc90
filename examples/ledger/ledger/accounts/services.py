"""Everything that books. Views, tasks and bank integrations go through these functions only."""
import collections
import datetime

from django.conf import settings
from django.db import transaction as db_transaction
from django.utils import timezone
from django.utils.translation import ugettext as _, ungettext

from ledger.accounts import signals
from ledger.accounts.models import Account, Entry, Transaction
from ledger.core import caching
from ledger.core.fields import MoneySum
from ledger.core.money import ZERO, parse_amount

Line = collections.namedtuple("Line", "account side amount")
Movement = collections.namedtuple("Movement", "entry change balance")


class BookingError(Exception):
    """A transaction that must not be posted; the message is fit for customers."""


def debit(account, amount):
    return Line(account, Entry.DEBIT, parse_amount(amount))


def credit(account, amount):
    return Line(account, Entry.CREDIT, parse_amount(amount))


def ensure_clearing_account(currency):
    """Our account through which money from and to other banks runs."""
    account, _created = Account.objects.get_or_create(
        number=settings.LEDGER_CLEARING_ACCOUNT.format(currency=currency),
        defaults={"name": "Clearing %s" % currency, "kind": Account.ASSET, "currency": currency},
    )
    return account


def post_transaction(lines, description, user=None, occurred_on=None, idempotency_key=None, reverses=None):
    """
    Post the lines as one transaction.

    With an ``idempotency_key`` that was used before the transaction of that time is returned and nothing is booked.
    Raises BookingError.
    """
    if idempotency_key:
        known = Transaction.objects.filter(idempotency_key=idempotency_key).first()
        if known is not None:
            return known
    lines = list(lines)
    check_lines(lines)
    with db_transaction.atomic():
        posted = Transaction.objects.create(
            description=description,
            occurred_on=occurred_on or timezone.localdate(),
            posted_by=user,
            idempotency_key=idempotency_key or None,
            reverses=reverses,
        )
        Entry.objects.bulk_create(
            [Entry(transaction=posted, account=line.account, side=line.side, amount=line.amount) for line in lines]
        )
        check_floors({line.account for line in lines if lowers_balance(line)})
        signals.transaction_posted.send(sender=Transaction, transaction=posted, user=user)
    return posted


def check_lines(lines):
    if len(lines) < 2:
        raise BookingError(
            ungettext("One line is no transaction.", "%(count)d lines are no transaction.", len(lines))
            % {"count": len(lines)}
        )
    sums = collections.defaultdict(lambda: ZERO)
    for line in lines:
        if line.amount <= 0:
            raise BookingError(_("Amounts must be positive."))
        if not line.account.is_open:
            raise BookingError(_("Account %s is closed.") % line.account.number)
        sums[line.account.currency] += line.amount if line.side == Entry.DEBIT else -line.amount
    for currency, total in sorted(sums.items()):
        if total != 0:
            raise BookingError(
                _("Debits and credits in %(currency)s differ by %(difference)s.")
                % {"currency": currency, "difference": abs(total)}
            )


def lowers_balance(line):
    return (line.side == Entry.CREDIT) == line.account.debit_is_positive


def check_floors(accounts):
    """Customers may not overdraw; our own accounts may."""
    for account in sorted(accounts, key=lambda account: account.pk):
        if account.owner_id is None:
            continue
        if compute_balance(account) < account.floor:
            raise BookingError(_("There is not enough money on account %s.") % account.number)


def compute_balance(account, until=None):
    """The balance out of the entries, as of the end of the day ``until``."""
    entries = account.entries.all()
    if until is not None:
        entries = entries.until(until)
    sums = dict(entries.order_by().values_list("side").annotate(total=MoneySum("amount")))
    difference = sums.get(Entry.DEBIT, ZERO) - sums.get(Entry.CREDIT, ZERO)
    return difference if account.debit_is_positive else -difference


def get_balance(account):
    """The balance of now, cached until the next booking."""
    return caching.remember(("balance", account.pk), lambda: compute_balance(account))


def transfer(source, target, amount, description, user=None, idempotency_key=None, occurred_on=None):
    """
    Move money between two accounts of the same currency.

    Customers' accounts are our liabilities and clearing accounts our assets, so the source is always debited:
    a payment from outside raises what we have at other banks and what we owe to the customer.
    """
    if source.pk == target.pk:
        raise BookingError(_("Source and target are the same account."))
    if source.currency != target.currency:
        raise BookingError(_("The accounts have different currencies."))
    return post_transaction(
        [debit(source, amount), credit(target, amount)],
        description,
        user=user,
        idempotency_key=idempotency_key,
        occurred_on=occurred_on,
    )


def reverse_transaction(original, user=None, reason=""):
    """Undo a transaction by its mirror image."""
    if original.is_reversed:
        raise BookingError(_("Transaction %s is reversed already.") % original.reference)
    if original.reverses_id:
        raise BookingError(_("A reversal cannot be reversed."))
    other = {Entry.DEBIT: Entry.CREDIT, Entry.CREDIT: Entry.DEBIT}
    lines = [
        Line(entry.account, other[entry.side], entry.amount) for entry in original.entries.select_related("account")
    ]
    mirror = post_transaction(
        lines,
        (_("Reversal of %(reference)s %(reason)s") % {"reference": original.reference, "reason": reason}).strip(),
        user=user,
        reverses=original,
    )
    signals.transaction_reversed.send(sender=Transaction, transaction=mirror, original=original, user=user)
    return mirror


def movements(account, start, end):
    """The opening balance and the movements of an account in a period, each with the balance after it."""
    opening = compute_balance(account, until=start - datetime.timedelta(days=1))
    balance, rows = opening, []
    entries = account.entries.between(start, end).chronological().select_related("transaction", "account")
    for entry in entries:
        balance += entry.change
        rows.append(Movement(entry, entry.change, balance))
    return opening, rows


def close_account(account):
    """Close an empty account."""
    balance = compute_balance(account)
    if balance != 0:
        raise BookingError(_("The balance must be zero, it is %s.") % balance)
    account.closed_at = timezone.now()
    account.save(update_fields=["closed_at", "updated_at"])


def first_booking(account):
    """The oldest transaction of an account, None if there is none."""
    try:
        return Transaction.objects.filter(entries__account=account).earliest(field_name="posted_at")
    except Transaction.DoesNotExist:
        return None


def trial_balance():
    """Per currency the sum of all debits less all credits: all zero, or something is badly wrong."""
    sums = collections.defaultdict(lambda: ZERO)
    for account in Account.objects.with_sides():
        sums[account.currency] += account.debits - account.credits
    return dict(sums)
