"""Servers and libraries outside Python that a release no longer supports."""

from django_hop.model import Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("2.0-oracle-11-dropped", "Which version the server has shows only when it is asked.", shown_by="checks"),
    Unseen("2.0-geos-3.3-dropped", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
]
