"""Numbers as words of the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel import dates, numbers
from flask import g, has_app_context
from flask_babel import format_percent, get_domain, get_locale

from webapp.profiling.words import gettext

KEPT = 10_000
"""Numbers and days whose words are kept."""


@dataclass(frozen=True)
class Words:
    """Numbers in one language. Whoever has many to put into words looks it up once."""

    locale: str

    def whole(self, number: int) -> str:
        """A count: 1,204."""
        return _whole(number, self.locale)

    def percent(self, rate: float) -> str:
        """A rate from 0 to 1: 61.2%."""
        return _percent(rate, self.locale)

    def duration(self, seconds: float | None) -> str:
        """A time in its two largest units, a dash where there is none."""
        return "–" if seconds is None else _duration(seconds, self.locale)


def words() -> Words:
    """Those of the request; English where there is none."""
    if not has_app_context():
        return Words("en")
    kept = g._get_current_object()  # noqa: SLF001 - werkzeug's own way, for whoever asks hundreds of times
    found: Words | None = kept.get("insights_words")
    if found is None:
        found = kept.insights_words = Words(str(get_locale() or "en"))
    return found


def whole(number: int) -> str:
    return words().whole(number)


def percent(rate: float) -> str:
    return words().percent(rate)


def duration(seconds: float | None) -> str:
    return words().duration(seconds)


def signed(number: float) -> str:
    """A number with its sign, to three decimals at most: +4.2."""
    return _signed(number, words().locale)


def roughly(rate: float) -> str:
    """A rate of which no decimal is known: 61%."""
    return str(format_percent(rate, "#,##0%"))


def words_of_templates() -> Mapping[str, Callable[..., str]]:
    """The same for the templates of one request."""
    said = words()
    return {"duration": said.duration, "percent": said.percent, "whole": said.whole}


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """The sentence for this many; `%(num)s` in it is the count, grouped like every other."""
    sentence = get_domain().get_translations().ungettext(singular, plural, num)
    return str(sentence % {"num": whole(num), **variables})


def span(window: timedelta) -> str:
    """A length of time that was declared: 1 day, 12 hours, else its largest units."""
    hours, rest = divmod(window, timedelta(hours=1))
    if rest:
        return duration(window.total_seconds())
    if hours % 24:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", hours // 24)


def day(moment: date) -> str:
    """A day: Nov 23, 2026."""
    return _day(moment, words().locale)


def clock_time(moment: datetime) -> str:
    """The time of a day, in UTC: 14:05."""
    return moment.astimezone(UTC).strftime("%H:%M")


# A page of the dashboard has hundreds of these, most of them the same as on the page before: they are kept.
@lru_cache(maxsize=KEPT)
def _whole(number: int, locale: str) -> str:
    return numbers.format_decimal(number, locale=locale)


@lru_cache(maxsize=KEPT)
def _percent(rate: float, locale: str) -> str:
    return numbers.format_percent(rate, "#,##0.0%", locale=locale)


@lru_cache(maxsize=KEPT)
def _signed(number: float, locale: str) -> str:
    return numbers.format_decimal(number, "+#,##0.0##;−#,##0.0##", locale=locale)


@lru_cache(maxsize=KEPT)
def _day(moment: date, locale: str) -> str:
    return dates.format_date(moment, "medium", locale=locale)


@lru_cache(maxsize=KEPT)
def _duration(seconds: float, locale: str) -> str:
    """The words are the request's own, whose language is `locale`."""
    if seconds < 10:
        return gettext("%(seconds)s s", seconds=numbers.format_decimal(round(seconds, 1), locale=locale))
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return gettext("%(seconds)s s", seconds=rest)
    if minutes < 60:
        return gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest) if rest else _minutes(minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if minutes else _hours(hours)
    days, hours = divmod(hours, 24)
    return gettext("%(days)s d %(hours)s h", days=days, hours=hours) if hours else _days(days)


def _minutes(minutes: int) -> str:
    return gettext("%(minutes)s min", minutes=minutes)


def _hours(hours: int) -> str:
    return gettext("%(hours)s h", hours=hours)


def _days(days: int) -> str:
    return gettext("%(days)s d", days=days)
