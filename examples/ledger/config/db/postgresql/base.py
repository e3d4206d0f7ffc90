"""PostgreSQL with a statement timeout, so that a report can never starve the posting of transactions."""
from django.db.backends.postgresql_psycopg2.base import DatabaseWrapper as PostgresWrapper


class DatabaseWrapper(PostgresWrapper):
    statement_timeout_ms = 15000

    def init_connection_state(self):
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = %s", [self.statement_timeout_ms])
