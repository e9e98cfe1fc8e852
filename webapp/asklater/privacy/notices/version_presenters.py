"""Pages of the notice's versions: always the same questions, so that one version compares with the next, word by
word.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal

import isodate
from sqlalchemy import func, select

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.manifest.notice import giving_text, kept_for, minimum_age_text
from asklater.privacy.notices.presenters import Objection, basis_of, objections_to, reader_names, special_category_text
from asklater.privacy.notices.versions import NoticeContents, NoticeVersion, all_versions, live_version
from asklater.suppression import SMALLEST_CELL, is_too_small
from asklater.tables import answer

Change = Literal["same", "added", "removed"]
WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


@dataclass(frozen=True)
class NoticeLine:
    """One question of the notice with its answer; `key` is the same in every version and language."""

    key: str
    question: str
    answer: str


@dataclass(frozen=True)
class TextPiece:
    """A run of words that both versions have, or one of them."""

    text: str
    change: Change


@dataclass(frozen=True)
class ComparedLine:
    """One question with what became of its answer."""

    question: str
    pieces: tuple[TextPiece, ...]

    @property
    def changed(self) -> bool:
        return any(piece.change != "same" for piece in self.pieces)

    @property
    def before(self) -> str:
        """The answer of the earlier version."""
        return "".join(piece.text for piece in self.pieces if piece.change != "added")

    @property
    def after(self) -> str:
        """The answer of the later version."""
        return "".join(piece.text for piece in self.pieces if piece.change != "removed")


@dataclass(frozen=True)
class FieldNotice:
    """What is told of one field, in full."""

    key: str
    label: str
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True)
class NoticePartPage:
    """The notice of the fields that a prompt asks. `common` holds of them all, `objections` are to their purposes."""

    fields: tuple[FieldNotice, ...]
    common: tuple[NoticeLine, ...]
    objections: tuple[Objection, ...]
    notice_url: str


@dataclass(frozen=True)
class NoticeVersionPage:
    """The exact words of one version; `changed` is what became of them since, empty where they are today's."""

    label: str
    version: str
    live_since: datetime | None
    live: bool
    lines: tuple[NoticeLine, ...]
    changed: tuple[ComparedLine, ...]


@dataclass(frozen=True)
class VersionLine:
    """One version in the officer's list. `answers` tells how many it has; `changed` since the one before."""

    version: str
    url: str
    live: bool
    live_since: datetime | None
    answers: str
    changed: tuple[ComparedLine, ...]


@dataclass(frozen=True)
class FieldVersions:
    """All versions of one field's notice, the one of today first."""

    key: str
    label: str
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True)
class NoticesPage:
    """Every field that is or was asked."""

    fields: tuple[FieldVersions, ...]


def compare_lines(before: Sequence[NoticeLine], after: Sequence[NoticeLine]) -> tuple[ComparedLine, ...]:
    """Compares each question of either version, in the order of the later one; questions that it dropped come last."""
    old = {line.key: line.answer for line in before}
    lines = [(line.key, line.question, line.answer) for line in after]
    lines += [(line.key, line.question, "") for line in before if line.key not in {line.key for line in after}]
    return tuple(ComparedLine(question, compare_words(old.get(key, ""), answer)) for key, question, answer in lines)


def compare_words(before: str, after: str) -> tuple[TextPiece, ...]:
    """Returns runs of words that stay, go and come. Those that stay and come make `after`, those that stay and go
    `before`."""
    return tuple(_pieces(WORD.findall(before), WORD.findall(after)))


def _pieces(old: list[str], new: list[str]) -> Iterator[TextPiece]:
    for what, start, end, later_start, later_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield TextPiece("".join(old[start:end]), "same")
            continue
        if end > start:
            yield TextPiece("".join(old[start:end]), "removed")
        if later_end > later_start:
            yield TextPiece("".join(new[later_start:later_end]), "added")


def notice_lines(contents: NoticeContents) -> tuple[NoticeLine, ...]:
    """Returns the notice of one field (GDPR Art. 13), in the reader's language where it is translated."""
    return (*_field_lines(contents, brief=False), *_controller_lines(contents["controller"]))


def _field_lines(contents: NoticeContents, *, brief: bool) -> tuple[NoticeLine, ...]:
    purpose = contents["purpose"]
    return (
        NoticeLine("label", gettext("What"), gettext(contents["label"])),
        *_optional("text", gettext("What a consent covers"), contents.get("text")),
        NoticeLine("reason", gettext("Why"), gettext(contents["reason"])),
        NoticeLine("purpose", gettext("What it is for"), gettext(purpose["label"])),
        NoticeLine("basis", gettext("Legal basis"), _basis(purpose)),
        *_special_lines(contents, brief=brief),
        NoticeLine("kept", gettext("How long"), kept_for(isodate.parse_duration(contents["retention"]))),
        NoticeLine("readers", gettext("Who reads it"), reader_names(contents["readers"])),
        NoticeLine("recipients", gettext("Passed on to"), _listed(purpose["recipients"]) or gettext("nobody outside")),
        NoticeLine("transfers", gettext("Other countries"), _transfers(purpose["transfers"]) or gettext("none")),
    )


def _special_lines(contents: NoticeContents, *, brief: bool) -> Iterator[NoticeLine]:
    """What an earlier version did not tell of any field is left out of it."""
    if "giving" in contents or contents["purpose"]["basis"] == "consent":
        yield NoticeLine("giving", gettext("Do you have to give it?"), giving_text(contents, brief=brief))
    if contents.get("published"):
        yield NoticeLine("published", gettext("Published"), gettext("Yes: anybody can see it."))
    if allowed_by := special_category_text(contents.get("special_category")):
        yield NoticeLine("special_category", gettext("Specially protected data, allowed by"), allowed_by)
    if years := contents.get("minimum_age"):
        yield NoticeLine("minimum_age", gettext("Minimum age"), minimum_age_text(years))


def _controller_lines(controller: Mapping[str, Any]) -> tuple[NoticeLine, ...]:
    return (
        NoticeLine("controller", gettext("Who is responsible"), _controller(controller)),
        *_optional("officer", gettext("Data protection officer"), _contact(controller)),
        *_optional("authority", gettext("Where you can complain"), controller.get("supervisory_authority")),
    )


def _optional(key: str, question: str, answer: str | None) -> tuple[NoticeLine, ...]:
    return (NoticeLine(key, question, gettext(answer)),) if answer else ()


def _basis(purpose: Mapping[str, Any]) -> str:
    """Returns the legal basis, with the interest or the law where the manifest names it."""
    named = purpose.get("legitimate_interest") or purpose.get("law") or ""
    return basis_of(purpose["basis"]) + (f": {gettext(named)}" if named else "")


def _listed(names: list[str]) -> str:
    return ", ".join(gettext(name) for name in names)


def _transfers(transfers: list[Any]) -> str:
    """Lists transfers: each names a country, or a country and its safeguard."""
    pairs = [entry if isinstance(entry, dict) else {"country": entry, "safeguard": ""} for entry in transfers]
    return ", ".join(
        gettext(pair["country"]) + (f" ({gettext(pair['safeguard'])})" if pair["safeguard"] else "") for pair in pairs
    )


def _controller(controller: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (gettext(controller["name"]), controller.get("address"), controller["contact"])))


def _contact(controller: Mapping[str, Any]) -> str:
    officer = controller.get("data_protection_officer") or {}
    return ", ".join(filter(None, (officer.get("name", ""), officer.get("contact", ""))))


def part_page(engine: Engine, fields: Sequence[str]) -> NoticePartPage:
    """Returns the notice of these declared fields; what is true of them all is said once."""
    told = {key: live_version(engine, key).contents for key in fields}
    return NoticePartPage(
        fields=tuple(
            FieldNotice(key, gettext(engine.field(key).label), _field_lines(contents, brief=True))
            for key, contents in told.items()
        ),
        common=_controller_lines(told[fields[0]]["controller"]),
        objections=objections_to(engine.manifest, {engine.field(key).purpose for key in fields}),
        notice_url=url_for("privacy.notice"),
    )


def version_page(engine: Engine, known: NoticeVersion) -> NoticeVersionPage:
    """Returns the words of that version, and what became of them since."""
    return NoticeVersionPage(
        label=gettext(known.contents["label"]),
        version=known.version,
        live_since=known.live_since,
        live=is_live_version(engine, known),
        lines=notice_lines(known.contents),
        changed=changed_since(engine, known),
    )


def is_live_version(engine: Engine, known: NoticeVersion) -> bool:
    """Tells whether people are told this version today."""
    return known.field in engine.manifest.fields and live_version(engine, known.field).version == known.version


def changed_since(engine: Engine, known: NoticeVersion) -> tuple[ComparedLine, ...]:
    """Returns what became of the words since that version; empty where nothing did, or the field is not asked any
    more."""
    if known.field not in engine.manifest.fields or is_live_version(engine, known):
        return ()
    return compare_lines(notice_lines(known.contents), notice_lines(live_version(engine, known.field).contents))


def notices_page(engine: Engine) -> NoticesPage:
    """Returns every version on record, and how many answers are held under each."""
    rows = select(answer.c.field, answer.c.notice_version, func.count()).group_by(
        answer.c.field, answer.c.notice_version
    )
    held = {(field, version): count for field, version, count in engine.database.reading().execute(rows)}
    known = {key: list(versions) for key, versions in groupby(all_versions(engine), lambda found: found.field)}
    keys = [*engine.manifest.fields, *(key for key in known if key not in engine.manifest.fields)]
    return NoticesPage(tuple(_field_versions(engine, key, known.get(key, []), held) for key in keys))


def _field_versions(
    engine: Engine, key: str, known: list[NoticeVersion], held: Mapping[tuple[str, str], int]
) -> FieldVersions:
    """Returns the versions of a field's notice. The version of today comes first, whenever it was first told: a
    manifest may go back to earlier words."""
    live = live_version(engine, key) if key in engine.manifest.fields else None
    if live is not None:
        on_record = [version for version in known if version.version == live.version]
        known = [*(on_record or [live]), *(version for version in known if version.version != live.version)]
    earlier = [*known[1:], None]
    return FieldVersions(
        key=key,
        label=gettext(known[0].contents["label"]),
        versions=tuple(
            VersionLine(
                version=version.version,
                url=url_for("notices.version", field=key, version=version.version),
                live=live is not None and version.version == live.version,
                live_since=version.live_since,
                answers=_answers(held.get((key, version.version), 0)),
                changed=compare_lines(notice_lines(before.contents), notice_lines(version.contents)) if before else (),
            )
            for version, before in zip(known, earlier, strict=True)
        ),
    )


def _answers(count: int) -> str:
    if is_too_small(count):
        return gettext("fewer than %(fewest)s answers are held under it", fewest=SMALLEST_CELL)
    return gettext("%(count)s answers are held under it", count=count)
