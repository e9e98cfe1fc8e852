"""Numbers as words of the reader's language."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel import Locale, numbers
from flask_babel import format_date, format_decimal, get_domain, get_locale

from webapp.profiling.words import gettext


def whole(number: int) -> str:
    """A count: 1,204."""
    return _decimal(number, _locale())


def percent(rate: float) -> str:
    """A rate from 0 to 1: 61.2%."""
    return _percent(rate, "#,##0.0%", _locale())


def roughly(rate: float) -> str:
    """A rate of which no decimal is known: 61%."""
    return _percent(rate, "#,##0%", _locale())


def _locale() -> Locale:
    """The reader's; English where nobody reads, as in a command."""
    return get_locale() or Locale("en")


@lru_cache(maxsize=4096)
def _decimal(number: int, locale: Locale) -> str:
    """Kept, since a page has hundreds of numbers, and the next look at it mostly the same ones."""
    return str(numbers.format_decimal(number, locale=locale))


@lru_cache(maxsize=4096)
def _percent(rate: float, pattern: str, locale: Locale) -> str:
    return str(numbers.format_percent(rate, pattern, locale=locale))


def duration(seconds: float | None) -> str:
    """A time in its two largest units, a dash where there is none."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return gettext("%(seconds)s s", seconds=format_decimal(round(seconds, 1)))
    total = round(seconds)
    minutes, rest = divmod(total, 60)
    if minutes == 0:
        return gettext("%(seconds)s s", seconds=rest)
    if minutes < 60:
        return gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest) if rest else _minutes(minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if minutes else _hours(hours)
    days, hours = divmod(hours, 24)
    return gettext("%(days)s d %(hours)s h", days=days, hours=hours) if hours else _days(days)


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
    return str(format_date(moment, "medium", rebase=False))


def clock_time(moment: datetime) -> str:
    """The time of a day, in UTC: 14:05."""
    return moment.astimezone(UTC).strftime("%H:%M")


def _minutes(minutes: int) -> str:
    return gettext("%(minutes)s min", minutes=minutes)


def _hours(hours: int) -> str:
    return gettext("%(hours)s h", hours=hours)


def _days(days: int) -> str:
    return gettext("%(days)s d", days=days)
