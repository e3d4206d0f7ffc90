"""Django's commands: ping_google, in Python and on command lines."""

from django_hop.model import REVIEW, Codemod
from django_hop.ops.calls import Call
from django_hop.ops.text import FindCommandOption

CODEMODS = [
    Codemod(
        "ping-google-https",
        "ping_google() goes on to name the sitemap with http",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("2.2-ping-google-https",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=(
            Call(
                "django.contrib.sitemaps.ping_google",
                "`ping_google()` names the sitemap with https from 2.2 on; `sitemap_uses_https=False` keeps http",
                add={"sitemap_uses_https": "False"},
                positional=("sitemap_url", "ping_url", "sitemap_uses_https"),
            ),
            FindCommandOption("ping_google", "From 2.2 on this names the sitemap with https; a site without it adds `--sitemap-uses-http`"),
        ),
    ),
]
