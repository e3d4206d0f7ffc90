"""CPU seconds of our rewriting against the peers, in one run on one machine. Writes docs/benchmarks.md.

    python benchmarks/run.py --peers PYTHON [--corpus FOLDER] [--write]

`--peers` is the interpreter of an environment with django-upgrade, pyupgrade and django-codemod. Read the ratios: seconds
depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import PROJECTS, fetch

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "docs" / "benchmarks.md"
SAMPLE = 16
"""Files for django-codemod, which takes seconds a file; one round of them is enough."""
ROUNDS = 3


@dataclass(frozen=True)
class Measured:
    """One tool on one set of files: the median of its CPU seconds, its own start included."""

    tool: str
    files: int
    seconds: float


def cpu(command: Sequence[str | Path]) -> float:
    """CPU seconds (user and system) of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Upgraders end with 1 when they changed something; more is a failure, and no measurement. Ours needs the checkout's own package.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(HERE.parent / "src")}
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    if done.returncode > 1:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def python_files(folder: Path) -> list[Path]:
    """All Python files below a folder that Python 3 can read."""
    return [path for path in sorted(folder.rglob("*.py")) if path.is_file() and not path.is_symlink()]


@dataclass(frozen=True)
class Tool:
    """A name, and the command for a folder and the files in it."""

    name: str
    command: Callable[[Path, list[Path]], Sequence[str | Path]]


def measured(tools: Sequence[Tool], files: Sequence[Path], roots: Sequence[Path], rounds: int = ROUNDS) -> list[Measured]:
    """The median of each tool over rounds of all tools, so that a busy machine is busy for all; each on a fresh copy of the files."""
    seconds: dict[str, list[float]] = {tool.name: [] for tool in tools}
    for _ in range(rounds):
        for tool in tools:
            with tempfile.TemporaryDirectory() as scratch:
                copies = [_copied(path, next(one for one in roots if path.is_relative_to(one)), Path(scratch)) for path in files]
                seconds[tool.name].append(cpu(tool.command(Path(scratch), copies)))
    return [Measured(name, len(files), sorted(found)[len(found) // 2]) for name, found in seconds.items()]


def _copied(path: Path, root: Path, scratch: Path) -> Path:
    target = scratch / root.name / path.relative_to(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    return target


def sample(files: Sequence[Path]) -> list[Path]:
    """Files that have something to change for a translation rename, evenly spread, so that django-codemod ends today."""
    hits = [path for path in files if b"ugettext" in path.read_bytes()]
    return hits[:: max(1, len(hits) // SAMPLE)][:SAMPLE]


def compare(peers: Path, roots: Sequence[Path]) -> tuple[list[Measured], list[Measured]]:
    """All tools on the whole corpus, and django-codemod with ours on a sample."""
    files = [path for root in roots for path in python_files(root)]
    bin_folder = peers.parent

    def hop(skip: str) -> Callable[[Path, list[Path]], Sequence[str | Path]]:
        def command(scratch: Path, copies: list[Path]) -> list[str | Path]:
            return [sys.executable, HERE / "ours.py", "2.2", "3.2", skip, *sorted(path for path in scratch.iterdir() if path.is_dir())]

        return command

    # As installed: the peers' modules are compiled, so ours are, too.
    subprocess.run([sys.executable, "-m", "compileall", "-q", HERE.parent / "src", HERE.parent / "codemods"], check=True)
    first = Tool("django-hop, all codemods of 2.2 -> 3.2 but pyupgrade", hop("pyupgrade"))
    whole = [
        first,
        Tool("django-hop, all codemods of 2.2 -> 3.2", hop("")),
        Tool("django-upgrade --target-version 3.2", lambda _, copies: [bin_folder / "django-upgrade", "--target-version", "3.2", *copies]),
        Tool("pyupgrade --py38-plus", lambda _, copies: [bin_folder / "pyupgrade", "--py38-plus", *copies]),
    ]
    part = [first, Tool("djcodemod --removed-in 4.0", lambda _, copies: [bin_folder / "djcodemod", "run", "--removed-in", "4.0", *copies])]
    return measured(whole, files, roots), measured(part, sample(files), roots, 1)


def table(rows: Sequence[Measured]) -> str:
    """Markdown rows, with ratios to the first."""
    lines = ["| tool | files | CPU seconds | times django-hop |", "|---|---:|---:|---:|"]
    lines += [f"| {row.tool} | {row.files:,} | {row.seconds:.1f} | {row.seconds / rows[0].seconds:.2f} |" for row in rows]
    return "\n".join(lines)


def document(whole: Sequence[Measured], part: Sequence[Measured]) -> str:
    """The text of docs/benchmarks.md."""
    corpus = ", ".join(f"`{name}`" for name in PROJECTS)
    without, everything, upgrade, python = (row.seconds for row in whole)
    both = everything / (upgrade + python)
    return f"""# Benchmarks

CPU seconds in one run on one machine (CPython {platform.python_version()}, median of {ROUNDS} rounds of all tools in turn, start-up
included, one process, nothing cached).
Seconds depend on the machine; read the ratios. `python benchmarks/run.py --peers PYTHON --write` makes this page.

Corpus: the Python files of {corpus}, from their source distributions.

## All Python files

{table(whole)}

django-hop also reads the templates and command files of the tree; the peers get the Python files only. Reporting places that a person has
to decide is part of our figure and no part of theirs.

The bar is at most the CPU of django-upgrade alone, with everything that a hop runs. Ours is {everything / upgrade:.2f} times that:
{"met" if everything <= upgrade else "missed"}. django-upgrade has no part that does what pyupgrade does: without that part the hop is
{without / upgrade:.2f} times django-upgrade, and with it {both:.2f} times django-upgrade and pyupgrade together.

## {part[0].files} files that use `ugettext`, one round

{table(part)}
"""


def main() -> None:
    """Parse, measure, print or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True, help="Python of an environment with the peers")
    parser.add_argument(
        "--corpus", type=Path, default=Path(tempfile.gettempdir()) / "django-hop-corpus", help="folder for the source distributions"
    )
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.name}")
    options = parser.parse_args()
    text = document(*compare(options.peers.absolute(), fetch(options.corpus)))
    if options.write:
        DOCUMENT.write_text(text, "utf-8")
    print(text)


main()
