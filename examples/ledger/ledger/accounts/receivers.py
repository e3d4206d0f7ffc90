from django.dispatch import receiver

from ledger.accounts.models import Account
from ledger.accounts.signals import transaction_posted
from ledger.core import caching


@receiver(transaction_posted, dispatch_uid="accounts.forget_balances")
def forget_balances(sender, transaction, **kwargs):
    """Balances are cached; a booking makes the cached ones wrong."""
    for account_id in transaction.entries.values_list("account_id", flat=True).distinct():
        caching.forget("balance", account_id)


@receiver(transaction_posted, dispatch_uid="accounts.touch")
def touch_accounts(sender, transaction, **kwargs):
    Account.objects.filter(entries__transaction=transaction).update(last_activity_at=transaction.posted_at)
