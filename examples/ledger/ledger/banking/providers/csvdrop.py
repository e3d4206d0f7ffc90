"""
Statements as CSV files that a bank drops into a directory (mounted over SFTP).

The files are Latin-1 with semicolons and decimal commas; their times are Central European without daylight saving.
"""
import csv
import datetime
import hashlib
import io
import os

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import smart_text
from django.utils.timezone import FixedOffset
from django.utils.translation import ugettext as _

from ledger.banking.models import BankConnection
from ledger.banking.providers.base import BankLine, BankStatement, Provider, ProviderError, register
from ledger.core.money import AmountError, parse_amount

BANK_TIME = FixedOffset(60, "CET")

COLUMNS = ["id", "booked", "amount", "currency", "name", "text"]


class DropClient:
    """The directory of one IBAN below the drop."""

    done_folder = "done"

    def __init__(self, root, iban):
        self.folder = os.path.join(root, iban)

    def names(self):
        try:
            found = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ProviderError(_("Cannot read the drop: %s") % error)
        return sorted(name for name in found if name.lower().endswith(".csv"))

    def read(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def archive(self, name):
        target = os.path.join(self.folder, self.done_folder)
        os.makedirs(target, exist_ok=True)
        os.replace(os.path.join(self.folder, name), os.path.join(target, name))


def parse_time(text):
    moment = datetime.datetime.strptime(text.strip(), "%d.%m.%Y %H:%M")
    return timezone.make_aware(moment, BANK_TIME)


def parse_csv(data, source):
    """A BankStatement from the bytes of a file; bad lines become problems, a wrong header a ProviderError."""
    text = smart_text(data, encoding="latin-1")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    if reader.fieldnames is None or [name.strip().lower() for name in reader.fieldnames] != COLUMNS:
        raise ProviderError(_("%s has other columns than agreed.") % source)
    lines, problems = [], []
    for row in reader:
        row = {key.strip().lower(): (value or "").strip() for key, value in row.items() if key}
        try:
            lines.append(
                BankLine(
                    external_id=row["id"],
                    booked_at=parse_time(row["booked"]),
                    amount=parse_amount(row["amount"], decimal_separator=","),
                    currency=row["currency"].upper(),
                    counterparty=row["name"],
                    purpose=row["text"],
                )
            )
        except (AmountError, ValueError) as error:
            problems.append(_("Line %(number)d: %(error)s") % {"number": reader.line_num, "error": error})
    return BankStatement(source, hashlib.sha256(data).hexdigest(), lines, problems)


@register(BankConnection.CSVDROP)
class CsvDropProvider(Provider):
    client_class = DropClient

    def __init__(self, connection, client=None):
        super().__init__(connection)
        self.client = client or self.client_class(settings.LEDGER_STATEMENT_DROP, connection.iban)

    def statements(self):
        for name in self.client.names():
            yield parse_csv(self.client.read(name), source=name)

    def done(self, statement):
        self.client.archive(statement.source)
