"""A thin layer over the `git` program: argument lists, bytes in and out, a scrubbed environment, its complaints as HopError."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import HopError

# What the user (or CI) may tell git through the environment. Everything else named GIT_* describes another repository, index or work
# tree than the one we were asked about: inside a hook git exports GIT_DIR and GIT_INDEX_FILE.
KEPT = (
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_VALUE_",
    "GIT_EXEC_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_SSH",
    "GIT_SSL_",
    "GIT_ASKPASS",
)

# No lock on the user's index for a mere refresh, no hook (update-ref would run `reference-transaction`), no file system monitor, and
# paths are names, never patterns.
ALWAYS = ("--no-optional-locks", "--no-pager", "--literal-pathspecs", "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false")


def clean_environment() -> dict[str, str]:
    """Give the environment for git: without the caller's repository variables, with messages in English and no password prompt."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(KEPT)}
    return kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


@dataclass(frozen=True)
class Git:
    """Git commands run in one folder."""

    folder: Path

    def run(self, *arguments: str, data: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """Give what `git ARGUMENTS` prints when fed `data`; raise HopError, with git's own words, when it fails."""
        done = self._start(arguments, data, environment)
        if done.returncode:
            raise complaint(done.stderr, self.folder, arguments[0])
        return done.stdout

    def text(self, *arguments: str) -> str:
        """Give what `git ARGUMENTS` prints as text without the final newline; raise HopError when it fails."""
        return decode(self.run(*arguments)).removesuffix("\n")

    def attempt(self, *arguments: str) -> str | None:
        """Give what `git ARGUMENTS` prints as text, or None where it answers with a failure."""
        done = self._start(arguments, b"", None)
        return None if done.returncode else decode(done.stdout).removesuffix("\n")

    def _start(self, arguments: tuple[str, ...], data: bytes, environment: Mapping[str, str] | None) -> subprocess.CompletedProcess[bytes]:
        env = {**clean_environment(), **(environment or {})}
        try:
            return subprocess.run(["git", *ALWAYS, *arguments], cwd=self.folder, input=data, env=env, capture_output=True)
        except FileNotFoundError:
            raise no_git() from None

    @contextmanager
    def reading(self, *arguments: str, lines: Iterable[str]) -> Iterator[IO[bytes]]:
        """Run `git ARGUMENTS` with `lines` on its input and give its output as a stream, for answers too big to hold twice."""
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaints:
            asked.writelines(line.encode() + b"\n" for line in lines)
            asked.seek(0)
            command, env = ["git", *ALWAYS, *arguments], clean_environment()
            with subprocess.Popen(command, cwd=self.folder, stdin=asked, stdout=subprocess.PIPE, stderr=complaints, env=env) as process:
                assert process.stdout is not None
                try:
                    yield process.stdout
                except BaseException:
                    process.kill()
                    raise
            if process.returncode:
                complaints.seek(0)
                raise complaint(complaints.read(), self.folder, arguments[0])


def decode(data: bytes) -> str:
    """Text of git's output; bytes that are not UTF-8 survive as surrogates, as they do in `os.fsdecode`."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The inverse of `decode`."""
    return text.encode("utf-8", "surrogateescape")


def no_git() -> HopError:
    """The error for a machine without the git program."""
    return HopError("The program git was not found.", "Install git 2.31 or newer and make sure it is on PATH.")


# What git says, what it means, what to do. {folder} is where git ran, {file} what the pattern caught under that name.
COMPLAINTS: tuple[tuple[str, str, str], ...] = (
    (
        r"dubious ownership|unsafe repository",
        "Git does not trust the repository in {folder}: it belongs to another user.",
        "If you trust it, run: git config --global --add safe.directory {folder}",
    ),
    (
        r"cannot use bare repository",
        "Git is configured not to use the bare repository in {folder}.",
        "See safe.bareRepository in `git help config`.",
    ),
    (
        r"not a git repository",
        "{folder} is not in a git repository.",
        "Run it inside one, give --repo PATH, or use `django-hop fix` on files.",
    ),
    (
        r"unknown repository extension|Expected git repo version|unknown repository version|unknown ref storage|invalid value for 'extens",
        "The git program on this machine is too old for the repository in {folder} ({line}).",
        "Install a newer git (reftable repositories need 2.45).",
    ),
    (
        r"No space left on device|Disk quota exceeded|File too large",
        "The disk is full ({line}).",
        "Free some space and run it again; no branch was changed.",
    ),
    (
        r"Unable to create '(?P<file>[^']+\.lock)': File exists",
        "Another git process is changing the same branch.",
        "Run it again when that is done. If no git process is running, remove the file it left behind: {file}",
    ),
    (
        r"but expected [0-9a-f]+|reference already exists|unable to resolve reference",
        "The branch was changed by somebody else at the same moment; it was left as they made it.",
        "Run it again.",
    ),
    (
        r"Read-only file system|Permission denied|insufficient permission|unable to create temporary file|Unable to create",
        "The repository in {folder} cannot be written ({line}).",
        "Use a clone that you may write to, or --dry-run; no branch was changed.",
    ),
    (
        r"bad object|unable to read|missing|corrupt|not a valid object|could not fetch|promisor",
        "The repository in {folder} is not complete ({line}).",
        "Run `git fsck` there; in a partial clone make sure that the remote can be reached.",
    ),
)


def complaint(stderr: bytes, folder: Path, command: str) -> HopError:
    """Turn what git printed on its error stream into a HopError that says what is wrong and what to do."""
    words = decode(stderr).strip()
    lines = [line for line in words.splitlines() if re.match(r"(fatal|error):", line)] or words.splitlines() or ["no reason given"]
    line = re.sub(r"^(fatal|error): ", "", lines[-1])
    for pattern, message, hint in COMPLAINTS:
        if found := re.search(pattern, words, re.IGNORECASE):
            values = {"folder": str(folder), "line": line, **found.groupdict()}
            return HopError(message.format(**values), hint.format(**values))
    hint = "No branch was changed. Try the same with git itself, or run `git fsck`."
    return HopError(f"`git {command}` failed in {folder}: {line}.", hint)
