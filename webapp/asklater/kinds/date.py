"""A day of the calendar: of birth, of founding, of a delivery."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from asklater import clock
from asklater.i18n import gettext
from asklater.kinds import settings
from asklater.kinds.base import Given, Input, Invalid, Kind, Option, input_id, input_name
from asklater.kinds.typed_text import compact, echo
from asklater.manifest.declarations import Field

TODAY = "today"
FIRST_YEAR, LAST_YEAR = 1000, 9999
PARTS = ("day", "month", "year")
_TOKENS = {"day": "bday-day", "month": "bday-month", "year": "bday-year"}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


def _is_day(value: Any) -> bool:
    if value == TODAY:
        return True
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


_DAY: tuple[settings.Rule, str] = (_is_day, 'must be a day such as "2020-01-31", or "today"')
_RULES: settings.Rules = {
    "earliest": _DAY,
    "latest": _DAY,
    "least_age": settings.whole(0, 150),
    "most_age": settings.whole(0, 150),
    "autocomplete": settings.one_of("bday"),
}


class Date(Kind):
    """A str, the day as "2001-12-31". It is asked in three parts, with the month by its name, so that nothing is read
    the wrong way round; another program may send it as one text in the same form.

    `earliest` and `latest` are days that are taken, or "today". `least_age` and `most_age` are in years, for a date of
    birth: they count on the day on which it is given, and it is in the past.
    """

    name: ClassVar[str] = "date"
    nouns: ClassVar[tuple[str, ...]] = ("date of birth", "birthday")

    def check(self, declared: Field) -> Sequence[str]:
        found = list(settings.findings(declared, _RULES))
        if found:
            return found
        given = declared.settings
        if given.get("least_age", 0) > given.get("most_age", 150):
            found.append("settings.least_age: is more than most_age")
        earliest, latest = (_bound(given.get(name)) for name in ("earliest", "latest"))
        if earliest and latest and earliest > latest:
            found.append("settings.earliest: is later than latest")
        return found

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        whole = _ISO.fullmatch(given.texts.get("", ("",))[0].strip()) if given.texts.get("") else None
        texts = {**given.texts, **_as_parts(whole)} if whole else given.texts
        labels = {"day": gettext("Day"), "month": gettext("Month"), "year": gettext("Year")}
        return tuple(
            Input(
                name=input_name(declared, part),
                id=input_id(declared, part),
                label=labels[part],
                type="select" if part == "month" else "text",
                values=_shown(part, texts),
                options=(Option("", gettext("Choose one")), *months()) if part == "month" else (),
                errors=tuple(
                    text for key, text in errors.items() if key == part or (part == "day" and key not in PARTS)
                ),
                autocomplete=_TOKENS[part] if declared.settings.get("autocomplete") else "",
                inputmode="" if part == "month" else "numeric",
                width="short",
            )
            for part in PARTS
        )

    def json_schema(self, declared: Field) -> dict[str, Any]:
        return {"title": declared.label, "type": "string", "format": "date"}

    def parse(self, declared: Field, given: Given) -> str:
        day = _read(given)
        _refuse_outside(declared, day)
        return day.isoformat()

    def show(self, declared: Field, value: Any) -> str:
        day = date.fromisoformat(value)
        return gettext("%(day)s %(month)s %(year)s", day=day.day, month=months()[day.month - 1].label, year=day.year)

    def given(self, declared: Field, value: Any) -> Given:
        return Given(_as_parts(_ISO.fullmatch(value)))


def months() -> tuple[Option, ...]:
    """The months by their numbers and names."""
    names = (
        *(gettext("January"), gettext("February"), gettext("March"), gettext("April"), gettext("May")),
        *(gettext("June"), gettext("July"), gettext("August"), gettext("September"), gettext("October")),
        *(gettext("November"), gettext("December")),
    )
    return tuple(Option(str(number), name) for number, name in enumerate(names, start=1))


def years_since(day: date, today: date) -> int:
    """The age in whole years, on `today`, of whoever was born on that day."""
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def _as_parts(whole: re.Match[str] | None) -> dict[str, tuple[str, ...]]:
    if whole is None:
        return {}
    year, month, day = whole.groups()
    return {"day": (str(int(day)),), "month": (str(int(month)),), "year": (year,)}


def _shown(part: str, texts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    typed = texts.get(part, ())[:1]
    if part == "month":
        return tuple(text for text in typed if any(option.value == text for option in months()))
    return tuple(echo(text) for text in typed)


def _read(given: Given) -> date:
    """The day, of three parts or of one text. Raises Invalid at the part that is wrong."""
    whole = given.text().strip()
    if whole:
        found = _ISO.fullmatch(compact_dashes(whole))
        if found is None:
            raise Invalid(
                {"": gettext("Enter the day as year, month and day, such as %(example)s.", example="2001-12-31")},
                "wrong_form",
            )
        parts = {part: texts[0] for part, texts in _as_parts(found).items()}
    else:
        parts = {part: compact(given.text(part)[:100]) for part in PARTS}
    lacking = {
        "day": gettext("Enter the day."),
        "month": gettext("Choose the month."),
        "year": gettext("Enter the year."),
    }
    if empty := {part: lacking[part] for part in PARTS if not parts[part]}:
        raise Invalid(empty, "missing")
    numbers = {part: int(text) if text.isascii() and text.isdigit() else 0 for part, text in parts.items()}
    wrong = {}
    if not 1 <= numbers["day"] <= 31:
        wrong["day"] = gettext("Enter a day from 1 to 31.")
    if not 1 <= numbers["month"] <= 12:
        wrong["month"] = gettext("Choose the month.")
    if not FIRST_YEAR <= numbers["year"] <= LAST_YEAR:
        wrong["year"] = gettext("Enter the year with four digits, such as 1985.")
    if wrong:
        raise Invalid(wrong, "wrong_form")
    try:
        return date(numbers["year"], numbers["month"], numbers["day"])
    except ValueError:
        raise Invalid({"day": gettext("This month has no such day.")}, "no_such_day") from None


def compact_dashes(text: str) -> str:
    """A day in one text, with the dashes and digits of any keyboard brought to ASCII."""
    return re.sub(r"[^\d]+", "-", "".join(compact(sign) or "-" for sign in text[:100]), flags=re.ASCII).strip("-")


def _refuse_outside(declared: Field, day: date) -> None:
    given, today = declared.settings, clock.now().date()
    earliest, latest = (_bound(given.get(name)) for name in ("earliest", "latest"))
    if earliest and day < earliest:
        raise Invalid(
            {"year": gettext("Enter a day from %(day)s on.", day=Date().show(declared, earliest.isoformat()))},
            "too_early",
        )
    if latest and day > latest:
        raise Invalid(
            {"year": gettext("Enter a day up to %(day)s.", day=Date().show(declared, latest.isoformat()))}, "too_late"
        )
    if "least_age" not in given and "most_age" not in given:
        return
    if day > today:
        raise Invalid({"year": gettext("This day is in the future. Enter a date of birth.")}, "too_late")
    age, least, most = years_since(day, today), given.get("least_age", 0), given.get("most_age", 150)
    if age < least:
        raise Invalid({"year": gettext("You need to be %(years)s or older for this.", years=least)}, "too_young")
    if age > most:
        raise Invalid(
            {"year": gettext("Check the year. By this date you are older than %(years)s.", years=most)}, "too_early"
        )


def _bound(declared: Any) -> date | None:
    if declared is None:
        return None
    return clock.now().date() if declared == TODAY else date.fromisoformat(declared)
