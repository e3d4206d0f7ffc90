from django.core.management.base import BaseCommand, CommandError

from ledger.accounts.services import trial_balance
from ledger.core.money import format_money


class Command(BaseCommand):
    help = "Checks that debits equal credits; for the monitoring, which reads the exit code."
    requires_system_checks = False

    def handle(self, *args, **options):
        wrong = {currency: total for currency, total in trial_balance().items() if total != 0}
        if wrong:
            raise CommandError(
                "The books do not balance: " + ", ".join(format_money(v, k) for k, v in sorted(wrong.items()))
            )
        self.stdout.write("The books balance.")
