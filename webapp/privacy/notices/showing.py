"""Putting the pages of the notice's versions together."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from flask import url_for
from sqlalchemy import func, select

from webapp.privacy.notices.differences import compared
from webapp.privacy.notices.pages import (
    ComparedLine,
    FieldNotice,
    FieldVersions,
    NoticesPage,
    NoticeVersion,
    PartPage,
    VersionPage,
)
from webapp.privacy.notices.recording import Version, all_versions, live_version
from webapp.privacy.notices.wording import lines
from webapp.privacy.small import FEWEST, are_few
from webapp.profiling.engine import Engine
from webapp.profiling.tables import answer
from webapp.profiling.words import gettext


def part_page(engine: Engine, fields: Sequence[str]) -> PartPage:
    """The notice of these declared fields."""
    parts = tuple(
        FieldNotice(key, gettext(engine.field(key).label), lines(live_version(engine, key).told)) for key in fields
    )
    return PartPage(parts, url_for("privacy.notice"))


def version_page(engine: Engine, known: Version) -> VersionPage:
    """The words of that version, and what became of them since."""
    return VersionPage(
        label=gettext(known.told["label"]),
        version=known.version,
        first_at=known.first_at,
        live=is_live(engine, known),
        lines=lines(known.told),
        changed=changed_since(engine, known),
    )


def is_live(engine: Engine, known: Version) -> bool:
    """Whether this is what is told today."""
    return known.field in engine.manifest.fields and live_version(engine, known.field).version == known.version


def changed_since(engine: Engine, known: Version) -> tuple[ComparedLine, ...]:
    """What became of the words since that version; empty where nothing did, or the field is not asked any more."""
    if known.field not in engine.manifest.fields or is_live(engine, known):
        return ()
    return compared(lines(known.told), lines(live_version(engine, known.field).told))


def notices_page(engine: Engine) -> NoticesPage:
    """Every version on record, and how many answers are held under each."""
    rows = select(answer.c.field, answer.c.notice_version, func.count()).group_by(
        answer.c.field, answer.c.notice_version
    )
    held = {(field, version): count for field, version, count in engine.database.reading().execute(rows)}
    known = {key: list(versions) for key, versions in groupby(all_versions(engine), lambda found: found.field)}
    keys = [*engine.manifest.fields, *(key for key in known if key not in engine.manifest.fields)]
    return NoticesPage(tuple(_field(engine, key, known.get(key, []), held) for key in keys))


def _field(engine: Engine, key: str, known: list[Version], held: Mapping[tuple[str, str], int]) -> FieldVersions:
    """The version of today comes first, whenever it was first told: a manifest may go back to earlier words."""
    live = live_version(engine, key) if key in engine.manifest.fields else None
    if live is not None:
        on_record = [version for version in known if version.version == live.version]
        known = [*(on_record or [live]), *(version for version in known if version.version != live.version)]
    earlier = [*known[1:], None]
    return FieldVersions(
        key=key,
        label=gettext(known[0].told["label"]),
        versions=tuple(
            NoticeVersion(
                version=version.version,
                url=url_for("notices.version", field=key, version=version.version),
                live=live is not None and version.version == live.version,
                first_at=version.first_at,
                answers=_answers(held.get((key, version.version), 0)),
                changed=compared(lines(before.told), lines(version.told)) if before else (),
            )
            for version, before in zip(known, earlier, strict=True)
        ),
    )


def _answers(count: int) -> str:
    if are_few(count):
        return gettext("fewer than %(fewest)s answers are held under it", fewest=FEWEST)
    return gettext("%(count)s answers are held under it", count=count)
