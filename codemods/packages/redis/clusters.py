"""redis-py-cluster, which became `redis.cluster`: its names, and what its client is made from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.find import FindModule, has_stand_in
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import rename
from django_hop.rewrite.site import Site

PACKAGE = "redis"
OLD, NEW = "rediscluster", "redis.cluster"
MESSAGE = "redis-py-cluster is `redis.cluster`, which takes `ClusterNode` objects; it wants `redis<4`"
_CLIENTS = {
    f"{module}.{name}": f"{NEW}.RedisCluster" for module in (OLD, f"{OLD}.client") for name in ("RedisCluster", "StrictRedisCluster")
}
_ERRORS = {
    f"{module}.{name}": f"redis.exceptions.{name}"
    for module in (OLD, f"{OLD}.exceptions")
    for name in (
        *("AskError", "ClusterCrossSlotError", "ClusterDownError", "ClusterError", "MasterDownError", "MovedError"),
        *("RedisClusterException", "SlotNotCoveredError", "TryAgainError"),
    )
}
_NAMES = {**_CLIENTS, **_ERRORS}
_SAME = frozenset(
    (
        *("startup_nodes", "host", "port", "decode_responses", "encoding", "encoding_errors", "password", "username", "read_from_replicas"),
        *("client_name", "retry_on_timeout", "socket_timeout", "socket_connect_timeout", "socket_keepalive", "socket_keepalive_options"),
        *("ssl", "ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_keyfile"),
    )
)
"""What both clients take, with one meaning. What the new one does not know it drops without a word."""
_COVERAGE = "skip_full_coverage_check"
_PORT = 7000
"""Where redis-py-cluster looked for a host without a port; `redis.cluster` looks at 6379."""


@dataclass
class _Plan:
    """What is to be done about one file: all of it, or, where something stands in the way, nothing."""

    edits: list[Edit] = field(default_factory=list)
    nodes: list[ast.Dict] = field(default_factory=list)
    """What becomes a ClusterNode."""
    obstacles: list[tuple[ast.AST, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Cluster(PythonOp):
    """`RedisCluster(startup_nodes=[{"host": "h", "port": 7000}])` -> the class of redis.cluster with `[ClusterNode("h", 7000)]`."""

    @property
    def words(self) -> Words:
        """The package."""
        return (frozenset({OLD}),)

    @property
    def means(self) -> tuple[str, ...]:
        """The package."""
        return (OLD,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a whole file, or findings for it."""
        plan = _Plan()
        plain = list(self._imports(site, plan))
        for name in _CLIENTS:
            for node in site.references(name):
                self._use(site, node, plan)
        joined = _joinable(site) if plan.nodes and not plain else None
        if plan.nodes and not plan.obstacles and not joined and site.imports.need(f"{NEW}.ClusterNode", plan.nodes[0]) is None:
            plan.obstacles.append((plan.nodes[0], "the name `ClusterNode` is taken in this file"))
        if plan.obstacles:
            yield from FindModule(OLD, MESSAGE).apply(site)
            yield from (site.finding(node, f"redis-py-cluster is `redis.cluster`; {why}") for node, why in plan.obstacles)
            return
        yield from plan.edits
        yield from (self._node(site, node) for node in plan.nodes)
        for alias in plain:
            yield site.edit(alias, NEW if alias.asname is None else f"{NEW} as {alias.asname}")
            yield site.finding(alias, MESSAGE, fixed=True)
        if joined is not None:
            yield from _with_nodes(site, joined)
        for old, new in _NAMES.items():
            if not plain:
                yield from rename(site, old, new) if joined is None or old not in _CLIENTS else ()
                continue
            for node in site.references(old):
                assert isinstance(node, ast.Attribute)
                root = site.module.segment(node.value)
                yield site.edit(node, f"{NEW if root == OLD else root}.{new.rpartition('.')[2]}")

    def _imports(self, site: Site, plan: _Plan) -> Iterator[ast.alias]:
        """The plain imports of the package, after a look at what is imported at all."""
        froms = [one for one in site.nodes(ast.ImportFrom) if _inside(site.names.absolute(one)) and not has_stand_in(site, one)]
        for statement in froms:
            for alias in statement.names:
                if f"{site.names.absolute(statement)}.{alias.name}" not in _NAMES:
                    plan.obstacles.append((statement, f"`{alias.name}` has no like there"))
        for plain in site.nodes(ast.Import):
            for alias in plain.names:
                if not _inside(alias.name) or has_stand_in(site, plain):
                    continue
                name = alias.asname or OLD
                uses = [node for node in site.names.uses if node.id == name]
                known = all(site.qualified(parent) in _NAMES for node in uses if isinstance(parent := site.parent(node), ast.expr))
                if froms or alias.name != OLD or not known or any(not isinstance(site.parent(node), ast.Attribute) for node in uses):
                    plan.obstacles.append((plain, "what is reached through this import a person has to look at"))
                yield alias

    def _use(self, site: Site, node: ast.expr, plan: _Plan) -> None:
        parent = site.parent(node)
        if isinstance(parent, ast.ClassDef):
            plan.obstacles.append((node, "a class derives from the client"))
        elif isinstance(parent, ast.Call) and parent.func is node:
            self._call(site, parent, plan)
        elif isinstance(parent, ast.Attribute) and isinstance(call := site.parent(parent), ast.Call) and call.func is parent:
            same = parent.attr == "from_url" and len(call.args) == 1 and {one.arg for one in call.keywords} <= _SAME
            plan.obstacles += [] if same else [(call, "whether this means the same a person has to say")]

    def _call(self, site: Site, call: ast.Call, plan: _Plan) -> None:
        given = {one.arg: one.value for one in call.keywords}
        strange = sorted(str(name) if name else "**" for name in given.keys() - _SAME - {_COVERAGE})
        if call.args or strange or in_format_string(site, call):
            why = f"it does not know {', '.join(f'`{one}`' for one in strange)}" if strange else "its arguments have another order"
            plan.obstacles.append((call, why))
            return
        for keyword in call.keywords:
            if keyword.arg == _COVERAGE:
                if not isinstance(keyword.value, ast.Constant) or keyword.value.value is not True:
                    plan.obstacles.append((keyword, f"`{_COVERAGE}` is the contrary of `require_full_coverage`"))
                    return
                plan.edits += [site.edit_keyword(keyword, "require_full_coverage"), site.edit(keyword.value, "False")]
        if "host" in given and "port" not in given:
            end = site.module.end(given["host"])
            plan.edits.append(Edit(end, end, f", port={_PORT}"))
        if "startup_nodes" in given:
            self._nodes(site, call, given["startup_nodes"], plan)

    def _nodes(self, site: Site, call: ast.Call, given: ast.expr, plan: _Plan) -> None:
        held = given if isinstance(given, ast.List) else _only_value(site, given)
        items = held.elts if isinstance(held, ast.List) else []
        if not items or not all(isinstance(one, ast.Dict) and _address(site, one) for one in items):
            plan.obstacles.append((call, "its nodes are `ClusterNode(host, port)`, and where they come from is not seen"))
            return
        plan.nodes += [one for one in items if isinstance(one, ast.Dict)]

    @staticmethod
    def _node(site: Site, node: ast.Dict) -> Edit:
        return site.edit(node, f"ClusterNode({', '.join(_address(site, node) or ())})")


def _joinable(site: Site) -> ast.ImportFrom | None:
    """The one import of the client, where it only has to name another module and `ClusterNode` beside the client."""
    found = [
        one for one in site.nodes(ast.ImportFrom) if any(f"{site.names.absolute(one)}.{alias.name}" in _CLIENTS for alias in one.names)
    ]
    named = any(str(node.value).startswith(f"{OLD}.") for node in site.names.strings)
    if len(found) != 1 or named or not site.imports.free("ClusterNode") or not isinstance(site.parent(found[0]), ast.Module):
        return None
    return found[0] if [(alias.name, alias.asname) for alias in found[0].names] == [("RedisCluster", None)] else None


def _with_nodes(site: Site, statement: ast.ImportFrom) -> Iterator[Edit | Finding]:
    start = site.text.index(str(statement.module), site.module.start(statement))
    yield site.edit_span(start, start + len(str(statement.module)), NEW)
    start = site.module.start(statement.names[0])
    yield Edit(start, start, "ClusterNode, ")
    yield site.finding(statement.names[0], MESSAGE, fixed=True)


def _inside(name: str) -> bool:
    return name == OLD or name.startswith(f"{OLD}.")


def _address(site: Site, node: ast.Dict) -> tuple[str, str] | None:
    """The texts of host and port of a node; None if the dict is anything else."""
    values = {key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)}
    if len(node.keys) != 2 or values.keys() != {"host", "port"} or "#" in site.module.segment(node):
        return None
    port = values["port"]
    number = port.value if isinstance(port, ast.Constant) and isinstance(port.value, str) and port.value.isdecimal() else None
    return site.module.segment(values["host"]), str(int(number)) if number else site.module.segment(port)


def _only_value(site: Site, node: ast.expr) -> ast.expr | None:
    """The list that a name holds, if nothing else is done with the name."""
    if not isinstance(node, ast.Name):
        return None
    scope = site.names.uses[node]
    found = list(scope.lookup(node.id))
    if len(found) != 1 or found[0].kind == "parameter" or not isinstance(found[0].value, ast.List) or site.imports.exported(found[0]):
        return None
    loads = [one for one, where in site.names.uses.items() if one.id == node.id and list(where.lookup(one.id)) == found]
    return found[0].value if [one for one in loads if isinstance(one.ctx, ast.Load)] == [node] else None


CODEMODS = [
    Codemod(
        "redis-cluster-package",
        "redis.cluster takes the place of redis-py-cluster",
        package=PACKAGE,
        deprecated="4.1",
        removed=None,
        works_from="4.1",
        safety=REVIEW,
        covers=("redis-4.1-cluster",),
        docs="redis 4.1 changes: cluster support",
        then="The requirement redis-py-cluster goes with it: it wants redis<4. Commands that ask every node, like info() and keys(), "
        "may answer in another form: look at those.",
        ops=(Cluster(),),
    ),
]
