"""social-auth-app-django: JSON columns, logins that start by POST."""

from __future__ import annotations

import re

from django_hop.model import DEPENDENCIES, DETECT, SAFE, Codemod, Unseen
from django_hop.ops.settings import RenameSetting
from django_hop.ops.template_finds import FindTag
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Token

PACKAGE = "social-auth-app-django"


def is_no_form(site: TemplateSite, token: Token) -> bool:
    """True for the address of a social login, unless it is where a form goes."""
    address = re.search(r"""\burl\s+['"]social:begin['"]""", token.source)
    return address is not None and re.search(r"""action\s*=\s*["']?$""", site.text[: token.start]) is None


CODEMODS = [
    Codemod(
        "social-auth-jsonfield",
        "SOCIAL_AUTH_POSTGRES_JSONFIELD becomes SOCIAL_AUTH_JSONFIELD_ENABLED",
        package=PACKAGE,
        deprecated="5.0",
        removed="5.5",
        works_from="5.0",
        safety=SAFE,
        covers=("social-auth-5.0-jsonfield-setting",),
        docs="social-auth-app-django changelog 5.0.0: SOCIAL_AUTH_JSONFIELD_ENABLED",
        then="The setting decides about the type of a column: apply the migrations of 5.3 to 5.4 in order, they copy the data.",
        ops=(RenameSetting("SOCIAL_AUTH_POSTGRES_JSONFIELD", "SOCIAL_AUTH_JSONFIELD_ENABLED"),),
    ),
    Codemod(
        "social-auth-begin",
        "a social login starts by POST",
        package=PACKAGE,
        deprecated="5.4",
        removed="6.0",
        works_from="5.4",
        safety=DETECT,
        covers=("social-auth-6.0-post-login",),
        docs="social-auth-app-django changelog 6.0: POST only",
        ops=(
            FindTag(
                ("url",),
                "this address takes POST only from 6.0 on: a link becomes a form with `{% csrf_token %}`, a script posts",
                is_no_form,
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("social-auth-5.8-old-migrations", "Only a database tells which migrations it has seen.", shown_by="migrate"),
    Unseen("social-auth-8.0-floors", "The commit that moves the requirement moves social-auth-core with it.", shown_by=DEPENDENCIES),
]
