"""django-rest-swagger ended with coreapi."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule

CODEMODS = [
    Codemod(
        "rest-swagger",
        "django-rest-swagger has no successor release; drf-spectacular has its views",
        package="django-rest-swagger",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("django-rest-swagger-2.2-dead",),
        docs="django-rest-swagger 2.2: the last release, of 2018",
        ops=(
            FindModule(
                "rest_framework_swagger",
                "django-rest-swagger fails with REST framework 3.17: use SpectacularAPIView and SpectacularSwaggerView of drf-spectacular",
            ),
        ),
    ),
]
