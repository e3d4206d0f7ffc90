"""django-upgrade as an op: one fixer a codemod, where it is right and we have nothing better.

What its fixers for releases up to 3.2 are to us (checked on 1.33.0 against shared/PITFALLS.md section 2.3; tests/test_external.py
holds the table to the engine that is installed):

| fixer | since | how | codemod |
|---|---|---|---|
| compatibility_imports | - | ours: uses and strings follow the import | core-urlresolvers, field-does-not-exist, forms-imports, ... |
| versioned_branches | - | adapter, modernisation: what is dead on the hop's source already | versioned-branches |
| versioned_test_skip_decorators | - | adapter, modernisation: the same | versioned-test-skips |
| admin_register | 1.7 | adapter, modernisation | admin-register |
| on_delete | 1.9 | ours: subclasses of ForeignKey, migrations | on-delete |
| settings_database_postgresql | 1.9 | ours: comparisons with ENGINE, values built by calls | postgresql-engine-name |
| request_user_attributes | 1.10 | ours: receivers by their meaning | is-authenticated-call |
| permalink | 1.11 | ours | permalink |
| admin_allow_tags | 2.0 | ours: `format_html` is a person's to write, so the output is not escaped unseen | admin-allow-tags |
| django_urls | 2.0 | wrong: drops imports that are used, leaves `url(regex=...)`, changes types of arguments | url-function, url-to-path |
| render_to_response | 2.0 | ours: self.request, refusals | render-to-response |
| postgres_float_range_field | 2.2 | ours: migrations and attributes | float-range-field |
| queryset_paginator | 2.2 | ours: attributes | queryset-paginator |
| request_headers | 2.2 | adapter, modernisation: by the name `request` alone | request-headers |
| testcase_databases | 2.2 | ours: `multi_db = False`, mixins | test-databases |
| timezone_fixedoffset | 2.2 | ours: attributes, no `timezone` that collides | fixed-offset |
| utils_encoding | 3.0 | ours: attributes, strings, exported names | force-text |
| utils_http | 3.0 | wrong: renames `is_safe_url(host=...)`, which then fails; nothing for attributes | urlquote, is-safe-url |
| utils_text | 3.0 | ours: attributes | unescape-entities |
| utils_translation | 3.0 | ours: attributes, strings, exported names | gettext-aliases |
| crypto_get_random_string | 3.1 | ours: attributes, references handed on | get-random-string-length |
| forms_model_multiple_choice_field | 3.1 | ours | model-multiple-choice-message |
| null_boolean_field | 3.1 | wrong: loses `blank=True` | null-boolean-field |
| password_reset_timeout_days | 3.1 | ours: overrides and reads | password-reset-timeout |
| signal_providing_args | 3.1 | wrong: writes `Signal(None, True)`, a TypeError on 4.0 | signal-providing-args |
| admin_decorators | 3.2 | adapter, modernisation | admin-decorators |
| default_app_config | 3.2 | wrong: does not look into apps.py, so that `ready()` stops running on 4.1 | default-app-config |
| email_validator | 3.2 | ours: subclasses, positions | email-validator-allowlist |
| management_commands | 3.2 | ours: bases kept elsewhere | requires-system-checks |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from importlib import import_module
from inspect import signature
from typing import Protocol

from ..errors import HopError
from ..model import Edit, Finding
from ..releases import order
from ..rewrite.site import Site
from ..rewrite.source import Refused, trimmed
from .base import PythonOp, Where, Words

SUPPORTED = "1.33"
"""The feature release of django-upgrade that the adapter was written for."""


class Engine(Protocol):
    """What the adapter uses of django-upgrade."""

    def fix(self, text: str, path: str, fixer: str, target: tuple[int, int]) -> str:
        """The text after one fixer, for a release."""

    @property
    def fixers(self) -> dict[str, tuple[int, int]]:
        """Each fixer and the release from which on it is at work."""


@dataclass(frozen=True)
class _Engine:
    """django-upgrade's internals, found to be as they were."""

    apply_fixers: object
    settings: object
    registry: object

    def fix(self, text: str, path: str, fixer: str, target: tuple[int, int]) -> str:
        """The text after one fixer, for a release."""
        return str(self.apply_fixers(text, self.settings(target_version=target, only_fixers={fixer}), path))  # type: ignore[operator]

    @property
    def fixers(self) -> dict[str, tuple[int, int]]:
        """Each fixer and the release from which on it is at work."""
        return {name: one.min_version for name, one in self.registry.items()}  # type: ignore[attr-defined]


@cache
def engine() -> Engine:
    """django-upgrade, imported on first use. Raises HopError where it is missing or its internals have moved."""
    hint = f"Install django-upgrade {SUPPORTED}: pip install 'django-upgrade=={SUPPORTED}.*'. Or leave its codemods out with --skip."
    try:
        main, data = import_module("django_upgrade.main"), import_module("django_upgrade.data")
    except ImportError as error:
        raise HopError(f"django-upgrade cannot be imported: {error}.", hint) from None
    try:
        taken = [*signature(main.apply_fixers).parameters]
        known = {"target_version", "only_fixers"} <= {*signature(data.Settings).parameters}
        found = _Engine(main.apply_fixers, data.Settings, data.FIXERS)
        fits = len(taken) == 3 and known and all(isinstance(one, tuple) for one in found.fixers.values())
    except (AttributeError, TypeError, ValueError):
        fits = False
    if not fits:
        version = installed("django-upgrade")
        raise HopError(f"django-upgrade {version} has other internals than the {SUPPORTED} that django-hop works with.", hint)
    return found


def installed(package: str) -> str:
    """The version of a package, for what is said of an engine that does not fit."""
    from importlib.metadata import PackageNotFoundError, version  # dear at start-up

    try:
        return version(package)
    except PackageNotFoundError:
        return "of an unknown version"


@dataclass(frozen=True)
class DjangoUpgrade(PythonOp):
    """Run one fixer of django-upgrade over a file: `DjangoUpgrade("request_headers", ({"request", "META"},), "message")`.

    `needs` are the alternatives of words without which the fixer does nothing. `on_source` runs it for the hop's source release, for fixers
    that take out what that release has left behind; else it runs for the target. Raises HopError if the engine does not fit.
    """

    fixer: str
    needs: Words
    message: str
    on_source: bool = False
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The words without which the fixer does nothing."""
        return self.needs

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """The fixer's changes as edits within lines, a finding for each."""
        release = site.hop.source if self.on_source else site.hop.target
        target = (int(release.partition(".")[0]), int(release.partition(".")[2]))
        tool = engine()
        if self.fixer not in tool.fixers:
            version = installed("django-upgrade")
            raise HopError(f"django-upgrade {version} has no fixer {self.fixer}.", f"Install django-upgrade {SUPPORTED}.*")
        if order(release) < order(".".join(map(str, tool.fixers[self.fixer]))):
            return
        try:
            text = tool.fix(site.text, site.path, self.fixer, target)
        except RecursionError:
            raise Refused("django-upgrade cannot read it: nested too deeply") from None
        except Exception as error:  # token splicing fails in ways of its own
            raise Refused(f"django-upgrade's {self.fixer} fails here: {type(error).__name__}: {error}") from None
        for edit in line_edits(site.text, _same_end(site.text, text)):
            yield edit
            yield site.finding_at(min(edit.start, max(len(site.text) - 1, 0)), self.message, fixed=True)


def _same_end(old: str, new: str) -> str:
    """The new text without blank lines that it has at its end and the old one has not."""
    end = old[len(old.rstrip()) :]
    return new.rstrip() + end if new.strip() and len(new) - len(new.rstrip()) > len(end) else new


def line_edits(old: str, new: str) -> list[Edit]:
    """The edits that turn one text into another, as small as lines and their common heads and tails allow."""
    edits = [trimmed(old, edit.start, edit.end, edit.new) for edit in changed_lines(old, new)]
    return [edit for edit in edits if edit.start != edit.end or edit.new]


def changed_lines(old: str, new: str) -> list[Edit]:
    """The edits that turn one text into another, line by line, or lines by lines where their numbers differ."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head, most = 0, min(len(before), len(after))
    while head < most and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < most - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, before[head : len(before) - tail], after[head : len(after) - tail], autojunk=False)
    edits = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        if end - start == new_end - new_start:  # the same number of lines: one edit a line
            pairs = [(place, place + 1, after[head + new_start + place - start]) for place in range(start, end)]
        else:
            pairs = [(start, end, "".join(after[head + new_start : head + new_end]))]
        edits += [Edit(starts[head + first], starts[head + last], text) for first, last, text in pairs]
    return edits
