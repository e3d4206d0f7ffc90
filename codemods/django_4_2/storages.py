"""STORAGES takes the place of DEFAULT_FILE_STORAGE and STATICFILES_STORAGE, over the whole group of settings modules at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.class_bodies import drop_line
from django_hop.ops.nodes import is_value
from django_hop.ops.settings_uses import Use, own_assignments, settings_of, uses
from django_hop.project.settings_module import Assignment
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

ALIASES = {"DEFAULT_FILE_STORAGE": "default", "STATICFILES_STORAGE": "staticfiles"}
STOCK = {"default": "django.core.files.storage.FileSystemStorage", "staticfiles": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MESSAGE = "`{}` moves into `STORAGES`"
IGNORED = "; 5.1 ignores the old name without a word"


@dataclass(frozen=True)
class Storages(PythonOp):
    """Assignments in settings modules, overrides in tests, reads."""

    @property
    def words(self) -> Words:
        """One of the two settings."""
        return tuple(frozenset({name}) for name in ALIASES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a group of modules where each place can be seen, or findings for all of it."""
        own = own_assignments(site, *ALIASES)
        if own:
            yield from self._module(site, own)
        done: set[ast.Call] = set()
        for use in uses(site, *ALIASES):
            yield from self._use(site, use, done)

    # -- settings modules -----------------------------------------------------------------------------------------

    def _module(self, site: Site, own: list[Assignment]) -> Iterator[Edit | Finding]:
        try:
            _check_group(site)
            edits = self._derived(site, own) if _set_below(site) else self._root(site, own)
        except Refused as error:
            yield from (site.finding(one.target, f"{MESSAGE.format(one.name)}{IGNORED}; {error}") for one in own)
            return
        yield from edits
        yield from (site.finding(one.target, MESSAGE.format(one.name), fixed=True) for one in own)

    def _derived(self, site: Site, own: list[Assignment]) -> list[Edit]:
        """The module builds on one that sets a storage: what that says about the other one stays."""
        return [self._replaced(site, one, "STORAGES = {{**STORAGES, {}}}") for one in own]

    def _root(self, site: Site, own: list[Assignment]) -> list[Edit]:
        """The module sets storages first: the whole dict is written, once."""
        values = {ALIASES[one.name]: _text(site, one) for one in own}
        plain = len(values) == len(own) and not any(one.conditional for one in own)
        if plain and all(isinstance(one.value, ast.Constant) for one in own[:-1]):
            last = own[-1]
            edits = [edit for one in own[:-1] for edit in drop_line(site, one.statement)]
            return [*edits, site.edit(last.statement, _whole(site, values, last.statement))]
        first = next(one for one in site.module.tree.body if any(node is own[0].statement for node in ast.walk(one)))
        start = site.module.start(first)
        whole = Edit(start, start, _whole(site, {}, first) + site.module.source.newline)
        return [whole, *(self._replaced(site, one, "STORAGES[{}] = {}") for one in own)]

    @staticmethod
    def _replaced(site: Site, one: Assignment, form: str) -> Edit:
        quote = '"'
        alias, entry = f"{quote}{ALIASES[one.name]}{quote}", f'{{"BACKEND": {_text(site, one)}}}'
        said = form.format(alias, entry) if form.count("{}") == 2 else form.format(f"{alias}: {entry}")
        return site.edit(one.statement, said)

    # -- elsewhere ------------------------------------------------------------------------------------------------

    def _use(self, site: Site, use: Use, done: set[ast.Call]) -> Iterator[Edit | Finding]:
        message = MESSAGE.format(use.name)
        alias = ALIASES[use.name]
        try:
            if use.kind == "read" and isinstance(use.node, ast.Attribute):
                yield site.edit(use.node, f'{site.module.segment(use.node.value)}.STORAGES["{alias}"]["BACKEND"]')
            elif use.kind == "write" and isinstance(use.node, ast.Attribute) and use.value is not None and settings_name(use.node):
                owner = site.module.segment(use.node.value)
                yield site.edit_attribute(use.node, "STORAGES")
                yield site.edit(use.value, f'{{**{owner}.STORAGES, "{alias}": {{"BACKEND": {site.module.segment(use.value)}}}}}')
            elif use.kind == "override" and use.call is not None and isinstance(use.node, ast.keyword):
                edits = self._override(site, use.call)  # raises for each of the keywords
                yield from edits if use.call not in done else ()
                done.add(use.call)
            else:
                raise Refused("here a person has to say how")
        except Refused as error:
            yield site.finding(use.node, f"{message}{IGNORED}; {error}")
            return
        yield site.finding(use.node, message, fixed=True)

    @staticmethod
    def _override(site: Site, call: ast.Call) -> list[Edit]:
        """The keywords of override_settings() and its like become one. Raises Refused."""
        old = [keyword for keyword in call.keywords if keyword.arg in ALIASES]
        if any(keyword.arg in (None, "STORAGES") for keyword in call.keywords):
            raise Refused("other arguments may set `STORAGES`, too")
        if any("#" in site.module.segment(keyword) or "\n" in site.module.segment(keyword) for keyword in old):
            raise Refused("a value goes over several lines")
        entries = {ALIASES[keyword.arg or ""]: site.module.segment(keyword.value) for keyword in old}
        if site.qualified(call.func) == "django.conf.settings.configure":
            entries = {alias: entries.get(alias, f'"{stock}"') for alias, stock in STOCK.items()}
            inner = []
        else:
            spoken = site.imports.need_as("django.conf.settings", "django_settings", call)
            if spoken is None:
                raise Refused("the names `settings` and `django_settings` are taken in this file")
            inner = [f"**{spoken}.STORAGES"]
        inner += [f'"{alias}": {{"BACKEND": {text}}}' for alias, text in entries.items()]
        edits = [site.edit(old[0], f"STORAGES={{{', '.join(inner)}}}")]
        for keyword in old[1:]:
            before = call.keywords[call.keywords.index(keyword) - 1]
            gap = site.text[site.module.end(before) : site.module.start(keyword)]
            if gap.strip() != ",":
                raise Refused("a comment stands between the arguments")
            edits.append(Edit(site.module.end(before), site.module.end(keyword), ""))
        return edits


def settings_name(node: ast.Attribute) -> bool:
    """True where the settings are said by a plain name."""
    return isinstance(node.value, ast.Name)


def _text(site: Site, one: Assignment) -> str:
    assert one.value is not None
    text = site.module.segment(one.value)
    return f"({text})" if "\n" in text and not isinstance(one.value, ast.Call) else text


def _whole(site: Site, values: dict[str, str], statement: ast.stmt) -> str:
    newline, indent = site.module.source.newline, " " * statement.col_offset
    lines = [f'{indent}    "{alias}": {{"BACKEND": {values.get(alias) or chr(34) + stock + chr(34)}}},' for alias, stock in STOCK.items()]
    return newline.join(["STORAGES = {", *lines, f"{indent}}}"])


def _set_below(site: Site) -> bool:
    """True if a module that this one builds on sets one of the two."""
    chain = settings_of(site)
    return any(one.name in ALIASES and one.path in chain.chain(site.path) for name in ALIASES for one in chain.in_unit(site.path, name))


def _check_group(site: Site) -> None:
    """The answer is the same for each module of the group. Raises Refused where one place cannot move: both names must not be mixed."""
    chain = settings_of(site)
    if chain.in_unit(site.path, "STORAGES"):
        raise Refused("`STORAGES` is set, too")
    if chain.is_dynamic(site.path):
        raise Refused("the settings modules set names in a way that cannot be seen")
    for name in ALIASES:
        for one in chain.in_unit(site.path, name):
            several = isinstance(one.statement, ast.Assign) and len(one.statement.targets) != 1
            if one.kind not in ("assign", "annotate") or one.value is None or several:
                raise Refused(f"{one.path}:{one.statement.lineno} sets it in another way")
            if one.owner is not None:
                raise Refused("it is set in a class of settings")
            if _imports_behind(site, one):
                raise Refused(f"{one.path} imports another module behind it that sets a storage, too")
        for path, node in chain.read_in_unit(site.path, name):
            raise Refused(f"{path}:{getattr(node, 'lineno', 0)} reads it")
        if chain.importers(name):
            raise Refused(f"{chain.importers(name)[0]} imports it")


def _imports_behind(site: Site, one: Assignment) -> bool:
    """True if a star import follows in the module that brings one of the settings: `from .local import *` at the end."""
    chain, names = settings_of(site), site.project.names(one.path)
    for star in names.stars if names is not None else ():
        path = site.project.module_path(star.origin or "", one.path)
        if path is None or getattr(star.node, "lineno", 0) < one.statement.lineno:
            continue
        if any(each.name in ALIASES for file in (path, *chain.chain(path)) for each in chain.assignments_of(file)):
            return True
    return False


def _unsure(site: Site, call: ast.Call) -> str | None:
    """Why a call of get_storage_class() is a person's to change: no path, or one that may be None."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if len(given) != 1 or is_value(given[0], None):
        return 'without a path it is `type(storages["default"])`'
    if isinstance(given[0], ast.BoolOp) or (isinstance(given[0], ast.Name) and _may_be_none(site, given[0])):
        return "with None, which gave the default storage, `import_string()` fails"
    return None


def _may_be_none(site: Site, name: ast.Name) -> bool:
    """True for a parameter with None as its default, and for names assigned from several places."""
    for one in site.names.uses[name].lookup(name.id):
        function = one.scope.node
        if one.kind == "parameter" and isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return any(
                is_value(default, None)
                for default in [*function.args.defaults, *function.args.kw_defaults]
            )
    return False


CODEMODS = [
    Codemod(
        "storages",
        "DEFAULT_FILE_STORAGE and STATICFILES_STORAGE move into STORAGES",
        deprecated="4.2",
        removed="5.1",
        works_from="4.2",
        safety=REVIEW,
        covers=("4.2-default-file-storage-setting", "4.2-staticfiles-storage-setting"),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        silent=True,
        ops=(Storages(),),
    ),
    Codemod(
        "get-storage-class",
        "storage classes are found with import_string()",
        deprecated="4.2",
        removed="5.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.2-get-storage-class",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        ops=tuple(
            Call(
                f"django.{module}.get_storage_class",
                "`get_storage_class()` gives way to `import_string()`",
                becomes="django.utils.module_loading.import_string",
                rename={"import_path": "dotted_path"},
                unless=_unsure,
            )
            for module in ("core.files.storage", "contrib.staticfiles.storage")
        ),
    ),
]
