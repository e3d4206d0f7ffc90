"""The report file of a bug of ours, in Markdown, ready to be attached to an issue."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from pathlib import Path

from . import __version__


def write_report(error: BaseException) -> Path:
    """Write version, command line and traceback to a new file; give its path."""
    text = "\n".join(
        [
            "## django-hop crashed",
            "",
            f"- version: {__version__}",
            f"- Python: {platform.python_version()} on {platform.system()}",
            f"- command: `{' '.join(sys.argv)}`",
            "",
            "```",
            "".join(traceback.format_exception(error)).rstrip(),
            "```",
            "",
        ]
    )
    with tempfile.NamedTemporaryFile("w", prefix="django-hop-crash-", suffix=".md", delete=False, encoding="utf-8") as file:
        file.write(text)
    return Path(file.name)
