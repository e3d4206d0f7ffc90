"""The hop as Markdown, fit to be the body of a pull request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ..messages import release_note_link
from ..model import Codemod, CommitInfo, Finding, HopResult, Stage
from ..releases import facts

MOST_PER_CODEMOD = 50


def hop_report(result: HopResult, codemods: Mapping[str, Codemod]) -> str:
    """The report of one hop. `codemods` maps ids to codemods, for titles and links."""
    parts = [*_head(result), *_commits(result), *_by_hand(result, codemods), *_not_read(result), *_next(result)]
    return "\n".join(parts).rstrip() + "\n"


def _head(result: HopResult) -> Iterator[str]:
    places, files = result.facts.get("places", 0), result.facts.get("changed", 0)
    yield f"# Django {result.hop.source} to {result.hop.target}"
    yield ""
    unfixed = sum(not finding.fixed for finding in result.findings)
    yield (
        f"{_count(len(result.commits), 'commit')}, {_count(places, 'place')} in {_count(files, 'file')}; "
        f"{_count(unfixed, 'finding')} for a person. Made by django-hop from `{result.base[:12]}`; each commit is one codemod and can be reviewed, reverted or left out alone."
    )
    yield ""
    if result.evidence:
        yield f"The project is on Django {result.hop.source}: " + "; ".join(f"`{one}`" for one in result.evidence[:3]) + "."
        yield ""
    for note in result.notes:
        yield f"> {note}"
        yield ""


def _commits(result: HopResult) -> Iterator[str]:
    for stage, title, text in (
        (
            Stage.PREPARE,
            "Prepare: can be deployed on the old Django",
            f"These commits (`{result.prepare_branch}`) work on Django {result.hop.source} and {result.hop.target}. Merge and deploy them first.",
        ),
        (Stage.BUMP, "Bump: needs the new Django", f"From the first of these commits on, the code needs Django {result.hop.target}."),
    ):
        commits = [commit for commit in result.commits if commit.stage is stage]
        if not commits:
            continue
        yield f"## {title}"
        yield ""
        yield text
        yield ""
        yield "| commit | codemod | what | safety | places | files |"
        yield "|---|---|---|---|---:|---:|"
        for commit in commits:
            yield _row(commit)
        yield ""


def _row(commit: CommitInfo) -> str:
    return f"| {commit.sha[:10] or '-'} | `{commit.codemod}` | {_cell(commit.title)} | {commit.safety.value} | {commit.places} | {len(commit.files)} |"


def _by_hand(result: HopResult, codemods: Mapping[str, Codemod]) -> Iterator[str]:
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in result.findings:
        if not finding.fixed:
            groups[finding.codemod].append(finding)
    if not groups:
        return
    yield "## For a person"
    yield ""
    silent = [one for one in groups if one in codemods and codemods[one].silent]
    loud = [one for one in groups if one not in silent]
    if silent:
        yield "### Silent traps: no error, but another behaviour"
        yield ""
        for name in silent:
            yield from _group(name, groups[name], codemods.get(name))
        yield "### Other places"
        yield ""
    for name in loud:
        yield from _group(name, groups[name], codemods.get(name))


def _group(name: str, findings: Sequence[Finding], codemod: Codemod | None) -> Iterator[str]:
    link = release_note_link(codemod.docs) if codemod else ""
    yield f"**`{name}`** {_cell(codemod.title) if codemod else ''}" + (f" ([{codemod.docs.partition(':')[2].strip() or codemod.docs}]({link}))" if codemod and link else "")
    yield ""
    for finding in findings[:MOST_PER_CODEMOD]:
        yield f"- [ ] `{finding.path}:{finding.line}` {finding.message}"
    if len(findings) > MOST_PER_CODEMOD:
        yield f"- and {len(findings) - MOST_PER_CODEMOD} more; `django-hop explain {name}` says what to look for"
    yield ""


def _not_read(result: HopResult) -> Iterator[str]:
    if result.failures:
        yield "## Left as they were, because something went wrong"
        yield ""
        for failure in result.failures:
            yield f"- `{failure.path}`" + (f" (`{failure.codemod}`)" if failure.codemod else "") + f": {failure.message}"
        yield ""
    if result.skipped:
        yield "<details><summary>" + _count(len(result.skipped), "file") + " not looked at</summary>"
        yield ""
        for skip in result.skipped:
            yield f"- `{skip.path}`: {skip.reason}"
        yield ""
        yield "</details>"
        yield ""


def _next(result: HopResult) -> Iterator[str]:
    release = facts(result.hop.target)
    yield "## Rolling out"
    yield ""
    if result.dry_run:
        yield "This was a dry run: no branch was made. Run it again without `--dry-run`."
        return
    if not result.commits:
        yield "Nothing had to change, so no branch was made."
        return
    if any(commit.stage is Stage.PREPARE for commit in result.commits):
        yield f"1. Review and merge `{result.prepare_branch}`; deploy it on Django {result.hop.source}."
    yield f"1. Decide the findings above on `{result.branch}`."
    servers = f"; database servers from {', '.join(f'{name} {version}' for name, version in release.databases)}" if release.databases else ""
    yield f"1. Run the tests on `{result.branch}` with Django {result.hop.target} (Python {release.pythons[0]} to {release.pythons[-1]}{servers})."
    yield f"1. Merge `{result.branch}`, and keep what was removed from coming back: `django-hop check --to {result.hop.target}` as a pre-commit hook."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
