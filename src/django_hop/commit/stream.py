"""Make commits in the object database with `git fast-import`: no work tree, no index, no filters, no hooks, no refs.

Measured for 40 commits of 50 files each in a repository of 5,000: 0.26 s, against 0.70 s with a temporary index (hash-object,
update-index, write-tree, commit-tree); the same trees.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from ..errors import HopError
from ..model import Step
from ..project.git import ALWAYS, clean_environment, complaint, encode, no_git
from ..project.repository import Identity, Repository
from ..project.tree import LINK, SUBMODULE, Entry

SCRATCH = "refs/django-hop/scratch"
"""The name the stream gives to its commits. It is reset before the stream ends, so git never writes such a ref."""


def write_commits(
    repository: Repository, base: str, steps: Sequence[Step], entries: Mapping[str, Entry], identity: Identity
) -> tuple[str, ...]:
    """Make one commit a step, the first on `base`, and give their ids; no ref points to them. `entries` are those of `base`.

    One process whatever the number of commits; only the folders that change are read and written, so that the others keep even the odd
    modes of old repositories. Raises HopError when git cannot write.
    """
    # The stream is complete before git starts: if this process dies, git comes to the end or nowhere, but to no other result.
    with tempfile.TemporaryFile() as stream, tempfile.TemporaryFile() as complaints:
        try:
            _write_stream(stream, base, steps, entries, identity)
            stream.seek(0)
        except OSError as problem:
            message = f"The temporary folder {tempfile.gettempdir()} cannot be written: {problem.strerror}."
            raise HopError(message, "Free some space there, or set TMPDIR to another folder; no branch was changed.") from problem
        command = ["git", *ALWAYS, "fast-import", "--quiet", "--done", "--date-format=raw"]
        try:
            process = subprocess.Popen(
                command, cwd=repository.git.folder, stdin=stream, stdout=subprocess.PIPE, stderr=complaints, env=clean_environment()
            )
        except FileNotFoundError:
            raise no_git() from None
        with process:
            answers = process.communicate()[0].decode("ascii").split()
        if process.returncode:
            # fast-import leaves a report beside its failure; the reason is in our message.
            with suppress(OSError):
                (repository.git_dir / f"fast_import_crash_{process.pid}").unlink()
            complaints.seek(0)
            raise complaint(complaints.read(), repository.git.folder, "fast-import")
    return tuple(answers)


def _write_stream(stream: IO[bytes], base: str, steps: Sequence[Step], entries: Mapping[str, Entry], identity: Identity) -> None:
    author, committer = encode(identity.author), encode(identity.committer)
    for number, step in enumerate(steps, 1):
        message = message_of(step)
        stream.write(b"commit %s\nmark :%d\nauthor %s\ncommitter %s\n" % (SCRATCH.encode(), number, author, committer))
        stream.write(b"data %d\n%s\n" % (len(message), message))
        if number == 1:
            stream.write(b"from %s\n" % base.encode())
        for path in sorted(step.files):
            data = step.files[path]
            stream.write(b"M %s inline %s\ndata %d\n" % (mode_of(path, entries), quoted(path), len(data)))
            stream.write(data)
            stream.write(b"\n")
        stream.write(b"\nget-mark :%d\n" % number)
    stream.write(b"reset %s\n\ndone\n" % SCRATCH.encode())


def message_of(step: Step) -> bytes:
    """Give the step's commit message as it stands in the commit: one newline at the end."""
    return encode(step.message.rstrip("\n")) + b"\n"


def mode_of(path: str, entries: Mapping[str, Entry]) -> bytes:
    """Give the mode a changed file keeps; raise HopError where the path is, or lies below, a symbolic link or a submodule."""
    parts = path.split("/")
    for end in range(1, len(parts) + 1):
        entry = entries.get("/".join(parts[:end]))
        if entry and (end < len(parts) or entry.mode in (LINK, SUBMODULE)):
            raise HopError(
                f"{path} cannot be changed: {entry.path} is not a folder or a regular file.", "Leave out the codemod that wants it."
            )
    # Repositories made before git 1.0 hold 100664; git writes only these two now.
    known = entries.get(path)
    return b"100755" if known and int(known.mode, 8) & 0o100 else b"100644"


def quoted(path: str) -> bytes:
    """Give a path as fast-import reads it: any byte, newline included, inside double quotes."""
    escaped = encode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'
