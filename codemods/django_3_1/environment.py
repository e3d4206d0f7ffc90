"""Libraries that Django needs, as far as the repository says; and what shows when it runs."""

from django_hop.model import REVIEW, Codemod, Unseen
from django_hop.ops.raise_requirement import RaiseRequirement

CODEMODS = [
    Codemod(
        "library-versions-3-1",
        "requirements of mysqlclient and asgiref admit what 3.1 needs",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-mysqlclient-1-4-0", "3.1-asgiref-3-2-10"),
        docs="releases/3.1: Miscellaneous",
        then="make lock files and what is pinned with hashes anew with their own tools. A shim of PyMySQL (`install_as_MySQLdb()`) has "
        "to say a `version_info` from 1.4.0 on.",
        ops=(
            RaiseRequirement("mysqlclient", "1.4.0", "Django 3.1 needs mysqlclient 1.4.0 or later"),
            RaiseRequirement("asgiref", "3.2.10", "Django 3.1 needs asgiref 3.2.10 or later"),
        ),
    ),
]
UNSEEN = [
    Unseen("3.1-conditionalget-no-etag-on-empty", "whether an empty response carried an ETag shows in responses.", "responses"),
    Unseen("3.1-exception-report-hides-meta", "what an error report hides shows in the report.", "responses"),
    Unseen("3.1-debug-500-content-negotiation", "the form of the debug page depends on the request's headers.", "responses"),
    Unseen("3.1-messages-cookie-format", "cookies are written and read by running processes.", "responses"),
]
