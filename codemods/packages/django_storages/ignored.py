"""Settings and arguments that storages read no more: what they said has another name, or nobody does it any longer."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import is_super
from django_hop.ops.dicts import is_plain_dict, item_of, with_item
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.settings import DropSetting, FindSetting
from django_hop.ops.settings_combine import CombineSettings
from django_hop.ops.settings_text import without_statement
from django_hop.ops.settings_uses import own_assignments, settings_of
from django_hop.project.settings_module import Assignment
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-storages"
_S3 = ("storages.backends.s3boto3.S3Boto3Storage", "storages.backends.s3.S3Storage")
_KEYWORDS = {"acl": "default_acl", "bucket": "bucket_name"}
_PARAMETERS = {
    "AWS_S3_ENCRYPTION": '"ServerSideEncryption": "AES256"',
    "AWS_REDUCED_REDUNDANCY": '"StorageClass": "REDUCED_REDUNDANCY"',
}
_IGNORED = {
    "AWS_BUCKET_ACL": "buckets are no longer made by django-storages: AWS_BUCKET_ACL is ignored from 1.10 on",
    "GS_AUTO_CREATE_ACL": "buckets are no longer made by django-storages: GS_AUTO_CREATE_ACL is ignored from 1.10 on",
}
_BUCKETS = "buckets are no longer made by django-storages: {0} is ignored from 1.10 on"


@dataclass(frozen=True)
class IntoParameters(CombineSettings):
    """Settings that are items of the dictionary `new` now; it is made, or gets them behind its own, which have always come first."""

    items: Mapping[str, str] = field(default_factory=dict)
    """Setting -> the source of its item where it is True."""
    own_parameters: str = ""
    """The word by which storages of the project say such parameters themselves."""

    def _edits(self, site: Site, own: list[Assignment]) -> list[Edit]:
        values, _ = self._plain(site, own)
        if any(not isinstance(value, bool) for value in values.values()):
            raise Refused("a value is neither True nor False")
        if not any(values.values()):
            return [without_statement(site, one.statement) for one in own]
        if site.project.holding(self.own_parameters.encode()):
            raise Refused("a storage of the project has parameters of its own")
        there = settings_of(site).in_unit(site.path, self.new)
        if not there and not own_assignments(site, self.new):
            return super()._edits(site, own)
        return self._joined(site, own, values, [*there, *own_assignments(site, self.new)])

    def _joined(self, site: Site, own: list[Assignment], values: Mapping[str, object], there: list[Assignment]) -> list[Edit]:
        """The items of one setting put into the dictionary; the next round of the codemod takes the next setting."""
        dictionary = there[-1].value
        alone = {one.path for one in there} == {site.path} and len({one.target.lineno for one in there}) == 1  # type: ignore[attr-defined]
        if not alone or there[-1].conditional or not isinstance(dictionary, ast.Dict) or not is_plain_dict(dictionary):
            raise Refused(f"`{self.new}` is put together in a way that cannot be seen")
        edits = []
        for one in own:
            edits.append(without_statement(site, one.statement))
            key = ast.literal_eval(f"{{{self.items[one.name]}}}")
            if values[one.name] and item_of(dictionary, next(iter(key))) is None:
                return [*edits, *with_item(site, dictionary, in_file_quotes(site, self.items[one.name]))]
        return edits


def _parameters(values: Mapping[str, object], _: Mapping[str, str]) -> str:
    return f"{{{', '.join(item for name, item in _PARAMETERS.items() if values.get(name))}}}"


def _protocol(values: Mapping[str, object], _: Mapping[str, str]) -> str:
    (value,) = values.values()
    if not isinstance(value, bool):
        raise Refused("its value is neither True nor False")
    return '"https:"' if value else '"http:"'


def _cache_control(_: Mapping[str, object], sources: Mapping[str, str]) -> str:
    return f'{{"cache_control": {sources["GS_CACHE_CONTROL"]}}}'


@dataclass(frozen=True)
class Keywords(PythonOp):
    """The arguments `acl` and `bucket` of an S3 storage are called as its settings are."""

    @property
    def words(self) -> Words:
        """A class with one of the arguments, or a call of the one that a class derives from."""
        return tuple(frozenset({name, word}) for name in ("S3Boto3Storage", "S3Storage") for word in _KEYWORDS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for keywords; findings for arguments that may be None, which used to say nothing."""
        message = "an S3 storage has no arguments `acl` and `bucket` from 1.10 on, but `default_acl` and `bucket_name`"
        for call in site.nodes(ast.Call):
            given = [one for one in call.keywords if one.arg in _KEYWORDS]
            if not given or not self._is_storage(site, call):
                continue
            unsure = [one for one in given if not isinstance(one.value, (ast.Constant, ast.Attribute)) or ast.unparse(one.value) == "None"]
            taken = {one.arg for one in call.keywords} & set(_KEYWORDS.values())
            if unsure or taken:
                yield site.finding(call, f"{message}; {'both are given' if taken else 'the value may be None, which was no value'}")
                continue
            yield from (site.edit_keyword(one, _KEYWORDS[one.arg or ""]) for one in given)
            yield site.finding(call, message, fixed=True)

    @staticmethod
    def _is_storage(site: Site, call: ast.Call) -> bool:
        """True for calls of the class, of one that derives from it with no `__init__` of its own, and of the one it overrides."""
        if site.qualified(call.func) in _S3:
            return True
        if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__" and is_super(call.func.value):
            around = site.enclosing(call, ast.ClassDef)
            return around is not None and bool(site.class_ancestors(around) & set(_S3))
        found = site.scope(call).lookup(call.func.id) if isinstance(call.func, ast.Name) else ()
        node = found[0].node if len(found) == 1 else None
        return isinstance(node, ast.ClassDef) and bool(site.class_ancestors(node) & set(_S3)) and not any(site.methods(node, "__init__"))


CODEMODS = [
    Codemod(
        "storages-removed-settings",
        "what S3 stores a file with stands in AWS_S3_OBJECT_PARAMETERS",
        package=PACKAGE,
        deprecated="1.9",
        removed="1.10",
        works_from="1.7",
        safety=REVIEW,
        covers=("storages-1.10-removed-settings",),
        docs="django-storages 1.10 changes: removed settings",
        silent=True,
        ops=(
            IntoParameters(
                tuple(_PARAMETERS),
                "AWS_S3_OBJECT_PARAMETERS",
                _parameters,
                "from django-storages 1.10 on only AWS_S3_OBJECT_PARAMETERS says what files are stored with",
                items=_PARAMETERS,
                own_parameters="object_parameters",
            ),
            *(DropSetting(name, _BUCKETS.format(name), value=False) for name in ("AWS_AUTO_CREATE_BUCKET", "GS_AUTO_CREATE_BUCKET")),
            DropSetting("AWS_PRELOAD_METADATA", "AWS_PRELOAD_METADATA is ignored from 1.10 on"),
            *(FindSetting(name, message) for name, message in _IGNORED.items()),
        ),
    ),
    Codemod(
        "storages-arguments",
        "S3 storages take default_acl and bucket_name",
        package=PACKAGE,
        deprecated="1.9",
        removed="1.10",
        works_from="1.7",
        safety=REVIEW,
        covers=("storages-1.10-removed-settings",),
        docs="django-storages 1.10 changes: acl and bucket arguments",
        ops=(Keywords(),),
    ),
    Codemod(
        "storages-url-protocol",
        "AWS_S3_URL_PROTOCOL says whether addresses of files are secure",
        package=PACKAGE,
        removed="1.13",
        works_from="1.13",
        safety=REVIEW,
        covers=("storages-1.10-removed-settings",),
        docs="django-storages 1.13 changes: AWS_S3_SECURE_URLS",
        silent=True,
        ops=(
            CombineSettings(
                ("AWS_S3_SECURE_URLS",),
                "AWS_S3_URL_PROTOCOL",
                _protocol,
                "from django-storages 1.13 on AWS_S3_SECURE_URLS is ignored: AWS_S3_URL_PROTOCOL says it",
            ),
        ),
    ),
    Codemod(
        "storages-gs-cache-control",
        "GS_CACHE_CONTROL stands in GS_OBJECT_PARAMETERS",
        package=PACKAGE,
        deprecated="1.12",
        removed="1.14",
        works_from="1.12",
        safety=REVIEW,
        covers=("storages-1.10-removed-settings",),
        docs="django-storages 1.14 changes: GS_CACHE_CONTROL",
        silent=True,
        ops=(
            CombineSettings(
                ("GS_CACHE_CONTROL",),
                "GS_OBJECT_PARAMETERS",
                _cache_control,
                "from 1.14 on GS_CACHE_CONTROL is ignored: GS_OBJECT_PARAMETERS says it",
                literals=False,
            ),
        ),
    ),
]
