"""The form by which a mark is set or changed: a day and words, as typed and as understood, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from asklater.i18n import gettext
from asklater.insights.forms import DAY_PATTERN, EARLIEST_DAY
from asklater.insights.marks.marks import LONGEST_TEXT, Mark
from asklater.kinds.base import Input, InputError
from asklater.kinds.typed_text import UnfitText, echo, line

LONGEST_DAY = 60


@dataclass(frozen=True)
class MarkForm:
    """What was typed: `day` is None and `text` is "" where it cannot be understood."""

    day: date | None
    text: str
    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


def blank_mark(today: date) -> MarkForm:
    return MarkForm(None, "", _inputs(today.isoformat(), "", {}))


def form_of(mark: Mark) -> MarkForm:
    """The form with what the mark says."""
    return MarkForm(mark.day, mark.text, _inputs(mark.day.isoformat(), mark.text, {}))


def read_mark(sent: Mapping[str, str], today: date) -> MarkForm:
    """Never raises."""
    typed_day, typed_text = sent.get("day", "").strip()[:LONGEST_DAY], sent.get("text", "")
    errors: dict[str, str] = {}
    day, text = None, ""
    try:
        day = read_day(typed_day)
    except ValueError:
        errors["day"] = gettext("Enter year, month and day, such as %(day)s.", day=today.isoformat())
    if day and day > today:
        errors["day"] = gettext("That day has not come yet. Today is %(day)s.", day=today.isoformat())
    try:
        text = line(typed_text, LONGEST_TEXT)
    except UnfitText as unfit:
        errors["text"] = unfit.reason
    if not text and "text" not in errors:
        errors["text"] = gettext("Enter what changed.")
    return MarkForm(day, text, _inputs(echo(typed_day), echo(typed_text), errors))


def read_day(typed: str) -> date:
    """A day in the form 2026-06-30, from 2000 on. Raises ValueError for anything else."""
    if not DAY_PATTERN.fullmatch(typed) or (day := date.fromisoformat(typed)) < EARLIEST_DAY:
        raise ValueError("no day")
    return day


def _inputs(day: str, text: str, errors: Mapping[str, str]) -> tuple[Input, ...]:
    wrong = {name: (error,) for name, error in errors.items()}
    return (
        Input(
            name="day",
            id="mark-day",
            label=gettext("Day"),
            # A date control would silently drop what is no date; a text control keeps it for the one who typed it.
            type="text" if "day" in wrong else "date",
            values=(day,),
            errors=wrong.get("day", ()),
        ),
        Input(
            name="text",
            id="mark-text",
            label=gettext("What changed"),
            values=(text,) if text else (),
            hint=gettext("A release, a campaign, a change of price. Name no customers."),
            errors=wrong.get("text", ()),
            autocomplete="off",
            maxlength=LONGEST_TEXT,
        ),
    )
