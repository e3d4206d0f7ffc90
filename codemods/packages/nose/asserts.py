"""Helpers of `nose.tools`, which become asserts."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django_hop.model import ANY, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

TOOLS = "nose.tools"
TWO: Mapping[str, str] = {
    **dict.fromkeys(("eq_", "assert_equal", "assert_equals", "assert_list_equal", "assert_dict_equal", "assert_set_equal"), "{0} == {1}"),
    **dict.fromkeys(("assert_not_equal", "assert_not_equals"), "{0} != {1}"),
    "assert_is": "{0} is {1}",
    "assert_is_not": "{0} is not {1}",
    "assert_in": "{0} in {1}",
    "assert_not_in": "{0} not in {1}",
    "assert_greater": "{0} > {1}",
    "assert_greater_equal": "{0} >= {1}",
    "assert_less": "{0} < {1}",
    "assert_less_equal": "{0} <= {1}",
    "assert_is_instance": "isinstance({0}, {1})",
    "assert_not_is_instance": "not isinstance({0}, {1})",
}
ONE: Mapping[str, str] = {
    **dict.fromkeys(("ok_", "assert_true"), "{0}"),
    "assert_false": "not {0}",
    "assert_is_none": "{0} is None",
    "assert_is_not_none": "{0} is not None",
}
_BARE = (ast.Lambda, ast.NamedExpr, ast.Yield, ast.YieldFrom)
"""What needs parentheses wherever it stands, and,"""
_LOOSE = (*_BARE, ast.Compare, ast.BoolOp, ast.IfExp)
"""between operators."""
OTHERS = {
    "raises": "`with pytest.raises(...)`, or `self.assertRaises()`, says which line should fail",
    "assert_raises": "`with pytest.raises(...)` or `self.assertRaises()`",
    "assert_raises_regexp": "`with pytest.raises(..., match=)` or `self.assertRaisesRegex()`",
    "assert_items_equal": "`self.assertCountEqual()`, or a comparison of sorted lists",
    "assert_almost_equal": "`pytest.approx()` or `self.assertAlmostEqual()`",
    "istest": "its name makes a test",
    "nottest": "`__test__ = False`",
    "with_setup": "a fixture of pytest, or setUp()",
    "timed": "pytest-timeout",
}


@dataclass(frozen=True)
class NoseAssert(PythonOp):
    """`eq_(a, b, "why")` -> `assert a == b, "why"`, for one helper, where it stands as a statement."""

    name: str
    template: str
    operands: int

    @property
    def words(self) -> Words:
        """The helper."""
        return (frozenset({"nose", "tools", self.name}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for statements; findings for other uses."""
        message = f"`{self.name}()` of nose is an assert"
        for node in site.references(f"{TOOLS}.{self.name}"):
            call = site.parent(node)
            try:
                new = self._statement(site, node, call)
            except Refused as error:
                yield site.finding(node, f"{message}; {error}")
                continue
            assert call is not None
            yield site.edit(call, new)
            yield site.finding(node, message, fixed=True)
            release_root(site, node)

    def _statement(self, site: Site, node: ast.expr, call: ast.AST | None) -> str:
        if not isinstance(call, ast.Call) or call.func is not node or not isinstance(site.parent(call), ast.Expr):
            raise Refused("here it is no statement")
        count = len(call.args)
        if call.keywords or count not in (self.operands, self.operands + 1) or "#" in site.module.segment(call):
            raise Refused("its arguments are unusual")
        texts = [site.module.segment(one) for one in call.args]
        if any("\n" in text for text in texts) or any(isinstance(one, ast.Starred) for one in call.args):
            raise Refused("it stands on several lines")
        bare = self.template == "{0}" or "isinstance" in self.template
        loose = _BARE if bare else _LOOSE
        shown = [f"({text})" if isinstance(one, loose) else text for one, text in zip(call.args, texts, strict=True)]
        said = f"assert {self.template.format(*shown)}"
        return f"{said}, {shown[-1]}" if count > self.operands else said


CODEMODS = [
    Codemod(
        "nose-asserts",
        "helpers of nose.tools become asserts",
        package="nose",
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("nose-any-tools",),
        docs="nose: the last release, of 2015",
        then="Python leaves asserts out with -O, and pytest alone says what the two sides were.",
        ops=(
            *(NoseAssert(name, template, 2) for name, template in TWO.items()),
            *(NoseAssert(name, template, 1) for name, template in ONE.items()),
            *(FindName(f"{TOOLS}.{name}", f"`{name}` goes with nose: {instead}") for name, instead in OTHERS.items()),
            Rename("nose", {"SkipTest": "SkipTest"}, to="unittest"),
            Rename("nose.plugins.skip", {"SkipTest": "SkipTest"}, to="unittest"),
            FindModule("nose.plugins.attrib", "`@attr` goes with nose: a marker of pytest, or `@tag` of Django"),
            FindModule("nose.plugins.base", "plugins of nose go with it"),
        ),
    ),
]
