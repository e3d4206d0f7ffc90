"""Statements as CSV and as a printable page."""
import csv
import io

from django.template.loader import get_template
from django.utils import encoding
from django.utils.translation import ugettext as _

from ledger.accounts.services import movements

FORMULA_STARTS = ("=", "+", "-", "@")


def harmless(text):
    """Text that spreadsheets do not take for a formula."""
    text = encoding.force_text(text)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def statement_csv(account, start, end):
    opening, rows = movements(account, start, end)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Date"), _("Reference"), _("Description"), _("Amount"), _("Balance")])
    writer.writerow([start.isoformat(), "", _("Opening balance"), "", opening])
    for row in rows:
        booked = row.entry.transaction
        writer.writerow(
            [booked.occurred_on.isoformat(), booked.reference, harmless(booked.description), row.change, row.balance]
        )
    return out.getvalue()


def statement_html(account, start, end):
    opening, rows = movements(account, start, end)
    context = {"account": account, "start": start, "end": end, "opening": opening, "rows": rows}
    return get_template("statements/statement.html", using="jinja2").render(context)


def statement_filename(account, start, end, suffix="csv"):
    return "%s %s %s–%s.%s" % (_("Statement"), account.name, start.isoformat(), end.isoformat(), suffix)
