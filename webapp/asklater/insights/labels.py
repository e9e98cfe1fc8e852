"""Labels in the reader's language: numbers, times and days, differences of rates, devices and variants, and what
fields and contexts are called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel import dates, numbers
from flask import g, has_app_context
from flask_babel import format_percent, get_domain, get_locale

from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.rollup.series import NO_EXPERIMENT
from asklater.insights.statistics.differences import Difference
from asklater.manifest.declarations import NO_VALUE, OTHER_VALUE, SIGN_UP, Experiment, Manifest
from asklater.policy.segments import IS, values_of

# Numbers, times and days

CACHE_SIZE = 10_000
"""Numbers and days whose words are kept."""


@dataclass(frozen=True)
class NumberLabels:
    """Numbers in one language. Whoever has many to put into words looks it up once."""

    locale: str

    def whole_number(self, number: int) -> str:
        """A count: 1,204."""
        return _whole(number, self.locale)

    def percent(self, rate: float) -> str:
        """A rate from 0 to 1: 61.2%."""
        return _percent(rate, self.locale)

    def duration(self, seconds: float | None) -> str:
        """A time in its two largest units, a dash where there is none."""
        return "–" if seconds is None else _duration(seconds, self.locale)


def number_labels() -> NumberLabels:
    """Returns the labels in the language of the request; in English where there is none."""
    if not has_app_context():
        return NumberLabels("en")
    kept = g._get_current_object()  # noqa: SLF001 - werkzeug's own method, for whoever asks hundreds of times
    found: NumberLabels | None = kept.get("insights_words")
    if found is None:
        found = kept.insights_words = NumberLabels(str(get_locale() or "en"))
    return found


def whole_number(number: int) -> str:
    return number_labels().whole_number(number)


def percent(rate: float) -> str:
    return number_labels().percent(rate)


def duration(seconds: float | None) -> str:
    return number_labels().duration(seconds)


def signed_number(number: float) -> str:
    """A number with its sign, to three decimals at most: +4.2."""
    return _signed(number, number_labels().locale)


def rough_percent(rate: float) -> str:
    """A rate of which no decimal is known: 61%."""
    return str(format_percent(rate, "#,##0%"))


def template_number_labels() -> Mapping[str, Callable[..., str]]:
    """Returns the functions by which the templates of one request put numbers into words."""
    said = number_labels()
    return {"duration": said.duration, "percent": said.percent, "whole_number": said.whole_number}


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """The sentence for this many; `%(num)s` in it is the count, grouped like every other."""
    sentence = get_domain().get_translations().ungettext(singular, plural, num)
    return str(sentence % {"num": whole_number(num), **variables})


def window_length(window: timedelta) -> str:
    """A length of time that was declared: 1 day, 12 hours, else its largest units."""
    hours, rest = divmod(window, timedelta(hours=1))
    if rest:
        return duration(window.total_seconds())
    if hours % 24:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", hours // 24)


def day(moment: date) -> str:
    """A day: Nov 23, 2026."""
    return _day(moment, number_labels().locale)


def short_day(moment: date) -> str:
    """A day without its year, as a chart's scale has it: Nov 23."""
    return _short_day(moment, number_labels().locale)


def clock_time(moment: datetime) -> str:
    """The time of a day, in UTC: 14:05."""
    return moment.astimezone(UTC).strftime("%H:%M")


# A page of the dashboard has hundreds of these, most of them the same as on the page before: they are kept.
@lru_cache(maxsize=CACHE_SIZE)
def _whole(number: int, locale: str) -> str:
    return numbers.format_decimal(number, locale=locale)


@lru_cache(maxsize=CACHE_SIZE)
def _percent(rate: float, locale: str) -> str:
    return numbers.format_percent(rate, "#,##0.0%", locale=locale)


@lru_cache(maxsize=CACHE_SIZE)
def _signed(number: float, locale: str) -> str:
    return numbers.format_decimal(number, "+#,##0.0##;−#,##0.0##", locale=locale)


@lru_cache(maxsize=CACHE_SIZE)
def _day(moment: date, locale: str) -> str:
    return dates.format_date(moment, "medium", locale=locale)


@lru_cache(maxsize=CACHE_SIZE)
def _short_day(moment: date, locale: str) -> str:
    return dates.format_skeleton("MMMd", moment, locale=locale)


@lru_cache(maxsize=CACHE_SIZE)
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


# Differences of rates


def points_label(share: float) -> str:
    """A difference of two rates: +4.2 points."""
    return gettext("%(number)s points", number=_signed_points(share))


def points_interval_label(difference: Difference) -> str:
    return gettext("%(low)s to %(high)s", low=_signed_points(difference.low), high=_signed_points(difference.high))


def _signed_points(share: float) -> str:
    """In points, to a tenth; finer where a tenth would make zero of what is not."""
    digits = 1 if abs(share) >= 0.0005 or not share else 3
    return signed_number(round(share * 100, digits) + 0.0)


# Devices, visitors, variants and segments


def device_labels() -> Mapping[str, str]:
    return {
        "phone": gettext("Phone"),
        "tablet": gettext("Tablet"),
        "desktop": gettext("Desktop"),
        "other": gettext("Other"),
    }


def visitor_labels() -> Mapping[str, str]:
    return {"new": gettext("New"), "returning": gettext("Returning")}


def segment_value_label(value: str) -> str:
    return {OTHER_VALUE: gettext("Other"), NO_VALUE: gettext("None")}.get(value, value)


def segment_options(manifest: Manifest) -> Mapping[str, str]:
    """The label of every segment that can be counted, by `key=value`, in the manifest's order."""
    return {
        f"{key}{IS}{value}": gettext("%(segment)s: %(value)s", segment=gettext(declared.label), value=label)
        for key, declared in manifest.segments_by.items()
        for value, label in ((value, segment_value_label(value)) for value in values_of(declared))
    }


def qualified_variant_label(key: str, experiments: Mapping[str, Experiment]) -> str:
    """Returns the label of `experiment:variant`, or of the prompts outside of any experiment."""
    if key == NO_EXPERIMENT:
        return gettext("Outside of experiments")
    experiment, _, variant = key.partition(":")
    found = experiments.get(experiment)
    if found is None or variant not in found.variants:
        return gettext("%(key)s (no longer declared)", key=key)
    return gettext("%(experiment)s: %(variant)s", experiment=gettext(found.label), variant=variant.replace("_", " "))


# Fields and contexts


@dataclass(frozen=True)
class KeyLabels:
    """Labels by key, in the manifest's order: of its fields, and of the contexts that ask for some."""

    fields: Mapping[str, str]
    contexts: Mapping[str, str]

    def field(self, key: str) -> str:
        """The label; of what only an earlier manifest declared, the key and a word about it."""
        return self.fields[key] if key in self.fields else _undeclared_label(key)

    def context(self, key: str) -> str:
        return self.contexts[key] if key in self.contexts else _undeclared_label(key)

    def sort_key(self, field: str, context: str) -> tuple[int, str, int, str]:
        """What to sort by; keys that are no longer declared come last."""
        return (*_position(self.fields, field), *_position(self.contexts, context))


def key_labels(manifest: Manifest) -> KeyLabels:
    """Returns the labels in the language of the request; signing up comes first, background placements come last."""
    asking = {key: action for key, action in manifest.actions.items() if action.requires}
    placements = current_engine().registry.placements
    spots = {prompt.placement for prompt in manifest.prompts.values()}
    first = {SIGN_UP: asking.pop(SIGN_UP)} if SIGN_UP in asking else {}
    return KeyLabels(
        fields={key: gettext(declared.label) for key, declared in manifest.fields.items()},
        contexts={
            **{key: gettext(action.label) for key, action in (first | asking).items()},
            **{key: placement.label() for key, placement in placements.items() if key in spots},
        },
    )


def _position(order: Mapping[str, str], key: str) -> tuple[int, str]:
    return (list(order).index(key) if key in order else len(order), key)


def _undeclared_label(key: str) -> str:
    return gettext("%(key)s (no longer declared)", key=key)


def page_title(title: str, errors: object) -> str:
    """The title of a page; where something is wrong with what was typed, it says so first."""
    return gettext("Error: %(title)s", title=title) if errors else title
