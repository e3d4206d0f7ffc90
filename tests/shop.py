"""A small shop on Django 2.2: what the tests of the command line run on."""

from __future__ import annotations

VIEWS = """\
from django.utils.translation import ugettext as _
from django.utils.encoding import force_text


def title(request):
    return force_text(_("Shop"))
"""
NEW_VIEWS = """\
from django.utils.translation import gettext as _
from django.utils.encoding import force_str


def title(request):
    return force_str(_("Shop"))
"""

URLS = """\
from django.conf.urls import url

from shop import views

urlpatterns = [
    url(r"^$", views.title),
]
"""

MODELS = """\
from django.contrib.postgres.fields import JSONField
from django.db import models


class Item(models.Model):
    extra = JSONField()
"""

COMPAT = """\
try:
    from django.utils.translation import ugettext_lazy
except ImportError:
    from shop.fallback import ugettext_lazy


def label():
    return ugettext_lazy("Shop")
"""

TEMPLATE = "{% load staticfiles %}\n<img src=\"{% static 'a.png' %}\">\n"

SETTINGS = "DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\nINSTALLED_APPS = ['shop']\n"

SHOP: dict[str, str | bytes] = {
    "requirements.txt": "Django==2.2.28  # LTS\nrequests==2.20\n",
    "manage.py": "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/__init__.py": "",
    "shop/settings.py": SETTINGS,
    "shop/views.py": VIEWS,
    "shop/urls.py": URLS,
    "shop/models.py": MODELS,
    "shop/compat.py": COMPAT,
    "shop/templates/shop/index.html": TEMPLATE,
    "README.md": "# Shop\n",
}
"""Prepare: gettext-aliases, force-text, url-function, load-staticfiles. Bump: the pin, postgres-json-field. One finding, in compat.py."""
