"""Random strings and signatures."""

from django_hop.model import DETECT, SAFE, Codemod
from django_hop.ops.calls import Call
from django_hop.ops.names import FindName
from django_hop.ops.where import tests

SHA1 = "what was signed before 3.1 is in SHA-1; 4.0 reads it no more"

CODEMODS = [
    Codemod(
        "get-random-string-length",
        "get_random_string() is told its length",
        deprecated="3.1",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-get-random-string-length",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        ops=(
            Call(
                "django.utils.crypto.get_random_string",
                "`get_random_string()` wants its length, which was 12 by default",
                add={"length": "12"},
                positional=("length", "allowed_chars"),
            ),
        ),
    ),
    Codemod(
        "signatures-sha1",
        "signatures are made with SHA-256",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-signer-sha1-signatures", "3.1-signing-dumps-sha1"),
        docs="releases/3.1: Security",
        ops=(
            *(
                FindName(
                    f"django.core.signing.{name}",
                    f"if what `{name}` signs is kept for long (links in mails, columns): {SHA1}",
                    where=~tests,
                )
                for name in ("Signer", "TimestampSigner", "dumps", "loads", "get_cookie_signer")
            ),
        ),
    ),
]
