import io
from unittest import mock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import RequestFactory, SimpleTestCase

from ledger.accounts.models import Account, Transaction
from ledger.core import caching, compat, http, introspection, references
from ledger.core.admin import flag_icon
from ledger.core.commands import LoggedCommand
from ledger.core.decorators import ajax_required, back_office_required
from ledger.core.middleware import NoStoreMiddleware, RequestIdMiddleware
from ledger.core.pagination import page_of


class ReferenceTests(SimpleTestCase):
    def test_reference_can_be_read_out(self):
        reference = references.new_reference()
        self.assertEqual(len(reference), 12)
        self.assertLessEqual(set(reference), set(references.ALPHABET))

    def test_secrets_differ(self):
        self.assertNotEqual(references.new_secret(), references.new_secret())
        self.assertEqual(len(references.new_secret()), 12)

    def test_one_time_code_is_six_digits(self):
        self.assertRegex(references.new_one_time_code(), r"\A[0-9]{6}\Z")

    def test_account_number_has_valid_check_digits(self):
        self.assertTrue(references.is_account_number(references.new_account_number()))

    def test_known_check_digits(self):
        with mock.patch("ledger.core.references.get_random_string", return_value="000000000001"):
            number = references.new_account_number()
        self.assertTrue(references.is_account_number(number))
        self.assertFalse(references.is_account_number(number[:-1] + "2"))

    def test_account_numbers_may_have_spaces(self):
        number = references.new_account_number().lower()
        self.assertTrue(references.is_account_number(number[:4] + " " + number[4:]))

    def test_what_is_no_account_number(self):
        for text in ("", "LG", "DE44500105175407324931", "LG12ABCDEFGHIJKL"):
            self.assertFalse(references.is_account_number(text), text)


class NextUrlTests(SimpleTestCase):
    def request(self, next, **extra):
        return RequestFactory(HTTP_HOST="ledger.test").get("/", {"next": next}, **extra)

    def test_own_address(self):
        self.assertEqual(http.next_url(self.request("/transfer/"), "/home/"), "/transfer/")

    def test_foreign_address(self):
        for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
            self.assertEqual(http.next_url(self.request(target), "/home/"), "/home/", target)

    def test_no_way_back_to_http(self):
        request = self.request("http://ledger.test/x/", **{"wsgi.url_scheme": "https"})
        self.assertEqual(http.next_url(request, "/home/"), "/home/")

    def test_redirect(self):
        response = http.redirect_next(self.request("/x/"), "/home/")
        self.assertEqual((response.status_code, response["Location"]), (302, "/x/"))

    @mock.patch("ledger.core.http.is_safe_url", return_value=True)
    def test_the_decision_is_left_to_django(self, is_safe):
        self.assertEqual(http.next_url(self.request("https://partner.example/"), "/"), "https://partner.example/")
        self.assertEqual(is_safe.call_args[1]["allowed_hosts"], {"ledger.test"})


def test_attachment_names_survive():
    response = http.attachment("x", "Auszug März/1.csv", "text/csv")
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''Auszug%20M%C3%A4rz%2F1.csv"
    assert response._headers["content-type"][1] == "text/csv"


def ok(request):
    return HttpResponse("ok")


class MiddlewareTests(SimpleTestCase):
    def run_middleware(self, middleware, response=None, **extra):
        request = RequestFactory().get("/", **extra)
        instance = middleware(lambda request: response or ok(request))
        return request, instance(request)

    def test_a_request_gets_an_id(self):
        request, response = self.run_middleware(RequestIdMiddleware)
        self.assertTrue(request.request_id)
        self.assertEqual(response["X-Request-ID"], request.request_id)
        self.assertEqual(request.request_id, request.request_id.lower())

    def test_a_given_id_is_kept(self):
        request, response = self.run_middleware(RequestIdMiddleware, HTTP_X_REQUEST_ID="abc-123")
        self.assertEqual(response["X-Request-ID"], "abc-123")

    def test_a_strange_id_is_not_kept(self):
        for given in ("a b", "x" * 65, "<script>"):
            request, response = self.run_middleware(RequestIdMiddleware, HTTP_X_REQUEST_ID=given)
            self.assertNotEqual(response["X-Request-ID"], given)

    def test_pages_are_not_stored(self):
        _, response = self.run_middleware(NoStoreMiddleware)
        self.assertIn("no-store", response["Cache-Control"])
        self.assertIn("private", response["Cache-Control"])

    def test_public_types_are_left_alone(self):
        _, response = self.run_middleware(NoStoreMiddleware, HttpResponse("a", content_type="text/css"))
        self.assertFalse("cache-control" in response._headers)

    def test_a_view_may_decide_itself(self):
        decided = HttpResponse("a")
        decided["Cache-Control"] = "max-age=5"
        _, response = self.run_middleware(NoStoreMiddleware, decided)
        self.assertEqual(response._headers["cache-control"][1], "max-age=5")


class DecoratorTests(SimpleTestCase):
    def test_ajax_required(self):
        view = ajax_required(ok)
        self.assertEqual(view(RequestFactory().get("/")).status_code, 400)
        request = RequestFactory().get("/", HTTP_X_REQUESTED_WITH="XMLHttpRequest")
        self.assertEqual(view(request).status_code, 200)

    def test_the_name_of_the_view_is_kept(self):
        self.assertEqual(ajax_required(ok).__name__, "ok")
        self.assertEqual(back_office_required(ok).__name__, "ok")

    def test_strangers_have_no_business_in_the_back_office(self):
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        with self.assertRaises(PermissionDenied):
            back_office_required(ok)(request)


class CachingTests(SimpleTestCase):
    def test_key_is_printable(self):
        self.assertEqual(caching.cache_key("balance", 7, "a b/ü"), "balance:7:a%20b%2F%C3%BC")

    def test_bytes_are_text(self):
        self.assertEqual(caching.cache_key(b"abc"), caching.cache_key("abc"))

    def test_long_keys_are_hashed(self):
        first, second = caching.cache_key("x" * 300), caching.cache_key("x" * 301)
        self.assertLessEqual(len(first), 200)
        self.assertNotEqual(first, second)

    def test_remember_and_forget(self):
        producer = mock.Mock(side_effect=[1, 2])
        self.assertEqual([caching.remember(("k",), producer) for _ in range(3)], [1, 1, 1])
        caching.forget("k")
        self.assertEqual(caching.remember(("k",), producer), 2)
        self.assertEqual(producer.call_count, 2)

    def test_zero_is_a_value(self):
        cache.set(caching.cache_key("zero"), 0)
        self.assertEqual(caching.remember(("zero",), lambda: 1), 0)

    def test_currency_digits_are_computed_once(self):
        caching.currency_digits.cache_clear()
        self.assertEqual([caching.currency_digits(c) for c in ("EUR", "JPY", "EUR")], [2, 0, 2])
        self.assertEqual(caching.currency_digits.cache_info().hits, 1)


class CompatTests(SimpleTestCase):
    def test_everything_promised_is_there(self):
        for name in compat.__all__:
            self.assertTrue(hasattr(compat, name), name)

    def test_quoting_there_and_back(self):
        self.assertEqual(compat.urlunquote(compat.urlquote("ä/b c")), "ä/b c")


class IntrospectionTests(SimpleTestCase):
    allow_database_queries = True

    def test_has_field(self):
        self.assertTrue(introspection.has_field(Account, "number"))
        self.assertFalse(introspection.has_field(Account, "colour"))

    def test_verbose_name_through_relations(self):
        self.assertEqual(introspection.verbose_name(Account, "owner__email"), "email address")
        self.assertEqual(introspection.verbose_name(Account, "owner__shoe_size"), "shoe size")

    def test_explain_sql(self):
        self.assertIn("SELECT", introspection.explain_sql(Transaction.objects.all()))
        self.assertEqual(introspection.explain_sql(Transaction.objects.filter(pk__in=[])), "")

    def test_queries_are_allowed_here(self):
        self.assertFalse(Account.objects.filter(number="nobody has this").exists())


def test_flag_icon():
    assert flag_icon(True) == '<img src="/static/admin/img/icon-yes.svg" alt="True">'
    assert "icon-unknown.svg" in flag_icon(None)


@pytest.mark.parametrize("number, expected", [(1, 1), ("2", 2), ("x", 1), (99, 2)])
def test_page_of(number, expected):
    assert page_of(list(range(30)), number, per_page=15).number == expected


def test_page_of_keeps_orphans():
    assert page_of(list(range(17)), 1, per_page=15).paginator.num_pages == 1


class CountingCommand(LoggedCommand):
    def __init__(self, count=0):
        super().__init__()
        self.count = count

    def run(self, **options):
        return self.count


@pytest.mark.parametrize("count, text", [(1, "1 item done\n"), (3, "3 items done\n"), (None, "0 items done\n")])
def test_logged_command_says_what_it_did(count, text):
    out = io.StringIO()
    call_command(CountingCommand(count), stdout=out)
    assert out.getvalue() == text


def test_logged_command_can_be_silent():
    out = io.StringIO()
    call_command(CountingCommand(), stdout=out, verbosity=0)
    assert out.getvalue() == ""


def test_logged_commands_do_not_run_the_checks_again(capsys):
    with mock.patch("django.core.management.base.BaseCommand.check") as check:
        CountingCommand(2).run_from_argv(["manage.py", "counting"])
    assert not check.called
    assert capsys.readouterr().out == "2 items done\n"


@pytest.mark.django_db
def test_seed_demo():
    call_command("seed_demo", email="demo@ledger.example", stdout=io.StringIO())
    names = Account.objects.filter(owner__email="demo@ledger.example").values_list("name", flat=True)
    assert sorted(names) == ["Current account", "Savings"]
    with pytest.raises(CommandError):
        call_command("seed_demo", email="demo@ledger.example", stdout=io.StringIO())


@pytest.mark.django_db
def test_json_field_roundtrip():
    account = Account.objects.create(name="x", metadata={"limit": 5, "tags": ["a"]})
    account.refresh_from_db()
    assert account.metadata == {"limit": 5, "tags": ["a"]}


def test_json_field_refuses_other_text():
    field = Account._meta.get_field("metadata")
    assert field.to_python('{"a": 1}') == {"a": 1}
    with pytest.raises(ValidationError):
        field.to_python("{a")


@pytest.mark.django_db
def test_health(client):
    response = client.get("/healthz/")
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_robots(client):
    response = client.get("/robots.txt")
    assert response._headers["content-type"][1] == "text/plain"
    assert "Disallow: /admin/" in response.content.decode()
    assert response["Cache-Control"] == "public, max-age=86400"


@pytest.mark.django_db
def test_system_checks():
    out = io.StringIO()
    call_command("check", stdout=out, stderr=out)
    assert "no issues" in out.getvalue()
