"""The forms of the officer's steps: what each asks, and how what was sent is read."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import ngettext

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError, Invalid, Option
from asklater.kinds.typed_text import echo, is_blank
from asklater.privacy.masked_addresses import Officer, officers
from asklater.privacy.requests.deadlines import MAX_EXTENSION_MONTHS
from asklater.privacy.requests.labels import COMPLETIONS, Kind, Outcome, outcome_text
from asklater.privacy.requests.queries import NOBODY, Request

MAX_REASON_LENGTH = 1000


@dataclass(frozen=True)
class StepForm:
    """A form of one of the officer's steps. It stands open where it shows an error."""

    key: str
    title: str
    text: str
    post_url: str
    label: str
    look: str = "secondary"
    inputs: tuple[Input, ...] = ()
    is_next: bool = False
    """Whether it stands open, since it is what is to be done next."""

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


@dataclass(frozen=True)
class SubmittedStep:
    """What was sent for one step, and what is wrong with it, by input; nothing was, where `step` is ""."""

    step: str
    form: Mapping[str, str]
    errors: Mapping[str, str]


NOTHING_SUBMITTED = SubmittedStep("", {}, {})


def read_reason(form: Mapping[str, str], *, needed: bool = True) -> str:
    """Reads the reason, in the officer's words. Raises Invalid."""
    reason = form.get("reason", "").strip()
    if needed and is_blank(reason):
        raise Invalid({"reason": gettext("Write the reason: the person is told.")})
    if len(reason) > MAX_REASON_LENGTH:
        words = gettext("That is %(now)s characters. Take at most %(most)s.", now=len(reason), most=MAX_REASON_LENGTH)
        raise Invalid({"reason": words})
    return reason


def read_months(form: Mapping[str, str]) -> int:
    """Reads how many months more. Raises Invalid."""
    typed = form.get("months", "")
    if typed not in {str(number) for number in range(1, MAX_EXTENSION_MONTHS + 1)}:
        raise Invalid({"months": gettext("Choose one month or two.")})
    return int(typed)


def read_assignee(request: Request, form: Mapping[str, str], colleagues: Mapping[str, Officer]) -> Officer | None:
    """Reads whom the request is assigned to, None for nobody. Raises Invalid."""
    typed = form.get("assignee", "")
    if typed not in _assignees(request, colleagues):
        raise Invalid({"assignee": gettext("Choose one of these.")})
    return colleagues.get(typed)


def _assignees(request: Request, colleagues: Mapping[str, Officer]) -> dict[str, str]:
    """Returns to whom it can be assigned, by the value of the choice: officers other than now, and nobody."""
    others = {key: one.label for key, one in colleagues.items() if key != request.taken_by}
    return others | ({NOBODY: gettext("Nobody")} if request.taken_by else {})


def read_outcome(request: Request, form: Mapping[str, str]) -> Outcome:
    """Reads what was done, of what can be done about this kind. Raises Invalid."""
    typed = form.get("outcome", "")
    if typed not in COMPLETIONS[Kind(request.kind)]:
        raise Invalid({"outcome": gettext("Choose what is to be done.")})
    return Outcome(typed)


def step_forms(engine: Engine, request: Request, held: tuple[str, ...], sent: SubmittedStep) -> tuple[StepForm, ...]:
    """Returns the forms of the steps that a running request can take; none for a closed one."""
    if not request.is_running:
        return ()
    possible = [
        one for one in COMPLETIONS[Kind(request.kind)] if not (one is Outcome.EXPORTED and request.is_preparing)
    ]
    months = tuple(
        Option(str(n), ngettext("%(num)s month", "%(num)s months", n)) for n in range(1, MAX_EXTENSION_MONTHS + 1)
    )
    outcomes = tuple(Option(outcome, _imperative(outcome)) for outcome in possible)
    fields = tuple(Option(key, gettext(engine.field(key).label)) for key in held)
    told = gettext("The person is told. Write no value into it.")
    reasons = {step: _reason(step, gettext("The reason"), told, sent) for step in ("show", "extend", "refuse")}
    assignees = tuple(Option(key, label) for key, label in _assignees(request, officers(engine)).items())
    inputs: dict[str, tuple[Input, ...]] = {
        "take": (),
        "assign": (_choice("assign", "assignee", gettext("To whom?"), assignees, sent),),
        "read": (),
        "show": (_choice("show", "field", gettext("Which field?"), fields, sent), reasons["show"]),
        "extend": (_choice("extend", "months", gettext("How much?"), months, sent), reasons["extend"]),
        "refuse": (reasons["refuse"],),
        "complete": (
            _choice("complete", "outcome", gettext("What is to be done?"), outcomes, sent),
            _reason("complete", gettext("What was done"), told, sent, optional=True),
        ),
    }
    without = {step for step, options in (("show", fields), ("assign", assignees)) if not options}
    forms = [_step_form(request, step, inputs[step]) for step in inputs if step not in without]
    return (_retry_form(request), *forms) if request.has_failed else tuple(forms)


def _retry_form(request: Request) -> StepForm:
    again = Input(name="outcome", id="retry-outcome", label="", type="hidden", values=(Outcome.EXPORTED,))
    url = url_for("officer.complete_request", public_id=request.public_id)
    text = gettext("The person’s data could not be collected. Nothing was changed or lost.")
    return StepForm("retry", gettext("Try again"), text, url, gettext("Try again"), "primary", (again,), is_next=True)


def _step_form(request: Request, step: str, inputs: tuple[Input, ...]) -> StepForm:
    title, text = {
        "take": (gettext("Assign to me"), gettext("Say that you deal with it.")),
        "assign": (gettext("Assign it"), gettext("To a colleague, who is emailed that, or to nobody.")),
        "read": (gettext("Read the message and the address"), gettext("This is noted in the trail.")),
        "show": (
            gettext("Show a value"),
            gettext("Only where the request needs it. It is noted, and the person is told."),
        ),
        "extend": (gettext("Take more time"), gettext("Once, inside the first month.")),
        "refuse": (gettext("Refuse it"), gettext("The person is told why, and where to complain.")),
        "complete": (
            gettext("Complete it"),
            gettext("The person is told what was done, and gets a receipt. An export is collected first."),
        ),
    }[step]
    url = url_for(f"officer.{step}_request", public_id=request.public_id)
    look = {"refuse": "danger", "complete": "primary"}.get(step, "secondary")
    return StepForm(step, title, text, url, title, look, inputs)


def _choice(step: str, name: str, label: str, options: tuple[Option, ...], sent: SubmittedStep) -> Input:
    mine = sent.step == step
    return Input(
        name=name,
        id=f"{step}-{name}",
        label=label,
        type="radios",
        values=(sent.form.get(name, ""),) if mine else (),
        options=options,
        errors=(sent.errors[name],) if mine and name in sent.errors else (),
    )


def _reason(step: str, label: str, hint: str, sent: SubmittedStep, *, optional: bool = False) -> Input:
    mine = sent.step == step
    return Input(
        name="reason",
        id=f"{step}-reason",
        label=label,
        type="textarea",
        values=(echo(sent.form.get("reason", ""), multiline=True),) if mine else (),
        hint=hint,
        errors=(sent.errors["reason"],) if mine and "reason" in sent.errors else (),
        optional=optional,
    )


def _imperative(outcome: Outcome) -> str:
    return {
        Outcome.EXPORTED: gettext("Start an export for the person"),
        Outcome.RESTRICTED: gettext("Restrict what is held"),
        Outcome.RESTRICTION_LIFTED: gettext("Lift the restriction"),
        Outcome.OBJECTED: gettext("Stop measuring the person, and delete what was measured"),
        Outcome.OBJECTION_WITHDRAWN: gettext("Take the objection back"),
        Outcome.ERASED: gettext("Erase the person (a page asks once more)"),
        Outcome.ANSWERED: gettext("It is answered in another way: say how below"),
    }.get(outcome, outcome_text(outcome))
