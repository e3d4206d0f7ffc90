"""What releases of python-future deprecated or changed, one module a subject; see codemods/README.md."""

from django_hop.packs import collect

CODEMODS = collect(__name__)
UNSEEN = collect(__name__, "UNSEEN")
