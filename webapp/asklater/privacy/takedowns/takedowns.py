"""Takedowns: what an officer takes off the public pages, why, and how it is put back where that was a mistake.

Each is an act of the ledger of rights, as a person's own are. What is taken down at somebody's own wish is gone;
otherwise its contents are kept sealed under the person's key for some weeks, and nobody reads them.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, select, update

from asklater import clock
from asklater.database.access import current_database
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.messages.mail import Importance, post_mail
from asklater.privacy.ledger.entries import LedgerEntry, LedgerKeys
from asklater.privacy.register_tables import takedown, takedown_label
from asklater.records.people import ON_HOLD, RESTRICTED
from asklater.registry import PUT_BACK_ACT, Publication

ASKED, OTHERS, LAW, ORPHANED = "asked", "others", "law", "orphaned"
"""Why something is taken down: its person asked, it harms others, a law wants it, or nobody can reach it any more."""
REVERSIBLE = frozenset({OTHERS, LAW, ORPHANED})
CONTENTS_KEPT_FOR = timedelta(days=30)
SEALED = ("reason", "contents", "put_back_reason")
PAGE_SIZE = 200
TAKEDOWN_TEMPLATE = "asklater/messages/takedown.txt"


@dataclass(frozen=True)
class Takedown:
    """One thing that was taken down. `is_kept` says whether its contents are there still; `put_back_reason` is ""
    while it is down."""

    id: int
    public_id: str
    subject_id: int
    publication: str
    item: str
    published_at: datetime
    at: datetime
    by: str
    cause: str
    reason: str
    is_kept: bool
    put_back_at: datetime | None
    put_back_by: str
    put_back_reason: str

    @property
    def can_be_put_back(self) -> bool:
        is_in_time = self.at > clock.now() - CONTENTS_KEPT_FOR
        return self.is_kept and is_in_time and self.put_back_at is None


class CannotPutBack(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """It was put back already, its contents are gone, or something else has taken its place. Its words say which."""


def public_items(engine: Engine, subject_id: int) -> list[tuple[Publication, str, datetime]]:
    """Returns what a subject has public: the sort, the name and the moment of each thing."""
    sorts = engine.registry.publications.values()
    return [(sort, name, at) for sort in sorts for name, at in sort.items(subject_id)]


def take_down(
    engine: Engine, subject_id: int, chosen: Collection[tuple[str, str]], cause: str, why: str, by: str
) -> int:
    """Take down what is `chosen`, by (sort, name), of what the subject has public; its person is mailed once, with the
    reason. Returns how many things that were."""
    taken = [item for item in public_items(engine, subject_id) if (item[0].key, item[1]) in chosen]
    for sort, name, published_at in taken:
        keeps = cause in REVERSIBLE and sort.put_back is not None and sort.save is not None
        contents = sort.save(subject_id, name) if keeps and sort.save is not None else ""
        engine.take_down(subject_id, sort.key, name)
        row: dict[str, Any] = {"public_id": secrets.token_urlsafe(18), "subject_id": subject_id, "at": clock.now()}
        texts = {"reason": why, "contents": contents}
        row |= {key: _seal(engine, subject_id, row, key, text) for key, text in texts.items() if text}
        row |= {"publication": sort.key, "item": name, "published_at": published_at}
        engine.database.writing().execute(insert(takedown), row | {"by": by, "cause": cause, "put_back_by": ""})
    if taken:
        labels = ", ".join(dict.fromkeys(sort.label() for sort, _name, _at in taken))
        what = gettext("We have taken down something that you had published: %(things)s.", things=labels)
        _mail(engine, subject_id, what, "" if cause == ASKED else why)
    return len(taken)


def put_back(engine: Engine, found: Takedown, why: str, by: str) -> None:
    """Publish again what was taken down, as it was. Raises CannotPutBack."""
    one = takedown.c.id == found.id, takedown.c.put_back_at.is_(None)
    row = engine.database.writing().execute(select(takedown).where(*one).with_for_update()).mappings().first()
    if row is None:
        raise CannotPutBack(gettext("It was put back already."))
    if not found.can_be_put_back:
        raise CannotPutBack(gettext("Its contents are not kept any more, so it cannot be put back."))
    if not _publish_again(engine, dict(row), by=by, why=why):
        raise CannotPutBack(gettext("Its person has published something else in its place meanwhile."))
    engine.exercised(PUT_BACK_ACT, found.subject_id, found.publication, found.item)
    label = engine.registry.publications[found.publication].label()
    _mail(engine, found.subject_id, gettext("What we had taken down is public again: %(thing)s.", thing=label), why)


def put_back_again(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    """Put back after a restored backup what was put back before (`Ledger.replayers`)."""
    wanted = select(takedown).where(
        takedown.c.subject_id == subject_id,
        takedown.c.publication == entry.what,
        takedown.c.put_back_at.is_(None),
        takedown.c.contents.is_not(None),
        takedown.c.at <= entry.at,
    )
    keys = LedgerKeys(engine.keyring)
    rows = [dict(row) for row in engine.database.writing().execute(wanted).mappings()]
    mine = [row for row in rows if keys.mark_item(entry.mark, entry.what, row["item"]) == entry.item]
    return sum(_publish_again(engine, row, by="", why="") for row in mine) > 0


def forget_contents(engine: Engine) -> int:
    """Delete the contents of what can be put back no more, but for what is under a legal hold or restricted; returns
    of how many things."""
    over = takedown.c.contents.is_not(None), takedown.c.at <= clock.now() - CONTENTS_KEPT_FOR
    kept = takedown.c.subject_id.not_in(ON_HOLD), takedown.c.subject_id.not_in(RESTRICTED)
    return engine.database.writing().execute(update(takedown).where(*over, *kept).values(contents=None)).rowcount


def newest_takedowns(engine: Engine) -> list[Takedown]:
    """Returns the newest takedowns, newest first."""
    return _takedowns(engine, select(takedown).order_by(takedown.c.id.desc()).limit(PAGE_SIZE))


def takedowns_of(engine: Engine, subject_id: int) -> list[Takedown]:
    """Returns what was taken down of a subject, newest first."""
    return _takedowns(
        engine, select(takedown).where(takedown.c.subject_id == subject_id).order_by(takedown.c.id.desc())
    )


def find_takedown(engine: Engine, public_id: str) -> Takedown | None:
    found = _takedowns(engine, select(takedown).where(takedown.c.public_id == public_id))
    return found[0] if found else None


def move_takedowns(engine: Engine, from_subject: int, into_subject: int) -> None:
    """Take takedowns along when two subjects turn out to be one person: what is sealed goes under the other key."""
    connection = engine.database.writing()
    found = connection.execute(select(takedown).where(takedown.c.subject_id == from_subject)).mappings()
    for row in [dict(row) for row in found]:
        labels = {name: takedown_label(row, name) for name in SEALED if row[name] is not None}
        opened = engine.open(from_subject, {label: row[name] for name, label in labels.items()})
        anew = {name: engine.seal(into_subject, label, opened[label]) for name, label in labels.items()}
        one = update(takedown).where(takedown.c.id == row["id"])
        connection.execute(one.values(subject_id=into_subject, **anew))


def _publish_again(engine: Engine, row: dict[str, Any], *, by: str, why: str) -> bool:
    """Publish the contents of a row again, and note that; False where something else is in their place."""
    sort, number = engine.registry.publications.get(row["publication"]), row["subject_id"]
    if sort is None or sort.put_back is None or row["contents"] is None:
        return False
    label = takedown_label(row, "contents")
    if not sort.put_back(number, row["item"], engine.open(number, {label: row["contents"]})[label]):
        return False
    values = {"put_back_at": clock.now(), "put_back_by": by, "contents": None}
    if why:
        values["put_back_reason"] = _seal(engine, number, row, "put_back_reason", why)
    engine.database.writing().execute(update(takedown).where(takedown.c.id == row["id"]).values(values))
    return True


def _takedowns(engine: Engine, wanted: Select[Any]) -> list[Takedown]:
    return [_takedown(engine, dict(row)) for row in current_database().reading().execute(wanted).mappings()]


def _takedown(engine: Engine, row: Mapping[str, Any]) -> Takedown:
    names = ("reason", "put_back_reason")
    labels = {name: takedown_label(row, name) for name in names if row[name] is not None}
    opened = engine.open(row["subject_id"], {label: row[name] for name, label in labels.items()})
    texts: dict[str, Any] = {name: opened.get(labels.get(name, ""), "") for name in names}
    told: dict[str, Any] = {
        name: row[name] for name in Takedown.__dataclass_fields__ if name not in {*names, "is_kept"}
    }
    return Takedown(**told, **texts, is_kept=row["contents"] is not None)


def _seal(engine: Engine, subject_id: int, row: Mapping[str, Any], name: str, text: str) -> bytes:
    return engine.seal(subject_id, takedown_label(row, name), text)


def _mail(engine: Engine, subject_id: int, what: str, reason: str) -> None:
    address = current_identity().address_of(subject_id)
    if address:
        post_mail(
            address,
            gettext("What you have published"),
            TAKEDOWN_TEMPLATE,
            subject_id=subject_id,
            importance=Importance.NOTICE,
            what=what,
            reason=reason,
            contact=engine.manifest.controller.contact,
        )
