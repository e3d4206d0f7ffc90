"""Text as HTML: everything escaped, code spans shown as code; the style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from .words import shown

_DIFF = {"+": "add", "-": "del", "@": "at"}


def text(value: str) -> str:
    """Plain text on one line."""
    return escape(shown(value))


def code(value: str) -> str:
    """A name, a path, a place."""
    return f"<code>{text(value)}</code>"


def prose(value: str) -> str:
    """A sentence that may hold code spans as Markdown writes them."""
    parts = re.split(r"(`+)(.+?)\1(?!`)", shown(value))
    # Text, backticks, code, text, backticks, code, text ...
    told = ((at % 3, escape(part)) for at, part in enumerate(parts))
    return "".join(part if kind == 0 else f"<code>{part.strip()}</code>" for kind, part in told if kind != 1)


def link(address: str, words: str) -> str:
    """A link; `words` are HTML already."""
    return f'<a href="{escape(address)}">{words}</a>'


def diff_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a diff; tabs stay, all else that cannot be seen is shown as what it is."""
    in_hunk = False
    for line in lines:
        plain = "\t".join(shown(part) for part in line.removesuffix("\r").split("\t"))
        if line.startswith("diff --git "):
            in_hunk = False
        elif line.startswith("@@"):
            in_hunk = True
        kind = _DIFF.get(line[:1], "") if in_hunk else "file"
        yield f'<span class="{kind}">{escape(plain)}</span>' if kind else escape(plain)


STYLE = """\
:root { color-scheme: light dark; --back: #fff; --fore: #1c1e21; --dim: #5c6370; --line: #d8dce2; --soft: #f4f5f7; --link: #0b57d0;
  --bad: #b3261e; --warn: #8a5300; --good: #1a7f37; --add: #e2f6e6; --del: #fde8e7; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16181c; --fore: #e3e5e8; --dim: #9aa1ac; --line: #353a42; --soft: #1f2329; --link: #8ab4f8;
    --bad: #ff8a80; --warn: #f2b866; --good: #7ee29a; --add: #14351f; --del: #451d1c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--back); color: var(--fore);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; } h4 { font-size: 1rem; margin: 1rem 0 .3rem; font-weight: 600; }
p { margin: .4rem 0; } ul, ol { margin: .3rem 0; padding-left: 1.4rem; } a { color: var(--link); }
code, pre { font-family: ui-monospace, monospace; font-size: .88em; }
code { background: var(--soft); padding: .05em .25em; border-radius: 3px; }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; overflow-wrap: normal; border-radius: 4px; line-height: 1.4; }
pre.message { white-space: pre-wrap; } table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; } .dim { color: var(--dim); }
.note, blockquote { border-left: 3px solid var(--warn); margin: .4rem 0; padding-left: .7rem; }
.safe { color: var(--good); } .review { color: var(--warn); font-weight: 600; }
.silent, .foreign { color: var(--bad); font-weight: 600; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; padding: 0; list-style: none; } .facts b { font-size: 1.15rem; }
details { border: 1px solid var(--line); border-radius: 4px; margin: .5rem 0; padding: .35rem .7rem; } summary { cursor: pointer; }
details details { margin: .4rem 0; } details:target, section:target { border-color: var(--link); }
.add { background: var(--add); } .del { background: var(--del); } .at { color: var(--link); } .file { font-weight: 600; }
.add, .del, .file { display: inline-block; min-width: 100%; } ul.places { columns: 22rem; }
@media print { details { border: 0; } }
"""
