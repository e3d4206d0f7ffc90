"""What tests of moved requirements ask of a result."""

from __future__ import annotations

from django_hop.dependencies.pins import PinsResult


def messages(result: PinsResult) -> list[str]:
    """What is left to a person."""
    return [one.message for one in result.findings if not one.fixed]
