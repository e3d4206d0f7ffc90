"""Text helpers of Python 2 times: translation, encoding, quoting."""

from django_hop.model import REVIEW, SAFE, Codemod
from django_hop.ops.calls import Call
from django_hop.ops.names import Rename

QUOTE = {"urlquote": "quote", "urlquote_plus": "quote_plus", "urlunquote": "unquote", "urlunquote_plus": "unquote_plus"}
KEYWORDS = {"urlquote": "url", "urlquote_plus": "url", "urlunquote": "quoted_url", "urlunquote_plus": "quoted_url"}
"""What Django called the first parameter; urllib.parse calls it `string`."""

CODEMODS = [
    Codemod(
        "gettext-aliases",
        "u-prefixed translation functions take their plain names",
        deprecated="3.0",
        removed="4.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.0-ugettext-aliases",),
        docs="releases/3.0: django.utils.translation.ugettext()",
        ops=(
            Rename(
                "django.utils.translation",
                {
                    "ugettext": "gettext",
                    "ugettext_lazy": "gettext_lazy",
                    "ugettext_noop": "gettext_noop",
                    "ungettext": "ngettext",
                    "ungettext_lazy": "ngettext_lazy",
                },
            ),
        ),
    ),
    Codemod(
        "force-text",
        "force_text() and smart_text() are called force_str() and smart_str()",
        deprecated="3.0",
        removed="4.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.0-force-text-smart-text",),
        docs="releases/3.0: Features deprecated in 3.0",
        ops=(Rename("django.utils.encoding", {"force_text": "force_str", "smart_text": "smart_str"}),),
    ),
    Codemod(
        "urlquote",
        "urlquote() and its kin give way to urllib.parse",
        deprecated="3.0",
        removed="4.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.0-urlquote-aliases",),
        docs="releases/3.0: Features deprecated in 3.0 / Miscellaneous",
        ops=(
            Rename("django.utils.http", QUOTE, to="urllib.parse"),
            *(
                Call(f"django.utils.http.{old}", f"`{old}()` is now `{new}()` of urllib.parse", rename={KEYWORDS[old]: "string"})
                for old, new in QUOTE.items()
            ),
        ),
    ),
    Codemod(
        "unescape-entities",
        "unescape_entities() gives way to html.unescape()",
        deprecated="3.0",
        removed="4.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("3.0-unescape-entities",),
        docs="releases/3.0: Features deprecated in 3.0 / Miscellaneous",
        ops=(Rename("django.utils.text", {"unescape_entities": "unescape"}, to="html"),),
    ),
]
