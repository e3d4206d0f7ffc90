"""Templates: sitemaps' indexes, style sheets of Media, caching while developing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import TemplateOp, Words
from django_hop.ops.classes import FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.names import FindName
from django_hop.ops.strings import ReplaceInStrings
from django_hop.ops.text import FindCommandOption, FindInText
from django_hop.ops.where import tests
from django_hop.rewrite.template import TemplateSite

LOCATION = "`sitemaps` of an index holds objects with `location` and `last_mod` from 4.1 on; from 5.0 on a bare one prints its repr"
MEDIA = 'style sheets of Media have no `type="text/css"` from 4.1 on'
CACHED = (
    "templates are cached while developing, too, from 4.1 on, and only the reloader of `runserver` notices a change: name "
    'the plain loaders in `OPTIONS["loaders"]` of the development settings, '
    "without `APP_DIRS`"
)
ERRORS = "`InlineAdminFormSet.non_form_errors` is a method from 4.1 on; called with parentheses it works on every release"


@dataclass(frozen=True)
class SitemapIndex(TemplateOp):
    """`{{ location }}` in a loop over `sitemaps` becomes `{{ location.location }}`."""

    @property
    def words(self) -> Words:
        """The context's name in a loop."""
        return (frozenset({"for", "in", "sitemaps", "loc"}),)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edits for the bare variable inside the loop."""
        names: list[str] = []
        for token in site.tokens:
            if not token.live:
                continue
            words = [piece.text for piece in token.pieces]
            if token.pieces and token.name == "for":
                looped = len(words) == 4 and words[2] == "in" and words[3] == "sitemaps"
                names.append(words[1] if looped else "")
            elif token.pieces and token.name == "endfor" and names:
                names.pop()
            for expression in token.expressions if not (token.pieces and token.name in ("for", "endfor")) else ():
                base = expression.base
                if base.text and base.text in names:
                    yield Edit(base.end, base.end, ".location")
                    yield site.finding(expression, LOCATION, fixed=True)


CODEMODS = [
    Codemod(
        "sitemap-index-location",
        "indexes of sitemaps print the location",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-sitemap-index-template-context",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        silent=True,
        ops=(SitemapIndex(),),
    ),
    Codemod(
        "media-css-type",
        "tests expect style sheets of Media without their type",
        removed="4.1",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-media-css-no-type-attribute",),
        docs="releases/4.1: Miscellaneous",
        ops=(
            ReplaceInStrings(
                r"(<link [^<>]*?href=[^<>]*?) type=\\?[\"']text/css\\?[\"']([^<>]*? rel=)",
                r"\1\2",
                ("link", "href", "type", "text", "css", "media"),
                MEDIA,
                where=tests,
            ),
            FindMethod(("django.forms.widgets.Media",), ("render_css",), MEDIA),
        ),
    ),
    Codemod(
        "cached-templates-in-development",
        "ways to develop are found in which templates are not reloaded",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-cached-loader-in-development",),
        docs="releases/4.1: Miscellaneous",
        ops=crossing(
            "4.1",
            FindCommandOption("runserver", CACHED, r"--noreload", ("noreload",)),
            FindInText(
                r"\b(?:gunicorn|uvicorn|hypercorn|daphne)\b[^\n]*--reload\b",
                ("reload",),
                (".yml", ".yaml", ".sh", "makefile", "dockerfile", "procfile", "procfile.dev", ".toml"),
                CACHED,
            ),
            FindInText(r"(?m)^\s*py-autoreload\s*=\s*[1-9]", ("autoreload",), (".ini",), CACHED),
        ),
    ),
    Codemod(
        "inline-non-form-errors",
        "InlineAdminFormSet subclasses are found",
        removed="4.1",
        works_from="1.11",
        safety=DETECT,
        covers=("4.1-inlineadminformset-non-form-errors",),
        docs="releases/4.1: Miscellaneous",
        ops=(FindMethod(("django.contrib.admin.helpers.InlineAdminFormSet",), ("non_form_errors",), ERRORS),),
    ),
    Codemod(
        "form-template-name-property",
        "template names read from form classes are found",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-form-template-name-property",),
        docs="releases/4.1: Forms",
        ops=tuple(
            FindName(
                f"django.forms.{name}.template_name",
                "`template_name` of the class is a property from 4.1 on, which asks the renderer: read it from an instance",
            )
            for name in ("Form", "BaseForm", "ModelForm", "BaseFormSet", "forms.BaseForm", "formsets.BaseFormSet")
        ),
    ),
]
