"""Logins that start by POST: links to `social:begin` become forms where nothing around them speaks against one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import TemplateOp, Words
from django_hop.rewrite.source import Refused
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Kind, Token

_MESSAGE = "this address takes POST only from 6.0 on: a link becomes a form with `{% csrf_token %}`, a script posts"
_ADDRESS = re.compile(r"""\burl\s+['"]social:begin['"]""")
_ACTION = re.compile(r"""action\s*=\s*["']?$""")
_OPENS = re.compile(r"""<a(?P<attributes>(?:\s[^<>{}]*?)?)\shref\s*=\s*(?P<quote>["'])\Z""", re.I)
_NEXT = r"""(?:\?next=(?:(?P<path>/[\w/.-]*)|\{\{\s*(?P<variable>[\w.]+)(?:\|urlencode(?::(?:""|''))?)?\s*\}\}))?"""
_ATTRIBUTE = re.compile(r"""\s*(?P<name>[\w-]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_KEPT = frozenset({"class", "id", "title", "style", "aria-label"})
_NO_NEWS = frozenset({"role"})
"""What a button is by itself."""
_ALLOWED_INSIDE = frozenset({"b", "br", "em", "i", "img", "path", "small", "span", "strong", "svg", "use"})
_ALLOWED_TAGS = frozenset({"trans", "translate", "static"})
_NOT_AROUND = frozenset({"a", "button", "form", "label", "p", "pre", "select", "script", "style", "h1", "h2", "h3", "h4", "h5", "h6"})
_ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)[^<>]*>|<!--.*?-->", re.S)


@dataclass(frozen=True)
class Begin(TemplateOp):
    """`<a href="{% url 'social:begin' ... %}">` becomes a form with a button; the page to go to next becomes a hidden field."""

    @property
    def words(self) -> Words:
        """The tag and the route."""
        return (frozenset({"url", "social", "begin"}),)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edits for plain links; findings for other places, where a script or a redirect may go there."""
        for token in site.tags("url"):
            if site.overridden(token.name) or not _ADDRESS.search(token.source) or _ACTION.search(site.text[: token.start]):
                continue
            try:
                edit = _form(site, token)
            except Refused as error:
                yield site.finding(token, f"{_MESSAGE}; {error}")
                continue
            yield edit
            yield site.finding(token, f"{_MESSAGE}; see that the button looks as the link did", fixed=True)


def _form(site: TemplateSite, token: Token) -> Edit:
    """The edit from a link to a form. Raises Refused."""
    text = site.text
    opened = text.rfind("<", 0, token.start)
    head = _OPENS.match(text[max(opened, 0) : token.start])
    if head is None:
        raise Refused("here it is no plain link")
    quote = head["quote"]
    tail = re.compile(rf"{_NEXT}{quote}(?P<attributes>[^<>{{}}]*)>(?P<inner>.*?)</a\s*>", re.S | re.I).match(text, token.end)
    if tail is None:
        raise Refused("what is sent along, or what the link holds, cannot be put into a form as it is")
    if "as" in [piece.text for piece in token.arguments]:
        raise Refused("the address is kept in a variable")
    _surroundings(site, opened)
    _inside(site, tail.start("inner"), tail.end("inner"))
    sent = tail["path"] or (f"{{{{ {tail['variable']} }}}}" if tail["variable"] else "")
    hidden = f'<input type="hidden" name="next" value="{sent}">' if sent else ""
    attributes = "".join(_attributes(head["attributes"] + tail["attributes"]))
    form = f'<form method="post" action={quote}{token.source}{quote}>{{% csrf_token %}}{hidden}'
    return Edit(opened, tail.end(), f'{form}<button type="submit"{attributes}>{tail["inner"]}</button></form>')


def _attributes(text: str) -> Iterator[str]:
    """The attributes of a link that its button keeps. Raises Refused for others."""
    place = 0
    while text[place:].strip():
        found = _ATTRIBUTE.match(text, place)
        if found is None or found["name"].lower() not in _KEPT | _NO_NEWS:
            raise Refused("the link has attributes that a button has not")
        if found["name"].lower() in _KEPT:
            yield f" {found.group().strip()}"
        place = found.end()


def _surroundings(site: TemplateSite, opened: int) -> None:
    """Raises Refused where a form must not stand, or has no token to send."""
    if not site.path.endswith((".html", ".htm")) or re.search(r"mail", site.path, re.I):
        raise Refused("this is no page, but a mail or another text, which has no form")
    if any(re.search(rb"\binclude\s+[\"'][^\"']*%s[\"'][^%%]*\bonly\b" % _name(site), data) for data in site.tree.values()):
        raise Refused("the template is included with `only`, so that it has no token")
    around: list[str] = []
    for found in _ELEMENT.finditer(site.text, 0, opened):
        name = (found["name"] or "").lower()
        if not found["end"] and name in _NOT_AROUND:
            around.append(name)
        elif found["end"] and name in around:
            del around[len(around) - 1 - around[::-1].index(name) :]
    if around:
        raise Refused(f"a form must not stand inside `<{around[-1]}>`")


def _name(site: TemplateSite) -> bytes:
    return re.escape(site.path.rpartition("/")[2].encode("utf-8", "surrogateescape"))


def _inside(site: TemplateSite, start: int, end: int) -> None:
    """Raises Refused for what a button must not hold."""
    if any((one["name"] or "").lower() not in _ALLOWED_INSIDE for one in _ELEMENT.finditer(site.text, start, end)):
        raise Refused("the link holds what a button must not")
    held = [one for one in site.tokens if start <= one.start < end and one.kind is Kind.TAG]
    if any(one.name not in _ALLOWED_TAGS for one in held):
        raise Refused("what the link holds depends on a tag")


CODEMODS = [
    Codemod(
        "social-auth-begin",
        "a social login starts by POST",
        package="social-auth-app-django",
        deprecated="5.4",
        removed="6.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("social-auth-6.0-post-login",),
        docs="social-auth-app-django changelog 6.0: POST only",
        then="Buttons look otherwise than links: styles may have to follow.",
        ops=(Begin(),),
    ),
]
