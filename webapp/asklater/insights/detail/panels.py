"""Panels of what the worker counts now and then: a field's coverage by horizon, why it was rejected and where it came
from, and the steps of a context.
"""

from dataclasses import dataclass

from asklater.i18n import gettext
from asklater.insights.figures import Share
from asklater.insights.horizon_rows import HorizonRow, eligible_label, horizon_row
from asklater.insights.horizons import HORIZONS, Horizons
from asklater.insights.labels import (
    KeyLabels,
    duration,
    percent,
    qualified_variant_label,
    whole_number,
)
from asklater.insights.presenters import RateCell, rate_cell
from asklater.insights.prompt_steps import PromptStep, PromptSteps
from asklater.insights.query import Query
from asklater.insights.rejections import RejectionReason, Rejections, reason_labels
from asklater.insights.save_origins import FieldOrigins, SaveOrigins, origin_labels
from asklater.insights.urls import cell_url
from asklater.manifest.declarations import Manifest


@dataclass(frozen=True)
class HorizonPanel:
    """`eligible` tells, for each horizon, how many accounts are old enough for it. No rows where nothing is told."""

    summary: str
    eligible: tuple[str, ...]
    rows: tuple[HorizonRow, ...]


@dataclass(frozen=True)
class RejectionRow:
    """One reason; `persons` is "" where these are too few, and `corrected` None where it would tell of such."""

    label: str
    persons: str
    corrected: RateCell | None


@dataclass(frozen=True)
class RejectionPanel:
    """No rows where nothing was rejected; `summary` tells so."""

    summary: str
    rows: tuple[RejectionRow, ...]


@dataclass(frozen=True)
class OriginRow:
    """One origin; `saves` is "" where it is hidden, and so is `share`."""

    label: str
    saves: str
    share: str


@dataclass(frozen=True)
class OriginPanel:
    """No rows where nobody gave it, or too few did; `summary` tells so."""

    summary: str
    rows: tuple[OriginRow, ...]


@dataclass(frozen=True)
class StepRow:
    """One step of one variant; a rate is None where it would tell of too few, times are "" then."""

    label: str
    variant: str
    saw: str
    submitted: RateCell | None
    went_on: RateCell | None
    median: str
    p90: str


@dataclass(frozen=True)
class StepPanel:
    """No rows where too few came by; `summary` tells so."""

    summary: str
    rows: tuple[StepRow, ...]


# Filling them


def horizon_panel(found: Horizons, query: Query, names: KeyLabels) -> HorizonPanel:
    """Of the query's field."""
    if found.as_of is None:
        return HorizonPanel(not_counted_yet(), (), ())
    contexts = found.of_field(query.field)
    if not contexts:
        return HorizonPanel(gettext("No account that is old enough was asked for it."), (), ())
    ordered = sorted(contexts, key=lambda context: names.sort_key("", context))
    rows = (
        horizon_row(names.context(context), it, cell_url(query, query.field, context))
        for context in ordered
        for it in contexts[context]
    )
    summary = gettext("Of the accounts, counted from their sign-up:")
    return HorizonPanel(summary, tuple(eligible_label(found.accounts, days) for days in HORIZONS), tuple(rows))


def rejection_panel(found: Rejections, field: str) -> RejectionPanel:
    reasons = found.fields.get(field, ())
    if found.as_of is None:
        return RejectionPanel(not_counted_yet(), ())
    if not reasons:
        return RejectionPanel(gettext("Nothing that was sent for it was rejected."), ())
    summary = gettext("People whose answer was rejected, by what was wrong with it. One person may have several.")
    return RejectionPanel(summary, tuple(map(_rejection_row, reasons)))


def reason_label(reason: str) -> str:
    """In words; the code itself where a kind of the application's own gave it."""
    return reason_labels().get(reason, reason)


def _rejection_row(it: RejectionReason) -> RejectionRow:
    label = reason_label(it.reason)
    persons = "" if it.is_suppressed else whole_number(it.persons)
    return RejectionRow(label, persons, _rate(it.corrected_share, gettext("Corrected: %(reason)s", reason=label)))


def origin_panel(found: SaveOrigins, field: str, names: KeyLabels) -> OriginPanel:
    it = found.fields.get(field)
    if found.as_of is None:
        return OriginPanel(not_counted_yet(), ())
    if it is None:
        return OriginPanel(gettext("No account has given it."), ())
    if not it.saves:
        return OriginPanel(gettext("Too few accounts have given it, so nothing is shown."), ())
    summary = gettext("Accounts gave it %(saves)s times; these add up to that.", saves=whole_number(it.saves))
    return OriginPanel(summary, _origin_rows(it, it.saves, names))


def origin_label(origin: str, names: KeyLabels) -> str:
    """A context's label, or what is none."""
    return origin_labels().get(origin) or names.context(origin)


def _origin_rows(it: FieldOrigins, whole: int, names: KeyLabels) -> tuple[OriginRow, ...]:
    return tuple(
        OriginRow(
            origin_label(each.origin, names),
            "" if each.saves is None else whole_number(each.saves),
            "" if each.saves is None else percent(each.saves / whole),
        )
        for each in it.origins
    )


def step_panel(found: PromptSteps, manifest: Manifest, names: KeyLabels) -> StepPanel:
    """Of the context that the steps are of."""
    if found.as_of is None:
        return StepPanel(not_counted_yet(), ())
    if not found.steps:
        return StepPanel(gettext("Too few people saw a step of it, so nothing is shown."), ())
    rows = tuple(_step_row(it, manifest, names) for it in found.steps)
    return StepPanel(_narrowest(found.steps, manifest, names), rows)


def _narrowest(steps: tuple[PromptStep, ...], manifest: Manifest, names: KeyLabels) -> str:
    """The step that the smallest share went on from."""
    told = [(it.went_on.rate, it) for it in steps if it.went_on]
    if not told:
        return gettext("Each step, and who went on from it.")
    rate, it = min(told, key=lambda pair: pair[0])
    step = _step_name(it, manifest, names) if len({it.variant for it in steps}) > 1 else names.field(it.field)
    return gettext("Fewest went on from “%(step)s”: %(rate)s of those who saw it.", step=step, rate=percent(rate))


def _step_name(it: PromptStep, manifest: Manifest, names: KeyLabels) -> str:
    variant = qualified_variant_label(it.variant, manifest.experiments)
    return gettext("%(field)s, %(variant)s", field=names.field(it.field), variant=variant)


def _step_row(it: PromptStep, manifest: Manifest, names: KeyLabels) -> StepRow:
    label, variant = names.field(it.field), qualified_variant_label(it.variant, manifest.experiments)
    named = _step_name(it, manifest, names)
    return StepRow(
        label=label,
        variant=variant,
        saw=whole_number(it.saw),
        submitted=_rate(it.submitted, gettext("Submitted: %(name)s", name=named)),
        went_on=_rate(it.went_on, gettext("Went on: %(name)s", name=named)),
        median="" if it.median is None else duration(it.median),
        p90="" if it.p90 is None else duration(it.p90),
    )


def _rate(share: Share | None, label: str) -> RateCell | None:
    return None if share is None else rate_cell(share, label)


def not_counted_yet() -> str:
    return gettext("The worker has not counted this yet. It does so every hour.")
