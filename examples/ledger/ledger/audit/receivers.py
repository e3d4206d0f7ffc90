from django.contrib.auth.signals import user_logged_in, user_login_failed

from ledger.accounts.signals import transaction_posted, transaction_reversed
from ledger.audit.services import record
from ledger.banking.signals import line_unmatched, statement_imported
from ledger.portfolios.signals import trade_executed


def on_posted(sender, transaction, user, **kwargs):
    record(
        "transaction.posted",
        transaction,
        actor=user,
        reference=transaction.reference,
        amounts=[entry.amount for entry in transaction.entries.all()],
    )


def on_reversed(sender, transaction, original, user, **kwargs):
    record("transaction.reversed", original, actor=user, by=transaction.reference)


def on_trade(sender, trade, user, **kwargs):
    record("trade.executed", trade, actor=user, quantity=trade.quantity, price=trade.price)


def on_statement(sender, statement, lines, **kwargs):
    record("statement.imported", statement, lines=len(lines), problems=len(statement.problems or ()))


def on_unmatched(sender, line, **kwargs):
    record("statement.line_unmatched", line, amount=line.amount, currency=line.currency)


def on_login(sender, user, **kwargs):
    record("user.logged_in", user, actor=user)


def on_failed_login(sender, credentials, **kwargs):
    record("user.login_failed", username=credentials.get("username", ""))


def connect():
    transaction_posted.connect(on_posted, dispatch_uid="audit.posted")
    transaction_reversed.connect(on_reversed, dispatch_uid="audit.reversed")
    trade_executed.connect(on_trade, dispatch_uid="audit.trade")
    statement_imported.connect(on_statement, dispatch_uid="audit.statement")
    line_unmatched.connect(on_unmatched, dispatch_uid="audit.unmatched")
    user_logged_in.connect(on_login, dispatch_uid="audit.login")
    user_login_failed.connect(on_failed_login, dispatch_uid="audit.failed_login")
