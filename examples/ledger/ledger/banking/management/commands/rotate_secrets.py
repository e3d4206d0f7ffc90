from django.core.management.base import BaseCommand

from ledger.banking.models import BankConnection


class Command(BaseCommand):
    help = "Gives every Northbank connection a new secret."
    requires_system_checks = True

    def handle(self, *args, **options):
        from django.utils.crypto import get_random_string

        for connection in BankConnection.objects.filter(provider=BankConnection.NORTHBANK):
            connection.secret = get_random_string()
            connection.save(update_fields=["secret", "updated_at"])
            self.stdout.write("%s: %s" % (connection.iban, connection.secret))
