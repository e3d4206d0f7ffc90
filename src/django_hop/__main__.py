"""`python -m django_hop`."""

from .cli import main

main()
