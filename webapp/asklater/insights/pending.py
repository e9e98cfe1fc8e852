"""What the totals do not hold: prompts too recent to be judged, what the roll-up's worker has not counted yet, and
asks that nobody looked at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select

from asklater.database.access import EPOCH, Database
from asklater.i18n import gettext
from asklater.insights.filters import Uncounted, query_conditions
from asklater.insights.labels import duration, ngettext, whole_number
from asklater.insights.postgres_hints import by_index
from asklater.insights.query import Query
from asklater.insights.rollup.backlog import COUNTED_UP_TO
from asklater.insights.rollup.reader import TotalsReader
from asklater.measurement import REASONS, Reason
from asklater.tables import left_out_count, prompt, prompt_field, subject

# Too young to be judged

COUNT_LIMIT = 1000
"""Counted up to here: how many more there are makes no difference to anybody, and takes time to find out."""
LOOK_LIMIT = 4000
"""Fresh asks that a page looks through for those that fit its filters."""
ANY_TIME = datetime.min.replace(tzinfo=UTC)


def count_pending(database: Database, window: timedelta, query: Query, uncounted: Uncounted = ()) -> int | None:
    """Counts the range's episodes that are too young, completed ones included; COUNT_LIMIT + 1 for all beyond.

    None where too few of the first LOOK_LIMIT fit the query, and there are more.
    """
    since = max(query.start, query.as_of - window + timedelta.resolution)
    wanted = _pending_statement(replace(query, first=date.min, last=date.min, as_of=ANY_TIME), tuple(uncounted))
    connection = database.reading()
    with by_index(connection):
        count, more = connection.execute(wanted, {"since": since, "until": query.end}).one()
    return None if more and count <= COUNT_LIMIT else int(count)


@lru_cache(maxsize=100)
def _pending_statement(query: Query, uncounted: tuple[Select[int], ...]) -> Select[Any]:
    """Builds the statement for a query of any time, once, since that takes longer than to count. It reads how many
    there are, and whether there are more than were looked through.

    Prompts and people are looked up only where the query narrows them: a thousand of either take a while.
    """
    fresh = (
        select(prompt_field)
        .where(
            prompt_field.c.rolled_as.is_(None),  # none of these is counted yet, and their index is short
            prompt_field.c.opened_at >= bindparam("since"),
            prompt_field.c.opened_at < bindparam("until"),
        )
        .order_by(prompt_field.c.opened_at)
    )
    looked_through = fresh.limit(LOOK_LIMIT).subquery()
    it, rows = looked_through.c, select(looked_through.c.id)
    if query.variant_or_segment or query.device or query.visitor:
        rows = rows.join(prompt, prompt.c.id == it.prompt_id)
    if query.people != "all":
        rows = rows.join(subject, subject.c.id == it.subject_id)
    some = rows.where(
        *query_conditions(
            query,
            uncounted,
            context=it.action,
            field=it.field,
            optional=it.optional,
            prompts=prompt.c,
            person=it.subject_id,
        ),
    ).limit(COUNT_LIMIT + 1)
    count = select(func.count()).select_from(some.subquery()).scalar_subquery()
    return select(count, exists(fresh.with_only_columns(prompt_field.c.id).offset(LOOK_LIMIT).limit(1)))


# The worker's lag

LATE_AFTER = timedelta(minutes=10)
"""The worker comes by every minute; once something has waited for longer, it seems to have stopped."""


def worker_lag_label(reader: TotalsReader, as_of: datetime) -> str:
    """Tells how late the worker is, or what the figures lack because of it; "" where it is not late."""
    since, left, other_zone = reader.waiting_since(), reader.left_out(), reader.other_zone()
    if other_zone:
        return gettext(
            "The time zone was changed: these are still days in %(zone)s. The worker counts them anew on its "
            "next run.",
            zone=other_zone,
        )
    if since is not None and left:
        return _left_out_label(left, as_of - since)
    if since is None or as_of - since < LATE_AFTER:
        return ""
    late = duration((as_of - since).total_seconds())
    if reader.rolled_at() is None:
        return gettext(
            "The worker has not counted anything yet: asks have been waiting for %(time)s. They are in these figures, "
            "counted one by one, so this page takes longer. Is the worker running?",
            time=late,
        )
    return gettext(
        "The worker is %(time)s behind. What it has not counted yet is in these figures all the same, counted one by "
        "one, so this page takes longer. Is the worker running?",
        time=late,
    )


def _left_out_label(count: int, late: timedelta) -> str:
    """Tells of asks that no figure holds yet, which are too many to be counted by the page."""
    time = duration(late.total_seconds())
    if count > COUNTED_UP_TO:
        return gettext(
            "More than %(most)s asks are still being counted. These figures are as of %(time)s ago, and fill up by "
            "themselves while the worker runs.",
            most=whole_number(COUNTED_UP_TO),
            time=time,
        )
    return ngettext(
        "%(num)s ask is still being counted. These figures are as of %(time)s ago, and fill up by themselves while "
        "the worker runs.",
        "%(num)s asks are still being counted. These figures are as of %(time)s ago, and fill up by themselves while "
        "the worker runs.",
        count,
        time=time,
    )


# Nobody looked at them

_LEFT_OUT = (
    select(left_out_count.c.reason, func.sum(left_out_count.c.asks))
    .where(left_out_count.c.day.between(bindparam("first"), bindparam("last")))
    .group_by(left_out_count.c.reason)
)


def count_left_out(database: Database, query: Query) -> Mapping[Reason, int]:
    """How many asks of the query's days nobody looked at, by reason. Other filters do not apply: no more is kept."""
    days = {name: (day - EPOCH.date()).days for name, day in (("first", query.first), ("last", query.last))}
    return {reason: int(asks) for reason, asks in database.reading().execute(_LEFT_OUT, days)}


def left_out_label(asks: Mapping[Reason, int]) -> str:
    """Tells how many were left out, and why; "" where none were."""
    total = sum(asks.values())
    if not total:
        return ""
    return ngettext(
        "%(num)s ask is in no figure, since nobody looked at it. Crawlers and previews of links: %(crawler)s, fetched "
        "ahead by a browser: %(prefetch)s, only the headers asked for: %(head)s.",
        "%(num)s asks are in no figure, since nobody looked at them. Crawlers and previews of links: %(crawler)s, "
        "fetched ahead by a browser: %(prefetch)s, only the headers asked for: %(head)s.",
        total,
        **{reason: whole_number(asks.get(reason, 0)) for reason in REASONS},
    )
