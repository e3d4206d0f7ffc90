"""pyupgrade: a pack of its own, so that `--skip pyupgrade` leaves all of it out."""

from django_hop.packs import collect

CODEMODS = collect(__name__)
UNSEEN = collect(__name__, "UNSEEN")
