from ledger.banking.models import BankConnection
from ledger.banking.tasks import import_statements
from ledger.core.commands import LoggedCommand


class Command(LoggedCommand):
    help = "Imports what the banks have for us; with --iban only for that account."

    def add_arguments(self, parser):
        parser.add_argument("--iban")

    def run(self, iban=None, **options):
        connections = BankConnection.objects.active()
        if iban:
            connections = connections.filter(iban=iban)
        return sum(import_statements.delay(connection.pk).get() for connection in connections)
