"""Authentication: RemoteUserBackend."""

from django_hop.model import SAFE, Codemod, Unseen
from django_hop.ops.leading import LeadingParameter

CODEMODS = [
    Codemod(
        "configure-user-request",
        "configure_user() of remote user backends takes the request first",
        deprecated="2.2",
        removed="3.1",
        works_from="2.2",
        safety=SAFE,
        covers=("2.2-remote-user-configure-user",),
        docs="releases/2.2: Features deprecated in 2.2",
        ops=(
            LeadingParameter(
                ("django.contrib.auth.backends.RemoteUserBackend",),
                "configure_user",
                "request",
                "`configure_user()` gets the request first",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("2.2-pbkdf2-iterations", "Only the cost of hashing rises; both releases read each other's passwords."),
]
