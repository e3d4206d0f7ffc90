"""Settings: security headers and modes of uploaded files by default."""

from __future__ import annotations

from django_hop.model import REVIEW, Codemod
from django_hop.ops.crossing import crossing
from django_hop.ops.settings import SetDefault
from django_hop.ops.settings_changes import lists
from django_hop.ops.settings_uses import settings_of
from django_hop.rewrite.site import Site


def _stores_files(site: Site) -> bool:
    """True if the project has a folder for uploads."""
    return settings_of(site).defined_in_unit(site.path, "MEDIA_ROOT")


CODEMODS = [
    Codemod(
        "x-frame-options-default",
        "X_FRAME_OPTIONS says SAMEORIGIN where the default of DENY would change pages",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.0-x-frame-options-deny",),
        docs="releases/3.0: New default values for security settings",
        silent=True,
        ops=crossing(
            "3.0",
            SetDefault(
                "X_FRAME_OPTIONS",
                '"SAMEORIGIN"',
                "pages may be framed by the site itself by default, and by nobody from 3.0 on",
                beside=("MIDDLEWARE", "SECURE_BROWSER_XSS_FILTER", "SECURE_CONTENT_TYPE_NOSNIFF"),
                when=lists("django.middleware.clickjacking.XFrameOptionsMiddleware"),
            ),
        ),
    ),
    Codemod(
        "content-type-nosniff-default",
        "SECURE_CONTENT_TYPE_NOSNIFF says that browsers may go on guessing content types",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.0-content-type-nosniff",),
        docs="releases/3.0: New default values for security settings",
        silent=True,
        then="the pin is for the time of the hop: serve files and scripts with their right content types, then drop the line. Without it "
        "responses say X-Content-Type-Options: nosniff, and browsers refuse scripts and styles of a wrong type. Old and new code read it "
        "alike.",
        ops=crossing(
            "3.0",
            SetDefault(
                "SECURE_CONTENT_TYPE_NOSNIFF",
                "False",
                "from 3.0 on responses say X-Content-Type-Options: nosniff by default, so files and scripts need their right content type",
                beside=("MIDDLEWARE", "SECURE_BROWSER_XSS_FILTER", "X_FRAME_OPTIONS"),
                comment="As before Django 3.0. Drop it once all content types are right.",
                when=lists("django.middleware.security.SecurityMiddleware"),
            ),
        ),
    ),
    Codemod(
        "file-upload-permissions-default",
        "FILE_UPLOAD_PERMISSIONS says that stored files keep the modes they had",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.0-file-upload-permissions",),
        docs="releases/3.0: New default value for the FILE_UPLOAD_PERMISSIONS setting",
        silent=True,
        then="the pin is for the time of the hop, so that old and new processes write the same modes. Without the line every stored file, "
        "those of collectstatic included, gets mode 0o644; drop it if no file has to be private or writable for a group.",
        ops=crossing(
            "3.0",
            SetDefault(
                "FILE_UPLOAD_PERMISSIONS",
                "None",
                "from 3.0 on stored files get mode 0o644 by default, whatever the umask",
                beside=("MEDIA_ROOT", "MEDIA_URL", "FILE_UPLOAD_DIRECTORY_PERMISSIONS"),
                comment="As before Django 3.0. Drop it for mode 0o644 on every stored file.",
                when=_stores_files,
            ),
        ),
    ),
]
