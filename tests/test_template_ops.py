"""The ops on templates: what they change, and the places they leave alone because a change might be wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from django_hop.model import SAFE, Codemod, Edit, Finding, Hop
from django_hop.ops.base import TemplateOp
from django_hop.ops.template_finds import FindFilter, FindTag, FindTemplate, FindText, FindVariable
from django_hop.ops.templates import (
    DropFilter,
    IfEqual,
    LoadLibrary,
    MoveFilterLast,
    RenameFilter,
    RenameTag,
    RenameVariable,
    ReplaceFilterUse,
)
from django_hop.project.index import Project
from django_hop.rewrite.source import splice
from django_hop.rewrite.template import TemplateSurface

HOP = Hop("2.2", "3.2")
STATIC = LoadLibrary({"staticfiles": "static", "admin_static": "static"})
TRANS = RenameTag({"trans": "translate", "blocktrans": "blocktranslate", "endblocktrans": "endblocktranslate"}, library="i18n")
LENGTH_IS = ReplaceFilterUse("length_is", "length", "use length")
ESCAPE = MoveFilterLast("escape", frozenset({"upper", "lower", "cut"}), "look at it")


def run(
    op: TemplateOp, text: str, path: str = "shop/templates/a.html", tree: Mapping[str, bytes] | None = None
) -> tuple[str, list[Finding]]:
    """The text after the op, with the findings that are not fixed; the change passes the surface's own check and comes to rest."""
    surface = TemplateSurface()
    codemod = Codemod("op", "Op", None, (op,), SAFE, "1.11")
    project = Project(tree or {})
    document = surface.parse(path, text.encode())
    said = surface.run(document, codemod, HOP, project)
    edits = [one for one in said if isinstance(one, Edit)]
    assert bool(edits) == any(isinstance(one, Finding) and one.fixed for one in said)
    after = surface.parse(path, splice(document.source.text, edits).encode())
    assert surface.fault(document, after) is None
    assert not [one for one in surface.run(after, codemod, HOP, project) if isinstance(one, Edit)]
    return after.source.text, [one for one in said if isinstance(one, Finding) and not one.fixed]


def unchanged(op: TemplateOp, text: str, path: str = "shop/templates/a.html", tree: Mapping[str, bytes] | None = None) -> None:
    assert run(op, text, path, tree) == (text, [])


def reported(op: TemplateOp, text: str, tree: Mapping[str, bytes] | None = None, path: str = "shop/templates/a.html") -> list[Finding]:
    after, findings = run(op, text, path, tree)
    assert after == text
    assert findings
    return findings


# -- {% load %} --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{% load staticfiles %}", "{% load static %}"),
        ("{%load  i18n   staticfiles%}", "{%load  i18n   static%}"),
        ("{% load staticfiles i18n admin_static %}", "{% load static i18n %}"),
        ("{% load static i18n staticfiles %}", "{% load static i18n %}"),
        ("{% load admin_static static %}", "{% load static %}"),
        ("{% load static from staticfiles %}", "{% load static from static %}"),
        ("{% load static %}\n{% load staticfiles %}\n<p>", "{% load static %}\n<p>"),
        ("{% load static %}\r\n  {% load staticfiles %}\r\n<p>", "{% load static %}\r\n<p>"),
        ("{% load static %}{% load staticfiles %}<p>", "{% load static %}<p>"),
        ("{% load static %} {% load staticfiles %}\n<p>", "{% load static %}\n<p>"),
        ("{% load static %}\n{% load staticfiles i18n %}\n", "{% load static %}\n{% load i18n %}\n"),
        ("{% load staticfiles %}\n{% load admin_static %}\n", "{% load static %}\n"),
        ("{% load static from static %}\n{% load staticfiles %}", "{% load static from static %}\n{% load static %}"),
    ],
)
def test_load_changes_the_library_and_drops_doubles(before: str, after: str) -> None:
    assert run(STATIC, before) == (after, [])


def test_load_twice_in_a_mail_keeps_its_line_since_the_empty_line_would_be_seen() -> None:
    before = "{% load static %}\n{% load staticfiles %}\nHello"
    assert run(STATIC, before, "templates/mail.txt") == ("{% load static %}\n{% load static %}\nHello", [])


@pytest.mark.parametrize(
    "text",
    [
        "{% load static %}",
        "{% load static %}{% load static %}",
        "{% load staticfiles_extra %}",
        "{# {% load staticfiles %} #}",
        "{% comment %}{% load staticfiles %}{% endcomment %}",
        "{% verbatim %}{% load staticfiles %}{% endverbatim %}",
        "{% staticfiles %}{{ staticfiles }}",
        "{% load staticfiles from other %}",
        "{%- load staticfiles %}",
        "load staticfiles",
    ],
)
def test_load_leaves_alone(text: str) -> None:
    unchanged(STATIC, text)


def test_load_of_a_library_that_the_project_defines_itself_is_for_a_person() -> None:
    (finding,) = reported(STATIC, "{% load i18n staticfiles %}", {"shop/templatetags/staticfiles.py": b""})
    assert (finding.line, finding.column) == (1, 14)
    reported(STATIC, "{% load staticfiles %}", {"shop/templatetags/static.py": b""})


def test_load_keeps_a_double_behind_a_library_that_defines_static_itself() -> None:
    tree = {"shop/templatetags/cdn.py": b"@register.simple_tag\ndef static(path): ...\n"}
    assert run(STATIC, "{% load static cdn staticfiles %}", tree={**tree, "settings.py": b""})[0] == "{% load static cdn static %}"


def test_djangos_own_sources_in_the_tree_are_not_the_projects() -> None:
    tree = {"vendor/django/contrib/staticfiles/templatetags/staticfiles.py": b"", "vendor/django/templatetags/static.py": b""}
    assert run(STATIC, "{% load staticfiles %}", tree=tree)[0] == "{% load static %}"


# -- {% ifequal %} -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{% ifequal a b %}x{% endifequal %}", "{% if a == b %}x{% endif %}"),
        ('{% ifnotequal kind "a b" %}x{% else %}y{% endifnotequal %}', '{% if kind != "a b" %}x{% else %}y{% endif %}'),
        ("{%ifequal  a   b%}{%  endifequal  %}", "{%if  a ==   b%}{%  endif  %}"),
        ('{% ifequal a|default:"x y" _("b c") %}{% endifequal %}', '{% if a|default:"x y" == _("b c") %}{% endif %}'),
        (
            "{% ifequal a 1 %}{% ifnotequal b 2 %}{% if c %}{% endif %}{% endifnotequal %}{% endifequal %}",
            "{% if a == 1 %}{% if b != 2 %}{% if c %}{% endif %}{% endif %}{% endif %}",
        ),
        ("é {% ifequal a b %}\r\n{% endifequal %}\r\n", "é {% if a == b %}\r\n{% endif %}\r\n"),
    ],
)
def test_ifequal_becomes_if(before: str, after: str) -> None:
    assert run(IfEqual(), before) == (after, [])


@pytest.mark.parametrize(
    "text",
    [
        "{% verbatim %}{% ifequal a b %}{% endifequal %}{% endverbatim %}",
        "{% comment %}{% ifequal a b %}{% endifequal %}{% endcomment %}",
        "{# {% ifequal a b %} #}",
        "{{ ifequal }}",
        "{% set x = 1 %}{% ifequal a b %}{% endifequal %}",
        "{% ifequal a b %}{# django-hop: skip #}\n{% endifequal %}",
        "{% ifequal a b %}\n{% endifequal %}{# django-hop: skip=op #}",
    ],
)
def test_ifequal_leaves_alone(text: str) -> None:
    unchanged(IfEqual(), text)


@pytest.mark.parametrize(
    "library",
    [
        b"@register.tag\ndef ifequal(parser, token): ...",
        b"@register.tag('ifequal')\ndef compare(parser, token): ...",
        b"@register.simple_block_tag(name='ifequal')\ndef compare(content): ...",
        b"register.tag('ifequal', compare)",
        b"register.tag(ifequal)",
        b"for name in ['ifequal']:\n    register.tag(name, compare)",
        b"this does not parse: ifequal",
    ],
)
def test_a_tag_library_of_the_project_keeps_its_own_ifequal(library: bytes) -> None:
    text = "{% load compare %}{% ifequal a b %}{% endifequal %}"
    tree = {"shop/templatetags/compare.py": library}
    unchanged(IfEqual(), text, tree=tree)
    assert run(IfEqual(), text.replace("load compare", "load other"), tree=tree)[0].count("ifequal") == 0


@pytest.mark.parametrize(
    "library",
    [
        b"# like ifequal",
        b"@register.filter\ndef ifequal(a, b): ...",
        b"def ifequal(): ...\nregister.tag('other', ifequal)",
        b"objects.tag('ifequal')",
    ],
)
def test_a_tag_library_that_only_speaks_of_ifequal_does_not_define_it(library: bytes) -> None:
    before = "{% load compare %}{% ifequal a b %}{% endifequal %}"
    assert run(IfEqual(), before, tree={"shop/templatetags/compare.py": library})[0] == "{% load compare %}{% if a == b %}{% endif %}"


def test_a_builtin_library_of_the_setting_counts_in_every_template() -> None:
    tree = {
        "settings.py": b'TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", '
        b'"OPTIONS": {"builtins": ["shop.tags"]}}]',
        "shop/tags.py": b"@register.tag\ndef ifequal(parser, token): ...",
    }
    unchanged(IfEqual(), "{% ifequal a b %}{% endifequal %}", tree=tree)


@pytest.mark.parametrize(
    "text",
    [
        "{% ifequal a not %}{% endifequal %}",
        "{% ifequal a %}{% endifequal %}",
        "{% ifequal a b c %}{% endifequal %}",
        "{% ifequal a b %}",
        "{% endifequal %}{% ifequal a b %}{% endifequal %}",
        "{% ifequal a b %}{% endifnotequal %}",
        "{% ifequal a b %}{% if x %}{% endifequal %}{% endif %}",
    ],
)
def test_ifequal_that_cannot_be_an_if_is_reported(text: str) -> None:
    reported(IfEqual(), text)


def test_one_pair_that_must_stay_does_not_stop_the_others() -> None:
    after, findings = run(IfEqual(), "{% ifequal a is %}{% endifequal %}\n{% ifequal a b %}{% endifequal %}")
    assert after == "{% ifequal a is %}{% endifequal %}\n{% if a == b %}{% endif %}"
    assert [finding.line for finding in findings] == [1]


# -- tags and filters ----------------------------------------------------------------------------------------------------


def test_rename_of_tags_of_a_library_with_what_picks_them_from_it() -> None:
    before = "{% load trans blocktrans from i18n %}{% trans 'a' %}{% blocktrans with a=b %}{% plural %}{% endblocktrans %}"
    after = (
        "{% load translate blocktranslate from i18n %}{% translate 'a' %}{% blocktranslate with a=b %}{% plural %}{% endblocktranslate %}"
    )
    assert run(TRANS, before) == (after, [])


@pytest.mark.parametrize("text", ["{% trans 'a' %}", "{% load i18n_extra %}{% trans 'a' %}", "{% load i18n %}{{ trans }}{% x trans %}"])
def test_rename_of_tags_leaves_alone(text: str) -> None:
    unchanged(TRANS, text)


def test_rename_of_tags_stops_at_a_library_of_the_project() -> None:
    text = "{% load i18n ours %}{% trans 'a' %}"
    unchanged(TRANS, text, tree={"shop/templatetags/ours.py": b"@register.simple_tag\ndef trans(a): ..."})


def test_rename_and_drop_of_filters() -> None:
    text = '{{ a|old:"x"|b }}{% if c|old %}{% include d with e=f|old %}{% filter old|b %}{% endfilter %}{{ old }}{{ a.old }}{{ "|old" }}'
    assert run(RenameFilter("old", "new"), text)[0].count("new") == 4
    after, findings = run(DropFilter("old"), text)
    assert after.startswith("{{ a|b }}{% if c %}{% include d with e=f %}{% filter old|b %}")
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{% if a|length_is:3 %}{% endif %}", "{% if a|length == 3 %}{% endif %}"),
        ('{% if a|length_is:"3" %}{% endif %}', "{% if a|length == 3 %}{% endif %}"),
        ("{% if not a.b|dictsort:'x'|length_is:1 and c %}{% endif %}", "{% if not a.b|dictsort:'x'|length == 1 and c %}{% endif %}"),
        ("{% if c %}{% elif d or a|length_is:1 %}{% endif %}", "{% if c %}{% elif d or a|length == 1 %}{% endif %}"),
    ],
)
def test_length_is_becomes_a_comparison_in_if(before: str, after: str) -> None:
    assert run(LENGTH_IS, before) == (after, [])


@pytest.mark.parametrize(
    "text",
    [
        "{{ a|length_is:3 }}",
        "{% if a|length_is:n %}{% endif %}",
        "{% if a|length_is:0 %}{% endif %}",
        "{% if a|length_is:3|yesno %}{% endif %}",
        "{% if a|length_is:3 == b %}{% endif %}",
        "{% if b == a|length_is:3 %}{% endif %}",
        "{% with x=a|length_is:3 %}{% endwith %}",
    ],
)
def test_length_is_elsewhere_is_reported(text: str) -> None:
    reported(LENGTH_IS, text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{{ a|escape|upper }}", "{{ a|upper|escape }}"),
        ('{{ a | escape | cut:" " | upper }}', '{{ a | cut:" " | upper | escape }}'),
        ("{{ a|escape|upper|escape }}", "{{ a|upper|escape }}"),
        ("{% with x=a|escape|lower %}{% endwith %}", "{% with x=a|lower|escape %}{% endwith %}"),
    ],
)
def test_escape_moves_to_the_end(before: str, after: str) -> None:
    assert run(ESCAPE, before) == (after, [])


@pytest.mark.parametrize("text", ["{{ a|escape }}", "{{ a|upper|escape }}", "{{ a|force_escape|upper }}", "{{ escape|upper }}"])
def test_escape_that_stands_last_stays(text: str) -> None:
    unchanged(ESCAPE, text)


@pytest.mark.parametrize("text", ["{{ a|escape|safe }}", "{{ a|escape|ours }}", "{{ a|escape|upper|linebreaks }}"])
def test_escape_before_filters_that_make_html_is_reported(text: str) -> None:
    reported(ESCAPE, text)


# -- variables and findings --------------------------------------------------------------------------------------------

WRAP = RenameVariable("wrap_label", "widget.wrap_label", ("django/forms/widgets/input_option.html",))
WIDGET = "shop/templates/django/forms/widgets/input_option.html"


def test_rename_of_a_variable_in_the_template_that_gets_it() -> None:
    before = "{% if wrap_label %}<label>{{ wrap_label|yesno }}{% include x with y=wrap_label %}{% endif %}"
    assert run(WRAP, before, WIDGET)[0] == before.replace("wrap_label", "widget.wrap_label")


@pytest.mark.parametrize("text", ["{{ widget.wrap_label }}", "{{ wrap_labels }}", "{# wrap_label #}", "wrap_label", "{{ 'wrap_label' }}"])
def test_rename_of_a_variable_leaves_alone(text: str) -> None:
    unchanged(WRAP, text, WIDGET)
    unchanged(WRAP, "{{ wrap_label }}", "shop/templates/shop/input_option.html")


@pytest.mark.parametrize(
    "text", ["{% with wrap_label=1 %}{{ wrap_label }}{% endwith %}", "{% for a, wrap_label in b %}{{ wrap_label }}{% endfor %}"]
)
def test_a_variable_that_the_template_sets_itself_is_reported(text: str) -> None:
    reported(WRAP, text, path=WIDGET)


def test_find_tag_filter_variable_and_text() -> None:
    text = "{% load x %}\n{% old a %}{{ b|old:'f' }}{% if view.request.is_ajax and c.is_ajax %}{% endif %}\n<i class='old'>{# old #}"
    assert [(one.line, one.column) for one in reported(FindTag(("old",), "m"), text)] == [(2, 1)]
    with_f = FindFilter(("old",), "m", when=lambda site, use: use.argument == "'f'")
    assert [(one.line, one.column) for one in reported(with_f, text)] == [(2, 17)]
    assert len(reported(FindVariable(("request.is_ajax",), "m"), text)) == 1
    assert [one.line for one in reported(FindText("class='old'", ("class", "old"), "m"), text)] == [3]


@pytest.mark.parametrize(
    "op",
    [
        FindTag(("old",), "m"),
        FindFilter(("old",), "m"),
        FindVariable(("request.is_ajax",), "m"),
        FindFilter(("date",), "m", when=lambda site, use: use.argument == "x"),
        FindText("old=", ("old",), "m", paths=r"\.svg$"),
    ],
)
def test_find_nothing(op: TemplateOp) -> None:
    unchanged(op, "{# {% old %} #}{% comment %}{% old %}{{ a|old }}{% endcomment %}{{ old }}{{ request.is_ajaxed }}{{ a|date:'y' }}old=")


def test_find_a_template_by_its_path() -> None:
    op = FindTemplate(r"(^|/)admin/\w+/actions\.html$", "m")
    assert reported(op, "<p>", path="shop/templates/admin/auth/actions.html")
    unchanged(op, "<p>", "shop/templates/admin/actions.html")


def test_a_text_op_may_look_at_jinja_and_scripts() -> None:
    op = FindText("row1", ("row1",), "m", any_file=True)
    assert reported(op, "{%- if a %}row1{% endif %}") and reported(op, ".row1 {}", path="static/a.css")
    unchanged(FindText("row1", ("row1",), "m"), "{%- if a %}row1{% endif %}")


def test_a_change_that_breaks_a_pair_of_tags_is_refused() -> None:
    surface = TemplateSurface()
    before = surface.parse("a.html", b"{% if a %}{% endif %}")
    assert surface.fault(before, surface.parse("a.html", b"{% if a %}{% endfor %}"))
    assert surface.fault(before, surface.parse("a.html", b"{% if a %}{% endif %}{% x %}"))
    assert surface.fault(before, surface.parse("a.html", b"{% if b %}{% endif %}")) is None
    assert surface.fault(before, surface.parse("a.html", b"{% if a %}{% csrf_token %}{% endif %}")) is None
