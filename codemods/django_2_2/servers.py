"""Servers and libraries outside Python that a release no longer supports."""

from django_hop.model import Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("2.2-gdal-1.10-dropped", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
    Unseen("2.2-sqlite-3.8.3", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
]
