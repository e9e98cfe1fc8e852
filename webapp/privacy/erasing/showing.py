"""Putting the pages of one person's erasure together: what will go, what stays, and what was done."""

from collections.abc import Mapping, Sequence

from flask import url_for
from sqlalchemy import Connection

from webapp.privacy.erasing.keeping import kept_of
from webapp.privacy.erasing.pages import GoingLine, PlanPage, ReceiptPage, StayingLine
from webapp.privacy.erasing.receipts import KeptRows, Receipt
from webapp.privacy.erasing.telling import references_of
from webapp.privacy.notice import basis_of
from webapp.profiling.engine import Engine
from webapp.profiling.words import gettext


def plan_page(engine: Engine, subject_id: int | None, *, obstacle: str = "", trouble: str = "") -> PlanPage:
    """The plan of the one who looks; an empty one for a visitor of whom nothing is recorded."""
    connection = engine.database.reading()
    return PlanPage(
        name=str(engine.answers.read(subject_id, ["email"]).get("email", "")) if subject_id else "",
        going=_going(engine, _counts(engine, connection, subject_id)) if subject_id else (),
        staying=_staying(engine, tuple(kept_of(engine, connection, subject_id))) if subject_id else (),
        told=_labels(engine, references_of(engine, subject_id)) if subject_id else (),
        obstacle=obstacle,
        trouble=trouble,
        post_url=url_for("erasing.erase_me"),
        back_url=url_for("accounts.account"),
    )


def receipt_page(engine: Engine, receipt: Receipt) -> ReceiptPage:
    return ReceiptPage(
        id=receipt.id,
        erased_at=receipt.erased_at,
        by=by_whom(receipt.by),
        going=_going(engine, receipt.erased),
        staying=_staying(engine, receipt.kept),
        told=_labels(engine, receipt.told),
        download_url=url_for("erasing.receipt", public_id=receipt.id),
    )


def by_whom(key: str) -> str:
    """Who erased, in words."""
    return {
        "person": gettext("by the person"),
        "officer": gettext("by the privacy officer, at the person's request"),
        "replay": gettext("once more, after a backup was restored"),
        "retention": gettext("since the time to keep it was over"),
    }.get(key, key)


def recipient_label(engine: Engine, key: str) -> str:
    """A recipient's name; its key where no room knows it any more."""
    return engine.disclosures[key].label() if key in engine.disclosures else key


def _labels(engine: Engine, keys: Mapping[str, object] | Sequence[str]) -> tuple[str, ...]:
    return tuple(recipient_label(engine, key) for key in keys)


def _counts(engine: Engine, connection: Connection, subject_id: int) -> dict[str, int]:
    return {
        name: holding.count(connection, subject_id)
        for name, holding in engine.holdings.items()
        if holding.kept is None
    }


def _going(engine: Engine, counts: Mapping[str, int]) -> tuple[GoingLine, ...]:
    """In the order in which the rooms have registered; what is held no more by its own name."""
    order = [
        *(name for name in engine.holdings if name in counts),
        *(name for name in counts if name not in engine.holdings),
    ]
    return tuple(GoingLine(_label(engine, name), counts[name]) for name in order if counts[name])


def _staying(engine: Engine, kept: Sequence[KeptRows]) -> tuple[StayingLine, ...]:
    return tuple(
        StayingLine(
            label=_label(engine, rows.table),
            rows=rows.rows,
            purpose=_purpose(engine, rows.purpose),
            basis=basis_of(rows.basis),
            until=rows.until,
        )
        for rows in kept
    )


def _label(engine: Engine, table: str) -> str:
    return engine.holdings[table].words().label if table in engine.holdings else table


def _purpose(engine: Engine, key: str) -> str:
    purposes = engine.manifest.purposes
    return gettext(purposes[key].label) if key in purposes else key
