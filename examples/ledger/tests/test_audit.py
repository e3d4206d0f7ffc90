import datetime
import io
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import RequestFactory, TestCase, TransactionTestCase
from django.utils import timezone

from ledger.accounts import services as booking
from ledger.audit import context, services
from ledger.audit.middleware import AuditMiddleware
from ledger.audit.models import ArchivedEvent, Event
from ledger.audit.routers import ArchiveRouter
from tests import factories


@pytest.mark.django_db
def test_bookings_are_recorded(funded, user, savings):
    booked = booking.transfer(funded, savings, "5", "x", user=user)
    event = services.last_event("transaction.posted")
    assert (event.subject, event.actor) == (booked, user)
    assert event.details == {"reference": booked.reference, "amounts": ["5.00", "5.00"]}


@pytest.mark.django_db
def test_reversals_are_recorded_on_the_original(funded, savings):
    booked = booking.transfer(funded, savings, "5", "x")
    mirror = booking.reverse_transaction(booked)
    assert [event.action for event in services.history(booked)] == ["transaction.reversed", "transaction.posted"]
    assert services.history(booked)[0].details == {"by": mirror.reference}


@pytest.mark.django_db
def test_a_refused_booking_leaves_no_event(account, clearing):
    with pytest.raises(booking.BookingError):
        booking.transfer(account, clearing, "5", "x")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_logins_are_recorded(client, user):
    client.post("/users/login/", {"username": user.email, "password": "wrong"})
    client.post("/users/login/", {"username": user.email, "password": "correct horse"})
    assert services.last_event("user.login_failed").details == {"username": user.email}
    assert services.last_event("user.logged_in").actor == user
    assert list(Event.objects.anonymous().values_list("action", flat=True)) == ["user.login_failed"]


@pytest.mark.django_db
def test_the_actor_comes_from_the_request(web, user, funded, savings):
    data = {"source": funded.pk, "target": savings.number, "amount": "1", "description": "via web"}
    web.post("/transfer/", data, HTTP_X_REQUEST_ID="req-1")
    event = services.last_event("transaction.posted")
    assert (event.actor, event.request_id) == (user, "req-1")
    assert context.current_actor() is None


@pytest.mark.django_db
def test_acting(user):
    with context.acting(user, "job-7"):
        event = services.record("job.ran")
    assert (event.actor, event.request_id) == (user, "job-7")
    assert services.record("job.ran").actor is None


@pytest.mark.django_db
def test_the_actor_is_forgotten_after_an_error(user):
    request = RequestFactory().get("/")
    request.user, request.request_id = user, "r"
    middleware = AuditMiddleware(lambda request: HttpResponse())
    middleware.process_request(request)
    assert context.current_actor() == user
    middleware.process_exception(request, ValueError())
    assert context.current_actor() is None


@pytest.mark.django_db
def test_details_are_made_plain(user):
    moment = datetime.date(2019, 1, 2)
    event = services.record("x", when=moment, who=[user, 1, None], text=b"abc", yes=True)
    event.refresh_from_db()
    assert event.details == {"when": "2019-01-02", "who": [str(user), 1, None], "text": "abc", "yes": True}


@pytest.mark.django_db
def test_last_event_of_an_unknown_kind():
    with pytest.raises(Event.DoesNotExist):
        services.last_event("never.happened")


def test_the_app_records_unless_it_is_silent():
    from django.apps import apps

    from ledger.audit.apps import AuditConfig, SilentAuditConfig

    assert type(apps.get_app_config("audit")) is AuditConfig
    assert SilentAuditConfig.name == AuditConfig.name


def test_routing():
    router = ArchiveRouter()
    assert router.db_for_read(ArchivedEvent) == router.db_for_write(ArchivedEvent) == "archive"
    assert router.db_for_read(Event) is None
    assert router.allow_migrate("archive", "audit", "archivedevent") is True
    assert router.allow_migrate("default", "audit", "archivedevent") is False
    assert router.allow_migrate("archive", "audit", "event") is False
    assert router.allow_migrate("archive", "accounts") is False
    assert router.allow_migrate("default", "accounts") is None


class ArchiveTests(TestCase):
    multi_db = True

    def setUp(self):
        self.user = factories.UserFactory()
        self.old = services.record("old", self.user, actor=self.user, note="x")
        Event.objects.filter(pk=self.old.pk).update(happened_at=factories.days_ago(500))
        self.new = services.record("new")

    def test_old_events_move(self):
        self.assertEqual(services.archive_events(), 1)
        self.assertEqual([event.action for event in Event.objects.all()], ["new"])
        archived = ArchivedEvent.objects.get()
        self.assertEqual(archived.original_id, self.old.pk)
        self.assertEqual((archived.actor_name, archived.subject_label), (self.user.username, "user"))
        self.assertEqual(archived.details, {"note": "x"})

    def test_the_copies_are_in_the_archive(self):
        services.archive_events()
        self.assertEqual(ArchivedEvent.objects.using("archive").count(), 1)
        self.assertEqual(ArchivedEvent.objects.get()._state.db, "archive")

    def test_batches(self):
        for _ in range(4):
            services.record("old")
        Event.objects.filter(action="old").update(happened_at=factories.days_ago(401))
        self.assertEqual(services.archive_events(batch=2), 5)
        self.assertEqual(ArchivedEvent.objects.count(), 5)

    def test_an_interrupted_run_is_repeated(self):
        with mock.patch("ledger.audit.services.transaction") as transaction:
            transaction.atomic.side_effect = KeyboardInterrupt
            with self.assertRaises(KeyboardInterrupt):
                services.archive_events()
        self.assertEqual(ArchivedEvent.objects.count(), 1)
        self.assertTrue(Event.objects.filter(pk=self.old.pk).exists())
        self.assertEqual(services.archive_events(), 1)
        self.assertEqual(ArchivedEvent.objects.count(), 1)

    def test_command(self):
        out = io.StringIO()
        call_command("archive_audit", days=30, stdout=out)
        self.assertEqual(out.getvalue(), "1 item done\n")

    def test_the_command_keeps_a_month(self):
        with self.assertRaisesMessage(CommandError, "At least 30 days stay"):
            call_command("archive_audit", days=29, stdout=io.StringIO())


class ArchiveCommitTests(TransactionTestCase):
    """Without the transaction of the test around it, as in production."""

    multi_db = True

    def test_events_are_in_one_place(self):
        event = services.record("old")
        Event.objects.filter(pk=event.pk).update(happened_at=factories.days_ago(500))
        services.archive_events()
        self.assertFalse(Event.objects.exists())
        self.assertQuerysetEqual(ArchivedEvent.objects.all(), ["<ArchivedEvent: old >"])


class DefaultOnlyTests(TestCase):
    multi_db = False

    def test_recording_needs_no_archive(self):
        services.record("x")
        self.assertEqual(Event.objects.older_than(timezone.now()).count(), 1)
