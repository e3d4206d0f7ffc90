import csv

from django.core.management.base import CommandError

from ledger.core.commands import LoggedCommand
from ledger.core.compat import lru_cache
from ledger.portfolios.models import Instrument
from ledger.portfolios.services import load_prices


class Command(LoggedCommand):
    help = "Loads prices from a CSV file with the columns isin and price."

    def add_arguments(self, parser):
        parser.add_argument("path")

    def run(self, path, **options):
        @lru_cache(maxsize=1000)
        def resolve(isin):
            return Instrument.objects.filter(isin=isin).first()

        try:
            with open(path, newline="", encoding="utf-8") as file:
                rows = [(row["isin"].strip(), row["price"].strip()) for row in csv.DictReader(file)]
        except (OSError, KeyError) as error:
            raise CommandError("Cannot read %s: %s" % (path, error))
        count, unknown = load_prices(rows, resolve)
        for isin in unknown:
            self.stderr.write("Unknown instrument %s" % isin)
        return count
