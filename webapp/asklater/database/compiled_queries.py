"""Queries that every request makes: compiled once for a database, and handed to its driver as they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, SelectBase
from sqlalchemy.sql.compiler import SQLCompiler


class CompiledQuery:
    """A query of which SQLAlchemy converts nothing: values and rows are what the driver takes and gives.

    So a moment is handed over, and comes back, as `microseconds`. Constants belong into the statement as
    `literal_column`: what is bound there is not known here.
    """

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Sequence[str] | None]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """All rows. Raises KeyError for a value that is missing, and what `execute` raises.

        The driver's cursor is asked itself: to have SQLAlchemy describe the rows takes longer than to find them.
        SQLAlchemy asks where somebody listens to what is executed, and once more where the driver refused, so that
        what went wrong is told, and a connection that is lost is given up, as everywhere.
        """
        dialect = connection.dialect
        sql, order = self._compiled.get(dialect.name) or self._compile(dialect)
        given = dict(values) if order is None else tuple([values[name] for name in order])
        heard = connection.dispatch
        if not (heard.before_cursor_execute or heard.after_cursor_execute):
            try:
                return _asked_directly(connection, sql, given)
            except dialect.loaded_dbapi.Error:
                pass
        return [tuple(row) for row in connection.exec_driver_sql(sql, given)]

    def _compile(self, dialect: Dialect) -> tuple[str, Sequence[str] | None]:
        """The statement as the driver takes it, and the names of its values where they go by their order."""
        compiled = self._statement.compile(dialect=dialect)
        order = compiled.positiontup if isinstance(compiled, SQLCompiler) else None
        self._compiled[dialect.name] = str(compiled), order
        return self._compiled[dialect.name]


def _asked_directly(connection: Connection, sql: str, given: Any) -> Sequence[tuple[Any, ...]]:
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, given)
        return cursor.fetchall()
    finally:
        cursor.close()
