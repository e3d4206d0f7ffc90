from django import template
from django.template.base import Context, Node, TemplateSyntaxError
from django.utils.encoding import force_text
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.translation import ungettext

from ledger.core.money import format_money, quantize

register = template.Library()


@register.filter
def money(amount, currency):
    return format_money(amount, currency)


@register.filter
def signed(amount):
    """``+ 5.00`` and ``- 5.00``, for columns of movements."""
    amount = quantize(amount)
    return "%s %s" % ("-" if amount < 0 else "+", abs(amount))


@register.filter
def booking_count(number):
    return ungettext(
        "%(number)d booking",
        "%(number)d bookings",
        number,
    ) % {"number": number}


@register.simple_tag
def query_string(params, **changes):
    """The query string of this page with some parameters changed; ``None`` takes one out."""
    values = dict(params.items())
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = force_text(value)
    return format_html("?{}", urlencode(sorted(values.items())))


class PanelNode(Node):
    def __init__(self, title, nodelist):
        self.title = title
        self.nodelist = nodelist

    def render(self, context):
        inner = template.loader.get_template("core/_panel.html").template
        body = self.nodelist.render(context)
        values = {"title": self.title.resolve(context), "body": body}
        return inner.render(Context(values, autoescape=context.autoescape))


@register.tag
def panel(parser, token):
    """``{% panel title %}...{% endpanel %}``: a box with a heading."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError("panel takes exactly one argument, the title")
    nodelist = parser.parse(("endpanel",))
    parser.delete_first_token()
    return PanelNode(parser.compile_filter(bits[1]), nodelist)


@register.filter
def initials(user):
    """Two letters for the round picture in the corner."""
    name = user.get_full_name() or user.get_username()
    words = name.replace(".", " ").replace("@", " ").split()
    return conditional_escape("".join(word[0] for word in words[:2]).upper())
