"""Tables of what the worker counts now and then: coverage by horizon, rejections by reason, saves by origin, and the
steps of prompts.
"""

from datetime import datetime

from asklater.i18n import gettext
from asklater.insights.exports.figure_columns import ExportSource, ValuesByColumn, share_cells
from asklater.insights.exports.sheets import Sheet, SheetColumn
from asklater.insights.figures import Share
from asklater.insights.horizons import HorizonCoverage, Horizons, read_horizons
from asklater.insights.kept_counts import CountScope
from asklater.insights.prompt_steps import contexts_in_steps, read_steps
from asklater.insights.rejections import RejectionReason, read_rejections
from asklater.insights.save_origins import FieldOrigins, read_origins
from asklater.suppression import is_too_small


def horizons_table(source: ExportSource) -> Sheet:
    """Of the query's field, else of every one; of the other filters only the people count."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("context", gettext("the context's key")),
        SheetColumn("days", gettext("the horizon, from the sign-up on")),
        SheetColumn("eligible", gettext("accounts that are old enough for it")),
        SheetColumn("too_young", gettext("accounts that are not; empty where that would tell of too few")),
        SheetColumn("reached", gettext("of the eligible, who were asked there within the horizon")),
        *_rate_columns("reach", gettext("reached in eligible, 0 to 1")),
        SheetColumn("held", gettext("of the reached, who gave the field within the horizon")),
        *_rate_columns("held", gettext("held in reached, 0 to 1")),
        *_rate_columns("coverage", gettext("held in eligible, 0 to 1")),
        SheetColumn("as_of", gettext("when this was counted, UTC")),
    )
    found = read_horizons(source.database, _scope(source), source.query.people)
    rows = tuple(
        _horizon_cells(field, context, it, found)
        for (field, context), horizons in found.contexts.items()
        if source.query.field in {"", field} and source.query.context in {"", context}
        for it in horizons
    )
    return Sheet("horizons", columns, rows)


def _horizon_cells(field: str, context: str, it: HorizonCoverage, found: Horizons) -> ValuesByColumn:
    return {
        "field": field,
        "context": context,
        "days": it.days,
        "eligible": it.eligible,
        "too_young": found.accounts.too_young(it.days),
        "reached": it.reached if it.reach else None,
        **share_cells("reach", it.reach),
        "held": it.held if it.held_of_reached else None,
        **share_cells("held", it.held_of_reached),
        **share_cells("coverage", it.coverage),
        "as_of": _as_text(found.as_of),
    }


def rejections_table(source: ExportSource) -> Sheet:
    """Of the query's field, else of every one; of the other filters only the people and the sort of asks count."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("reason", gettext("a code of its kind, never what was typed")),
        SheetColumn("persons", gettext("people with a mature ask that was rejected for it; empty where too few")),
        SheetColumn("corrected", gettext("of these, who completed such an ask")),
        *_rate_columns("corrected", gettext("corrected in persons, 0 to 1")),
        SheetColumn("as_of", gettext("when this was counted, UTC")),
    )
    found = read_rejections(source.database, _scope(source), source.query)
    rows = tuple(
        {**_rejection_cells(field, it), "as_of": _as_text(found.as_of)}
        for field, reasons in sorted(found.fields.items())
        if source.query.field in {"", field}
        for it in reasons
    )
    return Sheet("rejections", columns, rows)


def _rejection_cells(field: str, it: RejectionReason) -> ValuesByColumn:
    share = it.corrected_share
    return {
        "field": field,
        "reason": it.reason,
        "persons": None if is_too_small(it.persons) else it.persons,
        "corrected": share.part if share else None,
        **share_cells("corrected", share),
    }


def origins_table(source: ExportSource) -> Sheet:
    """Of the query's field, else of every one; of the other filters only the people count."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("origin", gettext("a context's key, or settings, provider, import or api")),
        SheetColumn("saves", gettext("times that accounts gave it; empty where these are too few, or tell of such")),
        SheetColumn("share", gettext("saves in all saves of the field, 0 to 1")),
        SheetColumn("as_of", gettext("when this was counted, UTC")),
    )
    found = read_origins(source.database, _scope(source), source.query.people)
    rows: list[ValuesByColumn] = []
    for field, it in sorted(found.fields.items()):
        if source.query.field in {"", field}:
            rows += [{"field": field, **cells, "as_of": _as_text(found.as_of)} for cells in _origin_cells(it)]
    return Sheet("origins", columns, tuple(rows))


def _origin_cells(it: FieldOrigins) -> list[ValuesByColumn]:
    return [
        {
            "origin": each.origin,
            "saves": each.saves,
            "share": each.saves / it.saves if each.saves is not None and it.saves else None,
        }
        for each in it.origins
    ]


def steps_table(source: ExportSource) -> Sheet:
    """Of the query's context, else of every one that asks one by one; of the other filters the people, the variant
    and the sort of asks count."""
    columns = (
        SheetColumn("context", gettext("the context's key")),
        SheetColumn("field", gettext("the key of the step's field; the steps are in the order in which they are met")),
        SheetColumn("variant", gettext("the variant; - for outside of experiments")),
        SheetColumn("saw", gettext("people who saw the step")),
        SheetColumn("submitted", gettext("of these, who submitted it")),
        *_rate_columns("submitted", gettext("submitted in saw, 0 to 1")),
        SheetColumn("went_on", gettext("of those who saw it, who saw a later step, or whose action ran")),
        *_rate_columns("went_on", gettext("went_on in saw, 0 to 1")),
        SheetColumn("median_seconds", gettext("half of the answers to the step took at most this long")),
        SheetColumn("p90_seconds", gettext("nine in ten answers to the step took at most this long")),
        SheetColumn("as_of", gettext("when this was counted, UTC")),
    )
    rows: list[ValuesByColumn] = []
    for context in contexts_in_steps(source.manifest):
        found = read_steps(source.database, _scope(source), source.query, context)
        if found is None or source.query.context not in {"", context}:
            continue
        rows += [
            {
                "context": context,
                "field": it.field,
                "variant": it.variant,
                "saw": it.saw,
                "submitted": _part(it.submitted),
                **share_cells("submitted", it.submitted),
                "went_on": _part(it.went_on),
                **share_cells("went_on", it.went_on),
                "median_seconds": it.median,
                "p90_seconds": it.p90,
                "as_of": _as_text(found.as_of),
            }
            for it in found.steps
            if source.query.field in {"", it.field}
        ]
    return Sheet("steps", columns, tuple(rows))


def _rate_columns(name: str, meaning: str) -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(f"{name}_rate", meaning),
        SheetColumn(f"{name}_low", gettext("lower end of its 95-percent Wilson interval")),
        SheetColumn(f"{name}_high", gettext("upper end of its 95-percent Wilson interval")),
    )


def _scope(source: ExportSource) -> CountScope:
    return CountScope(source.manifest, source.uncounted, source.query.as_of)


def _part(share: Share | None) -> int | None:
    return share.part if share else None


def _as_text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
