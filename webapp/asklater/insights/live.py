"""The live view: the newest prompts whose window has not ended, and its page. No value and no address, nothing that
says which asks are of one person, and no moment more exact than a quarter of an hour.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from asklater.database.access import EPOCH, Database
from asklater.i18n import gettext
from asklater.insights.definitions import definitions
from asklater.insights.filters import Uncounted, query_conditions
from asklater.insights.forms import QueryForm
from asklater.insights.labels import KeyLabels, duration, ngettext, page_title, whole_number, window_length
from asklater.insights.navigation import filter_bar, real_people_link
from asklater.insights.pending import LOOK_LIMIT
from asklater.insights.presenters import LivePage, LiveRow
from asklater.insights.query import Query
from asklater.insights.urls import page_url
from asklater.manifest.declarations import Manifest
from asklater.tables import prompt, prompt_field, subject

# Reading

ROW_LIMIT = 50
"""Rows of one page."""
OPENED_WITHIN = timedelta(minutes=15)
"""When an ask was opened is told as the beginning of so long a time."""
TOOK_WITHIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))
"""How long it took is told as the first of these that it did not outlast, or else in whole days."""


@dataclass(frozen=True)
class LiveEpisode:
    """One episode whose window has not ended. `opened_at` and `took` are coarse; it has no `outcome` and no `took`
    while it is open."""

    id: int
    simulated: bool
    field: str
    context: str
    optional: bool
    opened_at: datetime
    took: timedelta | None
    outcome: str | None
    impressions: int
    rejections: int


@dataclass(frozen=True)
class LiveEpisodes:
    """The newest fresh episodes, and how many there are in all; `cut` where only the newest LOOK_LIMIT asks of anybody
    were looked through."""

    episodes: tuple[LiveEpisode, ...]
    count: int
    cut: bool = False

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


def read_live_episodes(database: Database, window: timedelta, query: Query, uncounted: Uncounted = ()) -> LiveEpisodes:
    """What is fresh as of the query. Its days do not count; its other filters do."""
    fresh = (
        select(prompt_field)
        .where(
            prompt_field.c.rolled_as.is_(None),  # none of these is counted yet, and their index is short
            prompt_field.c.opened_at > query.as_of - window,
        )
        .order_by(prompt_field.c.opened_at.desc(), prompt_field.c.id.desc())
    )
    more = exists(fresh.with_only_columns(prompt_field.c.id).offset(LOOK_LIMIT).limit(1))
    looked_through = fresh.limit(LOOK_LIMIT).subquery()
    it = looked_through.c
    columns = (it.id, subject.c.simulated, it.field, it.action, it.optional)
    ends = (it.opened_at, it.closed_at, it.outcome, it.impressions, it.rejections)
    conditions = query_conditions(query, uncounted, context=it.action, field=it.field, prompts=prompt.c)
    connection = database.reading()
    rows = connection.execute(
        select(*columns, *ends, func.count().over())
        .join_from(looked_through, prompt, prompt.c.id == it.prompt_id)
        .join(subject, subject.c.id == it.subject_id)
        .where(*conditions)
        .order_by(it.opened_at.desc(), it.id.desc())
        .limit(ROW_LIMIT)
    ).all()
    episodes = tuple(map(_live_episode, rows))
    return LiveEpisodes(episodes, rows[0][-1] if rows else 0, bool(connection.scalar(select(more))))


def _live_episode(row: Any) -> LiveEpisode:
    number, simulated, field, context, optional, opened_at, closed_at, *rest, _count = row
    took = coarse_time(closed_at - opened_at) if closed_at else None
    return LiveEpisode(number, simulated, field, context, optional, _coarse_moment(opened_at), took, *rest)


def _coarse_moment(moment: datetime) -> datetime:
    return moment - (moment - EPOCH) % OPENED_WITHIN


def coarse_time(took: timedelta) -> timedelta:
    """The time within which it happened."""
    day = TOOK_WITHIN[-1]
    return next((within for within in TOOK_WITHIN if took <= within), -(-took // day) * day)


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
        title=page_title(title, form.errors),
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
    if seen.cut:
        return ngettext(
            "Of the newest %(looked)s asks of the last %(window)s, %(num)s belongs here.",
            "Of the newest %(looked)s asks of the last %(window)s, %(num)s belong here; the newest %(shown)s are "
            "shown.",
            seen.count,
            looked=whole_number(LOOK_LIMIT),
            window=window,
            shown=len(seen.episodes),
        )
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
        simulated=episode.simulated,
        look=episode.outcome or "open",
        state=_outcome_label(episode),
        impressions=episode.impressions,
        rejections=episode.rejections,
    )


def _outcome_label(episode: LiveEpisode) -> str:
    if episode.outcome is None or episode.took is None:
        return gettext("Open")
    within = duration(episode.took.total_seconds())
    words = {
        "completed": gettext("Completed within %(time)s", time=within),
        "dismissed": gettext("Dismissed within %(time)s", time=within),
        "superseded": gettext("Answered elsewhere within %(time)s", time=within),
        "skipped": gettext("Skipped within %(time)s", time=within),
    }
    return words.get(episode.outcome, gettext("Abandoned"))
