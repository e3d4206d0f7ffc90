"""What is certainly a time zone of Django's making, and how to say `localize()` and `normalize()` without pytz."""

from __future__ import annotations

import ast

from django_hop.model import Edit
from django_hop.ops.expressions import operand
from django_hop.ops.methods import in_format_string
from django_hop.ops.receivers import by_bindings
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

UTC = "django.utils.timezone.utc"
CURRENT = ("django.utils.timezone.get_current_timezone", "django.utils.timezone.get_default_timezone")


def is_django_zone(site: Site, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
    """True for `timezone.utc`, `timezone.get_current_timezone()` and names that hold nothing else."""
    if isinstance(node, ast.Call):
        return site.qualified(node.func) in CURRENT
    if site.qualified(node) == UTC:
        return True
    return by_bindings(site, node, seen, lambda *_: False, is_django_zone)


def replaced(site: Site, call: ast.Call, zone: str) -> Edit:
    """The edit from `zone.localize(x)` to `x.replace(tzinfo=zone)`. Raises Refused for is_dst and what cannot be seen."""
    return site.edit(call, f"{operand(site, _only(site, call))}.replace(tzinfo={zone})")


def converted(site: Site, call: ast.Call, zone: str) -> Edit:
    """The edit from `zone.normalize(x)` to `x.astimezone(zone)`. Raises Refused."""
    return site.edit(call, f"{operand(site, _only(site, call))}.astimezone({zone})")


def _only(site: Site, call: ast.Call) -> ast.expr:
    if any(keyword.arg == "is_dst" for keyword in call.keywords):
        raise Refused("`is_dst` has no counterpart: `fold=1` is the later of two equal times")
    if len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
        raise Refused("its arguments cannot be seen")
    if in_format_string(site, call):
        raise Refused("it stands inside an f-string")
    if "#" in site.module.segment(call):
        raise Refused("a comment stands inside")
    return call.args[0]
