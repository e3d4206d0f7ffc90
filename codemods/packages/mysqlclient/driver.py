"""The driver for MySQL, and what stands in for it."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, DETECT, Codemod, Unseen
from django_hop.ops.names import FindName

CODEMODS = [
    Codemod(
        "pymysql-as-mysqldb",
        "PyMySQL claims the version of mysqlclient that Django needs",
        package="mysqlclient",
        deprecated="1.4",
        removed=None,
        works_from="1.4",
        safety=DETECT,
        covers=("mysqlclient-1.4-pymysql-shim",),
        docs="Django databases: MySQL DB API Drivers",
        ops=(
            FindName(
                "pymysql.install_as_MySQLdb",
                "`version_info` has to be what Django wants of mysqlclient: 1.4.0 for 3.1, 1.4.3 for 4.2, 2.2.1 for 6.0",
            ),
        ),
    ),
]

UNSEEN = [Unseen("mysqlclient-2.2-floor", "The commit that moves the requirement does it.", shown_by=DEPENDENCIES)]
