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


def replaced(site: Site, call: ast.Call, zone: str, *, steady: bool = False) -> Edit:
    """The edit from `zone.localize(x)` to `x.replace(tzinfo=zone)`; a `steady` zone never changes its clocks.

    Raises Refused for is_dst, unless the zone is steady, and for what cannot be seen.
    """
    return site.edit(call, f"{operand(site, _only(site, call, steady))}.replace(tzinfo={zone})")


def converted(site: Site, call: ast.Call, zone: str, *, steady: bool = False) -> Edit:
    """The edit from `zone.normalize(x)` to `x.astimezone(zone)`. Raises Refused as `replaced` does."""
    return site.edit(call, f"{operand(site, _only(site, call, steady))}.astimezone({zone})")


def _only(site: Site, call: ast.Call, steady: bool) -> ast.expr:
    args = call.args[:1] if steady and len(call.args) == 2 and _is_plain(call.args[1]) else call.args
    keywords = [one for one in call.keywords if not (steady and one.arg == "is_dst" and _is_plain(one.value))]
    if any(keyword.arg == "is_dst" for keyword in keywords):
        raise Refused("`is_dst` has no counterpart: `fold=1` is the later of two equal times")
    if len(args) != 1 or keywords or isinstance(args[0], ast.Starred):
        raise Refused("its arguments cannot be seen")
    if in_format_string(site, call):
        raise Refused("it stands inside an f-string")
    if "#" in site.module.segment(call):
        raise Refused("a comment stands inside")
    return args[0]


def _is_plain(value: ast.expr) -> bool:
    """True for a value that may go with its argument, because working it out does nothing else."""
    return isinstance(value, (ast.Constant, ast.Name))
