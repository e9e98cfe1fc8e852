"""Putting the page of one field together."""

from webapp.insights.addresses import field_url
from webapp.insights.comparison import compared
from webapp.insights.counts import Tally
from webapp.insights.coverage import Coverage
from webapp.insights.detail.advice import advice
from webapp.insights.detail.framing import frame
from webapp.insights.detail.pages import FieldPage, Histogram
from webapp.insights.detail.parts import histogram, outcomes, stats
from webapp.insights.detail.trials import Trial
from webapp.insights.figures import share_of_many
from webapp.insights.forms import Asked
from webapp.insights.headline import nothing
from webapp.insights.names import Names, names_of
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.insights.tallying import cells
from webapp.insights.trend.showing import trend
from webapp.insights.wording import percent, whole
from webapp.profiling.manifest import Manifest
from webapp.profiling.notice import kept
from webapp.profiling.words import gettext


def field_page(
    reading: Reading, coverage: Coverage, manifest: Manifest, asked: Asked, trial: Trial | None
) -> FieldPage:
    question, names = asked.question, names_of(manifest)
    both = compared(reading, question)
    told = both.now
    it, shown = told.tally(question.field), told.figures(question.field)
    found = sorted(cells(told.board, question.field), key=lambda cell: names.place("", cell.context))
    simulated = question.people == "simulated" or bool(it.simulated_persons)
    name, place = names.field(question.field), {"field": question.field}
    return FieldPage(
        frame=frame(asked, reading, manifest.window, name, "field", place=place, simulated=simulated),
        says=_says(it, name) if shown else nothing(it),
        stats=stats(shown, both.earlier(question.field), compare=question.compare) if shown else (),
        advice=advice(question.field, found, told, question, names, trial),
        outcomes=outcomes(it) if shown else (),
        times=histogram(shown) if shown else Histogram("", (), "", ""),
        asked=_asked(manifest, names, question),
        coverage=_covered(coverage, question.field),
        trend=trend(reading.line(question), question, it.persons, lambda other: field_url(other, question.field))
        if shown
        else None,
    )


def _says(it: Tally, name: str) -> str:
    return gettext(
        "%(completed)s of %(asks)s asks for %(field)s were completed, %(rate)s.",
        completed=whole(it.completed),
        asks=whole(it.episodes),
        field=name,
        rate=percent(it.completed / it.episodes),
    )


def _covered(found: Coverage, field: str) -> str:
    held = share_of_many(found.held.get(field, 0), found.accounts)
    if held is None:
        return gettext("There are fewer than five accounts, so no share is shown.")
    return gettext(
        "%(held)s of %(accounts)s accounts hold it now, %(rate)s.",
        held=whole(held.part),
        accounts=whole(held.whole),
        rate=percent(held.rate),
    )


def _asked(manifest: Manifest, names: Names, question: Question) -> tuple[tuple[str, str], ...]:
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
