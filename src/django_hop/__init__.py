"""django-hop: move a large Django code base to a newer Django, hop by hop, a commit per codemod."""

__version__ = "0.1.0"
