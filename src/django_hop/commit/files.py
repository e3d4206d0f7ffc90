"""Replace a file on disk, whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from ..errors import HopError


def write_file(path: Path, data: bytes) -> None:
    """Give an existing file new content, atomically, keeping its mode and owner.

    Raises HopError, with the file as it was, if it is a symbolic link or no regular file, or cannot be written.
    """
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise HopError(f"{path} is a symbolic link.", f"Give the file it points to: {os.readlink(path)}.")
        if not stat.S_ISREG(status.st_mode):
            raise HopError(f"{path} is not a regular file.", "Only regular files are changed.")
        # Replacing needs a writable folder only; a file that its owner made read-only is still not ours to change.
        if not os.access(path, os.W_OK):
            raise HopError(f"{path} is read-only.", "Make it writable, or leave it out.")
        _replace(path, data, status)
    except OSError as problem:
        raise HopError(
            f"{path} could not be written: {problem.strerror}.", "The file is as it was. Check rights and free space."
        ) from problem


def _replace(path: Path, data: bytes, status: os.stat_result) -> None:
    """Write beside the file, then rename: who reads meanwhile sees the old or the new content, never a part."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".django-hop", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            if hasattr(os, "fchown"):
                with suppress(PermissionError):
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fsync(file.fileno())
        os.chmod(name, stat.S_IMODE(status.st_mode))
        os.replace(name, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    # The rename itself is on disk only when the folder is; Windows cannot open folders.
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
