"""The page of one field over all its contexts."""

from dataclasses import dataclass

from asklater.database.access import Database
from asklater.i18n import gettext
from asklater.insights.breakdown_tables import read_segment_tables
from asklater.insights.chart_notes import chart_notes
from asklater.insights.comparisons import compare_periods
from asklater.insights.coverage import Coverage
from asklater.insights.detail.advice import ContextExperiment, advice_on
from asklater.insights.detail.panels import horizon_panel, origin_panel, rejection_panel
from asklater.insights.detail.presenters import (
    FieldPage,
    QualityPanel,
    TimesChart,
    outcome_rows,
    page_frame,
    prompt_figures,
    times_chart,
)
from asklater.insights.figures import Share, Tally, cell_tallies
from asklater.insights.forms import QueryForm
from asklater.insights.horizons import Horizons, read_horizons
from asklater.insights.kept_counts import CountScope
from asklater.insights.labels import KeyLabels, key_labels, percent, whole_number
from asklater.insights.presenters import FigureRow, no_figures_note, rate_cell
from asklater.insights.quality import DataQuality
from asklater.insights.query import Query
from asklater.insights.rejections import Rejections, read_rejections
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.save_origins import SaveOrigins, read_origins
from asklater.insights.suppression import share_of_persons
from asklater.insights.timeseries import trend
from asklater.insights.urls import field_url
from asklater.manifest.declarations import Manifest
from asklater.manifest.notice import asked_by, kept
from asklater.suppression import SMALLEST_CELL


@dataclass(frozen=True)
class FieldDetails:
    """What the worker counts now and then of every field."""

    horizons: Horizons
    rejections: Rejections
    origins: SaveOrigins


def read_field_details(database: Database, scope: CountScope, query: Query) -> FieldDetails:
    return FieldDetails(
        read_horizons(database, scope, query.people),
        read_rejections(database, scope, query),
        read_origins(database, scope, query.people),
    )


def field_page(
    reader: TotalsReader,
    coverage: Coverage,
    quality: DataQuality,
    details: FieldDetails,
    manifest: Manifest,
    form: QueryForm,
    trial: ContextExperiment | None,
) -> FieldPage:
    query, names = form.query, key_labels(manifest)
    comparison = compare_periods(reader, query)
    current = comparison.now
    it, shown = current.tally(query.field), current.figures(query.field)
    found = sorted(cell_tallies(current.tallies, query.field), key=lambda cell: names.sort_key("", cell.context))
    simulated = query.people == "simulated" or bool(it.simulated_persons)
    name, place = names.field(query.field), {"field": query.field}

    def here(other: Query) -> str:
        return field_url(other, query.field)

    return FieldPage(
        frame=page_frame(form, reader, manifest.window, name, "field", place=place, simulated=simulated),
        summary=_summary(it, name) if shown else no_figures_note(it, optional=query.optional),
        stats=prompt_figures(shown, comparison) if shown else (),
        advice=advice_on(query.field, found, current, query, names, trial),
        outcomes=outcome_rows(it, optional=query.optional) if shown else (),
        times=times_chart(shown) if shown else TimesChart("", (), "", ""),
        declaration=_asked(manifest, names, query),
        coverage=_covered(coverage, query.field),
        quality=_quality(quality, query.field),
        horizons=horizon_panel(details.horizons, query, names),
        rejections=rejection_panel(details.rejections, query.field),
        origins=origin_panel(details.origins, query.field, names),
        slices=read_segment_tables(reader, query, manifest, here) if shown else (),
        trend=trend(reader.series_by_day(query), query, manifest.window, here, chart_notes(query)) if shown else None,
    )


def _summary(it: Tally, name: str) -> str:
    return gettext(
        "%(completed)s of %(asks)s asks for %(field)s were completed, %(rate)s.",
        completed=whole_number(it.completed),
        asks=whole_number(it.episodes),
        field=name,
        rate=percent(it.completed / it.episodes),
    )


def _covered(found: Coverage, field: str) -> str:
    if found.accounts < SMALLEST_CELL:
        return gettext("There are fewer than five accounts, so no share is shown.")
    held = share_of_persons(found.held.get(field, 0), found.accounts)
    if held is None:
        return gettext("Fewer than five accounts hold it now, or lack it, so no share is shown.")
    return gettext(
        "%(held)s of %(accounts)s accounts hold it now, %(rate)s.",
        held=whole_number(held.part),
        accounts=whole_number(held.whole),
        rate=percent(held.rate),
    )


def _quality(found: DataQuality, field: str) -> QualityPanel:
    it = found.fields.get(field)
    if found.as_of is None:
        return QualityPanel(gettext("The worker has not counted this yet. It does so every hour."), ())
    if it is None or it.given < SMALLEST_CELL:
        return QualityPanel(gettext("Fewer than five accounts gave it at least a week ago, so nothing is shown."), ())
    shares = [(gettext("Changed or removed within a week"), it.changed_share)]
    if it.unproved is not None:
        shares.append((gettext("Given, never verified"), it.unproved_share))
    summary = gettext("Of %(given)s accounts that gave it at least a week ago:", given=whole_number(it.given))
    return QualityPanel(summary, tuple(_quality_row(label, share) for label, share in shares))


def _quality_row(label: str, share: Share | None) -> FigureRow:
    if share is None:
        return FigureRow(label, "", None)
    name = gettext("Share of accounts: %(name)s", name=label)
    return FigureRow(label, "", rate_cell(share, name), persons=whole_number(share.part))


def _asked(manifest: Manifest, names: KeyLabels, query: Query) -> tuple[tuple[str, str], ...]:
    declared = manifest.fields.get(query.field)
    if declared is None:
        return ()
    purpose = manifest.purposes[declared.purpose]
    return (
        (gettext("Label"), names.field(query.field)),
        (gettext("Reason given"), gettext(declared.reason)),
        (gettext("Purpose"), gettext(purpose.label)),
        (gettext("Retention"), kept(declared)),
        (gettext("Decided by"), declared.decided_by or gettext("nobody")),
        (gettext("Asked by"), ", ".join(asked_by(manifest, query.field)) or gettext("no action")),
    )
