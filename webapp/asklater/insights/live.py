"""The live view: the newest prompts whose window has not ended, and its page. No value, no address; a person is a
number that lasts a day.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from asklater.db import Database
from asklater.i18n import gettext
from asklater.insights.definitions import definitions
from asklater.insights.filters import Uncounted, query_conditions
from asklater.insights.forms import QueryForm
from asklater.insights.labels import KeyLabels, duration, ngettext, whole_number, window_length
from asklater.insights.navigation import filter_bar, real_people_link
from asklater.insights.presenters import LivePage, LiveRow
from asklater.insights.query import Query
from asklater.insights.urls import page_url
from asklater.manifest.declarations import Manifest
from asklater.tables import prompt, prompt_field, subject

# Reading

ROW_LIMIT = 50
"""Rows of one page."""


@dataclass(frozen=True)
class LiveEpisode:
    """One episode whose window has not ended. `outcome` is None while it is open."""

    id: int
    person: int
    simulated: bool
    field: str
    context: str
    optional: bool
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    impressions: int
    rejections: int


@dataclass(frozen=True)
class LiveEpisodes:
    """The newest fresh episodes, and how many there are in all."""

    episodes: tuple[LiveEpisode, ...]
    count: int

    @property
    def newest(self) -> int:
        """The highest number among them, 0 where there are none."""
        return max((episode.id for episode in self.episodes), default=0)

    def newer_than(self, number: int) -> int:
        return sum(episode.id > number for episode in self.episodes)

    @property
    def etag(self) -> str:
        """Changes when anything that is shown does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def read_live_episodes(
    database: Database, window: timedelta, query: Query, key: bytes, uncounted: Uncounted = ()
) -> LiveEpisodes:
    """What is fresh as of the query. Its days do not count; its other filters do."""
    it = prompt_field.c
    columns = (it.id, it.subject_id, subject.c.simulated, it.field, it.action, it.optional)
    conditions = query_conditions(query, uncounted, context=it.action, field=it.field, prompts=prompt.c)
    rows = database.reading().execute(
        select(
            *columns,
            it.opened_at,
            it.closed_at,
            it.outcome,
            it.impressions,
            it.rejections,
            func.count().over().label("count"),
        )
        .join_from(prompt_field, prompt, prompt.c.id == it.prompt_id)
        .join(subject, subject.c.id == it.subject_id)
        .where(it.opened_at > query.as_of - window, *conditions)
        .order_by(it.opened_at.desc(), it.id.desc())
        .limit(ROW_LIMIT)
    )
    return _live_episodes(rows.all(), query.as_of, key)


def _live_episodes(rows: Sequence[tuple[object, ...]], as_of: datetime, key: bytes) -> LiveEpisodes:
    count = int(str(rows[0][-1])) if rows else 0
    day = as_of.date().isoformat()
    return LiveEpisodes(tuple(_live_episode(row[:-1], day, key) for row in rows), count)


def _live_episode(row: tuple[object, ...], day: str, key: bytes) -> LiveEpisode:
    number, person, *rest = row
    return LiveEpisode(number, pseudonym(key, day, str(person)), *rest)  # type: ignore[arg-type] # as selected above


def pseudonym(key: bytes, day: str, person: str) -> int:
    """Four digits for a person, the same for a day, from which nobody without the key finds the person."""
    digest = hmac.new(key, f"insights {day} {person}".encode(), hashlib.sha256).digest()
    return 1000 + int.from_bytes(digest[:8]) % 9000


# The page


def live_page(
    seen: LiveEpisodes, manifest: Manifest, names: KeyLabels, form: QueryForm, *, paused: bool, known: int | None
) -> LivePage:
    """`known` is the newest episode that the browser shows already, None for a first look."""
    here = _refresh_arguments(form)
    rows = tuple(live_row(episode, names) for episode in seen.episodes)
    news = seen.newer_than(known) if known is not None else 0
    simulated = any(row.simulated for row in rows) or form.query.people == "simulated"
    title = gettext("Live")
    return LivePage(
        filter=filter_bar(form, "insights.live", days=False),
        title=gettext("Error: %(title)s", title=title) if form.errors else title,
        summary=_summary(seen, manifest),
        rows=rows,
        news=ngettext("%(num)s new ask.", "%(num)s new asks.", news) if news else "",
        paused=paused,
        here_url=page_url("insights.live", here | ({"paused": "1"} if paused else {})),
        poll_url=page_url("insights.live", here | {"newest": str(seen.newest), "state": seen.etag}),
        other_url=page_url("insights.live", here | ({} if paused else {"paused": "1"})),
        banner=real_people_link(form.query, "insights.live") if simulated else None,
        definition=definitions(manifest.window)["fresh"],
    )


def _refresh_arguments(form: QueryForm) -> dict[str, str]:
    return {key: value for key, value in form.query.arguments().items() if key not in {"from", "to"}}


def _summary(seen: LiveEpisodes, manifest: Manifest) -> str:
    window = window_length(manifest.window)
    if len(seen.episodes) < seen.count:
        return gettext(
            "%(count)s asks of the last %(window)s; the newest %(shown)s are shown.",
            count=whole_number(seen.count),
            window=window,
            shown=len(seen.episodes),
        )
    return ngettext(
        "%(num)s ask of the last %(window)s.", "%(num)s asks of the last %(window)s.", seen.count, window=window
    )


def live_row(episode: LiveEpisode, names: KeyLabels) -> LiveRow:
    return LiveRow(
        opened_at=episode.opened_at,
        field_label=names.field(episode.field),
        context_label=names.context(episode.context),
        optional=episode.optional,
        who=gettext("Person %(number)s", number=episode.person),
        simulated=episode.simulated,
        look=episode.outcome or "open",
        state=_outcome_label(episode),
        impressions=episode.impressions,
        rejections=episode.rejections,
    )


def _outcome_label(episode: LiveEpisode) -> str:
    if episode.outcome is None or episode.closed_at is None:
        return gettext("Open")
    after = duration((episode.closed_at - episode.opened_at).total_seconds())
    words = {
        "completed": gettext("Completed in %(time)s", time=after),
        "dismissed": gettext("Dismissed after %(time)s", time=after),
        "superseded": gettext("Superseded after %(time)s", time=after),
        "skipped": gettext("Skipped after %(time)s", time=after),
    }
    return words.get(episode.outcome, gettext("Abandoned"))
