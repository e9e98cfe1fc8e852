"""The statements of answers, built once: putting an expression together costs more than running it.

Binds: of_subject(s), of_field(s), at. What is given or changed comes as a row, by the columns' names.
"""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, insert, select, update

from webapp.db import Database, UTCDateTime
from webapp.profiling.tables import answer, answer_event, subject

AT = bindparam("at", type_=UTCDateTime)
SUBJECT: BindParameter[int] = bindparam("of_subject")
SUBJECTS: BindParameter[int] = bindparam("of_subjects", expanding=True)
FIELD: BindParameter[str] = bindparam("of_field")
FIELDS: BindParameter[str] = bindparam("of_fields", expanding=True)
DESCRIBED = ("field", "action", "source", "notice_version", "given_at", "used_at", "expires_at")
"""What is told of an answer without its value."""

THIS = and_(answer.c.subject_id == SUBJECT, answer.c.field == FIELD)

READ = (
    select(answer.c.subject_id, answer.c.field, answer.c.value, subject.c.data_key)
    .join_from(answer, subject)
    .where(answer.c.subject_id.in_(SUBJECTS), answer.c.field.in_(FIELDS), answer.c.expires_at > AT)
)
HELD = (
    select(*(answer.c[name] for name in DESCRIBED))
    .where(answer.c.subject_id == SUBJECT, answer.c.expires_at > AT)
    .order_by(answer.c.given_at, answer.c.field)
)
CHANGE = update(answer).where(THIS)
REMOVE = delete(answer).where(THIS)
REMOVE_EXPIRED = delete(answer).where(THIS, answer.c.expires_at <= AT)
LOG = insert(answer_event)


def give(database: Database) -> Any:
    """An answer where none is held; its field comes back, no row when one is held already."""
    return database.insert(answer).on_conflict_do_nothing().returning(answer.c.field)
