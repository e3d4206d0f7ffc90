"""What no release demands: headers by their names. Run by django-upgrade."""

from django_hop.model import REVIEW, Codemod
from django_hop.ops.external import DjangoUpgrade

CODEMODS = [
    Codemod(
        "request-headers",
        "headers of a request are read by their names",
        removed=None,
        works_from="2.2",
        safety=REVIEW,
        docs="releases/2.2: Requests and Responses",
        modernise=True,
        ops=(DjangoUpgrade("request_headers", (frozenset({"request", "META"}),), "`request.headers` has the header by its name"),),
    ),
]
