"""drf-yasg speaks OpenAPI 2."""

from __future__ import annotations

from django_hop.model import DETECT, Codemod
from django_hop.ops.find import FindModule

CODEMODS = [
    Codemod(
        "yasg-openapi-2",
        "drf-yasg makes OpenAPI 2 schemas",
        package="drf-yasg",
        removed=None,
        works_from="1.21",
        safety=DETECT,
        covers=("drf-yasg-1.21-to-spectacular",),
        docs="drf-yasg 1.21 documentation: OpenAPI 3.0 note",
        ops=(
            FindModule(
                "drf_yasg",
                "drf-yasg makes OpenAPI 2 only; drf-spectacular makes OpenAPI 3, which is another schema for those who read it",
            ),
        ),
    ),
]
