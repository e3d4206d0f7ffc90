"""Names that can be imported: renamed, moved to another module, or moved with their whole module."""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..model import Edit, Finding
from ..rewrite.scopes import Binding
from ..rewrite.site import Site
from .base import PythonOp, Where


@dataclass(frozen=True)
class Rename(PythonOp):
    """Importable names get another name, another module, or both; the import and all its uses are decided together.

    `Rename("django.utils.http", {"urlquote": "quote"}, to="urllib.parse")`. Names in strings that say the full dotted
    path (`mock.patch("django.utils.http.urlquote")`) follow. A name that other code takes from the file keeps its local name.
    """

    module: str
    names: Mapping[str, str]
    to: str | None = None
    note: str = field(default="", kw_only=True)
    """What each finding says besides, such as what the database needs."""
    where: Where | None = field(default=None, kw_only=True)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(old, new) qualified names."""
        return [(f"{self.module}.{old}", f"{self.to or self.module}.{new}") for old, new in self.names.items()]

    @property
    def means(self) -> tuple[str, ...]:
        """The old names."""
        return tuple(old for old, _ in self.pairs)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports, uses, attribute chains and dotted strings; findings for what has two origins."""
        for old, new in self.pairs:
            if old.rpartition(".")[2] in site.text:
                for one in rename(site, old, new):
                    yield replace(one, message=one.message + self.note) if self.note and isinstance(one, Finding) else one


def rename(site: Site, old: str, new: str) -> Iterator[Edit | Finding]:
    """Rename one qualified name in one file."""
    renamed: dict[str, str] = {}
    for binding in site.imports.bindings(old):
        yield from _binding(site, binding, old, new, renamed)
    merged: set[ast.AST] = set()
    for binding in site.imports.bindings(old.rpartition(".")[0]):
        merged |= yield from _module_of_its_name(site, binding, old, new)
    for node in site.references(old):
        if node in merged:
            continue
        if isinstance(node, ast.Attribute):
            yield from _attribute(site, node, old, new)
        elif isinstance(node, ast.Name) and node.id in renamed and renamed[node.id] != node.id:
            yield site.edit(node, renamed[node.id])
    yield from _doubtful(site, old, new)
    yield from _strings(site, old, new)


def _binding(site: Site, binding: Binding, old: str, new: str, renamed: dict[str, str]) -> Iterator[Edit | Finding]:
    if not site.imports.alone(binding):
        if not is_fallback(binding, new):
            yield site.finding(
                binding.alias or binding.node, f"`{old}` is now `{new}`; this name is bound more than once, so a person decides"
            )
        return
    if _is_second_import(site, binding, new):
        return
    last = new.rpartition(".")[2]
    keep = binding.alias is not None and (binding.alias.asname is not None or not _may_become(site, binding, new))
    name = binding.name if keep else last
    site.imports.replace(binding, new, name=name)
    renamed[binding.name] = name
    yield site.finding(binding.alias or binding.node, f"`{old}` is now `{new}`", fixed=True)


def _module_of_its_name(site: Site, binding: Binding, old: str, new: str) -> Generator[Edit | Finding, None, set[ast.AST]]:
    """`from django.utils import lru_cache`, `lru_cache.lru_cache`: the name of the module becomes that of the function. Gives the uses."""
    same = binding.kind == "from" and binding.name == new.rpartition(".")[2]
    if not same or not site.imports.alone(binding) or site.imports.exported(binding):
        return set()
    roots = [node for node, scope in site.names.uses.items() if node.id == binding.name and binding in scope.lookup(node.id)]
    wanted = {site.parent(root) for root in roots}
    uses = [node for node in site.references(old) if isinstance(node, ast.Attribute) and node in wanted]
    if not uses or len(uses) < len(wanted):
        return set()
    site.imports.replace(binding, new, name=binding.name)
    for node in uses:
        yield site.edit(node, binding.name)
        yield site.finding(node, f"`{old}` is now `{new}`", fixed=True)
    return {*uses}


def _is_second_import(site: Site, binding: Binding, new: str) -> bool:
    """True in `try: from new import b`, `except ImportError: from old import a`, where nothing outside of the handler uses the old name."""
    module, _, last = new.rpartition(".")
    inner: ast.AST = binding.node
    for around in site.ancestors(binding.node):
        if isinstance(around, ast.Try) and isinstance(inner, ast.ExceptHandler):
            tried = [one for one in around.body if isinstance(one, ast.ImportFrom) and one.module == module]
            named = any(alias.name == last for one in tried for alias in one.names)
            uses = [node for node, scope in site.names.uses.items() if node.id == binding.name and binding in scope.lookup(node.id)]
            return named and all(inner in site.ancestors(node) for node in uses)
        inner = around
    return False


def _may_become(site: Site, binding: Binding, new: str) -> bool:
    """True if the local name may change to the new one: nobody takes it from here, and the new one is free or the same thing."""
    last = new.rpartition(".")[2]
    if last == binding.name:
        return True
    if site.imports.exported(binding):
        return False
    taken = binding.scope.bindings.get(last)
    if taken is not None and len(taken) == 1 and taken[0].origin == new:
        return _only_here(site, last, binding)
    return site.imports.free(last)


def _only_here(site: Site, name: str, binding: Binding) -> bool:
    return all(name not in scope.bindings or scope is binding.scope for scope in site.names.inner.values())


def is_fallback(binding: Binding, new: str) -> bool:
    """True if the other import of the name brings the new one: `try: from new ... except ImportError: from old ...` needs nothing."""
    others = [one for one in binding.scope.bindings.get(binding.name, ()) if one is not binding]
    return bool(others) and all(one.origin == new for one in others)


def _attribute(site: Site, node: ast.Attribute, old: str, new: str) -> Iterator[Edit | Finding]:
    module, _, last = new.rpartition(".")
    if _is_second_try(site, node, last):
        return
    if old.rpartition(".")[0] == module:
        yield site.edit_attribute(node, last)
        yield site.finding(node, f"`{old}` is now `{new}`", fixed=True)
        return
    spoken = site.imports.need(new, node)
    if spoken is None:
        yield site.finding(node, f"`{old}` is now `{new}`, but the name `{last}` is taken in this file")
        return
    yield site.edit(node, spoken)
    yield site.finding(node, f"`{old}` is now `{new}`", fixed=True)
    release_root(site, node, spoken)


def _is_second_try(site: Site, node: ast.Attribute, last: str) -> bool:
    """True in `try: base64.encodebytes(x)`, `except AttributeError: base64.encodestring(x)`: the code is ready for both."""
    inner: ast.AST = node
    for around in site.ancestors(node):
        if isinstance(around, ast.Try) and isinstance(inner, ast.ExceptHandler) and inner.type is not None:
            tried = {one.attr for statement in around.body for one in ast.walk(statement) if isinstance(one, ast.Attribute)}
            if ast.unparse(inner.type) == "AttributeError" and last in tried:
                return True
        inner = around
    return False


def release_root(site: Site, node: ast.expr, spoken: str = "") -> None:
    """Note that a reference goes away, and let its import go with the last one; `spoken` is what stands in its place."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name) and root.id != spoken.partition(".")[0]:
        site.imports.gone(root)
        for binding in site.names.uses[root].lookup(root.id):
            if binding.kind == "from":
                site.imports.drop_unused(binding)


def _doubtful(site: Site, old: str, new: str) -> Iterator[Finding]:
    for node in site.doubtful(old):
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        bindings = site.names.uses[root].lookup(root.id) if isinstance(root, ast.Name) else ()
        if isinstance(node, ast.Attribute) and not any(one.origin == new.rpartition(".")[0] for one in bindings):
            yield site.finding(node, f"`{old}` is now `{new}`; what this name means depends on which import worked")


def _strings(site: Site, old: str, new: str) -> Iterator[Edit | Finding]:
    for node in site.names.strings:
        if node.value == old and site.module.segment(node).count(old) == 1:
            start = site.module.start(node) + site.module.segment(node).index(old)
            yield site.edit_span(start, start + len(old), new)
            yield site.finding(node, f"`{old}` is now `{new}`", fixed=True)


@dataclass(frozen=True)
class MoveModule(PythonOp):
    """A whole module is found elsewhere with the same names in it: `MoveModule("django.core.urlresolvers", "django.urls")`."""

    old: str
    new: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def means(self) -> tuple[str, ...]:
        """The old module."""
        return (self.old,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for `from old import x`, `from parent import old`, `import old`, attribute chains and dotted strings."""
        for statement in site.nodes(ast.ImportFrom):
            if site.names.absolute(statement) == self.old and not statement.level:
                yield from self._import_from(site, statement)
        for binding in site.imports.bindings(self.old):
            if site.imports.alone(binding):
                site.imports.replace(binding, self.new, name=binding.name)
                yield site.finding(binding.node, f"`{self.old}` is now `{self.new}`", fixed=True)
        yield from self._plain_imports(site)
        yield from self._in_strings(site)

    def _import_from(self, site: Site, statement: ast.ImportFrom) -> Iterator[Edit | Finding]:
        for alias in statement.names:
            name = alias.asname or alias.name
            bindings = site.names.scope_of[statement].bindings.get(name, ())
            if len(bindings) > 1:
                if not all(one.origin == f"{self.new}.{alias.name}" for one in bindings if one.node is not statement):
                    yield site.finding(
                        statement, f"`{self.old}` is now `{self.new}`; `{name}` is bound more than once, so a person decides"
                    )
                return
        start = site.text.index(self.old, site.module.start(statement))
        yield site.edit_span(start, start + len(self.old), self.new)
        yield site.finding(statement, f"`{self.old}` is now `{self.new}`", fixed=True)

    def _plain_imports(self, site: Site) -> Iterator[Edit | Finding]:
        for statement in site.nodes(ast.Import):
            for alias in statement.names:
                if alias.name == self.old and alias.asname is None:
                    yield site.edit(alias, self.new)
                    yield site.finding(alias, f"`{self.old}` is now `{self.new}`", fixed=True)
                    for node in site.references(self.old):
                        if isinstance(node, ast.Attribute):
                            yield site.edit(node, self.new)

    def _in_strings(self, site: Site) -> Iterator[Edit | Finding]:
        prefix = f"{self.old}."
        for node in site.names.strings:
            value = str(node.value)
            if (value == self.old or value.startswith(prefix)) and " " not in value and self.old in site.module.segment(node):
                start = site.module.start(node) + site.module.segment(node).index(self.old)
                yield site.edit_span(start, start + len(self.old), self.new)
                yield site.finding(node, f"`{self.old}` is now `{self.new}`", fixed=True)


@dataclass(frozen=True)
class FindName(PythonOp):
    """Every use of an importable name is a finding: nothing is changed."""

    qualified: str
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def means(self) -> tuple[str, ...]:
        """The name."""
        return (self.qualified,)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each use; at the import only if there is no use in the file."""
        doubtful = [node for node in site.doubtful(self.qualified) if not stands_in(site, node)]
        uses: list[ast.AST] = [*site.references(self.qualified), *doubtful]
        if not uses and site.doubtful(self.qualified):
            return
        for node in uses or [binding.alias or binding.node for binding in site.imports.bindings(self.qualified)]:
            yield site.finding(node, self.message)


def stands_in(site: Site, node: ast.expr) -> bool:
    """True where code is ready for the name to be missing: it is written here, or has another meaning in an `except`."""
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return True
    while isinstance(node, ast.Attribute):
        node = node.value
    bindings = site.names.uses[node].lookup(node.id) if isinstance(node, ast.Name) else ()
    return any(isinstance(around, ast.ExceptHandler) for one in bindings for around in site.ancestors(one.node))
