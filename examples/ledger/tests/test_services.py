"""What only real servers show: a worker that takes tasks from Redis, and a cache that processes share."""
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from config.celery import app
from ledger.accounts import services
from ledger.accounts.models import Account
from ledger.accounts.tasks import charge_fee, refresh_balances

pytestmark = [
    pytest.mark.skipif(settings.CELERY_BROKER_URL.startswith("memory"), reason="runs with config.settings.services"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def worker(monkeypatch):
    """A worker on the queue of the tests, in a thread of this process; tasks go there, and are not run at once."""
    testing = pytest.importorskip("celery.contrib.testing.worker")
    monkeypatch.setattr(app.conf, "task_always_eager", False)
    app.control.purge()
    with testing.start_worker(app, perform_ping_check=False):
        yield


def shared_database():
    """A database in memory belongs to the thread that made it."""
    return connection.vendor != "sqlite"


def test_a_cached_value_has_the_time_to_live_that_it_was_given():
    cache.set("rate:EUR", "1.25", timeout=120)
    assert cache.get("rate:EUR") == "1.25"
    assert 100 < cache.ttl("rate:EUR") <= 120


def test_a_lock_is_held_by_one_at_a_time():
    with cache.lock("statement", timeout=5):
        assert not cache.lock("statement", timeout=5).acquire(blocking=False)
    assert cache.lock("statement", timeout=5).acquire(blocking=False)


@pytest.mark.skipif("not shared_database()", reason="needs PostgreSQL")
def test_a_task_goes_to_a_worker_and_its_result_comes_back(account, worker):
    assert refresh_balances.delay().get(timeout=20) >= 1
    assert cache.keys("*balance*")


@pytest.mark.skipif("not shared_database()", reason="needs PostgreSQL")
def test_a_fee_is_charged_once_however_often_the_task_comes(funded, worker):
    fees = Account.objects.create(name="Fees", kind=Account.INCOME)
    calls = [charge_fee.delay(funded.pk, "2.50", fees.pk) for _ in range(3)]
    assert len({call.get(timeout=20) for call in calls}) == 1
    assert services.compute_balance(fees) == services.parse_amount("2.50")
