"""Import statements after a rename: layout, comments, neighbours and line ends stay. Each case is one codemod on one file."""

from __future__ import annotations

import textwrap

import pytest

from django_hop.model import SAFE, Codemod, Hop
from django_hop.ops.calls import Call
from django_hop.ops.names import MoveModule, Rename
from django_hop.project.index import Project
from django_hop.rewrite.files import rewrite_file

HOP = Hop("2.2", "3.2")


def codemod(*ops: object) -> Codemod:
    return Codemod("test-codemod", "test", "3.0", tuple(ops), SAFE, "2.0")  # type: ignore[arg-type]


RENAME = codemod(Rename("old.mod", {"a": "b"}))
MOVE = codemod(Rename("old.mod", {"a": "a"}, to="new.mod"))
MODULE = codemod(MoveModule("old.mod", "new.mod"))
CALL = codemod(Call("old.mod.a", "a is b", becomes="new.mod.b", add={"x": "1"}))


def after(mod: Codemod, source: str, **others: str) -> str:
    data = textwrap.dedent(source).encode()
    project = Project({"app/views.py": data, **{f"app/{name}.py": text.encode() for name, text in others.items()}})
    result = rewrite_file("app/views.py", data, [mod], HOP, project)
    assert not result.failures, result.failures
    return result.steps[-1][1].decode() if result.steps else data.decode()


CASES = {
    "renamed in place": (RENAME, "from old.mod import a\na()\n", "from old.mod import b\nb()\n"),
    "neighbours stay": (RENAME, "from old.mod import z, a, c\na()\n", "from old.mod import z, b, c\nb()\n"),
    "comments stay": (
        RENAME,
        "from old.mod import (\n    z,  # z\n    a,  # a\n)  # end\na()\n",
        "from old.mod import (\n    z,  # z\n    b,  # a\n)  # end\nb()\n",
    ),
    "moved alone: the statement changes": (MOVE, "from old.mod import a\na()\n", "from new.mod import a\na()\n"),
    "moved from among others: a line of its own behind": (
        MOVE,
        "from old.mod import a, z\na()\nz()\n",
        "from old.mod import z\nfrom new.mod import a\na()\nz()\n",
    ),
    "moved last of others": (
        MOVE,
        "from old.mod import y, a\na()\ny()\n",
        "from old.mod import y\nfrom new.mod import a\na()\ny()\n",
    ),
    "moved to a module that is imported from already": (
        MOVE,
        "from old.mod import a, z\nfrom new.mod import k\na()\nz()\nk()\n",
        "from old.mod import z\nfrom new.mod import a, k\na()\nz()\nk()\n",
    ),
    "moved out of parentheses, a name a line": (
        MOVE,
        "from old.mod import (\n    a,\n    z,\n)\na()\nz()\n",
        "from old.mod import (\n    z,\n)\nfrom new.mod import a\na()\nz()\n",
    ),
    "joined to parentheses, a name a line": (
        MOVE,
        "from new.mod import (\n    k,\n)\nfrom old.mod import a, z\na()\nz()\nk()\n",
        "from new.mod import (\n    a,\n    k,\n)\nfrom old.mod import z\na()\nz()\nk()\n",
    ),
    "an alias stays": (MOVE, "from old.mod import a as q\nq()\n", "from new.mod import a as q\nq()\n"),
    "inside a function": (
        MOVE,
        "def f():\n    from old.mod import a\n    return a()\n",
        "def f():\n    from new.mod import a\n    return a()\n",
    ),
    "inside a function among others": (
        MOVE,
        "def f():\n    from old.mod import a, z\n    return a() + z()\n",
        "def f():\n    from old.mod import z\n    from new.mod import a\n    return a() + z()\n",
    ),
    "CRLF stays": (MOVE, "from old.mod import a, z\r\na()\r\nz()\r\n", "from old.mod import z\r\nfrom new.mod import a\r\na()\r\nz()\r\n"),
    "backslashes stay": (RENAME, "from old.mod import z, \\\n    a\na()\nz()\n", "from old.mod import z, \\\n    b\nb()\nz()\n"),
    "the new name is imported already": (RENAME, "from old.mod import a, b\na()\nb()\n", "from old.mod import b\nb()\nb()\n"),
    "the new name means something else": (
        RENAME,
        "from old.mod import a\ndef b(): ...\na()\n",
        "from old.mod import b as a\ndef b(): ...\na()\n",
    ),
    "a local variable has the new name": (
        RENAME,
        "from old.mod import a\ndef f():\n    b = 1\n    return a(b)\n",
        "from old.mod import b as a\ndef f():\n    b = 1\n    return a(b)\n",
    ),
    "__all__ names it": (RENAME, "from old.mod import a\n__all__ = ['a']\n", "from old.mod import b as a\n__all__ = ['a']\n"),
    "through the module": (RENAME, "from old import mod\nmod.a(mod.z)\n", "from old import mod\nmod.b(mod.z)\n"),
    "through the dotted module": (RENAME, "import old.mod\nold.mod.a()\n", "import old.mod\nold.mod.b()\n"),
    "moved, through a module that nothing else needs": (MOVE, "from old import mod\nmod.a()\n", "from new.mod import a\na()\n"),
    "moved, through a module that something else needs": (
        MOVE,
        "from old import mod\nmod.a(mod.z)\n",
        "from new.mod import a\nfrom old import mod\na(mod.z)\n",
    ),
    "a whole module moves": (MODULE, "from old.mod import a, b as c\n", "from new.mod import a, b as c\n"),
    "a whole module moves, imported as a name": (MODULE, "from old import mod\nmod.x()\n", "from new import mod\nmod.x()\n"),
    "a whole module moves, dotted": (MODULE, "import old.mod\nold.mod.x()\n", "import new.mod\nnew.mod.x()\n"),
    "a call moves, the import with it": (CALL, "from old.mod import a\na()\n", "from new.mod import b\nb(x=1)\n"),
    "a call moves, its import is needed elsewhere": (
        CALL,
        "from old.mod import a, z\na(z)\n",
        "from old.mod import z\nfrom new.mod import b\nb(z, x=1)\n",
    ),
    "nested calls move one after another": (CALL, "from old.mod import a\na(a(2))\n", "from new.mod import b\nb(b(2, x=1), x=1)\n"),
}


@pytest.mark.parametrize(("mod", "before", "expected"), CASES.values(), ids=CASES)
def test_import_rewrites(mod: Codemod, before: str, expected: str) -> None:
    assert after(mod, before) == expected


def test_a_name_that_another_module_takes_keeps_its_name_here() -> None:
    assert after(RENAME, "from old.mod import a\n", forms="from .views import a\n") == "from old.mod import b as a\n"


def test_a_name_patched_by_a_string_keeps_its_name_here() -> None:
    assert after(RENAME, "from old.mod import a\na()\n", tests="mock.patch('app.views.a')\n") == "from old.mod import b as a\na()\n"


def test_a_name_of_another_module_of_that_name_does_not_matter() -> None:
    assert after(RENAME, "from old.mod import a\na()\n", forms="from other.place import a\n") == "from old.mod import b\nb()\n"


UNCHANGED = {
    "a fallback with the new name": (RENAME, "try:\n    from old.mod import b as a\nexcept ImportError:\n    from old.mod import a\na()\n"),
    "two origins": (RENAME, "try:\n    from old.mod import a\nexcept ImportError:\n    from other import a\na()\n"),
    "a relative import that looks alike": (RENAME, "from .old.mod import a\na()\n"),
    "only the words in a comment": (RENAME, "# old.mod a\na = 1\n"),
    "a skip comment on the import": (RENAME, "from old.mod import a  # django-hop: skip\n"),
}


@pytest.mark.parametrize(("mod", "source"), UNCHANGED.values(), ids=UNCHANGED)
def test_left_alone(mod: Codemod, source: str) -> None:
    assert after(mod, source) == source
