"""Redactions (Art. 15(4) GDPR): what an officer blacks out of a person's own texts, since it is about somebody else.
They hold for every export of the person from then on.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from asklater import clock
from asklater.engine import Engine
from asklater.personal_tables import PersonalTable, Row
from asklater.privacy.correspondence_tables import redaction, redaction_label
from asklater.privacy.exports.cursors import cursor_text
from asklater.privacy.exports.free_texts import TextPlace
from asklater.privacy.exports.orders import restart_exports
from asklater.privacy.tables import privacy_request

BLACK = "█████"
"""What stands for a passage: as long as any other, so that its length tells nothing."""
REDACTED_KEY = "blacked_out"
"""The key under which a row of an export says in which of its columns something is blacked out, and why."""


@dataclass(frozen=True)
class Redaction:
    """One redaction: of the whole text where `passage` is ""."""

    public_id: str
    request_id: int
    place: TextPlace
    passage: str
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Redactions:
    """All redactions of one person."""

    every: tuple[Redaction, ...] = ()
    _by_place: Mapping[TextPlace, list[Redaction]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        places: dict[TextPlace, list[Redaction]] = defaultdict(list)
        for one in self.every:
            places[one.place].append(one)
        object.__setattr__(self, "_by_place", places)

    def of(self, place: TextPlace) -> Sequence[Redaction]:
        return self._by_place.get(place, ())

    def applied(self, table: PersonalTable, row: Row, line: Mapping[str, Any]) -> dict[str, Any]:
        """Returns a row's cells with every passage blacked out; where something is, REDACTED_KEY names the columns,
        each with the reasons."""
        if not self.every:
            return dict(line)
        key, changed, reasons = cursor_text(table.key_of(row)), dict(line), dict[str, list[str]]()
        for name, text in line.items():
            found = [one for one in self.of(TextPlace(table.key, key, name)) if applies(one, text)]
            if found:
                changed[name] = black_out(text, found)
                reasons[name] = list(dict.fromkeys(one.reason for one in found))
        return {**changed, REDACTED_KEY: reasons} if reasons else changed

    def counts(self) -> list[tuple[str, int]]:
        """Returns how many texts are blacked out, in whole or in part, for each reason."""
        places = {(one.place, one.reason) for one in self.every}
        return sorted(Counter(reason for _place, reason in places).items())


def applies(one: Redaction, text: object) -> bool:
    """Tells whether there is something of the text to black out: the passage may be gone since."""
    return isinstance(text, str) and bool(text) and one.passage in text


def text_pieces(text: str, found: Sequence[Redaction]) -> Iterator[tuple[str, bool]]:
    """Yields a text piece by piece, each with whether it is blacked out: every passage wherever it stands, and
    passages that overlap as one."""
    black = bytearray(len(text))
    for passage in {one.passage or text for one in found}:
        start = text.find(passage)
        while start >= 0:
            black[start : start + len(passage)] = b"\1" * len(passage)
            start = text.find(passage, start + 1)
    begin = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or black[end] != black[begin]:
            yield text[begin:end], bool(black[begin])
            begin = end


def black_out(text: str, found: Sequence[Redaction]) -> str:
    """Returns the text with BLACK for each piece that is blacked out."""
    return "".join(BLACK if is_black else piece for piece, is_black in text_pieces(text, found))


def redactions_of(engine: Engine, subject_id: int) -> Redactions:
    """Returns the redactions of a person, opened, in the order in which they were made."""
    wanted = select(redaction).join(privacy_request, privacy_request.c.id == redaction.c.request_id)
    own = wanted.where(privacy_request.c.subject_id == subject_id).order_by(redaction.c.id)
    rows = [dict(row) for row in engine.database.reading().execute(own).mappings()]
    sealed = {redaction_label(row, name): row[name] for row in rows for name in ("passage", "reason") if row[name]}
    opened = engine.open(subject_id, sealed)
    return Redactions(
        tuple(
            Redaction(
                row["public_id"],
                row["request_id"],
                TextPlace(row["section"], row["row"], row["part"]),
                opened.get(redaction_label(row, "passage"), ""),
                opened.get(redaction_label(row, "reason"), ""),
                row["at"],
                row["by"],
            )
            for row in rows
        )
    )


def add_redaction(
    engine: Engine, request_id: int, subject_id: int, place: TextPlace, passage: str, reason: str, by: str
) -> None:
    """Black out a passage of a text, or the whole for "". Exports that were made before go, and unfinished ones begin
    anew."""
    row: dict[str, Any] = {"public_id": secrets.token_urlsafe(18), "request_id": request_id}
    row |= {"section": place.section, "row": place.row, "part": place.part, "at": clock.now(), "by": by}
    row["passage"] = engine.seal(subject_id, redaction_label(row, "passage"), passage) if passage else None
    row["reason"] = engine.seal(subject_id, redaction_label(row, "reason"), reason)
    engine.database.writing().execute(insert(redaction).values(row))
    restart_exports(subject_id)


def remove_redaction(engine: Engine, subject_id: int, public_id: str) -> bool:
    """Take a redaction back; returns False where there is none of that name. What was exported before stays."""
    own = select(privacy_request.c.id).where(privacy_request.c.subject_id == subject_id)
    this = delete(redaction).where(redaction.c.public_id == public_id, redaction.c.request_id.in_(own))
    gone = engine.database.writing().execute(this).rowcount > 0
    if gone:
        restart_exports(subject_id)
    return gone
