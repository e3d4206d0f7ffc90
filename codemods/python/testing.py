"""Assertions of unittest under names that are gone."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod
from django_hop.ops.methods import FindMethodCall, MethodCall
from django_hop.ops.receivers import test_case

ALIASES = {
    "assertEquals": "assertEqual",
    "assertNotEquals": "assertNotEqual",
    "assert_": "assertTrue",
    "assertAlmostEquals": "assertAlmostEqual",
    "assertNotAlmostEquals": "assertNotAlmostEqual",
    "assertRegexpMatches": "assertRegex",
    "assertNotRegexpMatches": "assertNotRegex",
    "assertRaisesRegexp": "assertRaisesRegex",
    "failUnless": "assertTrue",
    "failIf": "assertFalse",
    "failUnlessEqual": "assertEqual",
    "failIfEqual": "assertNotEqual",
    "failUnlessAlmostEqual": "assertAlmostEqual",
    "failIfAlmostEqual": "assertNotAlmostEqual",
    "failUnlessRaises": "assertRaises",
}

CODEMODS = [
    Codemod(
        "unittest-aliases",
        "assertions take their names of today",
        covers=("python-3.2-unittest-aliases",),
        deprecated="4.2",
        removed="6.0",
        works_from="2.0",
        safety=SAFE,
        docs="Python 3.12: Removed",
        ops=(
            *(MethodCall(test_case, old, f"`{old}()` is gone from Python 3.12 on; it is `{new}()`", new) for old, new in ALIASES.items()),
            FindMethodCall(
                "assertDictContainsSubset",
                "`assertDictContainsSubset(part, whole)` is gone from Python 3.12 on; it is `assertEqual(whole, {**whole, **part})`",
                test_case,
            ),
        ),
    ),
]
