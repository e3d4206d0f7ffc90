import datetime
import logging

from celery import shared_task
from django.utils import timezone
from django.utils.translation import ugettext_noop

from ledger.accounts.exports import statement_csv, statement_filename
from ledger.accounts.models import Account
from ledger.accounts.services import get_balance, transfer
from ledger.core import caching
from ledger.core.mail import send_templated_mail

logger = logging.getLogger(__name__)

MONTHLY_FEE = ugettext_noop("Account management fee")


@shared_task
def refresh_balances():
    """Fill the cache before the customers come."""
    count = 0
    for account in Account.objects.open().iterator():
        caching.forget("balance", account.pk)
        get_balance(account)
        count += 1
    return count


@shared_task
def mail_statement(account_id, year, month):
    """Send the statement of a month to the owner of an account."""
    account = Account.objects.select_related("owner").get(pk=account_id)
    if account.owner is None:
        return 0
    start = datetime.date(year, month, 1)
    end = (start + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    attachment = (statement_filename(account, start, end), statement_csv(account, start, end), "text/csv")
    return send_templated_mail("statement", account.owner, {"account": account, "end": end}, [attachment])


@shared_task
def charge_fee(account_id, amount, fee_account_id):
    """The fee of this month, once, however often the task runs."""
    account = Account.objects.get(pk=account_id)
    key = "fee:%s:%s" % (account.number, timezone.localdate().strftime("%Y-%m"))
    booked = transfer(account, Account.objects.get(pk=fee_account_id), amount, MONTHLY_FEE, idempotency_key=key)
    logger.info("Fee %s booked as %s", key, booked.reference)
    return booked.reference
