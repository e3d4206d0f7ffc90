"""Django's template syntax as tokens: what is a tag, what is only text, and where everything stands."""

from __future__ import annotations

import pytest

from django_hop.rewrite.template_lexer import Kind, loads, parse_expression, split, tokenize


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind.value, token.source) for token in tokenize(text)]


def test_all_four_kinds_with_their_places() -> None:
    tokens = tokenize("a\n {% if x %}{{ y }}{# z #}")
    assert [(token.kind, token.line, token.column) for token in tokens] == [
        (Kind.TEXT, 1, 1),
        (Kind.TAG, 2, 2),
        (Kind.VARIABLE, 2, 12),
        (Kind.COMMENT, 2, 19),
    ]
    assert [token.content for token in tokens] == ["a\n ", "if x", "y", "z"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no template at all {",
        "{% if a\n%}",
        "{%",
        "{{ {{ }} }}",
        "{# {% if x %} #}",
        "\ufeff{% load a %}\r\n{{ b }}\r{% c %}\x0c",
        "{%%}{{}}{##}",
        "{% verbatim %}{% if %}",
        "{% comment %}",
        '{{ "%}" }}{% x "}}" %}',
    ],
)
def test_the_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token.source for token in tokenize(text)) == text


@pytest.mark.parametrize("text", ["{% if\n a %}", "{% if\r\n a %}", "{% if\r a %}", "{{ a\n}}"])
def test_a_tag_that_spans_lines_is_text_as_for_django(text: str) -> None:
    assert [kind for kind, _ in kinds(text)] == ["text"]


def test_verbatim_makes_text_of_tags() -> None:
    assert kinds("{% verbatim %}{% if x %}{{ y }}{% endverbatim %}{{ z }}") == [
        ("tag", "{% verbatim %}"),
        ("text", "{% if x %}{{ y }}"),
        ("tag", "{% endverbatim %}"),
        ("variable", "{{ z }}"),
    ]


def test_a_named_verbatim_ends_at_its_own_end_only() -> None:
    assert [source for kind, source in kinds("{% verbatim a %}{% endverbatim %}{% endverbatim a %}{% b %}") if kind == "tag"] == [
        "{% verbatim a %}",
        "{% endverbatim a %}",
        "{% b %}",
    ]


def test_a_tag_whose_name_begins_like_verbatim_is_an_ordinary_tag() -> None:
    assert [kind for kind, _ in kinds("{% verbatimly %}{{ a }}")] == ["tag", "variable"]


def test_inside_a_comment_tag_nothing_lives() -> None:
    tokens = tokenize('{% comment "old" %}{% load x %}{% if a %}{{ b }}{% endcomment %}{% load y %}')
    assert [token.content for token in tokens if token.live] == ['comment "old"', "endcomment", "load y"]
    assert [load.libraries[0].text for load in loads(tokens)] == ["y"]


def test_an_end_of_comment_inside_verbatim_does_not_end_the_comment() -> None:
    tokens = tokenize("{% comment %}{% verbatim %}{% endcomment %}{% endverbatim %}{% a %}{% endcomment %}{% b %}")
    assert [token.content for token in tokens if token.live and token.kind is Kind.TAG] == ["comment", "endcomment", "b"]


@pytest.mark.parametrize(
    ("content", "pieces"),
    [
        ("if a  ==\tb", ["if", "a", "==", "b"]),
        ("url 'a b' x=\"c d\"|add:'e f'", ["url", "'a b'", "x=\"c d\"|add:'e f'"]),
        ('trans _("two words") as x', ["trans", '_("two words")', "as", "x"]),
        ("trans _('a' b", ["trans", "_('a' b"]),
        (r'x "a\" b"|cut:" " c', ["x", r'"a\" b"|cut:" "', "c"]),
        ("it's not", ["it's", "not"]),
        ("", []),
    ],
)
def test_pieces_are_split_as_django_splits_them(content: str, pieces: list[str]) -> None:
    found = list(split(content, 10))
    assert [piece.text for piece in found] == pieces
    assert all(content[piece.start - 10 : piece.end - 10] == piece.text for piece in found)


def test_a_chain_of_filters_with_its_spans() -> None:
    text = "a.b|default:\"x|y\" | date:_('d')|upper"
    expression = parse_expression(text)
    assert expression is not None
    assert expression.base.text == "a.b"
    assert [(use.name, use.argument, text[use.start : use.end]) for use in expression.filters] == [
        ("default", '"x|y"', '|default:"x|y"'),
        ("date", "_('d')", " | date:_('d')"),
        ("upper", None, "|upper"),
    ]


@pytest.mark.parametrize("text", ["f(x)", "a[0]", "a b", "a|", "a|b:", "", "(a)", "a + b"])
def test_what_is_no_filter_expression(text: str) -> None:
    assert parse_expression(text) is None


def test_expressions_in_a_tag_skip_what_has_a_syntax_of_its_own() -> None:
    (token,) = tokenize("{% include 'a.html' with x=y|upper only %}")
    assert [(one.base.text, [use.name for use in one.filters]) for one in token.expressions] == [
        ("'a.html'", []),
        ("with", []),
        ("y", ["upper"]),
        ("only", []),
    ]


def test_the_filter_tag_has_a_chain_without_a_variable() -> None:
    text = '{% filter force_escape|cut:" " %}'
    (token,) = tokenize(text)
    (expression,) = token.expressions
    assert [(use.name, text[use.name_start : use.end]) for use in expression.filters] == [
        ("force_escape", "force_escape"),
        ("cut", 'cut:" "'),
    ]


def test_load_names_libraries_or_picks_from_one() -> None:
    first, second, third = loads(tokenize("{% load i18n static %}{% load trans blocktrans from i18n %}{% load a from %}{% loading x %}"))
    assert [piece.text for piece in first.libraries] == ["i18n", "static"] and first.names == ()
    assert [piece.text for piece in second.libraries] == ["i18n"] and [piece.text for piece in second.names] == ["trans", "blocktrans"]
    assert [piece.text for piece in third.libraries] == ["a", "from"]
