import datetime
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from ledger.accounts.models import Account
from ledger.banking.models import BankConnection
from ledger.portfolios.models import Instrument, PriceQuote
from ledger.users.models import User


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: "user%d" % n)
    email = factory.LazyAttribute(lambda user: "%s@ledger.example" % user.username)
    password = factory.PostGenerationMethodCall("set_password", "correct horse")


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = Account

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: "Account %d" % n)
    currency = "EUR"


class InstrumentFactory(DjangoModelFactory):
    class Meta:
        model = Instrument

    isin = factory.Sequence(lambda n: "DE%010d" % n)
    name = factory.Sequence(lambda n: "Share %d" % n)


class PriceQuoteFactory(DjangoModelFactory):
    class Meta:
        model = PriceQuote

    instrument = factory.SubFactory(InstrumentFactory)
    as_of = factory.LazyFunction(timezone.now)
    price = Decimal("10.0000")


class ConnectionFactory(DjangoModelFactory):
    class Meta:
        model = BankConnection

    provider = BankConnection.NORTHBANK
    account = factory.SubFactory(AccountFactory)
    iban = factory.Sequence(lambda n: "DE44%018d" % n)


def days_ago(days):
    return timezone.now() - datetime.timedelta(days=days)
