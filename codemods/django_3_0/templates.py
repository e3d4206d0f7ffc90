"""Django's template language: what a release changed that no source shows."""

from django_hop.model import Codemod, Unseen

CODEMODS: list[Codemod] = []
UNSEEN = [
    Unseen(
        "3.0-intword-plural",
        "Which plural form a translation gives shows only when the page is rendered, in languages with more than two forms.",
        shown_by="responses",
    ),
]
