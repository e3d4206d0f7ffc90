"""The review as one HTML file: no script, no network, light and dark; commits with their changes folded away, silent traps first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .. import __version__
from ..messages import SAFETY_WORDS, release_note_link
from ..model import CommitInfo, Stage
from .diffs import Diff
from .html_text import STYLE, code, diff_lines, link, prose, text
from .markdown import next_steps, to_follow
from .reviewed import Review, stages
from .since import missing_words
from .words import Group, counted, for_a_person, shown

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
MOST_TESTS = 10


def html(review: Review, changes: Mapping[str, Diff]) -> str:
    """The whole document. `changes` are those of all commits, ours and others."""
    result = review.result
    title = f"Django {result.hop.source} to {result.hop.target}"
    parts = (
        _head(review, title),
        _rollout(review),
        _by_hand(review),
        _to_follow(review),
        _commits(review, changes),
        _foreign(review, changes),
        _since(review),
        _verified(review),
        _not_read(review),
    )
    body = "\n".join(line for part in parts for line in part)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n<title>{text(title)}</title>\n<style>\n{STYLE}</style>\n'
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _head(review: Review, title: str) -> Iterator[str]:
    result = review.result
    left = sum(not finding.fixed for finding in result.findings)
    yield f"<h1>{text(title)}</h1>"
    branch = f"{code(result.branch)} at {code(result.head[:12])}, on {code(result.base[:12])}"
    yield f'<p class="dim">{branch}; django-hop {text(__version__)}</p>'
    if result.evidence:
        yield f"<p>The project is on Django {text(result.hop.source)}: {'; '.join(map(code, result.evidence[:3]))}.</p>"
    facts = [(len(result.commits), "commit"), (result.facts.get("places", 0), "place"), (result.facts.get("changed", 0), "file")]
    told = [f"<li><b>{number}</b> {counted(number, noun).partition(' ')[2]}</li>" for number, noun in facts]
    told.append(f"<li><b>{left}</b> for a person</li>")
    if review.foreign:
        told.append(f'<li class="foreign"><b>{len(review.foreign)}</b> not made by django-hop</li>')
    yield f'<ul class="facts">{"".join(told)}</ul>'
    yield from (f'<p class="note">{prose(note)}</p>' for note in result.notes)


def _rollout(review: Review) -> Iterator[str]:
    yield from ("<h2>Rolling out</h2>", "<ol>")
    yield from (f"<li>{prose(step)}</li>" for step in next_steps(review.result))
    yield "</ol>"


def _by_hand(review: Review) -> Iterator[str]:
    traps, others = for_a_person(review.result.findings, review.codemods)
    if not traps and not others:
        return
    yield "<h2>For a person</h2>"
    if traps:
        yield '<h3 class="silent">Silent traps: no error, but another behaviour</h3>'
        yield from (line for group in traps for line in _group(review, group))
    if others:
        yield "<h3>Other places</h3>" if traps else "<p>These places could not be decided from the source.</p>"
        yield from (line for group in others for line in _group(review, group))


def _group(review: Review, group: Group) -> Iterator[str]:
    name, message, places = group
    yield f"<h4>{prose(message)}</h4>"
    yield f'<p class="dim">{code(name)}{_notes(review, name)}</p>'
    items = "".join(f"<li>{code(f'{place.path}:{place.line}')}</li>" for place in places)
    listed = f'<ul class="places">{items}</ul>'
    yield listed if len(places) <= 20 else f"<details><summary>{counted(len(places), 'place')}</summary>{listed}</details>"


def _notes(review: Review, name: str) -> str:
    docs = review.codemods[name].docs if name in review.codemods else ""
    address = release_note_link(docs)
    return f", {link(address, text(docs.removeprefix('releases/')))}" if address else f", {text(docs)}" if docs else ""


def _to_follow(review: Review) -> Iterator[str]:
    follows = to_follow(review.result, review.codemods)
    if not follows:
        return
    made = {commit.codemod: commit for commit in review.commits}
    yield from ("<h2>What must follow</h2>", "<ul>")
    for when, name, files, then in follows:
        who = link(f"#{made[name].sha}", code(name)) if name in made else code(name)
        more = f" and {len(files) - 5} more" if len(files) > 5 else ""
        yield f"<li>{when} {who} in {', '.join(map(code, files[:5]))}{more}: {prose(then)}</li>"
    yield "</ul>"


def _commits(review: Review, changes: Mapping[str, Diff]) -> Iterator[str]:
    result, old, new = review.result, review.result.hop.source, review.result.hop.target
    told = {
        Stage.PREPARE: ("Prepare", f"on {code(result.prepare_branch)}: works on Django {old} and on {new}; deploy it first"),
        Stage.BUMP: ("Bump", f"on {code(result.branch)}: needs Django {new} from the first of these commits on"),
        Stage.CLEANUP: ("Clean up, later", f"on {code(result.cleanup_branch)}: when Django {old} no longer serves"),
    }
    proofs = {one["commit"]: one for one in review.verified.evidence} if review.verified else {}
    yield "<h2>Commits</h2>"
    for stage, commits in stages(review.commits).items():
        title, where = told[stage]
        yield from (f"<h3>{title}</h3>", f"<p>{where}.</p>")
        yield from _table(commits, proofs)
        yield from (line for commit in commits for line in _commit(review, commit, changes.get(commit.sha), proofs.get(commit.sha)))


def _table(commits: Sequence[CommitInfo], proofs: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    proved = '<th class="number">lines run by tests</th>' if proofs else ""
    yield f'<table><tr><th>commit</th><th>what</th><th>safety</th><th class="number">places</th><th class="number">files</th>{proved}</tr>'
    for commit in commits:
        proof = proofs.get(commit.sha)
        said = f"{proof['executed']} of {proof['lines']}" if proof else ""
        yield (
            f"<tr><td>{link(f'#{commit.sha}', code(commit.sha[:10]))}</td><td>{prose(commit.title)}</td>"
            f'<td class="{commit.safety.value}">{commit.safety.value}</td><td class="number">{commit.places}</td>'
            f'<td class="number">{len(commit.files)}</td>' + (f'<td class="number">{said}</td>' if proofs else "") + "</tr>"
        )
    yield "</table>"


def _commit(review: Review, commit: CommitInfo, diff: Diff | None, proof: Mapping[str, Any] | None) -> Iterator[str]:
    yield f'<details id="{escape(commit.sha)}"><summary>{code(commit.sha[:10])} {prose(commit.title)}</summary>'
    yield f"<p>{code(commit.codemod)}{_notes(review, commit.codemod)}; {text(SAFETY_WORDS[commit.safety])}.</p>"
    if proof is not None:
        names = ", ".join(map(code, proof["tests"][:MOST_TESTS]))
        told = f"{counted(proof['tests_count'], 'test')} ran {proof['executed']} of the {proof['lines']} lines that it left in Python files"
        yield f"<p>{told}{': ' if names else ''}{names}.</p>"
    message = review.messages.get(commit.sha, "")
    yield f'<pre class="message">{escape(chr(10).join(shown(line) for line in message.rstrip().splitlines()))}</pre>'
    yield from (*_diff(commit.sha, commit.files, diff), "</details>")


def _diff(sha: str, files: Sequence[str], diff: Diff | None) -> Iterator[str]:
    if diff is None:
        return
    yield f"<details><summary>Changes in {counted(len(files), 'file')}</summary>"
    if diff.lines:
        # One line of source a line: what stands in <pre> is shown as it is.
        yield "<pre>" + "\n".join(diff_lines(diff.lines)) + "</pre>"
    if diff.left_out:
        yield f"<p>{counted(diff.left_out, 'more line')}: {code(f'git show {sha[:12]}')}</p>"
    yield "</details>"


def _foreign(review: Review, changes: Mapping[str, Diff]) -> Iterator[str]:
    if not review.foreign:
        return
    yield '<h2 class="foreign">Not made by django-hop</h2>'
    yield f"<p>{counted(len(review.foreign), 'commit')} on {code(review.result.branch)}.</p>"
    for one in review.foreign:
        what = f'{code(one.sha[:10])} {text(one.subject)} <span class="dim">by {text(one.author)}</span>'
        yield f'<details id="{escape(one.sha)}"><summary>{what}</summary>'
        yield from (*_diff(one.sha, one.files, changes.get(one.sha)), "</details>")


def _since(review: Review) -> Iterator[str]:
    if review.parked:
        yield f"<h2>Parked</h2><p>Taken out of the branch by <code>django-hop verify</code>, and kept on {code(review.parked_branch)}.</p>"
        yield from _list(f"{code(one.sha[:10])} {prose(one.title)} ({code(one.codemod)})" for one in review.parked)
    if review.missing:
        yield f"<h2>Not on the branch</h2><p>{text(missing_words(review))}.</p>"
        yield from _list(f"{prose(title)} ({code(name)})" for name, title in review.missing)


def _verified(review: Review) -> Iterator[str]:
    """The section of verify, which is written in Markdown. HTML in it stays text."""
    if review.verified is None:
        return
    from markdown_it import MarkdownIt

    from .verification import verification_section

    yield MarkdownIt("commonmark", {"html": False}).enable("table").render("\n".join(verification_section(review.verified)))


def _not_read(review: Review) -> Iterator[str]:
    if review.result.failures:
        yield "<h2>Left as they were, because something went wrong</h2>"
        yield from _list(
            f"{code(one.path)}{f' ({code(one.codemod)})' if one.codemod else ''}: {prose(one.message)}" for one in review.result.failures
        )
    if review.result.skipped:
        yield f"<details><summary>{counted(len(review.result.skipped), 'path')} not looked at</summary>"
        yield from (*_list(f"{code(one.path)}: {prose(one.reason)}" for one in review.result.skipped), "</details>")


def _list(items: Iterable[str]) -> Iterator[str]:
    yield from ("<ul>", *(f"<li>{item}</li>" for item in items), "</ul>")
