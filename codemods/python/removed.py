"""Functions and modules of the standard library that are gone and have a successor which does the same."""

from __future__ import annotations

from django_hop.model import REVIEW, SAFE, Codemod
from django_hop.ops.names import FindName, Rename
from django_hop.ops.stdlib import DropImport

from .calls import ArgSpec, CgiEscape, InlineFlags, ParserUnescape, ReadFp

ABCS = frozenset(
    (
        *(
            "AsyncGenerator",
            "AsyncIterable",
            "AsyncIterator",
            "Awaitable",
            "ByteString",
            "Callable",
            "Collection",
            "Container",
            "Coroutine",
        ),
        *("Generator", "Hashable", "ItemsView", "Iterable", "Iterator", "KeysView", "Mapping", "MappingView", "MutableMapping"),
        *("MutableSequence", "MutableSet", "Reversible", "Sequence", "Set", "Sized", "ValuesView"),
    )
)

IMP = "the module `imp` is gone from Python 3.12 on"
IMP_FOUND = {
    "find_module": "`importlib.util.find_spec()` finds modules",
    "load_module": "`importlib.import_module()` imports by name",
    "load_source": "`importlib.util.spec_from_file_location()` and `module_from_spec()` load a file",
    "load_compiled": "`importlib.machinery.SourcelessFileLoader` loads a compiled file",
    "load_dynamic": "`importlib.machinery.ExtensionFileLoader` loads an extension",
    "load_package": "`importlib.util.spec_from_file_location()` and `module_from_spec()` load a package",
    "get_suffixes": "`importlib.machinery.all_suffixes()` knows the suffixes",
    "get_magic": "`importlib.util.MAGIC_NUMBER` is the magic number",
    "get_tag": "`sys.implementation.cache_tag` is the tag",
    "acquire_lock": "imports lock themselves",
    "release_lock": "imports lock themselves",
    "lock_held": "imports lock themselves",
}

CODEMODS = [
    Codemod(
        "collections-abc",
        "abstract classes are imported from collections.abc",
        covers=("python-3.3-collections-abc",),
        deprecated="3.2",
        removed="5.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.10: Removed",
        ops=(Rename("collections", {name: name for name in sorted(ABCS)}, to="collections.abc"),),
    ),
    Codemod(
        "cgi-escape",
        "functions of cgi that moved are taken from html and urllib.parse",
        covers=("python-3.12-stdlib-removals",),
        deprecated="2.2",
        removed="4.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.8: API and Feature Removals",
        ops=(CgiEscape(), Rename("cgi", {"parse_qs": "parse_qs", "parse_qsl": "parse_qsl"}, to="urllib.parse"), DropImport("cgi")),
    ),
    Codemod(
        "html-unescape",
        "HTML is unescaped by html.unescape()",
        deprecated="2.2",
        removed="5.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.9: Removed",
        ops=(ParserUnescape(),),
    ),
    Codemod(
        "base64-bytes",
        "encodestring() and decodestring() take their names of today",
        deprecated="2.2",
        removed="5.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.9: Removed",
        ops=(Rename("base64", {"encodestring": "encodebytes", "decodestring": "decodebytes"}),),
    ),
    Codemod(
        "fractions-gcd",
        "gcd() is taken from math",
        deprecated="2.2",
        removed="5.0",
        works_from="2.1",
        safety=REVIEW,
        docs="Python 3.9: Removed",
        ops=(Rename("fractions", {"gcd": "gcd"}, to="math"),),
    ),
    Codemod(
        "time-clock",
        "CPU time is measured by process_time()",
        deprecated="2.2",
        removed="4.0",
        works_from="2.0",
        safety=REVIEW,
        docs="Python 3.8: API and Feature Removals",
        ops=(Rename("time", {"clock": "process_time"}),),
    ),
    Codemod(
        "inspect-getargspec",
        "signatures are read by getfullargspec()",
        covers=("python-3.0-inspect-getargspec",),
        deprecated="4.1",
        removed="6.0",
        works_from="2.0",
        safety=REVIEW,
        docs="Python 3.11: Removed",
        ops=(
            ArgSpec(),
            FindName(
                "inspect.formatargspec", "`inspect.formatargspec()` is gone from Python 3.11 on; `str(inspect.signature(f))` says the same"
            ),
        ),
    ),
    Codemod(
        "imp-module",
        "what imp did is left to importlib and types",
        covers=("python-3.12-stdlib-removals",),
        deprecated="4.2",
        removed="6.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.12: Removed",
        ops=(
            Rename("imp", {"reload": "reload"}, to="importlib"),
            Rename("imp", {"new_module": "ModuleType"}, to="types"),
            Rename("imp", {"cache_from_source": "cache_from_source", "source_from_cache": "source_from_cache"}, to="importlib.util"),
            *(FindName(f"imp.{name}", f"{IMP}; {hint}") for name, hint in IMP_FOUND.items()),
            DropImport("imp"),
            FindName(
                "importlib.find_loader", "`importlib.find_loader()` is gone from Python 3.12 on; `importlib.util.find_spec()` finds modules"
            ),
        ),
    ),
    Codemod(
        "config-parser",
        "parsers of configuration take their names of today",
        deprecated="4.2",
        removed="6.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.12: Removed",
        ops=(Rename("configparser", {"SafeConfigParser": "ConfigParser"}), ReadFp()),
    ),
    Codemod(
        "locale-format",
        "numbers are formatted by locale.format_string()",
        deprecated="4.2",
        removed="6.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.12: Removed",
        ops=(Rename("locale", {"format": "format_string"}),),
    ),
    Codemod(
        "inline-regex-flags",
        "flags for a whole pattern stand at its start",
        deprecated="4.1",
        removed="6.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.11: Porting to Python 3.11",
        ops=(InlineFlags(),),
    ),
    Codemod(
        "pipes-quote",
        "shell words are quoted by shlex.quote()",
        covers=("python-3.12-stdlib-removals",),
        deprecated="5.1",
        removed=None,
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.13: PEP 594",
        ops=(Rename("pipes", {"quote": "quote"}, to="shlex"), DropImport("pipes")),
    ),
]
