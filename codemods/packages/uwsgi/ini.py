"""uWSGI: options that named Django's settings and its handler."""

from __future__ import annotations

from django_hop.model import ANY, REVIEW, Codemod
from django_hop.ops.servers import APPLICATION, ServerText

MESSAGE = "uWSGI is told the project's WSGI application, and its settings through the environment"

CODEMODS = [
    Codemod(
        "uwsgi-module",
        "uWSGI runs the WSGI application of the project",
        package="uwsgi",
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("uwsgi-any-module",),
        docs="uWSGI documentation: Setting up Django",
        ops=(
            ServerText(
                r"^([ \t]*(?:module|wsgi)[ \t]*=[ \t]*)django\.core\.handlers\.wsgi:WSGIHandler\(\)",
                ("WSGIHandler",),
                rf"\1{APPLICATION}",
                MESSAGE,
                holds=r"\[uwsgi\]",
            ),
            ServerText(
                r"^([ \t]*)django-settings-module([ \t]*=[ \t]*)([\w.]+)",
                ("django", "settings", "module"),
                r"\1env\2DJANGO_SETTINGS_MODULE=\3",
                MESSAGE,
                holds=r"\[uwsgi\]",
            ),
        ),
    ),
]
