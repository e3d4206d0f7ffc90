"""django-otp: the login view, cool-downs."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod, Unseen
from django_hop.ops.replace import Becomes

CODEMODS = [
    Codemod(
        "otp-login-view",
        "the login view of django-otp is LoginView",
        package="django-otp",
        deprecated="0.5",
        removed=None,
        works_from="0.5",
        safety=SAFE,
        covers=("otp-0.5-login-views",),
        docs="django-otp change log 0.5.0: Class-based login view",
        ops=(Becomes("django_otp.views.login", "django_otp.views.LoginView", "{}.as_view()", "`login` of django-otp is now `LoginView`"),),
    ),
]

UNSEEN = [
    Unseen("otp-1.3-cooldown", "Only a second token that is asked for too soon is refused.", shown_by="tests"),
]
