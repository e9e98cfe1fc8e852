"""The tables of the sign-up pages as data: the form's fields, how it changed, its reviews, what further fields
would cost.
"""

from collections.abc import Sequence

from asklater.i18n import gettext
from asklater.insights.exports.sheets import Sheet, SheetColumn
from asklater.insights.signup.form_history import RecordedChange
from asklater.insights.signup.form_review import FormReview
from asklater.insights.signup.price import (
    MeasuredRates,
    PriceAssumptions,
    cost_of_optional,
    cost_of_required,
    form_size,
    prices,
)
from asklater.manifest.declarations import Manifest


def form_sheet(manifest: Manifest, plan: PriceAssumptions, measured: MeasuredRates | None) -> Sheet:
    """What leaving out a field would bring is the same for each further required one, and for each optional one; for
    the first there is none.
    """
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("optional", gettext("whether it may be left empty")),
        SheetColumn("justification", gettext("why the question cannot wait: needed_next, required_by_law or changes")),
        SheetColumn("proof", gettext("what proves it: the action, the law, or what is shown next")),
        SheetColumn("owner", gettext("who answers for it")),
        SheetColumn("review_by", gettext("the day by which it is looked at again")),
        SheetColumn("costs_signups", gettext("sign-ups a month that leaving it out would bring")),
        SheetColumn("costs_money", gettext("what these are worth")),
    )
    size = form_size(manifest.signup)
    lost_by = {True: cost_of_optional(plan, size, measured), False: cost_of_required(plan, size, measured)}
    rows = tuple(
        {
            "field": asked.field,
            "optional": asked.optional,
            "justification": next(iter(asked.justifications), None),
            "proof": next(iter(asked.justifications.values()), None),
            "owner": manifest.signup_owner(asked) or None,
            "review_by": asked.review_by.isoformat() if asked.review_by else None,
            "costs_signups": lost_by[asked.optional] if place else None,
            "costs_money": lost_by[asked.optional] * plan.worth if place else None,
        }
        for place, asked in enumerate(manifest.signup.fields)
    )
    return Sheet("sign-up", columns, rows)


def changes_sheet(events: Sequence[RecordedChange]) -> Sheet:
    """The newest first."""
    columns = (
        SheetColumn("at", gettext("when an application first ran with it, UTC")),
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("what", gettext("what became different")),
        SheetColumn("before", gettext("what it was")),
        SheetColumn("after", gettext("what it became")),
    )
    rows = tuple(
        {
            "at": event.at.isoformat(),
            "field": event.change.field,
            "what": event.change.what,
            "before": event.change.before or None,
            "after": event.change.after or None,
        }
        for event in events
    )
    return Sheet("sign-up-changes", columns, rows)


def reviews_sheet(reviews: Sequence[FormReview]) -> Sheet:
    """The newest first."""
    columns = (
        SheetColumn("at", gettext("when it was recorded, UTC")),
        SheetColumn("role", gettext("in which role it was reviewed")),
        SheetColumn("by", gettext("a pseudonym of who reviewed it")),
        SheetColumn("verdict", gettext("keep: the form stays as it is; change: it is to change")),
        SheetColumn("note", gettext("what was found, or is to change")),
        SheetColumn("fields", gettext("the fields that the form had, by key")),
    )
    rows = tuple(
        {
            "at": review.at.isoformat(),
            "role": review.reviewer.role,
            "by": review.reviewer.pseudonym or None,
            "verdict": review.verdict,
            "note": review.note or None,
            "fields": " ".join(asked.field for asked in review.form),
        }
        for review in reviews
    )
    return Sheet("sign-up-reviews", columns, rows)


def price_sheet(plan: PriceAssumptions, measured: MeasuredRates | None) -> Sheet:
    columns = (
        SheetColumn("fields", gettext("required fields on the form")),
        SheetColumn("optional", gettext("optional fields beside them")),
        SheetColumn("signups", gettext("sign-ups a month")),
        SheetColumn("signups_low", gettext("at the greatest loss of the article")),
        SheetColumn("signups_high", gettext("at the least loss of the article")),
        SheetColumn("money", gettext("what the sign-ups are worth")),
        SheetColumn("lost", gettext("sign-ups fewer than with one field")),
        SheetColumn("share_lost", gettext("of those with one field, 0 to 1")),
        SheetColumn("lost_money", gettext("what the lost ones are worth")),
        SheetColumn("acquisition", gettext("what winning one sign-up costs")),
        SheetColumn("measured", gettext("whether an experiment measured it")),
    )
    rows = tuple(
        {
            "fields": price.size.required,
            "optional": price.size.optional,
            "signups": price.signups,
            "signups_low": price.low,
            "signups_high": price.high,
            "money": price.money,
            "lost": price.signups_lost,
            "share_lost": price.share_lost,
            "lost_money": price.money_lost,
            "acquisition": price.acquisition,
            "measured": price.measured,
        }
        for price in prices(plan, measured)
    )
    return Sheet("price", columns, rows)
