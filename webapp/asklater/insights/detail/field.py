"""The page of one field over all its contexts."""

from asklater.i18n import gettext
from asklater.insights.comparisons import compare_periods
from asklater.insights.coverage import Coverage
from asklater.insights.detail.advice import ContextExperiment, advice_on
from asklater.insights.detail.presenters import (
    FieldPage,
    TimesChart,
    outcome_rows,
    page_frame,
    prompt_figures,
    times_chart,
)
from asklater.insights.figures import Tally, cell_tallies
from asklater.insights.forms import QueryForm
from asklater.insights.labels import KeyLabels, key_labels, percent, whole_number
from asklater.insights.presenters import no_figures_note
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.suppression import share_of_persons
from asklater.insights.timeseries import trend
from asklater.insights.urls import field_url
from asklater.manifest.declarations import Manifest
from asklater.manifest.notice import kept


def field_page(
    reading: TotalsReader, coverage: Coverage, manifest: Manifest, asked: QueryForm, trial: ContextExperiment | None
) -> FieldPage:
    question, names = asked.question, key_labels(manifest)
    both = compare_periods(reading, question)
    told = both.now
    it, shown = told.tally(question.field), told.figures(question.field)
    found = sorted(cell_tallies(told.board, question.field), key=lambda cell: names.place("", cell.context))
    simulated = question.people == "simulated" or bool(it.simulated_persons)
    name, place = names.field(question.field), {"field": question.field}
    return FieldPage(
        frame=page_frame(asked, reading, manifest.window, name, "field", place=place, simulated=simulated),
        says=_says(it, name) if shown else no_figures_note(it),
        stats=prompt_figures(shown, both.earlier(question.field), compare=question.compare) if shown else (),
        advice=advice_on(question.field, found, told, question, names, trial),
        outcomes=outcome_rows(it) if shown else (),
        times=times_chart(shown) if shown else TimesChart("", (), "", ""),
        asked=_asked(manifest, names, question),
        coverage=_covered(coverage, question.field),
        trend=trend(reading.line(question), question, it.persons, lambda other: field_url(other, question.field))
        if shown
        else None,
    )


def _says(it: Tally, name: str) -> str:
    return gettext(
        "%(completed)s of %(asks)s asks for %(field)s were completed, %(rate)s.",
        completed=whole_number(it.completed),
        asks=whole_number(it.episodes),
        field=name,
        rate=percent(it.completed / it.episodes),
    )


def _covered(found: Coverage, field: str) -> str:
    held = share_of_persons(found.held.get(field, 0), found.accounts)
    if held is None:
        return gettext("There are fewer than five accounts, so no share is shown.")
    return gettext(
        "%(held)s of %(accounts)s accounts hold it now, %(rate)s.",
        held=whole_number(held.part),
        accounts=whole_number(held.whole),
        rate=percent(held.rate),
    )


def _asked(manifest: Manifest, names: KeyLabels, question: Query) -> tuple[tuple[str, str], ...]:
    declared = manifest.fields.get(question.field)
    if declared is None:
        return ()
    purpose = manifest.purposes[declared.purpose]
    asking = [names.context(action.key) for action in manifest.asking(question.field)]
    return (
        (gettext("Label"), names.field(question.field)),
        (gettext("Reason given"), gettext(declared.reason)),
        (gettext("Purpose"), gettext(purpose.label)),
        (gettext("Retention"), kept(declared)),
        (gettext("Decided by"), declared.decided_by or gettext("nobody in particular")),
        (gettext("Asked by"), ", ".join(asking) or gettext("no action")),
    )
