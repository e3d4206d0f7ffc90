"""Settings: certificates of mail servers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.settings_uses import UNKNOWN, literal, own_assignments, settings_of
from django_hop.rewrite.site import Site

TLS = (
    "from 4.2 on the certificate of the mail server and the name in it are checked: send a mail from the new release to "
    "this server before traffic moves; "
    "a relay inside with a certificate of its own fails, and `fail_silently` hides it"
)
PUBLIC = re.compile(r"^(?!\d+\.\d+\.\d+\.\d+$)[\w-]+(?:\.[\w-]+)*\.(?!local$|internal$|lan$|localdomain$|intern$|corp$)[a-z]{2,}$", re.I)


@dataclass(frozen=True)
class MailServer(PythonOp):
    """`EMAIL_USE_TLS` or `EMAIL_USE_SSL` with a server that is not certainly a public one."""

    @property
    def words(self) -> Words:
        """One of the two settings."""
        return (frozenset({"EMAIL_USE_TLS"}), frozenset({"EMAIL_USE_SSL"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each assignment but False."""
        hosts = [one.value for one in settings_of(site).in_unit(site.path, "EMAIL_HOST")]
        if hosts and all(isinstance(host := literal(one), str) and PUBLIC.match(host) for one in hosts):
            return
        for one in own_assignments(site, "EMAIL_USE_TLS", "EMAIL_USE_SSL"):
            value = literal(one.value)
            if isinstance(one.value, ast.expr) and (value is UNKNOWN or value):
                yield site.finding(one.target, TLS)


CODEMODS = [
    Codemod(
        "smtp-certificates",
        "mail servers are found whose certificate is checked now",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-smtp-tls-verification",),
        docs="releases/4.2: Miscellaneous",
        ops=crossing("4.2", MailServer()),
    ),
]

UNSEEN = [
    Unseen("4.2-gzip-breach-padding", "Only the bytes of compressed responses differ, at random.", "responses"),
    Unseen("4.2-model-pickle-version-warning", "What lies in a cache is seen when it is read; a warning names it.", "warnings"),
]
