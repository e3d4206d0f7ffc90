"""What stands around Django: libraries, servers, drivers."""

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.find import FindModule
from django_hop.ops.requirements import FindRequirement
from django_hop.ops.text import FindImage

FLOORS = {"asgiref": "3.7.0", "selenium": "4.8.0", "colorama": "0.4.6", "docutils": "0.19"}
DRIVER = "`cx_Oracle` is deprecated from 5.0 on and gone in 6.0: `oracledb` takes its place"

CODEMODS = [
    Codemod(
        "library-floors-5-0",
        "pins are found below what Django 5.0 needs",
        removed="5.0",
        works_from="1.11",
        safety=DETECT,
        covers=("5.0-min-asgiref", "5.0-min-selenium", "5.0-min-colorama", "5.0-min-docutils"),
        docs="releases/5.0: Backwards incompatible changes / Miscellaneous",
        ops=tuple(
            FindRequirement(package, floor, f"Django 5.0 needs {package} {floor} or later: raise the pin before the hop")
            for package, floor in FLOORS.items()
        ),
    ),
    Codemod(
        "cx-oracle",
        "the old driver of Oracle is found",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-cx-oracle", "5.0-min-cx-oracle"),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(FindModule("cx_Oracle", DRIVER), FindRequirement("cx-oracle", None, DRIVER, ("cx_Oracle", "cx_oracle"))),
    ),
    Codemod(
        "mysql-8-0-11",
        "containers of MySQL 8.0 before its first release are found",
        removed="5.0",
        works_from="1.11",
        safety=DETECT,
        covers=("5.0-drop-mysql-8.0-prereleases",),
        docs="releases/5.0: Dropped support for MySQL < 8.0.11",
        ops=(
            FindImage(
                ("mysql", "mysql/mysql-server", "percona"), (8, 0, 11), "Django 5.0 needs MySQL 8.0.11 or later: upgrade the server first"
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("5.0-drop-gdal-2.2-2.3", "Which version of the library is installed shows only on the machine.", "checks"),
    Unseen("5.0-drop-geos-3.6-3.7", "Which version of the library is installed shows only on the machine.", "checks"),
    Unseen("5.0-min-sqlite", "Which version of the library is installed shows only on the machine.", "checks"),
    Unseen("5.0-python-3.10", "The interpreter's range is checked by the hop itself, not by a codemod on the source."),
    Unseen(
        "5.0-badrequest-non-utf8-form",
        "What clients send shows only when they do: forms that are not UTF-8 get the answer 400.",
        "responses",
    ),
    Unseen("5.0-pbkdf2-iterations", "Only the cost of hashing rises; both releases read each other's passwords."),
]
