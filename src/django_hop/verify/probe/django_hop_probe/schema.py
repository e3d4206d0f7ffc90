"""The schema of a database as data: tables with columns, constraints and indexes, and the migrations that made it."""

import re
from typing import Any

from . import state


@state.quietly
def tell(connection: Any, kind: str) -> None:
    """Write down the schema; `kind` says what made it: migrate, or the tests."""
    read = {"sqlite": _sqlite, "postgresql": _postgresql, "mysql": _information}.get(connection.vendor, _any)
    with connection.cursor() as cursor:
        names = sorted(one.name for one in connection.introspection.get_table_list(cursor) if one.type == "t")
        tables = {name: read(connection, cursor, name) for name in names}
        migrations = []
        if "django_migrations" in names:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
            migrations = [f"{app}.{name}" for app, name in cursor.fetchall()]
    state.write(
        {
            "schema": connection.alias,
            "kind": kind,
            "vendor": connection.vendor,
            "tables": tables,
            "migrations": migrations,
            "owners": _owners(),
        }
    )


def _owners() -> Any:
    """Table -> label of the app whose model has it."""
    from django.apps import apps  # type: ignore[import-not-found,unused-ignore]

    models = apps.get_models(include_auto_created=True, include_swapped=True)
    return {one._meta.db_table: one._meta.app_label for one in models}


def _column(kind: str, null: bool, default: Any, more: str = "") -> Any:
    return {"type": kind, "null": bool(null), "default": None if default is None else str(default), "more": more}


def _sqlite(connection: Any, cursor: Any, table: str) -> Any:
    quoted = connection.ops.quote_name(table)
    cursor.execute(f"PRAGMA table_info({quoted})")
    rows = cursor.fetchall()
    columns = {row[1]: _column(row[2], not row[3] and not row[5], row[4]) for row in rows}
    keys = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
    constraints = ["PRIMARY KEY ({})".format(", ".join(keys))] if keys else []
    cursor.execute(f"PRAGMA foreign_key_list({quoted})")
    for row in cursor.fetchall():
        constraints.append(f"FOREIGN KEY ({row[3]}) REFERENCES {row[2]} ({row[4]})")
    cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s AND type = 'table'", [table])
    definition = (cursor.fetchone() or [""])[0] or ""
    constraints += [f"CHECK {one}" for one in _checks(definition)]
    if "AUTOINCREMENT" in definition.upper():
        constraints.append("AUTOINCREMENT")
    return {"columns": columns, "constraints": sorted(constraints), "indexes": _sqlite_indexes(connection, cursor, quoted)}


def _sqlite_indexes(connection: Any, cursor: Any, quoted: str) -> Any:
    cursor.execute(f"PRAGMA index_list({quoted})")
    found = []
    for row in cursor.fetchall():
        name, unique, origin = row[1], row[2], row[3]
        if origin == "pk":
            continue
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s AND type = 'index'", [name])
        definition = (cursor.fetchone() or [None])[0]
        cursor.execute(f"PRAGMA index_info({connection.ops.quote_name(name)})")
        parts = [one[2] for one in cursor.fetchall()]
        listed = ", ".join(parts) if all(parts) else ""
        where = re.search(r" WHERE (.*)$", definition or "", re.S)
        if definition and (not listed or where or " DESC" in definition):
            listed = definition[definition.index("(", definition.upper().index(" ON ")) :]
        else:
            listed = f"({listed})"
        found.append(("UNIQUE " if unique else "INDEX ") + listed)
    return sorted(found)


def _checks(definition: str) -> Any:
    """The conditions of CHECK, in their brackets."""
    for match in re.finditer(r"\bCHECK\s*\(", definition):
        depth, place = 1, match.end()
        while depth and place < len(definition):
            depth += {"(": 1, ")": -1}.get(definition[place], 0)
            place += 1
        yield definition[match.end() - 1 : place]


def _postgresql(connection: Any, cursor: Any, table: str) -> Any:
    cursor.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity "
        "FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        "WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        [connection.ops.quote_name(table)],
    )
    columns = {}
    for name, kind, full, default, identity in cursor.fetchall():
        identity = identity.decode() if isinstance(identity, bytes) else identity
        columns[name] = _column(kind, not full, default, "identity" if identity else "")
    where = [connection.ops.quote_name(table)]
    cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype <> 'n'", where)
    constraints = sorted(row[0] for row in cursor.fetchall())
    cursor.execute(
        "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i "
        "LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u') "
        "WHERE i.indrelid = %s::regclass AND c.oid IS NULL",
        where,
    )
    indexes = sorted(re.sub(r"^CREATE (UNIQUE )?INDEX \S+ ON \S+ ", r"\1INDEX ", row[0]) for row in cursor.fetchall())
    return {"columns": columns, "constraints": constraints, "indexes": indexes}


def _information(connection: Any, cursor: Any, table: str) -> Any:
    cursor.execute(
        "SELECT column_name, column_type, is_nullable, column_default, extra FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND table_name = %s ORDER BY ordinal_position",
        [table],
    )
    columns = {row[0]: _column(str(row[1]), row[2] == "YES", row[3], str(row[4] or "")) for row in cursor.fetchall()}
    return dict(_constraints(connection, cursor, table), columns=columns)


def _any(connection: Any, cursor: Any, table: str) -> Any:
    described = connection.introspection.get_table_description(cursor, table)
    columns = {one.name: _column(str(one.type_code), one.null_ok, getattr(one, "default", None)) for one in described}
    return dict(_constraints(connection, cursor, table), columns=columns)


def _constraints(connection: Any, cursor: Any, table: str) -> Any:
    """What Django's own introspection says, without names."""
    constraints, indexes = [], []
    for one in connection.introspection.get_constraints(cursor, table).values():
        listed = "({})".format(", ".join(one["columns"] or ()))
        if one["primary_key"]:
            constraints.append("PRIMARY KEY " + listed)
        elif one["foreign_key"]:
            constraints.append("FOREIGN KEY {} REFERENCES {} ({})".format(listed, *tuple(one["foreign_key"])))
        elif one["check"]:
            constraints.append("CHECK " + listed)
        else:
            indexes.append(("UNIQUE " if one["unique"] else "INDEX ") + listed)
    return {"constraints": sorted(constraints), "indexes": sorted(indexes)}
