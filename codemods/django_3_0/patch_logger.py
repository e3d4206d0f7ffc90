"""patch_logger() of the test tools becomes assertLogs(), where the test is sure to expect a message."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import owner_of
from django_hop.ops.names import FindName, release_root
from django_hop.ops.receivers import is_test_class
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

NAME = "django.test.utils.patch_logger"
MESSAGE = "`patch_logger()` is gone: `with self.assertLogs(name, level) as cm`, then `cm.records`; it fails if nothing is logged"
LEVELS = frozenset(("debug", "info", "warning", "error", "critical"))
EQUAL = frozenset(("assertEqual", "assertEquals", "assertListEqual", "assertSequenceEqual"))


@dataclass(frozen=True)
class _Block:
    """A `with patch_logger(...) as name`, and the later uses of the name."""

    call: ast.Call
    target: ast.Name
    uses: list[ast.Name]


@dataclass(frozen=True)
class PatchLogger(PythonOp):
    """`with patch_logger("shop", "warning") as calls:` becomes `with self.assertLogs("shop", "WARNING") as cm:`, with its uses."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"patch_logger"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for test methods; findings for all uses that are not in one, or that may expect silence."""
        methods: dict[FunctionNode, list[_Block]] = {}
        for node in site.references(NAME):
            around = site.enclosing(node, ast.FunctionDef)
            block = _block(site, node)
            if around is None or block is None:
                yield site.finding(node, MESSAGE)
            else:
                methods.setdefault(around, []).append(block)
        for function, blocks in methods.items():
            sure = _shares_out(site, function, blocks)
            for block in blocks:
                if sure:
                    yield from _edits(site, function, block, _name(site, function, blocks))
                    release_root(site, block.call.func)
                yield site.finding(block.call, MESSAGE, fixed=sure)
        if not site.references(NAME):
            yield from FindName(NAME, MESSAGE).apply(site)


def _block(site: Site, node: ast.expr) -> _Block | None:
    """The block of a use `with patch_logger(NAME, "level") as name`; None for any other use."""
    call = site.parent(node)
    item = site.parent(call) if isinstance(call, ast.Call) and call.func is node else None
    if not isinstance(call, ast.Call) or not isinstance(item, ast.withitem) or not isinstance(item.optional_vars, ast.Name):
        return None
    level = call.args[1] if len(call.args) == 2 and not call.keywords else None
    known = isinstance(level, ast.Constant) and level.value in LEVELS and not isinstance(call.args[0], ast.Starred)
    return _Block(call, item.optional_vars, []) if known else None


def _shares_out(site: Site, function: FunctionNode, blocks: list[_Block]) -> bool:
    """Give every block the uses of its name; False if the method is no test's, or a block may expect no message."""
    owner = owner_of(site, function)
    if owner is None or not is_test_class(site, owner) or not function.args.args:
        return False
    names = {block.target.id for block in blocks}
    targets = {block.target for block in blocks}
    for node in ast.walk(function):
        if not isinstance(node, ast.Name) or node.id not in names or node in targets:
            continue
        before = [block for block in blocks if block.target.id == node.id and block.target.lineno <= node.lineno]
        if not before or not isinstance(node.ctx, ast.Load) or site.enclosing(node, ast.FunctionDef) is not function:
            return False
        max(before, key=lambda one: one.target.lineno).uses.append(node)
    return all(_expects_messages(site, block) for block in blocks)


def _expects_messages(site: Site, block: _Block) -> bool:
    """True if a use fails without a message, and none fails with one."""
    told = [_tells(site, use) for use in block.uses]
    return True in told and False not in told


def _tells(site: Site, use: ast.Name) -> bool | None:
    """True for a use that needs a message, False for one that may want none, None for one that says nothing."""
    around = site.parent(use)
    if isinstance(around, ast.Subscript) and around.value is use:
        return True if isinstance(_index(around), int) else None
    counted = isinstance(around, ast.Call) and isinstance(around.func, ast.Name) and around.func.id == "len"
    value = around if isinstance(around, ast.Call) and counted else use
    call = site.parent(value)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or value not in call.args:
        return False if isinstance(call, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Assert)) else None
    name = call.func.attr
    if name in EQUAL:
        other = next((one for one in call.args[:2] if one is not value), None)
        if counted:
            return bool(other.value) if isinstance(other, ast.Constant) else False
        return bool(other.elts) and not any(isinstance(one, ast.Starred) for one in other.elts) if isinstance(other, ast.List) else False
    if name == "assertIn":
        return call.args[1:2] == [value] and not counted
    if name == "assertTrue":
        return True
    return False if name in ("assertFalse", "assertCountEqual", "assertLess", "assertLessEqual") else None


def _index(node: ast.Subscript) -> object:
    """The number in brackets; None if it is no plain one."""
    try:
        return ast.literal_eval(node.slice)
    except (ValueError, SyntaxError):
        return None


def _name(site: Site, function: FunctionNode, blocks: list[_Block]) -> str:
    """What the assertLogs() object is called: cm, as everywhere, unless that is in use or one name is not enough."""
    taken = any(isinstance(node, ast.Name) and node.id == "cm" for node in ast.walk(function))
    return "" if taken or len({block.target.id for block in blocks}) > 1 else "cm"


def _edits(site: Site, function: FunctionNode, block: _Block, name: str) -> Iterator[Edit]:
    name = name or block.target.id
    level = block.call.args[1]
    yield site.edit(block.call.func, f"{function.args.args[0].arg}.assertLogs")
    said = site.module.segment(level)
    yield site.edit(level, said.upper() if said[0] in "'\"" else repr(ast.literal_eval(said)).upper())
    yield site.edit(block.target, name)
    for use in block.uses:
        around = site.parent(use)
        if isinstance(around, ast.Subscript) and around.value is use and isinstance(_index(around), int):
            yield site.edit(use, f"{name}.records")
            end = site.module.end(around)
            yield Edit(end, end, ".getMessage()")
            continue
        counted = isinstance(around, ast.Call) and isinstance(around.func, ast.Name) and around.func.id == "len"
        asked = isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute) and around.func.attr == "assertTrue"
        yield site.edit(use, f"{name}.records" if counted or asked else f"[record.getMessage() for record in {name}.records]")
