"""The tables of the sign-up pages as data: the form's fields, how it changed, what further fields would cost."""

from collections.abc import Sequence

from webapp.insights.sheets.sheet import Column, Sheet
from webapp.insights.signup.price import Measured, Plan, further, prices
from webapp.insights.signup.recording import Event
from webapp.profiling.manifest import Signup
from webapp.profiling.words import gettext


def form_sheet(signup: Signup, plan: Plan, measured: Measured | None) -> Sheet:
    """What leaving out a field would bring is the same for each further one; of the first there is none."""
    columns = (
        Column("field", gettext("the field's key")),
        Column("justification", gettext("why the question cannot wait")),
        Column("owner", gettext("who answers for it")),
        Column("review_by", gettext("the day by which it is looked at again")),
        Column("costs_signups", gettext("sign-ups a month that leaving it out would bring")),
        Column("costs_money", gettext("what these are worth")),
    )
    lost = further(plan, len(signup.fields), measured)
    rows = tuple(
        {
            "field": asked.field,
            "justification": asked.justification or None,
            "owner": asked.owner or None,
            "review_by": asked.review_by.isoformat() if asked.review_by else None,
            "costs_signups": lost if place else None,
            "costs_money": lost * plan.worth if place else None,
        }
        for place, asked in enumerate(signup.fields)
    )
    return Sheet("sign-up", columns, rows)


def changes_sheet(events: Sequence[Event]) -> Sheet:
    """The newest first."""
    columns = (
        Column("at", gettext("when an application first ran with it, UTC")),
        Column("field", gettext("the field's key")),
        Column("what", gettext("what became different")),
        Column("before", gettext("what it was")),
        Column("after", gettext("what it became")),
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


def price_sheet(plan: Plan, measured: Measured | None) -> Sheet:
    columns = (
        Column("fields", gettext("fields on the form")),
        Column("signups", gettext("sign-ups a month")),
        Column("signups_low", gettext("at the greatest loss of the article")),
        Column("signups_high", gettext("at the least loss of the article")),
        Column("money", gettext("what the sign-ups are worth")),
        Column("lost", gettext("sign-ups fewer than with one field")),
        Column("share_lost", gettext("of those with one field, 0 to 1")),
        Column("lost_money", gettext("what the lost ones are worth")),
        Column("measured", gettext("whether an experiment measured it")),
    )
    rows = tuple(
        {
            "fields": price.fields,
            "signups": price.signups,
            "signups_low": price.low,
            "signups_high": price.high,
            "money": price.money,
            "lost": price.lost,
            "share_lost": price.share_lost,
            "lost_money": price.lost_money,
            "measured": price.measured,
        }
        for price in prices(plan, measured)
    )
    return Sheet("price", columns, rows)
