"""Random strings and signatures."""

from django_hop.model import DETECT, SAFE, Codemod
from django_hop.ops.calls import Call

from .signatures import KeptSignatures

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
        once=True,
        ops=(KeptSignatures(),),
    ),
]
