"""Says what the operations of migrations do: `python -m django_hop_migrations APP.NAME ...` prints a JSON object a line.

The project's state before each operation is known, so an AlterField that changes no column is told from one that rewrites a table.
"""

import json
import sys
from typing import Any

STATE, ADDITIVE, REWRITING, DROPPING = "state", "additive", "rewriting", "dropping"
KINDS = {
    "AlterModelOptions": STATE,
    "AlterModelManagers": STATE,
    "AlterOrderWithRespectTo": REWRITING,
    "CreateModel": ADDITIVE,
    "AddIndex": REWRITING,
    "AddConstraint": REWRITING,
    "RenameIndex": ADDITIVE,
    "AlterModelTable": REWRITING,
    "AlterUniqueTogether": REWRITING,
    "AlterIndexTogether": REWRITING,
    "AlterModelTableComment": ADDITIVE,
    "RenameField": REWRITING,
    "RenameModel": REWRITING,
    "RemoveField": DROPPING,
    "DeleteModel": DROPPING,
    "RemoveIndex": DROPPING,
    "RemoveConstraint": DROPPING,
    "RunPython": REWRITING,
    "RunSQL": REWRITING,
}
SAME_COLUMN = {"NullBooleanField": "BooleanField"}


def main() -> None:
    """Tell every operation of the migrations on the command line."""
    import django  # type: ignore[import-not-found,unused-ignore]

    django.setup()
    from django.db.migrations.loader import MigrationLoader  # type: ignore[import-not-found,unused-ignore]

    loader = MigrationLoader(None)
    for name in sys.argv[1:]:
        app, _, number = name.partition(".")
        migration = loader.get_migration(app, number)
        state = loader.project_state((app, number), at_end=False)
        for operation in migration.operations:
            before = state.clone()
            operation.state_forwards(app, state)
            kind, why = told(app, operation, before, state)
            print(json.dumps({"migration": name, "operation": operation.describe(), "kind": kind, "why": why}))


def told(app: str, operation: Any, before: Any, after: Any) -> Any:
    """The kind of an operation, and why it is parked if it is."""
    name = type(operation).__name__
    if name == "SeparateDatabaseAndState":
        kinds = [told(app, one, before, after) for one in operation.database_operations]
        return max(kinds, key=lambda pair: [STATE, ADDITIVE, REWRITING, DROPPING].index(pair[0])) if kinds else (STATE, "")
    if name == "AddField":
        return added(operation.field)
    if name == "AlterField":
        return altered(*(field_of(state, app, operation) for state in (before, after)))
    kind = KINDS.get(name, REWRITING)
    reasons = {REWRITING: "locks or rewrites the table, or changes data", DROPPING: "drops what the old release may still use"}
    return kind, reasons.get(kind, "")


def added(field: Any) -> Any:
    """A new column: additive if rows that the old release writes may lack it."""
    if field.many_to_many or field.null or not field.concrete:
        return ADDITIVE, ""
    if getattr(field, "db_default", None) is not None and type(field.db_default).__name__ != "type":
        return ADDITIVE, ""
    return REWRITING, "adds a column that must be filled: the old release does not know it"


def field_of(state: Any, app: str, operation: Any) -> Any:
    """The field of an AlterField in a state, bound to its model."""
    return state.apps.get_model(app, operation.model_name)._meta.get_field(operation.name)


def altered(old: Any, new: Any) -> Any:
    """An altered field: what becomes of its column."""
    kinds = [SAME_COLUMN.get(one.get_internal_type(), one.get_internal_type()) for one in (old, new)]
    if old.many_to_many and new.many_to_many:
        return STATE, ""
    columns = [(one.column, one.null, one.unique, one.db_index, one.primary_key) for one in (old, new)]
    if kinds[0] != kinds[1]:
        return REWRITING, f"changes the column from {kinds[0]} to {kinds[1]}"
    if getattr(old, "remote_field", None) and old.remote_field.model._meta.label_lower != new.remote_field.model._meta.label_lower:
        return REWRITING, "points to another table"
    if columns[0] != columns[1]:
        return REWRITING, "changes the column's name, NULL, index or key"
    sizes = [(one.max_length, getattr(one, "max_digits", None), getattr(one, "decimal_places", None)) for one in (old, new)]
    if sizes[0] == sizes[1]:
        return STATE, ""
    if kinds[0] in ("CharField", "SlugField", "EmailField", "URLField", "FileField") and (new.max_length or 0) > (old.max_length or 0):
        return ADDITIVE, ""
    return REWRITING, "changes the size of the column"


if __name__ == "__main__":
    main()
