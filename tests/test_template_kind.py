"""Which files are Django templates, which are Jinja's, and which are neither."""

from __future__ import annotations

import pytest

from django_hop.project.templates import template_facts, template_kind

DJANGO = "{% extends 'base.html' %}{{ a|upper }}"


@pytest.mark.parametrize(
    "path",
    [
        "shop/templates/shop/list.html",
        "templates/mail/welcome.txt",
        "templates/mail/welcome.eml",
        "templates/feed.xml",
        "templates/app.js",
        "templates/mail/subject",
        "backend/shop/templates/registration/password_reset_subject.txt",
    ],
)
def test_a_file_in_a_templates_folder_is_djangos(path: str) -> None:
    assert template_kind(path, DJANGO, {}) == "django"


@pytest.mark.parametrize(
    "path",
    [
        "shop/jinja2/shop/list.html",
        "templates/jinja2/list.html",
        "templates/list.jinja",
        "templates/list.html.j2",
        "templates/list.jinja2",
    ],
)
def test_folders_and_suffixes_of_jinja(path: str) -> None:
    assert template_kind(path, DJANGO, {}) == "jinja"


@pytest.mark.parametrize(
    "text",
    [
        "{%- if a %}{% endif %}",
        "{% if a -%}{% endif %}",
        "{{- a }}",
        "{{ a -}}",
        "{% set a = 1 %}",
        "{% macro input(name) %}{% endmacro %}",
        "{% import 'forms.html' as forms %}",
        "{% from 'forms.html' import input %}",
        "{{ super() }}",
        "{{ url('home') }}",
        "{{ a[0] }}",
        "{% if user.is_staff() %}{% endif %}",
        "{% for x in range(3) %}{% endfor %}",
        "{{ 'a' ~ b }}",
        "{{ a ~ b }}",
    ],
)
def test_syntax_that_django_does_not_have_is_jinja(text: str) -> None:
    assert template_kind("templates/a.html", text, {}) == "jinja"


@pytest.mark.parametrize(
    "text",
    [
        '{{ _("a (b)") }}',
        '{{ a|default:"(none)" }}',
        "{% if a|length > 0 %}-%}{% endif %}",
        "{% load macros %}{% macro a %}{% endmacro %}",
        "{% verbatim %}{{ vue() }}{% endverbatim %}",
        "{% comment %}{{ super() }}{%- x %}{% endcomment %}",
        "{% blocktrans %}x{% endblocktrans %}",
        "<script>f({{ a }})</script>",
    ],
)
def test_syntax_that_only_looks_like_jinja(text: str) -> None:
    assert template_kind("templates/a.html", text, {}) == "django"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("{{cookiecutter.name}}/templates/a.html", DJANGO),
        ("ansible/roles/web/templates/index.html", DJANGO),
        ("charts/web/templates/notes.txt", "{{ .Values.a }}"),
        ("charts/web/templates/service.yaml", "{% load x %}"),
        ("frontend/src/app.component.html", "<p>{{ title }}</p>"),
        ("static/js/row.html", "{{#each rows}}{{ name }}{{/each}}"),
        ("docs/intro.txt", "{% load staticfiles %}"),
        ("templates/build.py", "{% load x %}"),
        ("templates/deploy.yaml", "{% load x %}"),
        ("templates/nginx.conf", "{{ port }}"),
        ("docs/ref/templates/builtins.txt", "{% load staticfiles %}"),
        ("docs/page.html", "{% if a %}{% endif %}"),
    ],
)
def test_neither(path: str, text: str) -> None:
    assert template_kind(path, text, {}) is None


@pytest.mark.parametrize("text", ["{% load i18n %}", "{% csrf_token %}", "{% url 'home' %}", "{% ifequal a b %}{% endifequal %}"])
def test_html_elsewhere_counts_if_a_tag_is_djangos_alone(text: str) -> None:
    assert template_kind("shop/html/list.html", text, {}) == "django"


@pytest.mark.parametrize(
    "dirs",
    [
        '[os.path.join(BASE_DIR, "frontend", "html")]',
        '[BASE_DIR / "frontend" / "html"]',
        '[BASE_DIR + "/frontend/html"]',
        "[HTML]",
        '["../frontend/html/"]',
    ],
)
def test_folders_of_the_templates_setting(dirs: str) -> None:
    settings = f"""
HTML = os.path.join(BASE_DIR, "frontend/html")
TEMPLATES = [{{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": {dirs}}}]
""".encode()
    tree = {"config/settings/base.py": settings}
    assert template_kind("frontend/html/list.txt", DJANGO, tree) == "django"
    assert template_kind("frontend/other/list.txt", DJANGO, tree) is None


def test_folders_of_a_jinja_backend() -> None:
    tree = {"settings.py": b'TEMPLATES = [{"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [root("pages")]}]'}
    assert template_kind("pages/templates/list.html", DJANGO, tree) == "jinja"


def test_the_old_setting_and_a_settings_file_that_does_not_parse() -> None:
    tree = {"old.py": b'TEMPLATE_DIRS = (here("html"),)', "broken.py": b"TEMPLATES = [DIRS"}
    assert template_facts(tree).django_folders == {"html"}


def test_libraries_of_the_project_by_folder_and_by_setting() -> None:
    tree = {
        "shop/templatetags/__init__.py": b"",
        "shop/templatetags/prices.py": b"",
        "shop/templatetags/more/deep.py": b"",
        "shop/tags.py": b"",
        "shop/always.py": b"",
        "settings.py": b'TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": '
        b'{"libraries": {"x": "shop.tags"}, "builtins": ["shop.always", "django.templatetags.static"]}}]',
    }
    facts = template_facts(tree)
    assert facts.libraries == {
        "prices": ("shop/templatetags/prices.py",),
        "more.deep": ("shop/templatetags/more/deep.py",),
        "x": ("shop/tags.py",),
    }
    assert facts.builtins == ("shop/always.py",)
