"""What may go when no process runs the release that a hop came from any more: commits on the branch `django-hop/X.Y-cleanup`."""

from django_hop.packs import collect

CODEMODS = collect(__name__)
UNSEEN = collect(__name__, "UNSEEN")
