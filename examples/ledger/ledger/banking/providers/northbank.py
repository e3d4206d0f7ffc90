"""Northbank: JSON over HTTP to ask for movements, signed webhooks to hear of them."""
import hashlib
import hmac
import json

import requests
from dateutil.parser import isoparse
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes, force_text
from django.utils.http import urlquote, urlquote_plus
from django.utils.translation import ugettext as _

from ledger.banking.models import BankConnection
from ledger.banking.providers.base import BankLine, BankStatement, Provider, ProviderError, register
from ledger.core.money import AmountError, parse_amount

TIMEOUT = 10


class NorthbankClient:
    def __init__(self, base_url, token, session=None):
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.session = session or requests.Session()

    def url(self, iban, cursor=None):
        url = "%s/accounts/%s/movements" % (self.base_url, urlquote(iban, safe=""))
        if cursor:
            url += "?cursor=" + urlquote_plus(cursor)
        return url

    def movements(self, iban):
        """All movements of an account, page by page."""
        cursor = None
        while True:
            page = self.get(self.url(iban, cursor))
            yield from page.get("movements", [])
            cursor = page.get("next")
            if not cursor:
                return

    def get(self, url):
        try:
            response = self.session.get(url, headers={"Authorization": "Bearer %s" % self.token}, timeout=TIMEOUT)
        except requests.RequestException as error:
            raise ProviderError(_("Northbank does not answer: %s") % error)
        if response.status_code != 200:
            raise ProviderError(_("Northbank answered %d.") % response.status_code)
        try:
            return response.json()
        except ValueError:
            raise ProviderError(_("Northbank did not send JSON."))


def parse_movement(data):
    """A BankLine from a movement in Northbank's JSON. Raises ProviderError."""
    try:
        return BankLine(
            external_id=force_text(data["id"]),
            booked_at=isoparse(data["bookedAt"]),
            amount=parse_amount(data["amount"]["value"]),
            currency=data["amount"]["currency"],
            counterparty=data.get("counterparty") or "",
            purpose=data.get("reference") or "",
        )
    except (KeyError, TypeError, ValueError, AmountError) as error:
        raise ProviderError(_("Not a movement: %r") % error)


def sign(body, secret=None):
    key = force_bytes(secret or settings.NORTHBANK_WEBHOOK_SECRET)
    return hmac.new(key, force_bytes(body), hashlib.sha256).hexdigest()


def verify(body, signature):
    return constant_time_compare(sign(body), signature or "")


@register(BankConnection.NORTHBANK)
class NorthbankProvider(Provider):
    def __init__(self, connection, client=None):
        super().__init__(connection)
        self.client = client or NorthbankClient(settings.NORTHBANK_URL, connection.secret)

    def statements(self):
        lines, problems = [], []
        for movement in self.client.movements(self.connection.iban):
            try:
                lines.append(parse_movement(movement))
            except ProviderError as error:
                problems.append(str(error))
        if lines or problems:
            ids = json.dumps([[line.external_id for line in lines], problems])
            checksum = hashlib.sha256(force_bytes(ids)).hexdigest()
            yield BankStatement("northbank:%s" % self.connection.iban, checksum, lines, problems)
