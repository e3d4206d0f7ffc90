import datetime
import re
from unittest import mock

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import RequestFactory, TestCase, override_settings
from django.utils import timezone, translation
from freezegun import freeze_time

from ledger.users import services, tasks
from ledger.users.backends import GatewayUserBackend
from ledger.users.forms import CustomerChangeForm, ProfileForm
from ledger.users.models import OneTimeCode, User
from ledger.users.validators import StaffEmailValidator, validate_contact_email
from tests import factories

pytestmark = pytest.mark.django_db


def test_login_with_the_address_in_any_case(user):
    assert authenticate(None, username="ANNA@ledger.example", password="correct horse") == user


@pytest.mark.parametrize(
    "email, password", [("anna@ledger.example", "wrong"), ("nobody@ledger.example", "x"), (None, "x")]
)
def test_failed_login(user, email, password):
    assert authenticate(None, username=email, password=password) is None


def test_inactive_users_cannot_log_in(user):
    user.is_active = False
    user.save()
    assert authenticate(None, username=user.email, password="correct horse") is None


def test_the_gateway_makes_staff():
    made = GatewayUserBackend().authenticate(RequestFactory().get("/"), remote_user="HEADOFFICE\\JDoe")
    made.refresh_from_db()
    assert (made.username, made.email, made.is_staff) == ("jdoe", "jdoe@ledger.example", True)
    assert not made.has_usable_password()


def test_the_gateway_knows_its_users_again():
    first = GatewayUserBackend().authenticate(None, remote_user="jdoe")
    User.objects.filter(pk=first.pk).update(is_staff=False)
    again = GatewayUserBackend().authenticate(None, remote_user="JDOE")
    assert again == first
    assert not again.is_staff


def test_marketing_needs_a_yes():
    said = {answer: factories.UserFactory(marketing_opt_in=answer) for answer in (True, False, None)}
    assert list(User.objects.reachable()) == [said[True]]
    assert list(User.objects.undecided()) == [said[None]]


def test_the_undecided_user_is_valid():
    undecided = factories.UserFactory(marketing_opt_in=None)
    undecided.full_clean()
    assert User._meta.get_field("marketing_opt_in").null


def test_natural_key_ignores_case(user):
    assert get_user_model().objects.get_by_natural_key("Anna@Ledger.Example") == user


def test_display_name(user):
    assert user.display_name == "Anna Berg"
    assert factories.UserFactory(email="x@ledger.example").display_name == "x@ledger.example"


@pytest.mark.parametrize("value", ["desk@localhost", "till@branch", "a@b.example"])
def test_contact_addresses(value):
    validate_contact_email(value)


@pytest.mark.parametrize("value", ["desk", "desk@elsewhere"])
def test_no_contact_addresses(value):
    with pytest.raises(ValidationError, match="Enter a contact address."):
        validate_contact_email(value)


@pytest.mark.parametrize(
    "value, valid",
    [("a@ledger.example", True), ("a@intranet", True), ("a@gmail.example", False), ("a@branch", False)],
)
def test_staff_addresses(value, valid):
    if valid:
        StaffEmailValidator()(value)
    else:
        with pytest.raises(ValidationError):
            StaffEmailValidator()(value)


class ProfileFormTests(TestCase):
    def setUp(self):
        self.user = factories.UserFactory()
        self.data = {"language": "de", "time_zone": "Europe/Berlin", "phone": "+49 30 1234", "marketing_opt_in": "2"}

    def test_saves(self):
        form = ProfileForm(self.data, instance=self.user)
        self.assertTrue(form.is_valid(), form.errors)
        form.save()
        self.user.refresh_from_db()
        self.assertEqual((self.user.phone, self.user.language), ("+49301234", "de"))

    def test_phone(self):
        form = ProfileForm(dict(self.data, phone="call me"), instance=self.user)
        self.assertEqual(form.errors["phone"], ["Only digits, please."])

    def test_time_zone(self):
        form = ProfileForm(dict(self.data, time_zone="Mars/Base"), instance=self.user)
        self.assertEqual(form.errors["time_zone"], ["There is no time zone Mars/Base."])

    def test_marketing_can_stay_open(self):
        form = ProfileForm(dict(self.data, marketing_opt_in=""), instance=self.user)
        self.assertTrue(form.is_valid(), form.errors)
        self.assertIsNone(form.save().marketing_opt_in)


class CustomerChangeFormTests(TestCase):
    def data(self, user, **changes):
        values = {
            "username": user.username,
            "email": user.email,
            "language": user.language,
            "time_zone": user.time_zone,
            "date_joined": "2019-01-01",
        }
        values.update(changes)
        return values

    def test_the_password_cannot_be_changed(self):
        user = factories.UserFactory()
        before = user.password
        form = CustomerChangeForm(self.data(user, password="hacked"), instance=user)
        self.assertTrue(form.is_valid(), form.errors)
        self.assertEqual(form.save().password, before)

    def test_staff_need_an_address_of_the_company(self):
        user = factories.UserFactory(email="x@gmail.example")
        form = CustomerChangeForm(self.data(user, is_staff="on"), instance=user)
        self.assertFalse(form.is_valid())
        self.assertIn("Enter an address of the company.", str(form.non_field_errors()))


def test_a_code_is_mailed_and_works_once(user):
    code = services.send_code(user, "transfer")
    assert mail.outbox[0].subject == "[Ledger] Your code"
    assert "To confirm your transfer, type: %s" % code.code in mail.outbox[0].body
    assert services.redeem_code(user, "transfer", code.code)
    assert not services.redeem_code(user, "transfer", code.code)


def test_other_purposes_have_another_text(user):
    services.send_code(user, "phone")
    assert "To go on, type:" in mail.outbox[0].body


def test_only_the_newest_code_works(user):
    with freeze_time("2030-01-01 12:00"):
        old = services.send_code(user, "transfer")
    with freeze_time("2030-01-01 12:01"):
        with mock.patch.object(OneTimeCode._meta.get_field("code"), "_get_default", lambda: "abcdef"):
            services.send_code(user, "transfer")
        assert not services.redeem_code(user, "transfer", old.code)
        assert not services.redeem_code(user, "other", "abcdef")
        assert services.redeem_code(user, "transfer", "abcdef")


def test_codes_get_old(user):
    with freeze_time("2030-01-01 12:00"):
        code = services.send_code(user, "transfer")
    with freeze_time("2030-01-01 12:11"):
        assert not services.redeem_code(user, "transfer", code.code)
        assert tasks.forget_old_codes.delay().get() == 1
    assert not OneTimeCode.objects.exists()


def test_nobody_without_address_gets_mail(user):
    user.email = ""
    assert services.send_password_reset(user) == 0
    assert mail.outbox == []


def reset_link():
    return re.search(r"https://ledger\.example(/users/reset/\S+)", mail.outbox[-1].body).group(1)


def test_password_reset(client, user):
    response = client.post("/users/forgot/", {"email": "Anna@ledger.example"})
    assert response.url == "/users/login/"
    link = reset_link()
    assert client.get(link).status_code == 200
    response = client.post(link, {"new_password1": "Tr0ub4dor&3x", "new_password2": "Tr0ub4dor&3x"})
    assert response.url == "/"
    user.refresh_from_db()
    assert user.check_password("Tr0ub4dor&3x")
    assert client.get(link).status_code == 404


def test_unknown_addresses_get_the_same_answer(client, db):
    assert client.post("/users/forgot/", {"email": "nobody@ledger.example"}).url == "/users/login/"
    assert mail.outbox == []


def test_the_mail_says_how_long_the_link_works(user):
    services.send_password_reset(user)
    assert "This link works for 2 days." in mail.outbox[0].body


@override_settings(PASSWORD_RESET_TIMEOUT_DAYS=1)
def test_the_mail_knows_one_day(user):
    services.send_password_reset(user)
    assert "This link works for 1 day." in mail.outbox[0].body


@pytest.mark.parametrize("days, works", [(1, True), (4, False)])
def test_reset_links_get_old(client, user, days, works):
    with freeze_time("2030-01-01 12:00"):
        tasks.mail_password_reset.delay(user.pk)
    with freeze_time(datetime.datetime(2030, 1, 1, 12) + datetime.timedelta(days=days)):
        assert client.get(reset_link()).status_code == (200 if works else 404)


def test_broken_links(user):
    assert services.user_for_reset("!!", "x") is None
    assert services.user_for_reset("OTk5", "x") is None


def test_mails_are_in_the_language_of_the_user(user):
    user.language = "de"
    with mock.patch("ledger.core.mail.render_to_string", side_effect=lambda *args: translation.get_language()):
        services.send_password_reset(user)
    assert mail.outbox[0].subject == "[Ledger] de"


class LoginPageTests(TestCase):
    def setUp(self):
        self.user = factories.UserFactory(email="anna@ledger.example")

    def test_page(self):
        response = self.client.get("/users/login/?next=/transfer/")
        self.assertContains(response, '<input type="hidden" name="next" value="/transfer/">', html=True)
        self.assertContains(response, 'href="/static/img/logo.svg"')

    def test_login(self):
        response = self.client.post("/users/login/", {"username": "ANNA@ledger.example", "password": "correct horse"})
        self.assertRedirects(response, "/")

    def test_wrong_password(self):
        response = self.client.post("/users/login/", {"username": "anna@ledger.example", "password": "x"})
        self.assertContains(response, "This address and password do not go together.")

    def test_logout(self):
        self.client.force_login(self.user, backend="ledger.users.backends.EmailBackend")
        self.client.get("/users/logout/")
        self.assertNotIn("_auth_user_id", self.client.session)


def test_profile_page(web, user):
    assert "May we write to you" in web.get("/users/profile/").content.decode()
    data = {"language": "en", "time_zone": "UTC", "marketing_opt_in": "3", "next": "/transfer/"}
    assert web.post("/users/profile/", data).url == "/transfer/"
    user.refresh_from_db()
    assert user.marketing_opt_in is False
    assert "May we write to you" not in web.get("/users/profile/").content.decode()


def test_profile_does_not_redirect_away(web):
    data = {"language": "en", "time_zone": "UTC", "next": "https://evil.example/"}
    assert web.post("/users/profile/", data).url == "/users/profile/"


def test_a_code_by_script_only(web, user):
    assert web.post("/users/code/").status_code == 400
    response = web.post("/users/code/", {"purpose": "phone"}, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert response.json()["sent_to"] == user.email
    assert OneTimeCode.objects.get().purpose == "phone"


def test_times_are_in_the_zone_of_the_user(web, user):
    user.time_zone = "Asia/Tokyo"
    user.save()
    seen = []

    def static(path):
        seen.append(str(timezone.get_current_timezone()))
        return path

    with mock.patch("ledger.core.context_processors.static", static):
        web.get("/users/profile/")
    assert set(seen) == {"Asia/Tokyo"}
    assert str(timezone.get_current_timezone()) == "UTC"
