from django.core.management.base import CommandError

from ledger.audit.services import archive_events
from ledger.core.commands import LoggedCommand


class Command(LoggedCommand):
    help = "Moves old audit events to the archive database."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int)

    def run(self, days=None, **options):
        if days is not None and days < 30:
            raise CommandError("At least 30 days stay in the main database.")
        return archive_events(days)
