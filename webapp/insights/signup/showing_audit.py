"""Putting the audit of the sign-up form together."""

from collections.abc import Sequence
from datetime import date

from webapp.insights.addresses import address
from webapp.insights.filing import Files
from webapp.insights.names import Names, names_of
from webapp.insights.reviewing import state_of
from webapp.insights.signup.history import Change
from webapp.insights.signup.money import money
from webapp.insights.signup.pages import AuditPage, ChangeLine, SignupField
from webapp.insights.signup.price import Measured, Plan, further
from webapp.insights.signup.price_form import arguments_of
from webapp.insights.signup.recording import Event
from webapp.insights.signup.showing_price import evidence
from webapp.insights.wording import day, ngettext
from webapp.profiling.manifest import Manifest, SignupField as Declared
from webapp.profiling.words import gettext


def audit_page(
    manifest: Manifest, events: Sequence[Event], plan: Plan, today: date, measured: Measured | None
) -> AuditPage:
    """`plan` prices the fields; `events` are the recorded changes, the newest first."""
    names, form = names_of(manifest), manifest.signup.fields
    priced = zip(form, _costs(plan, len(form), measured), strict=True)
    only = len(form) == 1
    return AuditPage(
        says=_says(len(form)),
        fields=tuple(_field(asked, names, today, cost) for asked, cost in priced),
        owes_title=gettext("What a second field would owe") if only else gettext("What each further field owes"),
        owes=_owes(plan, len(form), measured),
        cost_says=evidence(plan, measured),
        price_url=address("signup.price", arguments_of(plan)),
        files=Files(arguments_of(plan), "signup.table"),
        changes=tuple(_line(event, names) for event in events),
    )


def _says(count: int) -> str:
    if count == 1:
        return gettext(
            "The form asks for one field, which is the least there can be. Everything else waits until needed."
        )
    return ngettext(
        "The form asks for %(num)s field more than it needs to.",
        "The form asks for %(num)s fields more than it needs to.",
        count - 1,
    )


def _field(asked: Declared, names: Names, today: date, cost: str) -> SignupField:
    nothing = gettext("Not declared") if cost else gettext("None is owed")
    return SignupField(
        key=asked.field,
        label=names.field(asked.field),
        justification=asked.justification or nothing,
        owner=asked.owner or nothing,
        review=_review(asked.review_by, today) if asked.review_by else nothing,
        state=state_of(asked.review_by, today),
        cost=cost or gettext("Nothing further: without it there is no account"),
    )


def _review(review_by: date, today: date) -> str:
    """The day and what it means: fine, due soon, overdue."""
    left = abs((review_by - today).days)
    on = day(review_by)
    match state_of(review_by, today):
        case "overdue":
            return ngettext("%(day)s: overdue by %(num)s day", "%(day)s: overdue by %(num)s days", left, day=on)
        case "soon":
            return ngettext("%(day)s: due in %(num)s day", "%(day)s: due in %(num)s days", left, day=on)
        case _:
            return gettext("%(day)s: fine", day=on)


def _costs(plan: Plan, count: int, measured: Measured | None) -> list[str]:
    """What leaving out each field would bring: the same for each further one, whatever its place; "" for the first."""
    return ["", *[_cost(plan, count, measured)] * (count - 1)]


def _cost(plan: Plan, count: int, measured: Measured | None) -> str:
    lost = further(plan, count, measured)
    return ngettext(
        "%(num)s sign-up a month (%(money)s)",
        "%(num)s sign-ups a month (%(money)s)",
        round(lost),
        money=money(lost * plan.worth, plan.currency),
    )


def _owes(plan: Plan, count: int, measured: Measured | None) -> tuple[str, ...]:
    return (
        gettext("A justification: why the question cannot wait until something needs its answer."),
        gettext("An owner, by name or by role, who answers for it."),
        gettext(
            "A day by which it is looked at again. Once overdue, it is said here and wherever the manifest is checked."
        ),
        gettext("And its price: about %(cost)s, by the figures beside.", cost=_cost(plan, count + 1, measured)),
    )


def _line(event: Event, names: Names) -> ChangeLine:
    change = event.change
    return ChangeLine(event.at, names.field(change.field), _what(change), change.before, change.after)


def _what(change: Change) -> str:
    return {
        "recorded": gettext("On the form when this record began, in place"),
        "added": gettext("Added, in place"),
        "removed": gettext("Removed, from place"),
        "moved": gettext("Moved, from place to place"),
        "justification": gettext("Justification"),
        "owner": gettext("Owner"),
        "review_by": gettext("Review due by"),
    }[change.what]
