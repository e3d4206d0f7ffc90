import datetime

from django.core.management.base import CommandError
from django.utils import timezone

from ledger.accounts.models import Account
from ledger.accounts.tasks import mail_statement
from ledger.core.commands import LoggedCommand


class Command(LoggedCommand):
    help = "Mails the statements of last month, or of --month 2019-07."

    def add_arguments(self, parser):
        parser.add_argument("--month")

    def run(self, month=None, **options):
        if month:
            try:
                first = datetime.datetime.strptime(month, "%Y-%m").date()
            except ValueError:
                raise CommandError("--month wants YYYY-MM")
        else:
            first = (timezone.localdate().replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
        sent = 0
        for account in Account.objects.open().exclude(owner__isnull=1):
            sent += mail_statement.delay(account.pk, first.year, first.month).get()
        return sent
