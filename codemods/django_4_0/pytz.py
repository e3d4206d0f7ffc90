"""pytz gives way to zoneinfo, which Python has from 3.9 on."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.expressions import unwrap
from django_hop.ops.methods import in_format_string
from django_hop.ops.nodes import name_of
from django_hop.ops.undeclared import required
from django_hop.releases import order
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

from .zones import converted, replaced

MESSAGE = "pytz gives way to zoneinfo"
UTC = ("pytz.utc", "pytz.UTC")
UNKNOWN = ("pytz.UnknownTimeZoneError", "pytz.exceptions.UnknownTimeZoneError")
TAKES_ZONE = frozenset(
    (
        "activate",
        "override",
        "localtime",
        "localdate",
        "make_aware",
        "make_naive",
        "is_aware",
        "astimezone",
        "now",
        "fromtimestamp",
        "today",
    )
)
"""Functions and methods that take a zone of either kind."""
LISTS = {"pytz.all_timezones": "sorted({}())", "pytz.all_timezones_set": "{}()"}
"""What the names of all zones are with zoneinfo."""
LISTED = "its names are those of the machine's time zone database or of the package tzdata, a few more than pytz has"
_READING = frozenset(("index", "count", "copy", "union", "intersection", "difference", "issubset", "issuperset"))
ONLY_NAMES = frozenset({"common_timezones", "country_timezones"})
"""Lists that stay as they are where the project asks for pytz itself: Django never sees them."""
OTHERS = {
    "common_timezones": "zoneinfo has no shorter list: `sorted(zoneinfo.available_timezones())`, or a list of your own",
    "country_timezones": "zoneinfo knows no countries: pytz stays for them, or a list of your own",
    "AmbiguousTimeError": "zoneinfo does not raise it: `fold=1` is the later of two equal times",
    "NonExistentTimeError": "zoneinfo does not raise it",
    "InvalidTimeError": "zoneinfo does not raise it: without pytz the import fails",
}


@dataclass
class _Plan:
    """Edits for some uses, the nodes that go with them, and how a name is said in this file."""

    speak: Callable[[str, ast.AST], str | None]
    edits: list[Edit] = field(default_factory=list)
    places: list[ast.expr] = field(default_factory=list)


@dataclass(frozen=True)
class ToZoneinfo(PythonOp):
    """Zones, `localize()`, UTC and fixed offsets in hops to 5.0 and later; a file whose zones go where nobody sees them is reported."""

    @property
    def words(self) -> Words:
        """The package."""
        return (frozenset({"pytz"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits; findings for what has no counterpart. Nothing in hops that end before 5.0: until then Django takes zones of both kinds."""
        if order(site.hop.target) < order("5.0"):
            return
        yield from self._utc(site)
        yield from self._offsets(site)
        yield from self._zones(site)
        yield from self._lists(site)
        yield from self._others(site)
        for ones in site.names.module.bindings.values():
            for binding in ones:
                if binding.kind in ("import", "from") and (binding.origin or "").partition(".")[0] == "pytz" and binding.alias is not None:
                    site.imports.drop_unused(binding)

    # -- UTC and fixed offsets ------------------------------------------------------------------------------------

    def _utc(self, site: Site) -> Iterator[Edit | Finding]:
        for node in (one for name in UTC for one in site.references(name)):
            parent = site.parent(node)
            method = parent if isinstance(parent, ast.Attribute) else None
            call = site.parent(method) if method is not None else None
            method_call = call if isinstance(call, ast.Call) and call.func is method else None
            change = {"localize": replaced, "normalize": converted}.get(method.attr if method is not None else "")
            try:
                if method is not None and (method_call is None or change is None):
                    raise Refused(f"a zone of Python's has no `{method.attr}`")
                if method_call is not None and change is not None:
                    change(site, method_call, "", steady=True)  # raises before anything is imported
                spoken = site.imports.need_as("datetime.timezone", "dt_timezone", node)
                if spoken is None:
                    raise Refused("the names `timezone` and `dt_timezone` are taken in this file")
                zone = f"{spoken}.utc"
                edit = (
                    change(site, method_call, zone, steady=True)
                    if method_call is not None and change is not None
                    else site.edit(node, zone)
                )
            except Refused as error:
                yield site.finding(node, f"{MESSAGE}; {error}")
                continue
            site.imports.gone(node)
            yield edit
            yield site.finding(node, f"{MESSAGE}: UTC is `datetime.timezone.utc`", fixed=True)

    def _offsets(self, site: Site) -> Iterator[Edit | Finding]:
        for call in site.calls("pytz.FixedOffset"):
            plain = len(call.args) == 1 and not call.keywords and not in_format_string(site, call) and not _is_asked(site, call)
            method = site.parent(call)
            whole = site.parent(method) if isinstance(method, ast.Attribute) and method.attr == "localize" else None
            try:
                if isinstance(whole, ast.Call) and plain:
                    replaced(site, whole, "", steady=True)  # raises before anything is imported
                elif isinstance(method, ast.Attribute):
                    raise Refused("no plain use")
            except Refused:
                plain = False
            spoken = site.imports.need_as("datetime.timezone", "dt_timezone", call) if plain else None
            delta = site.imports.need_as("datetime.timedelta", "dt_timedelta", call) if spoken is not None else None
            if spoken is None or delta is None:
                yield site.finding(call, f"{MESSAGE}: `datetime.timezone(timedelta(minutes=...))` is a fixed offset")
                continue
            site.imports.gone(call.func)
            zone = f"{spoken}({delta}(minutes={site.module.segment(call.args[0])}))"
            yield replaced(site, whole, zone, steady=True) if isinstance(whole, ast.Call) else site.edit(call, zone)
            yield site.finding(call, f"{MESSAGE}: a fixed offset is `datetime.timezone`", fixed=True)

    # -- zones by name --------------------------------------------------------------------------------------------

    def _zones(self, site: Site) -> Iterator[Edit | Finding]:
        """All zones of the file and the error for unknown ones move together, or none does."""
        nodes, held = self._held(site)
        if held:
            first = min(node.lineno for node in held)
            others = f"the zones of a file move together, and line {first} holds them"
            yield from (site.finding(node, f"{MESSAGE}; {held.get(node, others)}") for node in nodes)
            return
        try:
            plan = self._planned(site, nodes, site.imports.need)
        except Refused as error:
            yield from (site.finding(node, f"{MESSAGE}; {error}") for node in nodes)
            return
        for place in plan.places:
            site.imports.gone(place)
            yield site.finding(place, f"{MESSAGE}; arithmetic across a change of clocks now counts in wall-clock time", fixed=True)
        yield from plan.edits

    def _held(self, site: Site) -> tuple[list[ast.expr], dict[ast.expr, str]]:
        """The zones and handlers of a file, and those that cannot move, with the reason."""
        nodes = [*site.references("pytz.timezone"), *(one for name in UNKNOWN for one in site.references(name))]
        return nodes, {node: why for node in nodes if (why := self._obstacle(site, node))}

    def _obstacle(self, site: Site, node: ast.expr) -> str:
        """Why one zone cannot move; empty if it can. Imports nothing."""
        try:
            self._planned(site, [node], lambda name, _: name.rpartition(".")[2])
        except Refused as error:
            return str(error)
        return ""

    def _planned(self, site: Site, nodes: list[ast.expr], speak: Callable[[str, ast.AST], str | None]) -> _Plan:
        plan = _Plan(speak)
        for node in nodes:
            called = isinstance(site.parent(node), ast.Call)
            (self._zone if called else self._handler)(site, node, plan)
        return plan

    def _zone(self, site: Site, node: ast.expr, plan: _Plan) -> None:
        call = site.parent(node)
        if not isinstance(call, ast.Call) or call.func is not node or len(call.args) != 1 or call.keywords:
            raise Refused("`pytz.timezone` is passed on here")
        spoken = plan.speak("zoneinfo.ZoneInfo", node)
        if spoken is None:
            raise Refused("the name `ZoneInfo` is taken in this file")
        zone = f"{spoken}({site.module.segment(call.args[0])})"
        plan.places.append(node)
        method = site.parent(call)
        if isinstance(method, ast.Attribute) and method.attr == "localize" and isinstance(outer := site.parent(method), ast.Call):
            plan.edits.append(replaced(site, outer, zone))
            return
        if in_format_string(site, call):
            raise Refused("a zone stands inside an f-string")
        plan.edits.append(site.edit(node, spoken))
        self._flow(site, call, plan)

    def _flow(self, site: Site, node: ast.expr, plan: _Plan) -> None:
        """Follow a zone to where it is used. Raises Refused where it goes out of sight or means something else with zoneinfo."""
        parent = site.parent(node)
        if isinstance(parent, ast.Attribute):
            self._attribute(site, node, parent, plan)
        elif isinstance(parent, ast.keyword) or (isinstance(parent, ast.Call) and node in parent.args):
            call = site.parent(parent) if isinstance(parent, ast.keyword) else parent
            assert isinstance(call, ast.Call)
            name = name_of(call.func)
            if name == "str" and isinstance(parent, ast.Call):
                return
            if name not in TAKES_ZONE:
                raise Refused(
                    f"pytz gives local mean time with `{name}()`"
                    if name in ("replace", "datetime")
                    else "a zone is passed on to other code"
                )
        elif isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            self._variable(site, parent.targets[0], plan)
        elif not isinstance(parent, ast.Expr):
            raise Refused("a zone goes where its use cannot be seen")

    def _attribute(self, site: Site, node: ast.expr, parent: ast.Attribute, plan: _Plan) -> None:
        call = site.parent(parent)
        called = isinstance(call, ast.Call) and call.func is parent
        if parent.attr == "zone":
            plan.edits.append(site.edit_attribute(parent, "key"))
        elif parent.attr == "localize" and called and isinstance(call, ast.Call):
            plan.edits.append(replaced(site, call, site.module.segment(node)))
        elif parent.attr == "normalize" and called and isinstance(call, ast.Call) and _is_conversion(call):
            edit = unwrap(site, call, call.args[0])
            if edit is None:
                raise Refused("a comment stands inside `normalize()`")
            plan.edits.append(edit)
        else:
            counted = ": count in UTC, `(moment.astimezone(utc) + delta).astimezone(zone)`" if parent.attr == "normalize" else ""
            raise Refused(f"`{parent.attr}` of a zone has no counterpart{counted}")

    def _variable(self, site: Site, target: ast.Name, plan: _Plan) -> None:
        bindings = site.names.uses[target].lookup(target.id)
        if len(bindings) != 1 or site.imports.exported(bindings[0]):
            raise Refused(f"`{target.id}` is bound more than once, or used by other files")
        for name, scope in site.names.uses.items():
            if name.id == target.id and name is not target and bindings[0] in scope.lookup(name.id):
                self._flow(site, name, plan)

    def _handler(self, site: Site, node: ast.expr, plan: _Plan) -> None:
        holder = site.parent(node)
        error = plan.speak("zoneinfo.ZoneInfoNotFoundError", node)
        if error is None:
            raise Refused("the name `ZoneInfoNotFoundError` is taken in this file")
        if isinstance(holder, ast.ExceptHandler):
            plan.edits.append(site.edit(node, f"({error}, ValueError)"))
        elif isinstance(holder, ast.Tuple) and isinstance(site.parent(holder), ast.ExceptHandler):
            plan.edits.append(site.edit(node, f"{error}, ValueError"))
        else:
            raise Refused("`UnknownTimeZoneError` is used outside `except`")
        plan.places.append(node)

    # -- lists of names -------------------------------------------------------------------------------------------

    def _lists(self, site: Site) -> Iterator[Edit | Finding]:
        """`pytz.all_timezones` where it is read, unless zones of the file stay with pytz, which does not know all of the other names."""
        found = [(node, form) for name, form in LISTS.items() for node in site.references(name)]
        held = bool(found) and bool(self._held(site)[1])
        for node, form in found:
            try:
                if held:
                    raise Refused("the zones of this file stay with pytz, which knows fewer names")
                edit = self._list(site, node, form)
            except Refused as error:
                if required(site, b"pytz"):
                    continue
                yield site.finding(node, f"{MESSAGE}: `{form.format('zoneinfo.available_timezones')}`; {error}")
                continue
            site.imports.gone(node)
            yield edit
            yield site.finding(node, f"{MESSAGE}; {LISTED}", fixed=True)

    @staticmethod
    def _list(site: Site, node: ast.expr, form: str) -> Edit:
        parent = site.parent(node)
        if not isinstance(getattr(node, "ctx", None), ast.Load) or (isinstance(parent, ast.Attribute) and parent.attr not in _READING):
            raise Refused("here the list is changed")
        if in_format_string(site, node):
            raise Refused("it stands inside an f-string")
        if any(isinstance(one, ast.ClassDef) and _is_model(site, one) for one in site.ancestors(node)):
            raise Refused("its names differ a little, so that a model with these choices gets a migration")
        spoken = site.imports.need("zoneinfo.available_timezones", node)
        if spoken is None:
            raise Refused("the name `available_timezones` is taken in this file")
        asked = isinstance(parent, ast.Compare) and parent.comparators == [node] and isinstance(parent.ops[0], (ast.In, ast.NotIn))
        return site.edit(node, f"{spoken}()" if asked else form.format(spoken))

    # -- the rest -------------------------------------------------------------------------------------------------

    @staticmethod
    def _others(site: Site) -> Iterator[Finding]:
        for name, nodes in site.names.references.items():
            if name.rpartition(".")[2] in ONLY_NAMES and required(site, b"pytz"):
                continue
            if name.startswith("pytz.") and name.rpartition(".")[2] in OTHERS:
                yield from (site.finding(node, f"{MESSAGE}: {OTHERS[name.rpartition('.')[2]]}") for node in nodes)


def _is_model(site: Site, node: ast.ClassDef) -> bool:
    return bool(site.class_ancestors(node) & {"django.db.models.Model", "django.db.models.base.Model"})


def _is_asked(site: Site, call: ast.Call) -> bool:
    """True for an offset in a variable of whose methods a zone of Python's has none."""
    parent = site.parent(call)
    targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target] if isinstance(parent, ast.AnnAssign) else []
    names = {site.module.segment(target) for target in targets}
    methods = ("localize", "normalize", "zone")
    return any(node.attr in methods and site.module.segment(node.value) in names for node in site.nodes(ast.Attribute) if names)


def _is_conversion(call: ast.Call) -> bool:
    """True for `normalize(x.astimezone(zone))`, where zoneinfo needs no second step."""
    first = call.args[0] if len(call.args) == 1 and not call.keywords else None
    return isinstance(first, ast.Call) and isinstance(first.func, ast.Attribute) and first.func.attr == "astimezone"


CODEMODS = [
    Codemod(
        "pytz",
        "zones come from zoneinfo instead of pytz",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-pytz", "pytz-any-zone", "pytz-any-utc", "pytz-any-localize", "pytz-any-normalize", "pytz-any-lists"),
        docs="releases/4.0: zoneinfo default timezone implementation",
        ops=(ToZoneinfo(),),
    ),
]
