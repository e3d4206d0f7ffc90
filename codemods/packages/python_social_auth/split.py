"""python-social-auth was split into social-auth-core and social-auth-app-django."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod
from django_hop.ops.packages import MovePackage

DJANGO = "social.apps.django_app"
CORE = ("actions", "backends", "exceptions", "pipeline", "store", "utils", "strategies.base", "strategies.utils", "storage.base")

CODEMODS = [
    Codemod(
        "social-auth-split",
        "social is found as social_core and social_django",
        package="python-social-auth",
        removed="0.3",
        works_from="0.3",
        safety=SAFE,
        covers=("social-auth-1.0-package-split", "social-auth-1.0-urls"),
        docs="python-social-auth 0.3 release notes: migration to split packages",
        then="Run the migrations of 0.2.x first; the tables keep their names, the app's label is `social_django` in place of `default`.",
        ops=(
            MovePackage(
                {
                    f"{DJANGO}.default": "social_django",
                    DJANGO: "social_django",
                    "social.strategies.django_strategy": "social_django.strategy",
                    "social.storage.django_orm": "social_django.storage",
                    **{f"social.{name}": f"social_core.{name}" for name in CORE},
                },
                "python-social-auth was split: `social` is now `social_core` and `social_django`",
            ),
        ),
    ),
]
