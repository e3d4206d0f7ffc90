"""Names that are gone from Django's modules, whoever used them: what no other codemod knows of is found here."""

from django_hop.packs import collect

CODEMODS = collect(__name__)
