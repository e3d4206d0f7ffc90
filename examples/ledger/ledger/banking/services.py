"""From the movements at a bank to transactions in our books."""
from django.db import IntegrityError, transaction as db_transaction
from django.utils import timezone
from django.utils.translation import ugettext as _, ungettext

from ledger.accounts.services import BookingError, ensure_clearing_account, transfer
from ledger.banking import signals
from ledger.banking.models import BankConnection, Statement, StatementLine, WebhookDelivery
from ledger.banking.providers.base import BankStatement, ProviderError, provider_for
from ledger.banking.providers.northbank import parse_movement
from ledger.core.mail import send_templated_mail


def synchronise(connection, provider=None):
    """Import everything new of a connection; returns the statements. Raises ProviderError."""
    provider = provider or provider_for(connection)
    imported = []
    for bank_statement in provider.statements():
        statement = import_statement(connection, bank_statement)
        if statement is not None:
            imported.append(statement)
        provider.done(bank_statement)
    connection.last_import_at = timezone.now()
    connection.save(update_fields=["last_import_at", "updated_at"])
    return imported


def import_statement(connection, bank_statement):
    """Keep a statement and book its lines; None if we have it already."""
    with db_transaction.atomic():
        statement, created = Statement.objects.get_or_create(
            connection=connection,
            checksum=bank_statement.checksum,
            defaults={"source": bank_statement.source, "problems": list(bank_statement.problems)},
        )
        if not created:
            return None
        lines = []
        for bank_line in bank_statement.lines:
            line = keep_line(statement, bank_line)
            if line is not None:
                lines.append(line)
        for line in lines:
            book_line(line)
    signals.statement_imported.send(sender=Statement, statement=statement, lines=lines)
    if connection.notify and connection.account.owner:
        summary = ungettext("%d new movement", "%d new movements", len(lines)) % len(lines)
        context = {"statement": statement, "summary": summary}
        send_templated_mail("statement_imported", connection.account.owner, context)
    return statement


def keep_line(statement, bank_line):
    """Banks repeat lines in overlapping statements; a line we know is skipped."""
    connection = statement.connection
    if StatementLine.objects.filter(statement__connection=connection, external_id=bank_line.external_id).exists():
        return None
    try:
        with db_transaction.atomic():
            return StatementLine.objects.create(statement=statement, **bank_line._asdict())
    except IntegrityError:
        statement.problems.append(_("%s came twice.") % bank_line.external_id)
        statement.save(update_fields=["problems", "updated_at"])
        return None


def book_line(line):
    """Book a line against the clearing account; lines that cannot be booked wait for a person."""
    account = line.statement.connection.account
    if line.amount == 0 or line.currency != account.currency:
        signals.line_unmatched.send(sender=StatementLine, line=line)
        return None
    clearing = ensure_clearing_account(line.currency)
    source, target = (clearing, account) if line.amount > 0 else (account, clearing)
    description = line.purpose or line.counterparty or _("Bank movement")
    try:
        line.transaction = transfer(
            source,
            target,
            abs(line.amount),
            description[:140],
            idempotency_key="bank:%s:%s" % (line.statement.connection_id, line.external_id),
            occurred_on=timezone.localdate(line.booked_at),
        )
    except BookingError:
        signals.line_unmatched.send(sender=StatementLine, line=line)
        return None
    line.save(update_fields=["transaction"])
    return line.transaction


def retry_unmatched(connection):
    """Try the waiting lines again; returns how many could be booked."""
    waiting = StatementLine.objects.unmatched().filter(statement__connection=connection)
    return sum(1 for line in waiting if book_line(line) is not None)


def last_movement(connection):
    """The newest line of a connection, None if there is none."""
    lines = StatementLine.objects.filter(statement__connection=connection)
    try:
        return lines.latest(field_name="booked_at")
    except StatementLine.DoesNotExist:
        return None


def receive(event):
    """Keep a webhook event; returns the delivery and whether it is new."""
    return WebhookDelivery.objects.get_or_create(
        event_id=event["id"], defaults={"kind": event["type"], "payload": event}
    )


def process_delivery(delivery):
    """Act on a delivery, once."""
    if delivery.processed_at is not None:
        return None
    result = None
    delivery.error = ""
    try:
        if delivery.kind == "movement.booked":
            result = process_movement(delivery)
    except (ProviderError, BankConnection.DoesNotExist) as error:
        delivery.error = str(error)
    else:
        delivery.processed_at = timezone.now()
    delivery.save()
    return result


def process_movement(delivery):
    data = delivery.payload.get("data", {})
    connection = BankConnection.objects.active().get(provider=BankConnection.NORTHBANK, iban=data.get("iban"))
    line = parse_movement(data)
    statement = BankStatement("webhook:%s" % delivery.event_id, delivery.event_id, [line], [])
    return import_statement(connection, statement)
