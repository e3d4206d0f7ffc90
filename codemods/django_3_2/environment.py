"""Libraries that Django needs, as far as the repository says; and what shows when it runs."""

from django_hop.model import REVIEW, Codemod, Unseen
from django_hop.ops.raise_requirement import RaiseRequirement

CODEMODS = [
    Codemod(
        "library-versions-3-2",
        "requirements of argon2-cffi and asgiref admit what 3.2 needs",
        removed="3.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.2-argon2-cffi-19-1", "3.2-asgiref-3-3-2"),
        docs="releases/3.2: Miscellaneous",
        then="make lock files and what is pinned with hashes anew with their own tools.",
        ops=(
            RaiseRequirement("argon2-cffi", "19.1.0", "Django 3.2 needs argon2-cffi 19.1.0 or later"),
            RaiseRequirement("asgiref", "3.3.2", "Django 3.2 needs asgiref 3.3.2 or later"),
        ),
    ),
]
UNSEEN = [
    Unseen("3.2-non-pytz-timezones-allowed", "it only allows more than before."),
    Unseen("3.2-send-robust-logs", "errors of signal receivers are logged in addition."),
    Unseen("3.2-secret-key-checked-on-access", "whether a key is empty shows when settings are loaded.", "checks"),
    Unseen("3.2-new-checks-cache-csrf", "system checks say it themselves.", "checks"),
    Unseen("3.2-messages-cookie-rfc6265", "cookies are written and read by running processes.", "responses"),
]
