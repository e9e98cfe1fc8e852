"""Optional fields that people left empty beside others that they answered: what is not asked again in that context."""

from collections.abc import Mapping

from sqlalchemy import BindParameter, bindparam, delete, select

from asklater import clock
from asklater.database.access import Database
from asklater.tables import skipped_field

WHO: BindParameter[int] = bindparam("of_subject")
IN_CONTEXT = select(skipped_field.c.field, skipped_field.c.declaration).where(
    skipped_field.c.subject_id == WHO, skipped_field.c.context == bindparam("of_context")
)


class SkippedFields:
    """The records of one database. A context is an action, or the placement of a background prompt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, subject_id: int, context: str) -> Mapping[str, str]:
        """What a person skipped there: the fingerprint of the declaration that it was asked by, by field. One
        statement."""
        rows = self._database.reading().execute(IN_CONTEXT, {"of_subject": subject_id, "of_context": context})
        return {row.field: row.declaration for row in rows}

    def note(self, subject_id: int, context: str, fields: Mapping[str, str]) -> None:
        """These were left empty; `fields` says by which declaration each was asked."""
        moment = clock.now()
        rows = [
            {
                "subject_id": subject_id,
                "context": context,
                "field": field,
                "declaration": declaration,
                "skipped_at": moment,
            }
            for field, declaration in fields.items()
        ]
        upsert = self._database.insert(skipped_field)
        anew = {name: upsert.excluded[name] for name in ("declaration", "skipped_at")}
        self._database.writing().execute(
            upsert.on_conflict_do_update(index_elements=["subject_id", "context", "field"], set_=anew), rows
        )

    def move(self, from_subject: int, into_subject: int) -> None:
        """The two turned out to be one person: what either of them skipped stays skipped, as it was skipped last."""
        writing = self._database.writing()
        names = ("context", "field", "declaration", "skipped_at")
        mine = select(*(skipped_field.c[name] for name in names)).where(skipped_field.c.subject_id == from_subject)
        rows = [{**row._mapping, "subject_id": into_subject} for row in writing.execute(mine)]  # noqa: SLF001
        if rows:
            upsert = self._database.insert(skipped_field)
            later = upsert.excluded.skipped_at > skipped_field.c.skipped_at
            anew = {name: upsert.excluded[name] for name in ("declaration", "skipped_at")}
            writing.execute(
                upsert.on_conflict_do_update(
                    index_elements=["subject_id", "context", "field"], set_=anew, where=later
                ),
                rows,
            )
        writing.execute(delete(skipped_field).where(skipped_field.c.subject_id == from_subject))
