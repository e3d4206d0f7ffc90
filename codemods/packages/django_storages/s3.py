"""S3: the modules of its storage, and settings that are read no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import Rename
from django_hop.ops.settings import FindSetting
from django_hop.ops.where import not_migrations
from django_hop.rewrite.site import Site

PACKAGE = "django-storages"
_SHIM = "storages.backends.s3boto3"
_S3 = "storages.backends.s3"
_NAMES = {
    "S3Boto3Storage": "S3Storage",
    "S3Boto3StorageFile": "S3File",
    "S3StaticStorage": "S3StaticStorage",
    "S3ManifestStaticStorage": "S3ManifestStaticStorage",
}
_SECRET = "from django-storages 1.10 on {0} is ignored, and files are stored without it: AWS_S3_OBJECT_PARAMETERS says `{1}`"
_IGNORED = {
    "AWS_S3_ENCRYPTION": _SECRET.format(
        "AWS_S3_ENCRYPTION", '"ServerSideEncryption": "AES256"'
    ),
    "AWS_REDUCED_REDUNDANCY": _SECRET.format(
        "AWS_REDUCED_REDUNDANCY", '"StorageClass": "REDUCED_REDUNDANCY"'
    ),
    "AWS_AUTO_CREATE_BUCKET": "buckets are no longer made by django-storages: AWS_AUTO_CREATE_BUCKET is ignored from 1.10 on",
    "AWS_BUCKET_ACL": "buckets are no longer made by django-storages: AWS_BUCKET_ACL is ignored from 1.10 on",
    "AWS_PRELOAD_METADATA": "AWS_PRELOAD_METADATA is ignored from 1.10 on",
    "GS_AUTO_CREATE_BUCKET": "buckets are no longer made by django-storages: GS_AUTO_CREATE_BUCKET is ignored from 1.10 on",
    "GS_AUTO_CREATE_ACL": "buckets are no longer made by django-storages: GS_AUTO_CREATE_ACL is ignored from 1.10 on",
    "AWS_S3_SECURE_URLS": 'AWS_S3_SECURE_URLS is ignored from 1.13 on: AWS_S3_URL_PROTOCOL says `"https:"` or `"http:"`',
    "GS_CACHE_CONTROL": 'GS_CACHE_CONTROL is ignored from 1.14 on: GS_OBJECT_PARAMETERS says `"cache_control"`',
}
_OLD_BOTO = {
    "AWS_HEADERS": "the boto3 storage does not read AWS_HEADERS: AWS_S3_OBJECT_PARAMETERS has other keys for the same",
    "AWS_S3_CALLING_FORMAT": "the boto3 storage does not read AWS_S3_CALLING_FORMAT: AWS_S3_ADDRESSING_STYLE says the like",
    "AWS_S3_HOST": "the boto3 storage does not read AWS_S3_HOST: AWS_S3_ENDPOINT_URL or AWS_S3_REGION_NAME say where the bucket is",
}


@dataclass(frozen=True)
class OldKeywords(PythonOp):
    """Report the keywords `acl` and `bucket` of storages."""

    @property
    def words(self) -> Words:
        """The class with one of the keywords."""
        return tuple(
            frozenset({name, keyword})
            for name in ("S3Boto3Storage", "S3Storage")
            for keyword in ("acl", "bucket")
        )

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        for call in [
            *site.calls(f"{_SHIM}.S3Boto3Storage"),
            *site.calls(f"{_S3}.S3Storage"),
        ]:
            if {"acl", "bucket"} & {one.arg for one in call.keywords}:
                yield site.finding(
                    call,
                    "the keywords `acl` and `bucket` are `default_acl` and `bucket_name`",
                )


CODEMODS = [
    Codemod(
        "storages-s3boto",
        "files in S3 are stored through boto3",
        package=PACKAGE,
        deprecated="1.7",
        removed="1.9",
        works_from="1.2",
        safety=REVIEW,
        covers=("storages-1.9-s3boto",),
        docs="django-storages 1.9 changes: Removed s3boto backend",
        then="The requirement boto becomes boto3, or django-storages[s3].",
        ops=(
            Rename(
                "storages.backends.s3boto",
                {
                    "S3BotoStorage": "S3Boto3Storage",
                    "S3BotoStorageFile": "S3Boto3StorageFile",
                },
                to=_SHIM,
            ),
            *(FindSetting(name, message) for name, message in _OLD_BOTO.items()),
        ),
    ),
    Codemod(
        "storages-s3-module",
        "the S3 storage is imported from storages.backends.s3",
        package=PACKAGE,
        deprecated="1.14",
        removed=None,
        works_from="1.14",
        safety=SAFE,
        covers=("storages-1.14-s3-module",),
        docs="django-storages 1.14 changes: S3Storage",
        after=("storages-s3boto",),
        ops=(Rename(_SHIM, _NAMES, to=_S3, where=not_migrations),),
    ),
    Codemod(
        "storages-removed-settings",
        "settings of django-storages that nobody reads any more",
        package=PACKAGE,
        deprecated="1.9",
        removed="1.10",
        works_from="1.10",
        safety=DETECT,
        covers=("storages-1.10-removed-settings",),
        docs="django-storages 1.10 changes: removed settings",
        silent=True,
        ops=(
            *(FindSetting(name, message) for name, message in _IGNORED.items()),
            OldKeywords(),
        ),
    ),
]
