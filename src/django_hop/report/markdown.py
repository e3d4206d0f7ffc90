"""The hop as Markdown, fit to be the body of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..messages import release_note_link
from ..model import Codemod, CommitInfo, HopResult, Stage
from ..releases import facts
from .words import Group, code, counted, for_a_person, prose

if TYPE_CHECKING:
    from ..verify.model import Verification

LONGEST = 60_000
"""Characters; a pull request on GitHub takes 65,536."""
MOST_PLACES = (200, 50, 20, 8, 3, 0)
"""Places shown of one kind of finding: the first of these with which the report is short enough."""


def hop_report(
    result: HopResult, codemods: Mapping[str, Codemod], verified: Verification | None = None, more: Sequence[str] = ()
) -> str:
    """The report of one hop. `codemods` maps ids to codemods, for titles and links; `verified` is what verify found on its branch;
    `more` are lines about what happened to the branch since."""
    for most in MOST_PLACES:
        parts = (
            _head(result),
            _commits(result, codemods),
            more,
            _to_follow(result, codemods),
            _by_hand(result, codemods, most),
            _not_read(result, most),
            _verified(verified),
            _next(result),
        )
        text = "\n".join(line for part in parts for line in part).rstrip() + "\n"
        if len(text) <= LONGEST:
            break
    return text


def _head(result: HopResult) -> Iterator[str]:
    places, files = result.facts.get("places", 0), result.facts.get("changed", 0)
    unfixed = sum(not finding.fixed for finding in result.findings)
    yield f"# Django {result.hop.source} to {result.hop.target}"
    yield ""
    yield (
        f"{counted(len(result.commits), 'commit')}, {counted(places, 'place')} in {counted(files, 'file')}; "
        f"{counted(unfixed, 'place')} for a person. Made by django-hop from {code(result.base[:12])}. "
        "Each commit is one codemod: it can be reviewed, reverted or left out alone."
    )
    yield ""
    if result.evidence:
        yield f"The project is on Django {result.hop.source}: " + "; ".join(code(one) for one in result.evidence[:3]) + "."
        yield ""
    for note in result.notes:
        yield f"> {prose(note)}"
        yield ""


def _commits(result: HopResult, codemods: Mapping[str, Codemod]) -> Iterator[str]:
    old, new = result.hop.source, result.hop.target
    stages = (
        (
            Stage.PREPARE,
            "Prepare: can be deployed on the old Django",
            f"These commits, {code(result.prepare_branch)}, work on Django {old} and on {new}. Merge and deploy them first.",
        ),
        (Stage.BUMP, "Bump: needs the new Django", f"From the first of these commits on, the code needs Django {new}."),
        (
            Stage.CLEANUP,
            "Clean up, later",
            f"These commits, {code(result.cleanup_branch)}, stand on top of the others. Merge them when Django {old} no longer serves.",
        ),
    )
    for stage, title, text in stages:
        commits = [commit for commit in (*result.commits, *result.cleanup) if commit.stage is stage]
        if commits:
            yield from (f"## {title}", "", text, "", "| commit | what | why | safety | places | files |", "|---|---|---|---|---:|---:|")
            yield from (_row(commit, codemods.get(commit.codemod), new) for commit in commits)
            yield ""


def _row(commit: CommitInfo, codemod: Codemod | None, target: str) -> str:
    cells = (
        commit.sha[:10],
        f"{prose(commit.title)} ({code(commit.codemod)})",
        _notes(codemod, f"releases/{target}"),
        commit.safety.value if commit.safety.value == "safe" else f"**{commit.safety.value}**",
        str(commit.places),
        str(len(commit.files)),
    )
    return "| " + " | ".join(cells) + " |"


def _notes(codemod: Codemod | None, otherwise: str = "") -> str:
    """A link to the release notes that say why."""
    docs = codemod.docs if codemod else otherwise
    link = release_note_link(docs)
    return f"[{docs.partition(':')[0].removeprefix('releases/')} notes]({link})" if link else ""


def to_follow(result: HopResult, codemods: Mapping[str, Codemod]) -> list[tuple[str, str, tuple[str, ...], str]]:
    """What the commits make necessary, migrations above all, and what was only found: (after or for, codemod, paths, what)."""
    changed = {commit.codemod for commit in result.commits}
    found: dict[str, dict[str, None]] = {}
    for finding in result.findings:
        if finding.codemod not in changed and not finding.fixed:
            found.setdefault(finding.codemod, {})[finding.path] = None
    follows = [("after", commit.codemod, commit.files) for commit in result.commits]
    follows += [("for", name, tuple(paths)) for name, paths in found.items()]
    return [(*one, codemods[one[1]].then) for one in follows if one[1] in codemods and codemods[one[1]].then]


def _to_follow(result: HopResult, codemods: Mapping[str, Codemod]) -> Iterator[str]:
    follows = to_follow(result, codemods)
    if follows:
        yield from ("## What must follow", "")
        for when, name, files, then in follows:
            places = ", ".join(code(path) for path in files[:5]) + (f" and {len(files) - 5} more" if len(files) > 5 else "")
            yield f"- [ ] {when} {code(name)} in {places}: {prose(then)}"
        yield ""


def _by_hand(result: HopResult, codemods: Mapping[str, Codemod], most: int) -> Iterator[str]:
    traps, others = for_a_person(result.findings, codemods)
    if not traps and not others:
        return
    yield from ("## For a person", "")
    if traps:
        yield from ("### Silent traps: no error, but another behaviour", "")
        yield from (line for group in traps for line in _group(group, codemods, most))
    if others:
        yield from ("### Other places" if traps else "These places could not be decided from the source.", "")
        yield from (line for group in others for line in _group(group, codemods, most))


def _group(group: Group, codemods: Mapping[str, Codemod], most: int) -> Iterator[str]:
    name, message, places = group
    notes = _notes(codemods.get(name))
    section = codemods[name].docs.partition(":")[2].strip() if name in codemods else ""
    source = f" ({notes}{', ' + prose(section) if section else ''})" if notes else ""
    yield f"**{prose(message)}** {code(name)}{source}"
    yield ""
    yield from (f"- [ ] {code(f'{place.path}:{place.line}')}" for place in places[:most])
    if len(places) > most:
        yield f"- and {len(places) - most} more: `django-hop plan --json` lists all, `django-hop explain {name}` says what to look for"
    yield ""


def _not_read(result: HopResult, most: int) -> Iterator[str]:
    if result.failures:
        yield from ("## Left as they were, because something went wrong", "")
        for failure in result.failures:
            yield f"- {code(failure.path)}" + (f" ({code(failure.codemod)})" if failure.codemod else "") + f": {prose(failure.message)}"
        yield ""
    if result.skipped:
        yield from (f"<details><summary>{counted(len(result.skipped), 'path')} not looked at</summary>", "")
        yield from (f"- {code(skip.path)}: {prose(skip.reason)}" for skip in result.skipped[:most])
        if len(result.skipped) > most:
            yield f"- and {len(result.skipped) - most} more"
        yield from ("", "</details>", "")


def _verified(verified: Verification | None) -> Iterator[str]:
    """The section of verify."""
    if verified is not None:
        from .verification import verification_section

        yield from verification_section(verified)


def _next(result: HopResult) -> Iterator[str]:
    yield from ("## Next", "")
    if not result.commits:
        yield "Nothing had to change, so no branch was made."
    elif result.dry_run:
        yield "This was a dry run: no branch was made. Run it again without `--dry-run`."
    else:
        yield from (f"{number}. {step}" for number, step in enumerate(next_steps(result), 1))


def next_steps(result: HopResult) -> Sequence[str]:
    """What to do with the branches of a hop, in order, as Markdown sentences."""
    new, release, branch = result.hop.target, facts(result.hop.target), code(result.branch)
    servers = ", ".join(f"{name} {version}" for name, version in release.databases)
    steps = []
    if any(commit.stage is Stage.PREPARE for commit in result.commits):
        steps.append(f"Review and merge {code(result.prepare_branch)}; deploy it on Django {result.hop.source}.")
    if any(not finding.fixed for finding in result.findings):
        steps.append(f"Decide the places for a person on {branch}; a comment `# django-hop: skip` settles one for good.")
    steps.append(
        f"Run the tests on {branch} with Django {new}, on Python {release.pythons[0]} to {release.pythons[-1]}"
        + (f"; it needs at least {servers}." if servers else ".")
    )
    steps.append(f"Merge {branch}. `django-hop check --to {new}` as a pre-commit hook keeps the old forms from coming back.")
    if result.cleanup:
        steps.append(f"When Django {result.hop.source} no longer serves, merge {code(result.cleanup_branch)}.")
    return steps
