import json

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from ledger.accounts import services
from ledger.audit import context
from tests import factories


@pytest.fixture(autouse=True)
def clean_state():
    """Neither cached balances nor an actor may leak into the next test."""
    cache.clear()
    context.clear()
    yield
    context.clear()


@pytest.fixture
def user(db):
    return factories.UserFactory(email="anna@ledger.example", first_name="Anna", last_name="Berg")


@pytest.fixture
def staff(db):
    return factories.UserFactory(email="boss@ledger.example", is_staff=True, is_superuser=True)


@pytest.fixture
def clearing(db):
    return services.ensure_clearing_account("EUR")


@pytest.fixture
def account(user):
    return factories.AccountFactory(owner=user, name="Current account")


@pytest.fixture
def savings(user):
    return factories.AccountFactory(owner=user, name="Savings")


@pytest.fixture
def funded(account, clearing):
    """The current account with 1,000.00 on it."""
    services.transfer(clearing, account, "1000.00", "Opening")
    return account


@pytest.fixture
def web(client, user):
    """A browser in which Anna is logged in."""
    client.force_login(user, backend="ledger.users.backends.EmailBackend")
    return client


@pytest.fixture
def back_office(client, staff):
    client.force_login(staff, backend="ledger.users.backends.EmailBackend")
    return client


def api_client(user):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer %s" % RefreshToken.for_user(user).access_token)
    return client


@pytest.fixture
def api(user):
    """The mobile app of Anna."""
    return api_client(user)


@pytest.fixture
def staff_api(staff):
    return api_client(staff)


class FakeResponse:
    def __init__(self, data, status_code=200):
        self.data = data
        self.status_code = status_code

    def json(self):
        if isinstance(self.data, str):
            return json.loads(self.data)
        return self.data


class FakeSession:
    """Stands in for requests.Session: answers from a list and keeps what was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []

    def get(self, url, headers=None, timeout=None):
        self.calls.append((url, headers, timeout))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, FakeResponse) else FakeResponse(answer)


class FakeDrop:
    """Stands in for the directory of a bank: names and bytes."""

    def __init__(self, **files):
        self.files = {name + ".csv": data for name, data in files.items()}
        self.archived = []

    def names(self):
        return sorted(set(self.files) - set(self.archived))

    def read(self, name):
        return self.files[name]

    def archive(self, name):
        self.archived.append(name)
