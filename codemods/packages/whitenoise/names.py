"""The storage, the middleware in place of the wrapper, and internals that are gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.expressions import unwrap
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.ops.projects import in_projects, says
from django_hop.ops.settings import ListItem
from django_hop.ops.settings_text import without_statement
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "whitenoise"
_WRAPPER = "whitenoise.django.DjangoWhiteNoise"


@dataclass(frozen=True)
class Wrapper(PythonOp):
    """`DjangoWhiteNoise(application)` -> `application`."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"whitenoise", "DjangoWhiteNoise"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with the application alone; findings for other uses."""
        message = (
            "`DjangoWhiteNoise` is gone: the middleware of WhiteNoise serves the files"
        )
        for node in site.references(_WRAPPER):
            call = site.parent(node)
            edit = (
                self._edit(site, call)
                if isinstance(call, ast.Call) and call.func is node
                else None
            )
            if edit is not None:
                yield edit
            yield site.finding(node, message, fixed=edit is not None)

    @staticmethod
    def _edit(site: Site, call: ast.Call) -> Edit | None:
        if len(call.args) != 1 or call.keywords:
            return None
        statement, argument = site.parent(call), call.args[0]
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(argument, ast.Name) and [
            one.id for one in targets if isinstance(one, ast.Name)
        ] == [argument.id]:
            try:
                edit = without_statement(site, site.statement(call))
            except Refused:
                return None
            release_root(site, call.func)
            return edit
        return unwrap(site, call, argument)


CODEMODS = [
    Codemod(
        "whitenoise-storage",
        "the storage of WhiteNoise takes its name of today",
        package=PACKAGE,
        deprecated="3.0",
        removed="4.0",
        works_from="3.0",
        safety=SAFE,
        covers=("whitenoise-4.0-storage-path",),
        docs="whitenoise 4.0 changes: Removed GzipStaticFilesMixin and friends",
        ops=(
            Rename(
                "whitenoise.django",
                {
                    "GzipManifestStaticFilesStorage": "CompressedManifestStaticFilesStorage"
                },
                to="whitenoise.storage",
            ),
        ),
    ),
    Codemod(
        "whitenoise-middleware",
        "WhiteNoise is a middleware, no wrapper of the application",
        package=PACKAGE,
        deprecated="3.0",
        removed="4.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("whitenoise-4.0-wsgi-wrapper",),
        docs="whitenoise 4.0 changes: DjangoWhiteNoise",
        ops=(
            Wrapper(),
            *in_projects(
                says(b"DjangoWhiteNoise"),
                ListItem(
                    ("MIDDLEWARE", "MIDDLEWARE_CLASSES"),
                    "the middleware of WhiteNoise takes the place of DjangoWhiteNoise in wsgi.py",
                    append="whitenoise.middleware.WhiteNoiseMiddleware",
                    after="django.middleware.security.SecurityMiddleware",
                    when="django.middleware.security.SecurityMiddleware",
                ),
            ),
        ),
    ),
    Codemod(
        "whitenoise-internals",
        "internals of WhiteNoise are gone",
        package=PACKAGE,
        deprecated="5.0",
        removed="6.3",
        works_from="5.0",
        safety=DETECT,
        covers=("whitenoise-6.0-mixin",),
        docs="whitenoise 6.0 changes",
        ops=(
            FindName(
                "whitenoise.storage.HelpfulExceptionMixin",
                "`HelpfulExceptionMixin` is gone: the storage says the same by itself",
            ),
            FindName(
                "whitenoise.__version__",
                "`whitenoise.__version__` is gone: importlib.metadata knows the version",
            ),
        ),
    ),
]
