"""The form by which a goal is set or changed, as typed and as understood, and what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from asklater.i18n import gettext
from asklater.insights.forms import DAY_PATTERN
from asklater.insights.goals.goals import LONGEST_OWNER, Goal, GoalDraft, asks_for
from asklater.insights.labels import KeyLabels
from asklater.kinds.base import Input, InputError, Option
from asklater.kinds.typed_text import UnfitText, echo, line
from asklater.manifest.declarations import Manifest

PERCENT_PATTERN = re.compile(r"([0-9]{1,2})(?:[.,]([0-9]))?\s*%?")
LATEST_DAY = date(2100, 1, 1)
LONGEST_TYPED = 60


@dataclass(frozen=True)
class GoalForm:
    """What was typed; `draft` is None where it cannot be understood."""

    draft: GoalDraft | None
    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


def blank_goal(names: KeyLabels) -> GoalForm:
    return GoalForm(None, _inputs({}, names, {}))


def form_of(goal: Goal, names: KeyLabels) -> GoalForm:
    """The form with what the goal says."""
    typed = {
        "field": goal.field,
        "context": goal.context,
        "rate": f"{100 * goal.rate:g}",
        "due": goal.due.isoformat(),
        "owner": goal.owner,
    }
    return GoalForm(goal, _inputs(typed, names, {}))


def read_goal(sent: Mapping[str, str], manifest: Manifest, names: KeyLabels, today: date) -> GoalForm:
    """Never raises. A day that is over is taken, so that an old goal can be put right."""
    typed = {name: sent.get(name, "").strip() for name in ("field", "context", "rate", "due")}
    errors: dict[str, str] = {}
    field, context = typed["field"], typed["context"]
    if field not in names.fields:
        errors["field"] = gettext("Choose a field from the list.")
    if context not in names.contexts:
        errors["context"] = gettext("Choose a context from the list.")
    elif "field" not in errors and not asks_for(manifest, field, context):
        errors["context"] = gettext("The manifest does not ask for this field there. Choose another context.")
    rate = _parse_percent(typed["rate"])
    if rate is None:
        errors["rate"] = gettext("Enter a rate from 1 to 99 percent, such as 65 or 62.5.")
    due = _parse_day(typed["due"])
    if due is None:
        errors["due"] = gettext("Enter year, month and day, such as %(day)s.", day=today.isoformat())
    owner = ""
    try:
        owner = line(sent.get("owner", ""), LONGEST_OWNER)
    except UnfitText as unfit:
        errors["owner"] = unfit.reason
    if not owner and "owner" not in errors:
        errors["owner"] = gettext("Enter the team or role that owns it.")
    typed["owner"] = sent.get("owner", "")
    draft = GoalDraft(field, context, rate, due, owner) if rate and due and not errors else None
    return GoalForm(draft, _inputs(typed, names, errors))


def _parse_percent(text: str) -> float | None:
    found = PERCENT_PATTERN.fullmatch(text)
    if not found:
        return None
    tenths = 10 * int(found[1]) + int(found[2] or 0)
    return tenths / 1000 if 10 <= tenths <= 990 else None


def _parse_day(text: str) -> date | None:
    if not DAY_PATTERN.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found < LATEST_DAY else None


def _inputs(typed: Mapping[str, str], names: KeyLabels, errors: Mapping[str, str]) -> tuple[Input, ...]:
    wrong = {name: (error,) for name, error in errors.items()}
    return (
        _select("field", gettext("Field"), names.fields, typed, wrong),
        _select("context", gettext("Context"), names.contexts, typed, wrong),
        _text("rate", gettext("Wanted completion rate in percent"), typed, wrong, inputmode="decimal"),
        # A date control would silently drop what is no date; a text control keeps it for the one who typed it.
        _text("due", gettext("By"), typed, wrong, shape="text" if "due" in wrong else "date"),
        _text(
            "owner",
            gettext("Owner"),
            typed,
            wrong,
            hint=gettext("The team or role that owns it."),
            maxlength=LONGEST_OWNER,
        ),
    )


def _select(
    name: str,
    label: str,
    known: Mapping[str, str],
    typed: Mapping[str, str],
    wrong: Mapping[str, tuple[str, ...]],
) -> Input:
    chosen = typed.get(name, "")
    options = (Option("", gettext("Choose")), *(Option(key, text) for key, text in known.items()))
    return Input(
        name=name,
        id=f"goal-{name}",
        label=label,
        type="select",
        values=(chosen if chosen in known else "",),
        options=options,
        errors=wrong.get(name, ()),
    )


def _text(
    name: str,
    label: str,
    typed: Mapping[str, str],
    wrong: Mapping[str, tuple[str, ...]],
    *,
    shape: str = "text",
    hint: str = "",
    inputmode: str = "",
    maxlength: int | None = LONGEST_TYPED,
) -> Input:
    text = echo(typed.get(name, ""))
    return Input(
        name=name,
        id=f"goal-{name}",
        label=label,
        type=shape,
        values=(text,) if text else (),
        hint=hint,
        errors=wrong.get(name, ()),
        autocomplete="off",
        inputmode=inputmode,
        maxlength=None if shape == "date" else maxlength,
    )
