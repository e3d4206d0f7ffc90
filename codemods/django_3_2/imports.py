"""Names that could be imported from modules that only used them."""

from django_hop.model import SAFE, Codemod
from django_hop.ops.names import FindName, Rename

MOVED = {
    "django.db.models.sql.query.EmptyResultSet": "django.core.exceptions",
    "django.template.defaultfilters.VariableDoesNotExist": "django.template",
    "django.template.defaultfilters.Variable": "django.template",
    "django.utils.http.TooManyFieldsSent": "django.core.exceptions",
    "django.urls.base.iri_to_uri": "django.utils.encoding",
    "django.utils.cache.iri_to_uri": "django.utils.encoding",
    "django.contrib.sessions.middleware.SuspiciousOperation": "django.core.exceptions",
    "django.contrib.admin.options.AutocompleteJsonView": "django.contrib.admin.views.autocomplete",
}

CODEMODS = [
    Codemod(
        "accidental-imports",
        "names are imported from the modules that define them",
        removed="3.2",
        works_from="2.0",
        safety=SAFE,
        covers=("3.2-sql-query-emptyresultset-leak",),
        docs="not in the release notes; module contents of 3.1 and 3.2 compared",
        ops=(
            *(Rename(old.rpartition(".")[0], {old.rpartition(".")[2]: old.rpartition(".")[2]}, to=home) for old, home in MOVED.items()),
            FindName(
                "django.utils.version.LooseVersion",
                "`django.utils.version` has no `LooseVersion` any more; `packaging.version` compares versions",
            ),
        ),
    ),
]
