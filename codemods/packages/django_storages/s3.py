"""S3: the modules of its storage."""

from __future__ import annotations

from django_hop.model import REVIEW, SAFE, Codemod
from django_hop.ops.names import Rename
from django_hop.ops.settings import FindSetting
from django_hop.ops.where import not_migrations

PACKAGE = "django-storages"
_SHIM = "storages.backends.s3boto3"
_S3 = "storages.backends.s3"
_NAMES = {
    "S3Boto3Storage": "S3Storage",
    "S3Boto3StorageFile": "S3File",
    "S3StaticStorage": "S3StaticStorage",
    "S3ManifestStaticStorage": "S3ManifestStaticStorage",
}
_OLD_BOTO = {
    "AWS_HEADERS": "the boto3 storage does not read AWS_HEADERS: AWS_S3_OBJECT_PARAMETERS has other keys for the same",
    "AWS_S3_CALLING_FORMAT": "the boto3 storage does not read AWS_S3_CALLING_FORMAT: AWS_S3_ADDRESSING_STYLE says the like",
    "AWS_S3_HOST": "the boto3 storage does not read AWS_S3_HOST: AWS_S3_ENDPOINT_URL or AWS_S3_REGION_NAME say where the bucket is",
}


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
]
