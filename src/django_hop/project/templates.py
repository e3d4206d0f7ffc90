"""What a project's tree says about its templates: which files are Django's, which are Jinja's, which tag libraries are its own.

Read from paths, from the TEMPLATES setting (with `ast`, never imported) and from the template's own syntax.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal

from ..rewrite.template_lexer import Kind, Token, tokenize

TemplateKind = Literal["django", "jinja"]
Tokens = Callable[[], tuple[Token, ...]]

_MARKUP = frozenset((".html", ".htm", ".xhtml", ".djhtml", ".dtl", ".shtml"))
_SUFFIXES = (
    _MARKUP
    | frozenset(
        [
            ".txt",
            ".text",
            ".xml",
            ".eml",
            ".email",
            ".mail",
            ".subject",
            ".body",
            ".js",
            ".mjs",
            ".css",
            ".svg",
            ".json",
            ".csv",
            ".tsv",
            ".md",
            ".markdown",
            ".rss",
            ".atom",
            ".kml",
            ".gpx",
            ".tex",
            ".ics",
            ".vcf",
            ".sql",
            ".mjml",
            ".rtf",
            ".webmanifest",
        ]
    )
    | {""}
)
_JINJA_SUFFIXES = frozenset([".jinja", ".jinja2", ".j2"])
_FOREIGN_FOLDERS = frozenset(["ansible", "roles", "salt", "helm", "charts", "node_modules", "bower_components"])
_DJANGO_ONLY = re.compile(r"""\{%\s*(?:load\s+\w|csrf_token\s*%|(?:end)?if(?:not)?equal\b|url\s+['"])""")
_JINJA_TAGS = frozenset(["set", "endset", "macro", "endmacro", "import", "call", "endcall", "raw", "endraw", "do", "endtrans", "pluralize"])
_QUOTED = re.compile(r"""_\(\s*(?:"[^"]*"|'[^']*')\s*\)|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")
_REGISTERS = {
    "tag": frozenset({"tag", "simple_tag", "inclusion_tag", "assignment_tag", "simple_block_tag"}),
    "filter": frozenset({"filter"}),
}
_COMPUTED = "?"
_TELLS = re.compile(rb"""DIRS(?<=["']DIRS)["'](?![\s\\)]*:[\s\\]*\[[\s\\]*\][\s\\]*[,}])|TEMPLATE_DIRS|(?:builtins|libraries)["']""")
"""What a file has whose engines say anything: mostly tests have engines without folders, and are large."""


@dataclass(frozen=True)
class TemplateFacts:
    """What the settings and paths of a tree say about templates."""

    django_folders: frozenset[str] = frozenset()
    """Folders in DIRS of a Django backend (or TEMPLATE_DIRS), as far as the source names them: `frontend/html`."""
    jinja_folders: frozenset[str] = frozenset()
    libraries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tag library name -> paths of the modules in this tree that may be meant."""
    builtins: tuple[str, ...] = ()
    """Paths of the modules in this tree that OPTIONS["builtins"] loads into every template."""


_latest: tuple[Mapping[str, bytes], TemplateFacts] | None = None


def template_facts(tree: Mapping[str, bytes]) -> TemplateFacts:
    """The facts of a tree, path -> content. The latest answer is kept, since one tree is asked about for each of its templates."""
    global _latest
    if _latest is None or _latest[0] is not tree:
        _latest = (tree, _read_facts(tree))
    return _latest[1]


def template_kind(path: str, text: str, tree: Mapping[str, bytes], tokens: Tokens | None = None) -> TemplateKind | None:
    """Whose template the file is; None if it is no template, or nothing says so for certain. `tokens` gives them if someone has them.

    A file in a `templates` folder or in a folder of TEMPLATES["DIRS"] is a template; elsewhere only HTML with tags that no other
    template language has.
    """
    pure = PurePosixPath(path)
    folders = frozenset(pure.parts[:-1])
    if "{{" in path or folders & _FOREIGN_FOLDERS or pure.suffix in (".py", ".pyi"):
        return None
    facts = template_facts(tree)
    if _JINJA_SUFFIXES & frozenset(pure.suffixes) or "jinja2" in folders or "jinja" in folders or _within(path, facts.jinja_folders):
        return "jinja"
    home = ("templates" in folders and not _is_manual(folders, pure.suffix)) or _within(path, facts.django_folders)
    if not (home and pure.suffix.lower() in _SUFFIXES):
        known = pure.suffix.lower() in _MARKUP or (home and pure.suffix.lower() not in (".yaml", ".yml"))
        if not known or not _DJANGO_ONLY.search(text):
            return None
    return "jinja" if is_jinja(tokens() if tokens else tokenize(text)) else "django"


def is_jinja(tokens: tuple[Token, ...]) -> bool:
    """True if the live tags and variables hold what Django's syntax does not allow: white space control, calls, `{% set %}`."""
    live = [token for token in tokens if token.live and token.kind in (Kind.TAG, Kind.VARIABLE)]
    if any(token.source[2] in "-+" or token.source[-3] == "-" for token in live if len(token.source) > 4):
        return True
    if any(token.name == "load" for token in live):
        return False
    return any(_is_jinja_token(token) for token in live)


def _is_jinja_token(token: Token) -> bool:
    if token.kind is Kind.TAG:
        if token.name in _JINJA_TAGS or (token.name == "from" and " import " in token.content):
            return True
        if token.name not in ("if", "elif", "for"):
            return False
    bare = _QUOTED.sub("", token.content)
    return "(" in bare or "[" in bare or " ~ " in bare


def _is_manual(folders: frozenset[str], suffix: str) -> bool:
    """True for pages of a manual about templates: `docs/ref/templates/builtins.txt`."""
    return bool(folders & {"docs", "doc"}) and suffix.lower() not in _MARKUP


def _within(path: str, folders: frozenset[str]) -> bool:
    return any(f"/{folder}/" in f"/{path}" for folder in folders)


def defines(tree: Mapping[str, bytes], paths: tuple[str, ...], name: str, kind: Literal["tag", "filter"]) -> bool:
    """True if one of the modules registers a tag or filter of this name, or registers names that only show when it runs."""
    word = re.compile(rb"\b%s\b" % name.encode())
    return any(_registers(tree[path], name, kind) for path in paths if path in tree and word.search(tree[path]))


def _registers(source: bytes, name: str, kind: Literal["tag", "filter"]) -> bool:
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return True
    methods = _REGISTERS[kind]
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if any(_registered(decorator, node.name, methods) == name for decorator in node.decorator_list):
                return True
        elif isinstance(node, ast.Call) and _registered(node, "", methods) in (name, _COMPUTED):
            return True
    return False


def _registered(node: ast.expr, decorated: str, methods: frozenset[str]) -> str:
    """The name that `register.tag(...)` gives; empty if it is no registration or the name is that of a function not seen here."""
    call = node if isinstance(node, ast.Call) else None
    function = call.func if call else node
    if not (isinstance(function, ast.Attribute) and function.attr in methods and isinstance(function.value, ast.Name)):
        return ""
    if not re.search("register|librar", function.value.id, re.IGNORECASE):
        return ""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "name"] if call else []
    # The first argument of inclusion_tag is a file.
    given = named or (call.args[:1] if call and function.attr != "inclusion_tag" else [])
    if not given:
        return decorated
    if isinstance(given[0], ast.Constant):
        return str(given[0].value)
    if isinstance(given[0], ast.Name) and not named and call and len(call.args) == 1:
        return given[0].id
    return _COMPUTED


def _read_facts(tree: Mapping[str, bytes]) -> TemplateFacts:
    libraries: dict[str, tuple[str, ...]] = {}
    for path in sorted(tree):
        library = _library_name(path)
        if library:
            libraries[library] = (*libraries.get(library, ()), path)
    django: set[str] = set()
    jinja: set[str] = set()
    builtins: list[str] = []
    for path, source in tree.items():
        if not path.endswith(".py") or b"TEMPLATE" not in source or (b"DIRS" not in source and b"OPTIONS" not in source):
            continue
        if (b"BACKEND" not in source and b"TEMPLATE_DIRS" not in source) or not _TELLS.search(source):
            continue
        for engine in _engines(source):
            (jinja if engine.jinja else django).update(engine.folders)
            builtins += [found for name in engine.builtins for found in _modules(tree, name)]
            for name, module in engine.libraries.items():
                libraries[name] = (*libraries.get(name, ()), *_modules(tree, module))
    return TemplateFacts(frozenset(django), frozenset(jinja), libraries, tuple(dict.fromkeys(builtins)))


def _library_name(path: str) -> str:
    """`shop/templatetags/prices.py` -> `prices`; empty for other files."""
    _head, found, tail = f"/{path}".rpartition("/templatetags/")
    if not found or not tail.endswith(".py"):
        return ""
    name = tail[:-3].replace("/", ".")
    return "" if name == "__init__" else name.removesuffix(".__init__")


def _modules(tree: Mapping[str, bytes], dotted: str) -> list[str]:
    tail = dotted.replace(".", "/")
    ends = (f"/{tail}.py", f"/{tail}/__init__.py")
    return [path for path in tree if f"/{path}".endswith(ends)]


@dataclass(frozen=True)
class _Engine:
    jinja: bool
    folders: frozenset[str]
    builtins: tuple[str, ...] = ()
    libraries: Mapping[str, str] = field(default_factory=dict)


def _engines(source: bytes) -> Iterator[_Engine]:
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    values = _Values(module)
    if b"TEMPLATE_DIRS" in source and "TEMPLATE_DIRS" in values.assigned:
        yield _Engine(False, _folders(values.assigned["TEMPLATE_DIRS"], values))
    spoken = [number for number, line in enumerate(source.splitlines(), 1) if b"BACKEND" in line]
    for one in _nodes(module, spoken):
        if not isinstance(one, ast.Dict):
            continue
        entries = _entries(one)
        backend = entries.get("BACKEND")
        if isinstance(backend, ast.Constant) and "template" in str(backend.value):
            yield _engine(str(backend.value), entries, values)


@dataclass
class _Values:
    """What the names of a module stand for: all of it is walked only where a list of folders has names in it."""

    module: ast.Module

    @cached_property
    def assigned(self) -> dict[str, ast.expr]:
        """Name -> what is assigned to it, anywhere in the module."""
        found: dict[str, ast.expr] = {}
        for node in ast.walk(self.module):
            if isinstance(node, ast.Assign):
                found.update({target.id: node.value for target in node.targets if isinstance(target, ast.Name)})
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                found[node.target.id] = node.value
        return found


def _nodes(module: ast.Module, lines: list[int]) -> list[ast.AST]:
    """The nodes of a module that stand on one of some lines, in the order of ast.walk()."""
    nodes: list[ast.AST] = [module]
    for node in nodes:
        for child in ast.iter_child_nodes(node):
            last = getattr(child, "end_lineno", None)
            # A class begins behind its decorators.
            first = min(one.lineno for one in (child, *getattr(child, "decorator_list", ()))) if last is not None else 0
            if last is None or any(first <= line <= last for line in lines):
                nodes.append(child)
    return nodes


def _engine(backend: str, entries: Mapping[str, ast.expr], values: _Values) -> _Engine:
    options = entries.get("OPTIONS")
    inner = _entries(options) if isinstance(options, ast.Dict) else {}
    builtins = inner.get("builtins")
    libraries = inner.get("libraries")
    return _Engine(
        "jinja" in backend.lower(),
        _folders(entries["DIRS"], values) if "DIRS" in entries else frozenset(),
        tuple(_strings(builtins)) if builtins else (),
        {name: str(value.value) for name, value in _entries(libraries).items() if isinstance(value, ast.Constant)}
        if isinstance(libraries, ast.Dict)
        else {},
    )


def _entries(node: ast.Dict) -> dict[str, ast.expr]:
    return {str(key.value): value for key, value in zip(node.keys, node.values, strict=False) if isinstance(key, ast.Constant)}


def _strings(node: ast.AST) -> list[str]:
    return [str(found.value) for found in ast.walk(node) if isinstance(found, ast.Constant) and isinstance(found.value, str)]


def _folders(node: ast.expr, values: _Values) -> frozenset[str]:
    """The folders that a DIRS list names: the string parts of each entry, `join(BASE_DIR, "a", "b")` -> `a/b`."""
    if isinstance(node, ast.Name) and node.id in values.assigned:
        node = values.assigned[node.id]
    items = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    found: set[str] = set()
    for item in items:
        if isinstance(item, ast.Name) and item.id in values.assigned:
            item = values.assigned[item.id]
        found.add(_folder(item))
    return frozenset(found - {""})


def _folder(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
        parts = [_folder(node.left), _folder(node.right)]
    elif isinstance(node, ast.Call):
        parts = [_folder(argument) for argument in node.args]
    elif isinstance(node, ast.JoinedStr):
        parts = [_folder(value) for value in node.values]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        parts = [node.value]
    else:
        parts = []
    whole = "/".join(part.replace("\\", "/").strip("/") for part in parts if part)
    return "/".join(part for part in whole.split("/") if part not in ("", ".", ".."))
