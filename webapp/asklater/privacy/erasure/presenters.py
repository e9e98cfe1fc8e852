"""Pages of erasure: the plan and the receipt that its person sees, and the officer's page of all erasures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.personal_tables import row_counts
from asklater.privacy.erasure import queries
from asklater.privacy.erasure.jobs import unscrubbed
from asklater.privacy.erasure.legal_holds import legal_holds_of
from asklater.privacy.erasure.person_holds import active_holds
from asklater.privacy.erasure.receipts import OFFICER, ErasureReceipt, KeptRows, RecipientTold, read_receipt
from asklater.privacy.erasure.recipient_notices import Disclosed, disclosed_of, read_contents
from asklater.privacy.notices.presenters import basis_of
from asklater.privacy.unproved_holdings import unproved_holdings
from asklater.subjects.held_fields import settings_url


@dataclass(frozen=True)
class ErasedLine:
    """One table of which rows are erased, and how many."""

    label: str
    rows: int


@dataclass(frozen=True)
class KeptLine:
    """One table of which rows are kept: why, on which basis, until when at the latest."""

    label: str
    rows: int
    purpose: str
    basis: str
    until: datetime


@dataclass(frozen=True)
class HoldNotice:
    """What a person is told of holds on what is held of them: the reasons, as far as these may be told, and whether
    they have asked for an erasure already."""

    reasons: tuple[str, ...]
    is_asked: bool
    contact: str


@dataclass(frozen=True)
class ErasurePlanPage:
    """What an erasure will do, before it is done. `refusal` says why it cannot be, "" where it can.

    `recipients` are those outside who will be told; `error` says what was wrong with the press. `unproved` says what
    else goes: what accounts hold that gave the address and never proved it, "" where there are none.
    """

    name: str
    erased: tuple[ErasedLine, ...]
    kept: tuple[KeptLine, ...]
    recipients: tuple[str, ...]
    unproved: str
    refusal: str
    error: str
    hold: HoldNotice | None
    post_url: str
    back_url: str
    sign_in_url: str
    proving_url: str
    """Where the way to what other browsers hold begins; "" where all of it is erased."""

    @property
    def empty(self) -> bool:
        return not self.erased and not self.kept


@dataclass(frozen=True)
class ErasureReceiptPage:
    """What an erasure did. It says nothing of whose data it was."""

    id: str
    erased_at: datetime
    by: str
    erased: tuple[ErasedLine, ...]
    kept: tuple[KeptLine, ...]
    recipients: tuple[str, ...]
    """What each recipient outside was told, or by whom they still have to be, in a sentence."""
    leftovers: str
    """A sentence on what the erasure left in the database's own files, "" where it is gone."""
    version: str
    download_url: str
    sign_in_url: str
    """Where what other browsers hold can be erased as well; "" where nothing else was the person's."""


@dataclass(frozen=True)
class RecipientNoticeLine:
    """What one recipient is told of one erasure, and how far that is. `references` are there while it is not told."""

    recipient: str
    state: str
    references: tuple[str, ...]
    fields: tuple[str, ...]
    """The labels of the fields that they received."""
    note: str
    """What the officer goes by where there is no reference, "" where there is one."""
    delivered_url: str


@dataclass(frozen=True)
class ErasureLine:
    """One erasure, as the privacy officer sees it."""

    id: str
    url: str
    erased_at: datetime
    by: str
    rows: int
    kept: int
    notices: tuple[RecipientNoticeLine, ...]


@dataclass(frozen=True)
class ErasuresPage:
    """The newest erasures, and how many there were by whom."""

    total: int
    by: tuple[tuple[str, int], ...]
    waiting: int
    unscrubbed: int
    erasures: tuple[ErasureLine, ...]
    older_url: str


def plan_page(engine: Engine, subject_id: int | None, *, refusal: str = "", error: str = "") -> ErasurePlanPage:
    """Returns the plan for a person; an empty one for a visitor of whom nothing is recorded."""
    connection = engine.database.reading()
    return ErasurePlanPage(
        name=str(engine.answers.read(subject_id, ["email"]).get("email", "")) if subject_id else "",
        erased=_erased_lines(engine, _counts(engine, connection, subject_id)) if subject_id else (),
        kept=_kept_lines(engine, tuple(legal_holds_of(engine, connection, subject_id))) if subject_id else (),
        recipients=_labels(engine, disclosed_of(engine, subject_id)) if subject_id else (),
        unproved=_unproved(engine, subject_id) if subject_id else "",
        refusal=refusal,
        error=error,
        hold=_hold_notice(engine, subject_id) if subject_id else None,
        post_url=url_for("erasure.erase_me"),
        back_url=settings_url(engine),
        sign_in_url=current_identity().sign_in_url(url_for("erasure.plan")),
        proving_url=current_identity().proving_url(url_for("erasure.plan")),
    )


def _unproved(engine: Engine, subject_id: int) -> str:
    held = unproved_holdings(engine, current_identity().address_of(subject_id))
    return gettext("With it goes what was given your address elsewhere: %(held)s", held=held) if held else ""


def _hold_notice(engine: Engine, subject_id: int) -> HoldNotice | None:
    holds = active_holds(engine, subject_id)
    if not holds:
        return None
    reasons = tuple(one.told for one in holds if one.told)
    return HoldNotice(reasons, any(one.erasure_by for one in holds), engine.manifest.controller.contact)


def receipt_page(engine: Engine, receipt: ErasureReceipt) -> ErasureReceiptPage:
    return ErasureReceiptPage(
        id=receipt.id,
        erased_at=receipt.erased_at,
        by=erased_by_label(receipt.by),
        erased=_erased_lines(engine, receipt.erased),
        kept=_kept_lines(engine, receipt.kept),
        recipients=tuple(_told_sentence(engine, one) for one in receipt.recipients),
        leftovers="" if receipt.scrubbed_at or receipt.signed_at is None else _leftovers(),
        version=_version(receipt),
        download_url=url_for("erasure.receipt", public_id=receipt.id),
        sign_in_url=current_identity().sign_in_url(url_for("erasure.plan")) if receipt.browser_only else "",
    )


def _told_sentence(engine: Engine, one: RecipientTold) -> str:
    name = recipient_label(engine, one.recipient)
    if one.told_at is not None:
        moment = _moment(one.told_at)
        if one.by == OFFICER:
            return gettext("%(name)s: told by the privacy officer on %(moment)s", name=name, moment=moment)
        return gettext("%(name)s: told on %(moment)s", name=name, moment=moment)
    if one.by == OFFICER:
        return gettext("%(name)s: not told yet; the privacy officer has to tell them", name=name)
    if one.by:
        return gettext("%(name)s: not told yet; they are told automatically", name=name)
    return name


def _leftovers() -> str:
    return gettext("Traces in the database’s own files are being overwritten; that takes a few minutes.")


def _version(receipt: ErasureReceipt) -> str:
    if receipt.signed_at is None:
        return str(receipt.revision)
    return gettext("%(number)s, signed on %(moment)s", number=receipt.revision, moment=_moment(receipt.signed_at))


def erased_by_label(key: str) -> str:
    """Says who erased."""
    return {
        "person": gettext("by the person"),
        "officer": gettext("by the privacy officer, at the person's request"),
        "replay": gettext("once more, after a backup was restored"),
        "ownership": gettext(
            "since another browser verified the address, and nothing showed that both are one person"
        ),
        "retention": gettext("since the time to keep it was over"),
        "application": gettext("since the account was deleted"),
    }.get(key, key)


def recipient_label(engine: Engine, key: str) -> str:
    """Returns a recipient's name, as it is declared or as its feature calls it; its key where neither knows it."""
    if key in engine.manifest.recipients:
        return engine.manifest.recipients[key].label
    return engine.registry.disclosures[key].label() if key in engine.registry.disclosures else key


def _labels(engine: Engine, keys: Mapping[str, object] | Sequence[str]) -> tuple[str, ...]:
    return tuple(recipient_label(engine, key) for key in keys)


def _counts(engine: Engine, connection: Connection, subject_id: int) -> dict[str, int]:
    erased = [table for table in engine.registry.personal_tables.values() if table.kept is None]
    return row_counts(connection, erased, subject_id)


def _erased_lines(engine: Engine, counts: Mapping[str, int]) -> tuple[ErasedLine, ...]:
    """Returns lines in the order of registration; a table that is registered no longer goes by its key."""
    order = [
        *(name for name in engine.registry.personal_tables if name in counts),
        *(name for name in counts if name not in engine.registry.personal_tables),
    ]
    return tuple(ErasedLine(_label(engine, name), counts[name]) for name in order if counts[name])


def _kept_lines(engine: Engine, kept: Sequence[KeptRows]) -> tuple[KeptLine, ...]:
    return tuple(
        KeptLine(
            label=_label(engine, rows.table),
            rows=rows.rows,
            purpose=_purpose(engine, rows.purpose),
            basis=basis_of(rows.basis),
            until=rows.until,
        )
        for rows in kept
    )


def _label(engine: Engine, table: str) -> str:
    return engine.registry.personal_tables[table].words().label if table in engine.registry.personal_tables else table


def _purpose(engine: Engine, key: str) -> str:
    purposes = engine.manifest.purposes
    return gettext(purposes[key].label) if key in purposes else key


def erasures_page(engine: Engine, before: int | None) -> ErasuresPage:
    rows, by = queries.newest_erasures(before), queries.erasure_counts()
    notices = queries.recipient_notices_of([row.id for row in rows])
    return ErasuresPage(
        total=sum(number for _by, number in by),
        by=tuple((erased_by_label(key), number) for key, number in by),
        waiting=queries.undelivered_notices(),
        unscrubbed=unscrubbed(current_database()),
        erasures=tuple(_erasure_line(engine, row, notices.get(row.id, ())) for row in rows),
        older_url=url_for("officer.erasures", before=rows[-1].id) if len(rows) == queries.PAGE_SIZE else "",
    )


ERASURE_COLUMNS = ("id", "erased", "by", "records", "kept", "recipients told", "recipients to be told")


def erasure_cells() -> Iterator[tuple[object, ...]]:
    """Yields the cells of every erasure, the newest first, a page of them in memory."""
    before: int | None = None
    while rows := queries.newest_erasures(before):
        for row in rows:
            receipt = read_receipt(row.document)
            kept = sum(one.rows for one in receipt.kept)
            about = (receipt.id, receipt.erased_at, receipt.by, sum(receipt.erased.values()), kept)
            told = ", ".join(one.recipient for one in receipt.recipients if one.state != "owed")
            yield *about, told, ", ".join(one.recipient for one in receipt.recipients if one.state == "owed")
        before = rows[-1].id


def _erasure_line(engine: Engine, row: Row[Any], notices: Sequence[Row[Any]]) -> ErasureLine:
    receipt = read_receipt(row.document)
    return ErasureLine(
        id=receipt.id,
        url=url_for("erasure.erased", public_id=receipt.id),
        erased_at=receipt.erased_at,
        by=erased_by_label(receipt.by),
        rows=sum(receipt.erased.values()),
        kept=sum(kept.rows for kept in receipt.kept),
        notices=tuple(_notice_line(engine, notice) for notice in notices),
    )


def _notice_line(engine: Engine, notice: Row[Any]) -> RecipientNoticeLine:
    is_told = notice.sent_at is not None
    is_waiting = notice.next_try_at is not None
    if is_told:
        state = gettext("told on %(moment)s", moment=_moment(notice.sent_at))
    elif is_waiting:
        state = gettext("is being told; %(tries)s tries so far", tries=notice.tries)
    elif notice.tries:
        state = gettext("could not be told: tell them yourself")
    else:
        state = gettext("has no webhook: tell them yourself")
    by_hand = not is_told and not is_waiting
    about = read_contents(notice.contents) if by_hand else Disclosed()
    return RecipientNoticeLine(
        recipient=recipient_label(engine, notice.recipient),
        state=state,
        references=about.references,
        fields=tuple(_field_label(engine, key) for key in about.fields),
        note=_no_reference(about) if by_hand else "",
        delivered_url=url_for("officer.told", number=notice.id) if by_hand else "",
    )


def _field_label(engine: Engine, key: str) -> str:
    return gettext(engine.field(key).label) if key in engine.manifest.fields else key


def _no_reference(about: Disclosed) -> str:
    if about.references:
        return ""
    if about.fields:
        return gettext("No reference is on record. The person was erased: ask them to erase what they no longer need.")
    return gettext(
        "This erasure was put back on record after a backup was restored; by what they know the person was lost. Tell "
        "them the day of the erasure."
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
