"""Settings: security headers and modes of uploaded files by default."""

from __future__ import annotations

from django_hop.model import DETECT, REVIEW, Codemod
from django_hop.ops.crossing import crossing
from django_hop.ops.settings import SetDefault
from django_hop.ops.settings_changes import DefaultChanges, lists
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
        "browsers are told not to guess content types",
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("3.0-content-type-nosniff",),
        docs="releases/3.0: New default values for security settings",
        silent=True,
        ops=crossing(
            "3.0",
            DefaultChanges(
                "SECURE_CONTENT_TYPE_NOSNIFF",
                "False",
                "from 3.0 on responses say X-Content-Type-Options: nosniff, so files and scripts need their right content type",
                when=lists("django.middleware.security.SecurityMiddleware"),
            ),
        ),
    ),
    Codemod(
        "file-upload-permissions-default",
        "uploaded files get mode 0o644",
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("3.0-file-upload-permissions",),
        docs="releases/3.0: New default value for the FILE_UPLOAD_PERMISSIONS setting",
        silent=True,
        ops=crossing(
            "3.0",
            DefaultChanges(
                "FILE_UPLOAD_PERMISSIONS",
                "None",
                "from 3.0 on stored files get mode 0o644 whatever the umask; `FILE_UPLOAD_PERMISSIONS = None` keeps what was",
                when=_stores_files,
            ),
        ),
    ),
]
