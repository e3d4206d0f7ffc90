"""What is gone from the standard library and has no successor that does the same: findings, but for what is certain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import FindMethodCall
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.ops.stdlib import DropImport, FindImports
from django_hop.rewrite.scopes import Binding
from django_hop.rewrite.site import Site

GONE = "the module `{module}` is gone from Python %s on; {hint}"
DISTUTILS = "`distutils` is gone from Python 3.12 on, but for a copy that setuptools brings"
VERSIONS = ("LooseVersion", "StrictVersion")
PACKAGING = "`packaging.version.Version` compares versions, and does not compare with strings"
DISTUTILS_FOUND = {
    "util.strtobool": "what is true and what is false has to be said in the project's own words",
    "dir_util.copy_tree": "`shutil.copytree(dirs_exist_ok=True)` copies into a folder that exists, from Python 3.8 on",
    "dir_util.remove_tree": "`shutil.rmtree()` removes a tree",
    "dir_util.mkpath": "`os.makedirs(exist_ok=True)` makes folders",
    "file_util.copy_file": "`shutil.copy2()` copies a file",
    "file_util.move_file": "`shutil.move()` moves a file",
    "sysconfig.get_python_lib": "`sysconfig.get_path('purelib')` is the folder",
    "sysconfig.get_config_var": "`sysconfig.get_config_var()` is the same",
    "sysconfig.get_python_version": "`sysconfig.get_python_version()` is the same",
    "spawn.spawn": "`subprocess.run()` runs a command",
    "text_file.TextFile": "nothing in the standard library stands in for it",
    "log.set_verbosity": "`logging` logs",
}
PKG_RESOURCES = "`pkg_resources` belongs to setuptools, which environments of Python 3.12 do not bring and which gives the module up"
PKG_FOUND = {
    "get_distribution": "`importlib.metadata` knows installed packages",
    "iter_entry_points": "`importlib.metadata.entry_points(group=...)` finds entry points, by this argument from Python 3.10 on",
    "resource_filename": "`importlib.resources.as_file(files(package) / name)` gives a path while it is open",
    "resource_string": "`importlib.resources.files(package).joinpath(name).read_bytes()` reads a resource",
    "resource_stream": "`importlib.resources.files(package).joinpath(name).open('rb')` opens a resource",
    "resource_exists": "`importlib.resources.files(package).joinpath(name).is_file()` tells",
    "resource_listdir": "`importlib.resources.files(package).iterdir()` lists",
    "parse_version": "`packaging.version.parse()` does the same",
    "parse_requirements": "`packaging.requirements.Requirement` reads a requirement",
    "require": "`importlib.metadata.version()` tells what is installed, and compares nothing",
    "working_set": "`importlib.metadata.distributions()` lists what is installed",
    "DistributionNotFound": "`importlib.metadata.PackageNotFoundError` is raised instead",
}


@dataclass(frozen=True)
class InstalledVersion(PythonOp):
    """`pkg_resources.get_distribution(name).version` becomes `importlib.metadata.version(name)`."""

    @property
    def words(self) -> Words:
        """The function and the attribute."""
        return (frozenset({"pkg_resources", "get_distribution"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with one argument of which the version is taken, where no exception of the module is caught; else findings."""
        caught = bool(site.references("pkg_resources.DistributionNotFound"))
        called = {call.func: call for call in site.calls("pkg_resources.get_distribution")}
        for node in (*site.references("pkg_resources.get_distribution"), *site.doubtful("pkg_resources.get_distribution")):
            call = called.get(node)
            use = site.parent(call) if call is not None else None
            message = f"{PKG_RESOURCES}; {PKG_FOUND['get_distribution']}"
            plain = call is not None and len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)
            spoken = None
            if plain and not caught and isinstance(use, ast.Attribute) and use.attr == "version":
                spoken = site.imports.need("importlib.metadata.version", node)
            if call is None or spoken is None or use is None:
                yield site.finding(node, message)
                continue
            yield site.edit(use, f"{spoken}({site.module.segment(call.args[0])})")
            yield site.finding(node, message, fixed=True)
            release_root(site, node, spoken)


@dataclass(frozen=True)
class Versions(PythonOp):
    """`LooseVersion(django.get_version()) >= LooseVersion("3.2")` becomes `django.VERSION >= (3, 2)`; other versions are findings."""

    @property
    def words(self) -> Words:
        """The classes."""
        return tuple(frozenset({"distutils", name}) for name in VERSIONS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for comparisons of Django's version with a literal, findings for every other use of the classes."""
        names = [f"distutils.version.{name}" for name in VERSIONS]
        made: dict[ast.expr, ast.expr] = {
            call: call.func for name in names for call in site.calls(name) if len(call.args) == 1 and not call.keywords
        }
        done: set[ast.expr] = set()
        for node in site.nodes(ast.Compare):
            given = self._given(node, made)
            asked = self._asked(site, made, node.left)
            spoken = site.imports.need("django.VERSION", node) if given and asked is not None else None
            if asked is None or spoken is None:
                continue
            yield site.edit(node.left, spoken)
            yield site.edit(node.comparators[0], f"({', '.join(given)},)" if len(given) == 1 else f"({', '.join(given)})")
            yield site.finding(node, f"{DISTUTILS}; `django.VERSION` is a tuple of numbers", fixed=True)
            for gone in (made[node.left], made.get(node.comparators[0]), asked):
                if gone is not None:
                    done.add(gone)
                    release_root(site, gone, spoken)  # a constant that holds the version stays: others may take it from here
        uses = [use for name in names for use in (*site.references(name), *site.doubtful(name)) if use not in done]
        for use in {use.lineno: use for use in reversed(uses)}.values():
            yield site.finding(use, f"{DISTUTILS}; {PACKAGING}")

    @staticmethod
    def _given(node: ast.Compare, made: dict[ast.expr, ast.expr]) -> list[str]:
        """The numbers on the right side: of a literal, or of a version made of one; empty if it is anything else."""
        right = node.comparators[0]
        value = right.args[0] if isinstance(right, ast.Call) and right in made else right
        text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
        fits = len(node.ops) == 1 and isinstance(node.ops[0], (ast.GtE, ast.Lt)) and re.fullmatch(r"\d+(\.\d+)*", text)
        return [str(int(one)) for one in text.split(".")] if fits else []

    @staticmethod
    def _asked(site: Site, made: dict[ast.expr, ast.expr], left: ast.expr) -> ast.expr | None:
        """How Django is asked for its version on the left side."""
        if not isinstance(left, ast.Call) or left not in made:
            return None
        asked = left.args[0]
        if isinstance(asked, ast.Name):
            bound = site.names.module.bindings.get(asked.id, [])
            value = bound[0].value if len(bound) == 1 and site.names.uses[asked].lookup(asked.id) == bound else None
            return asked if isinstance(value, ast.Call) and Versions._says_django(site, value) else None
        if isinstance(asked, ast.Call):
            return asked.func if Versions._says_django(site, asked) else None
        return asked if site.qualified(asked) == "django.__version__" else None

    @staticmethod
    def _says_django(site: Site, call: ast.Call) -> bool:
        return (
            not call.args and not call.keywords and site.qualified(call.func) in ("django.get_version", "django.utils.version.get_version")
        )


@dataclass(frozen=True)
class FindUsed(FindName):
    """Uses of a name of distutils are findings; `from distutils.util import strtobool` goes where the file never uses the name."""

    def apply(self, site: Site) -> Iterator[Finding]:
        """The editor of imports drops what nothing reads; other imports and uses are findings."""
        unused = [one for one in site.imports.bindings(self.qualified) if _is_unused(site, one)]
        for binding in unused:
            site.imports.drop_unused(binding)
            yield site.finding(binding.alias or binding.node, f"{DISTUTILS}; nothing uses `{binding.name}` here", fixed=True)
        if not unused:
            yield from super().apply(site)


def _is_unused(site: Site, binding: Binding) -> bool:
    """True for an import that nothing reads and nobody takes from here, and that neither tries something nor is said to be wanted."""
    if binding.kind != "from" or binding.scope.kind not in {"module", "function"} or not site.imports.alone(binding):
        return False
    if binding.alias is not None and binding.alias.asname == binding.alias.name:
        return False  # how a module says that it hands a name on
    if any(isinstance(around, ast.Try) for around in site.ancestors(binding.node)):
        return False
    if "noqa" in site.module.segment(binding.node) + site.text[site.module.end(binding.node) :].partition("\n")[0]:
        return False
    return not any(node.id == binding.name for node in site.names.uses) and not site.imports.exported(binding)


CODEMODS = [
    Codemod(
        "distutils-module",
        "what distutils did is left to setuptools and shutil",
        covers=("python-3.12-stdlib-removals",),
        deprecated="4.2",
        removed="6.0",
        works_from="2.0",
        safety=REVIEW,
        docs="Python 3.12: Removed",
        ops=(
            Rename("distutils.core", {"setup": "setup", "Extension": "Extension", "Command": "Command"}, to="setuptools"),
            Rename("distutils.spawn", {"find_executable": "which"}, to="shutil"),
            Versions(),
            *(FindUsed(f"distutils.{name}", f"{DISTUTILS}; {hint}") for name, hint in DISTUTILS_FOUND.items()),
            DropImport("distutils"),
        ),
    ),
    Codemod(
        "pkg-resources",
        "versions of packages are read by importlib.metadata",
        covers=("python-3.12-pkg-resources",),
        deprecated="4.2",
        removed=None,
        works_from="4.0",
        safety=REVIEW,
        docs="setuptools: pkg_resources",
        ops=(
            InstalledVersion(),
            *(
                FindName(f"pkg_resources.{name}", f"{PKG_RESOURCES}; {hint}")
                for name, hint in PKG_FOUND.items()
                if name != "get_distribution"
            ),
            DropImport("pkg_resources"),
        ),
    ),
    Codemod(
        "linux-distribution",
        "uses of platform.linux_distribution() are found",
        deprecated="2.2",
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        docs="Python 3.8: API and Feature Removals",
        ops=tuple(
            FindName(f"platform.{name}", f"`platform.{name}()` is gone from Python 3.8 on; the package `distro` knows distributions")
            for name in ("linux_distribution", "dist")
        ),
    ),
    Codemod(
        "modules-gone-by-3-10",
        "imports of modules that Python 3.9 and 3.10 lack are found",
        deprecated="2.2",
        removed="5.0",
        works_from="5.0",
        safety=DETECT,
        docs="Python 3.9 and 3.10: Removed",
        ops=(
            FindImports(
                {"dummy_threading": "threads are always there: `threading`", "_dummy_thread": "threads are always there"}, GONE % "3.9"
            ),
            FindImports(
                {"formatter": "nothing stands in for it", "symbol": "nothing stands in for it", "parser": "`ast` parses Python"},
                GONE % "3.10",
            ),
            *(
                FindName(
                    f"plistlib.{name}", f"`plistlib.{name}()` is gone from Python 3.9 on; `load()`, `loads()`, `dump()`, `dumps()` remain"
                )
                for name in ("readPlist", "writePlist", "readPlistFromBytes", "writePlistToBytes")
            ),
            FindMethodCall("isAlive", "`Thread.isAlive()` is gone from Python 3.9 on; it is `is_alive()`"),
        ),
    ),
    Codemod(
        "modules-gone-by-3-12",
        "imports of modules and names that Python 3.11 and 3.12 lack are found",
        covers=("python-3.12-stdlib-removals",),
        deprecated="4.1",
        removed="6.0",
        works_from="6.0",
        safety=DETECT,
        docs="Python 3.11 and 3.12: Removed",
        ops=(
            FindName(
                "asyncio.coroutine",
                "`asyncio.coroutine` is gone from Python 3.11 on; the function becomes `async def`, and its `yield from` becomes `await`",
            ),
            FindImports({"binhex": "nothing stands in for it"}, GONE % "3.11"),
            FindImports(
                {"asynchat": "`asyncio` serves", "asyncore": "`asyncio` serves", "smtpd": "the package `aiosmtpd` receives mail"},
                GONE % "3.12",
            ),
            FindName(
                "ssl.wrap_socket", "`ssl.wrap_socket()` is gone from Python 3.12 on; `SSLContext.wrap_socket()` checks certificates, too"
            ),
            FindName("ssl.match_hostname", "`ssl.match_hostname()` is gone from Python 3.12 on; the handshake checks the host's name"),
        ),
    ),
    Codemod(
        "modules-gone-by-3-13",
        "imports of modules and names that Python 3.13 lacks are found",
        covers=("python-3.12-stdlib-removals",),
        deprecated="5.1",
        removed=None,
        works_from="5.1",
        safety=DETECT,
        docs="Python 3.13: PEP 594",
        ops=(
            FindImports(
                {
                    "cgi": "`urllib.parse`, `email.message` and Django's requests read forms and headers",
                    "cgitb": "Django's error pages and `traceback` show errors",
                    "crypt": "Django's hashers hash passwords",
                    "imghdr": "Pillow tells the format of an image",
                    "sndhdr": "packages of the index tell the format of a sound",
                    "mailcap": "`mimetypes` knows types of files",
                    "nntplib": "packages of the index speak NNTP",
                    "telnetlib": "packages of the index speak Telnet",
                    "uu": "`base64` and `binascii` encode",
                    "xdrlib": "`struct` packs",
                    "lib2to3": "`ast`, LibCST and parso parse Python",
                    "audioop": "packages of the index work on sound",
                    "aifc": "packages of the index read AIFF",
                    "sunau": "packages of the index read AU",
                    "chunk": "nothing stands in for it",
                    "nis": "nothing stands in for it",
                    "spwd": "nothing stands in for it",
                    "ossaudiodev": "nothing stands in for it",
                    "msilib": "nothing stands in for it",
                },
                GONE % "3.13",
            ),
            *(
                FindName(f"unittest.{name}", f"`unittest.{name}()` is gone from Python 3.13 on; `TestLoader` loads tests")
                for name in ("makeSuite", "findTestCases", "getTestCaseNames")
            ),
        ),
    ),
]
