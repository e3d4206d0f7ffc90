import datetime
import io
import json
from decimal import Decimal
from unittest import mock

import pytest
import requests
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import SimpleTestCase
from django.utils import timezone

from ledger.accounts.services import compute_balance
from ledger.banking import services, tasks
from ledger.banking.models import BankConnection, Statement, StatementLine, WebhookDelivery
from ledger.banking.providers import base, csvdrop, northbank
from tests import factories
from tests.conftest import FakeDrop, FakeResponse, FakeSession

CSV = (
    "id;booked;amount;currency;name;text\r\n"
    "B1;05.03.2019 23:30;1.500,00;EUR;Müller GmbH;Gehalt März\r\n"
    "B2;06.03.2019 08:00;-20,25;eur;Café;\r\n"
)


def movement(id="N1", value="12.50", currency="EUR", **changes):
    data = {
        "id": id,
        "bookedAt": "2019-03-05T10:00:00Z",
        "amount": {"value": value, "currency": currency},
        "counterparty": "Shop",
        "reference": "Refund",
    }
    data.update(changes)
    return data


@pytest.fixture
def connection(account):
    return factories.ConnectionFactory(account=account, iban="DE44100")


@pytest.fixture
def drop_connection(account):
    return factories.ConnectionFactory(account=account, provider=BankConnection.CSVDROP, iban="DE44200")


class CsvTests(SimpleTestCase):
    def parse(self, text):
        return csvdrop.parse_csv(text.encode("latin-1"), "march.csv")

    def test_lines(self):
        first, second = self.parse(CSV).lines
        self.assertEqual((first.external_id, first.amount), ("B1", Decimal("1500.00")))
        self.assertEqual((first.counterparty, first.purpose), ("Müller GmbH", "Gehalt März"))
        self.assertEqual((second.amount, second.currency, second.purpose), (Decimal("-20.25"), "EUR", ""))

    def test_times_have_no_daylight_saving(self):
        for text, hour in (("05.03.2019 23:30", 22), ("05.07.2019 23:30", 22)):
            moment = csvdrop.parse_time(text)
            self.assertEqual(moment.utcoffset(), datetime.timedelta(hours=1))
            self.assertEqual(moment.astimezone(datetime.timezone.utc).hour, hour)
        self.assertEqual(moment.tzname(), "CET")

    def test_bad_lines_are_problems(self):
        statement = self.parse(CSV + "B3;yesterday;1,00;EUR;;\r\nB4;06.03.2019 08:00;much;EUR;;\r\n")
        self.assertEqual(len(statement.lines), 2)
        self.assertEqual([problem.split(":")[0] for problem in statement.problems], ["Line 4", "Line 5"])
        self.assertIn("Not an amount: 'much'", statement.problems[1])

    def test_wrong_header(self):
        for text in ("", "id;amount\r\n", CSV.replace(";text", ";text;extra", 1)):
            with self.assertRaisesMessage(base.ProviderError, "march.csv has other columns than agreed."):
                self.parse(text)

    def test_checksum_is_of_the_bytes(self):
        self.assertEqual(self.parse(CSV).checksum, self.parse(CSV).checksum)
        self.assertNotEqual(self.parse(CSV).checksum, self.parse(CSV + "\r\n").checksum)


def test_drop_client(tmp_path):
    folder = tmp_path / "DE1"
    folder.mkdir()
    (folder / "b.csv").write_bytes(b"b")
    (folder / "a.CSV").write_bytes(b"a")
    (folder / "a.csv.part").write_bytes(b"")
    client = csvdrop.DropClient(str(tmp_path), "DE1")
    assert client.names() == ["a.CSV", "b.csv"]
    assert client.read("b.csv") == b"b"
    client.archive("b.csv")
    assert client.names() == ["a.CSV"]
    assert (folder / "done" / "b.csv").read_bytes() == b"b"
    assert csvdrop.DropClient(str(tmp_path), "DE2").names() == []


@pytest.mark.django_db
def test_import_of_files(drop_connection):
    drop = FakeDrop(march=CSV.encode("latin-1"))
    imported = services.synchronise(drop_connection, csvdrop.CsvDropProvider(drop_connection, drop))
    assert [statement.source for statement in imported] == ["march.csv"]
    assert drop.archived == ["march.csv"]
    assert compute_balance(drop_connection.account) == Decimal("1479.75")
    drop_connection.refresh_from_db()
    assert drop_connection.last_import_at is not None


@pytest.mark.django_db
def test_the_value_date_is_ours(drop_connection):
    provider = csvdrop.CsvDropProvider(drop_connection, FakeDrop(march=CSV.encode("latin-1")))
    services.synchronise(drop_connection, provider)
    booked = StatementLine.objects.get(external_id="B1").transaction
    assert booked.occurred_on == datetime.date(2019, 3, 5)
    assert booked.description == "Gehalt März"


@pytest.mark.django_db
def test_the_same_file_again(drop_connection):
    for name in ("a", "b"):
        provider = csvdrop.CsvDropProvider(drop_connection, FakeDrop(**{name: CSV.encode("latin-1")}))
        services.synchronise(drop_connection, provider)
    assert Statement.objects.count() == 1
    assert compute_balance(drop_connection.account) == Decimal("1479.75")


@pytest.mark.django_db
def test_overlapping_files(drop_connection):
    more = CSV + "B3;07.03.2019 08:00;0,25;EUR;Bank;Zins\r\n"
    for text in (CSV, more):
        provider = csvdrop.CsvDropProvider(drop_connection, FakeDrop(x=text.encode("latin-1")))
        services.synchronise(drop_connection, provider)
    assert [statement.lines.count() for statement in Statement.objects.order_by("pk")] == [2, 1]
    assert compute_balance(drop_connection.account) == Decimal("1480.00")


@pytest.mark.django_db
def test_a_line_that_comes_twice_in_one_file(drop_connection):
    line = CSV.splitlines(True)[1]
    provider = csvdrop.CsvDropProvider(drop_connection, FakeDrop(x=(CSV + line).encode("latin-1")))
    services.synchronise(drop_connection, provider)
    assert compute_balance(drop_connection.account) == Decimal("1479.75")


class TestNorthbankClient:
    def client(self, *answers):
        return northbank.NorthbankClient("https://bank.example/v2/", "t0ken", FakeSession(*answers))

    def test_pages(self):
        client = self.client({"movements": [1, 2], "next": "a b"}, {"movements": [3]})
        assert list(client.movements("DE/1")) == [1, 2, 3]
        urls = [url for url, headers, timeout in client.session.calls]
        assert urls == [
            "https://bank.example/v2/accounts/DE%2F1/movements",
            "https://bank.example/v2/accounts/DE%2F1/movements?cursor=a+b",
        ]

    def test_token_and_timeout(self):
        client = self.client({})
        assert list(client.movements("DE1")) == []
        assert client.session.calls[0][1:] == ({"Authorization": "Bearer t0ken"}, 10)

    @pytest.mark.parametrize(
        "answer, text",
        [
            (FakeResponse({}, 503), "answered 503"),
            (FakeResponse("{no json"), "did not send JSON"),
            (requests.ConnectionError("refused"), "does not answer"),
        ],
    )
    def test_failures(self, answer, text):
        with pytest.raises(base.ProviderError, match=text):
            list(self.client(answer).movements("DE1"))


def test_parse_movement():
    line = northbank.parse_movement(movement(id=77))
    assert (line.external_id, line.amount, line.purpose) == ("77", Decimal("12.50"), "Refund")
    assert line.booked_at == datetime.datetime(2019, 3, 5, 10, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize("data", [{}, movement(bookedAt="soon"), movement(value=1.5), movement(amount=None)])
def test_what_is_no_movement(data):
    with pytest.raises(base.ProviderError, match="Not a movement"):
        northbank.parse_movement(data)


def northbank_provider(connection, *movements):
    client = northbank.NorthbankClient("https://bank.example", "t", FakeSession({"movements": list(movements)}))
    return northbank.NorthbankProvider(connection, client)


@pytest.mark.django_db
def test_import_from_northbank(connection):
    provider = northbank_provider(connection, movement("N1", "100"), movement("N2", "-30.10"), {"id": "N3"})
    statement, = services.synchronise(connection, provider)
    assert statement.source == "northbank:DE44100"
    assert len(statement.problems) == 1
    assert compute_balance(connection.account) == Decimal("69.90")


@pytest.mark.django_db
def test_nothing_new_makes_no_statement(connection):
    assert services.synchronise(connection, northbank_provider(connection)) == []


@pytest.mark.django_db
def test_lines_without_cover_wait(connection):
    services.synchronise(connection, northbank_provider(connection, movement("N1", "-5"), movement("N2", "1", "USD")))
    assert [line.external_id for line in StatementLine.objects.unmatched()] == ["N1", "N2"]
    assert services.retry_unmatched(connection) == 0
    services.synchronise(connection, northbank_provider(connection, movement("N3", "50")))
    assert tasks.retry_lines.delay().get() == 1
    assert sorted(line.external_id for line in StatementLine.objects.matched()) == ["N1", "N3"]
    assert compute_balance(connection.account) == 45


@pytest.mark.django_db
def test_last_movement(connection):
    assert services.last_movement(connection) is None
    late, early = movement("N1", "1", bookedAt="2019-05-01T00:00:00Z"), movement("N2", "1")
    services.synchronise(connection, northbank_provider(connection, late, early))
    assert services.last_movement(connection).external_id == "N1"


@pytest.mark.django_db
@pytest.mark.parametrize("notify, mails", [(True, 1), (False, 0), (None, 0)])
def test_mail_on_import(connection, notify, mails):
    connection.notify = notify
    connection.save()
    connection.refresh_from_db()
    assert connection.notify is notify
    services.synchronise(connection, northbank_provider(connection, movement("N1"), {"id": "broken"}))
    assert len(mail.outbox) == mails
    if mails:
        assert mail.outbox[0].subject == "[Ledger] 1 new movement"
        assert "Some lines could not be read" in mail.outbox[0].body


def test_providers():
    assert base.provider_names() == ["csvdrop", "northbank"]
    with pytest.raises(base.ProviderError, match="no provider fax"):
        base.provider_for(mock.Mock(provider="fax"))
    with pytest.raises(TypeError):
        base.Provider(None)


@pytest.mark.django_db
def test_failing_banks_do_not_stop_the_others(connection, drop_connection):
    def synchronise(connection):
        if connection.provider == BankConnection.NORTHBANK:
            raise base.ProviderError("down")
        return ["statement"]

    with mock.patch("ledger.banking.tasks.synchronise", synchronise):
        assert tasks.import_all_statements.delay().get() == {str(connection.pk): 0, str(drop_connection.pk): 1}


@pytest.mark.django_db
def test_closed_accounts_are_not_imported(connection):
    connection.account.closed_at = timezone.now()
    connection.account.save()
    assert tasks.import_all_statements.delay().get() == {}


@pytest.mark.django_db
def test_import_command(drop_connection, tmp_path, settings):
    settings.LEDGER_STATEMENT_DROP = str(tmp_path)
    folder = tmp_path / drop_connection.iban
    folder.mkdir()
    (folder / "march.csv").write_bytes(CSV.encode("latin-1"))
    out = io.StringIO()
    call_command("import_statements", iban=drop_connection.iban, stdout=out)
    call_command("import_statements", iban=drop_connection.iban, stdout=out)
    assert out.getvalue() == "1 item done\n0 items done\n"
    assert compute_balance(drop_connection.account) == Decimal("1479.75")


@pytest.mark.django_db
def test_rotate_secrets(connection, drop_connection):
    out = io.StringIO()
    call_command("rotate_secrets", stdout=out)
    secrets = {c.provider: c.secret for c in BankConnection.objects.all()}
    assert secrets["northbank"] != connection.secret and len(secrets["northbank"]) == 12
    assert secrets["csvdrop"] == drop_connection.secret
    assert secrets["northbank"] in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("contact, valid", [("till@branch", True), ("", True), ("call us", False)])
def test_contact_of_a_connection(connection, contact, valid):
    connection.contact = contact
    if valid:
        connection.full_clean()
    else:
        with pytest.raises(ValidationError):
            connection.full_clean()


def event(id="E1", type="movement.booked", **data):
    return {"id": id, "type": type, "data": dict(movement(), iban="DE44100", **data)}


def deliver(client, event, signature=None):
    body = event if isinstance(event, str) else json.dumps(event)
    signature = northbank.sign(body) if signature is None else signature
    return client.post(
        "/bank/northbank/webhook/", body, content_type="application/json", HTTP_X_NORTHBANK_SIGNATURE=signature
    )


@pytest.mark.django_db
def test_webhook_books_at_once(client, connection):
    assert deliver(client, event()).status_code == 202
    assert compute_balance(connection.account) == Decimal("12.50")
    assert WebhookDelivery.objects.get().processed_at is not None


@pytest.mark.django_db
def test_webhook_twice(client, connection):
    assert [deliver(client, event()).status_code for _ in range(2)] == [202, 200]
    assert compute_balance(connection.account) == Decimal("12.50")


@pytest.mark.django_db
def test_two_events_about_one_movement(client, connection):
    deliver(client, event("E1"))
    deliver(client, event("E2"))
    assert compute_balance(connection.account) == Decimal("12.50")


@pytest.mark.django_db
@pytest.mark.parametrize("signature", ["", "0" * 64, "ü"])
def test_webhook_with_a_bad_signature(client, connection, signature):
    with mock.patch.object(northbank, "constant_time_compare", lambda a, b: a == b):
        assert deliver(client, event(), signature).status_code == 403
    assert not WebhookDelivery.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["{", "[]", '{"id": "x"}'])
def test_webhook_with_something_else(client, body):
    assert deliver(client, body).status_code == 400


@pytest.mark.django_db
def test_webhook_only_by_post(client):
    assert client.get("/bank/northbank/webhook/").status_code == 405


@pytest.mark.django_db
def test_events_for_unknown_accounts_are_kept(client):
    assert deliver(client, event()).status_code == 202
    delivery = WebhookDelivery.objects.get()
    assert delivery.processed_at is None
    assert "does not exist" in delivery.error


@pytest.mark.django_db
def test_a_kept_event_can_be_processed_later(client, account):
    deliver(client, event())
    delivery = WebhookDelivery.objects.get()
    factories.ConnectionFactory(account=account, iban="DE44100")
    assert tasks.process_webhook.delay(delivery.pk).get() == Statement.objects.get().pk
    assert tasks.process_webhook.delay(delivery.pk).get() is None
    delivery.refresh_from_db()
    assert delivery.error == ""


@pytest.mark.django_db
def test_other_events_are_only_kept(client, connection):
    deliver(client, event(type="consent.expired"))
    assert WebhookDelivery.objects.get().processed_at is not None
    assert not Statement.objects.exists()


@pytest.mark.django_db
def test_connections_page(web, connection):
    services.synchronise(connection, northbank_provider(connection, movement("N1", "1234.5")))
    factories.ConnectionFactory(iban="NOTMINE")
    html = web.get("/bank/connections/").content.decode()
    assert "€ 1,234.50" in html
    assert "<small>at once</small>" in html
    assert "NOTMINE" not in html


@pytest.mark.django_db
def test_synchronise_by_hand(web, connection):
    url = "/bank/connections/%d/sync/" % connection.pk
    assert web.post(url).status_code == 400
    with mock.patch("ledger.banking.tasks.synchronise", return_value=[1, 2]):
        response = web.post(url, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert response.json() == {"statements": 2, "message": "2 statements imported."}
    other = factories.ConnectionFactory()
    url = "/bank/connections/%d/sync/" % other.pk
    assert web.post(url, HTTP_X_REQUESTED_WITH="XMLHttpRequest").status_code == 404
