"""The audit of the sign-up form: what each field is for, who answers for it, what it costs, and how it changed."""

from collections.abc import Sequence
from datetime import date

from asklater.i18n import gettext
from asklater.insights.alerts import review_state
from asklater.insights.labels import KeyLabels, day, key_labels, ngettext
from asklater.insights.signup.form_history import FormChange, RecordedChange
from asklater.insights.signup.forms import price_arguments
from asklater.insights.signup.presenters import (
    AuditPage,
    FormChangeRow,
    FormReviewState,
    SignupFieldRow,
    evidence_sentence,
    money_label,
    price_source,
    size_label,
)
from asklater.insights.signup.price import (
    FormSize,
    MeasuredRates,
    PriceAssumptions,
    cost_of_optional,
    cost_of_required,
    form_size,
)
from asklater.insights.urls import DownloadLinks, page_url
from asklater.manifest.declarations import Manifest, SignupField as Declared


def audit_page(
    manifest: Manifest,
    events: Sequence[RecordedChange],
    plan: PriceAssumptions,
    today: date,
    measured: MeasuredRates | None,
    review: FormReviewState,
) -> AuditPage:
    """`plan` prices the fields; `events` are the recorded changes, the newest first."""
    names, form, size = key_labels(manifest), manifest.signup.fields, form_size(manifest.signup)
    costs = {
        False: _cost(plan, cost_of_required(plan, size, measured)),
        True: _cost(plan, cost_of_optional(plan, size, measured)),
    }
    priced = [(asked, costs[asked.optional] if place else "") for place, asked in enumerate(form)]
    only = len(form) == 1
    return AuditPage(
        summary=_audit_summary(size)
        if form
        else gettext("No form is declared: the application signs people up by itself."),
        review=review,
        fields=tuple(_field(manifest, asked, names, today, cost) for asked, cost in priced),
        owed_title=gettext("What a second field would need") if only else gettext("What each further field needs"),
        owed_parts=_owes(plan, size, measured),
        cost_says=evidence_sentence(plan, measured),
        source=price_source(),
        price_url=page_url("signup.price", price_arguments(plan)),
        files=DownloadLinks(price_arguments(plan), "signup.table"),
        changes=tuple(_form_change_row(event, names) for event in events),
    )


def _audit_summary(size: FormSize) -> str:
    if size == FormSize(1):
        return gettext(
            "The form asks for one field, which is the least there can be. Everything else waits until needed."
        )
    return gettext(
        "The form asks for %(fields)s. Each beyond the first costs sign-ups, and needs a reason.",
        fields=size_label(size),
    )


def _field(manifest: Manifest, asked: Declared, names: KeyLabels, today: date, cost: str) -> SignupFieldRow:
    nothing = gettext("Not declared") if cost else gettext("None is needed")
    owner, label = manifest.signup_owner(asked), names.field(asked.field)
    return SignupFieldRow(
        key=asked.field,
        label=gettext("%(label)s (optional)", label=label) if asked.optional else label,
        justification=justification_label(asked, names) or nothing,
        owner=gettext(owner) if owner and cost else nothing,
        review=_review(asked.review_by, today) if asked.review_by else gettext("With the whole form"),
        state=review_state(asked.review_by, today),
        cost=cost or gettext("Nothing further: without it there is no account"),
    )


def justification_label(asked: Declared, names: KeyLabels) -> str:
    """Which of the three it is, and what proves it; "" for none."""
    if asked.needed_next:
        return gettext("Needed for the next step: %(action)s", action=names.context(asked.needed_next))
    if asked.required_by_law:
        return gettext("Required by law: %(law)s", law=gettext(asked.required_by_law))
    if asked.changes:
        return gettext("Changes what is shown next: %(what)s", what=gettext(asked.changes))
    return ""


def _review(review_by: date, today: date) -> str:
    """The day and what it means: fine, due soon, overdue."""
    left = abs((review_by - today).days)
    on = day(review_by)
    match review_state(review_by, today):
        case "overdue":
            return ngettext("%(day)s: overdue by %(num)s day", "%(day)s: overdue by %(num)s days", left, day=on)
        case "soon":
            return ngettext("%(day)s: due in %(num)s day", "%(day)s: due in %(num)s days", left, day=on)
        case _:
            return gettext("%(day)s: fine", day=on)


def _cost(plan: PriceAssumptions, lost: float) -> str:
    """What leaving out a field would bring."""
    return ngettext(
        "%(num)s sign-up a month (%(money)s)",
        "%(num)s sign-ups a month (%(money)s)",
        round(lost),
        money=money_label(lost * plan.worth, plan.currency),
    )


def _owes(plan: PriceAssumptions, size: FormSize, measured: MeasuredRates | None) -> tuple[str, ...]:
    return (
        gettext(
            "One justification, with its proof: the next action needs it, a law requires it now, or something is "
            "shown differently because of it. Being useful for analytics is not one."
        ),
        gettext("An owner, by name or by role."),
        gettext("A place in the yearly review of the whole form, or an earlier day of its own."),
        gettext(
            "And its price, by the figures beside: about %(required)s where it is required, about %(optional)s "
            "where it is optional.",
            required=_cost(plan, cost_of_required(plan, FormSize(size.required + 1, size.optional), measured)),
            optional=_cost(plan, cost_of_optional(plan, FormSize(size.required, size.optional + 1), measured)),
        ),
    )


def _form_change_row(event: RecordedChange, names: KeyLabels) -> FormChangeRow:
    change = event.change
    return FormChangeRow(event.at, names.field(change.field), _changed_part_label(change), change.before, change.after)


def _changed_part_label(change: FormChange) -> str:
    return {
        "recorded": gettext("On the form when this record began, in place"),
        "added": gettext("Added, in place"),
        "removed": gettext("Removed, from place"),
        "moved": gettext("Moved, from place to place"),
        "made_optional": gettext("Became optional"),
        "made_required": gettext("Became required"),
        "justification": gettext("Justification"),
        "owner": gettext("Owner"),
        "review_by": gettext("Review due by"),
    }[change.what]
