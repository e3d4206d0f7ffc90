"""The Jinja2 environment of the printable statements."""
from django.contrib.staticfiles.templatetags import staticfiles
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment

from ledger.core.money import format_money


def environment(**options):
    env = Environment(extensions=["jinja2.ext.i18n"], **options)
    env.install_gettext_callables(translation.ugettext, translation.ungettext, newstyle=True)
    env.globals.update(static=staticfiles.static, url=reverse)
    env.filters["money"] = format_money
    return env
