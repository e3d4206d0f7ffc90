"""What the Pythons of later Django releases no longer have in their standard library.

`removed` is the first release of Django all of whose Pythons lack the old form, `deprecated` the first that runs on one of them; so a hop
to 4.2, which may run on Python 3.12, rewrites what 3.12 has not, though nothing breaks before 6.0, which needs it.
"""

from django_hop.packs import collect

CODEMODS = collect(__name__)
UNSEEN = collect(__name__, "UNSEEN")
