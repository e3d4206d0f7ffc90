"""django-ckeditor, which brings CKEditor 4."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule

MESSAGE = (
    "django-ckeditor brings CKEditor 4, which gets no security fixes: "
    "django-ckeditor-5 or another editor takes its place, the texts stay as they are"
)

CODEMODS = [
    Codemod(
        "django-ckeditor",
        "django-ckeditor brings an editor without support",
        package="django-ckeditor",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("ckeditor-4-eol",),
        docs="django-ckeditor 6.7 release notes: CKEditor 4 end of life",
        ops=(
            FindModule("ckeditor", MESSAGE),
            FindModule("ckeditor_uploader", MESSAGE),
        ),
    ),
]
