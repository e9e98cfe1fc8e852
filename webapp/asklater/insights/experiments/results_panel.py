"""What came of a run, as its page shows it: the verdict in sentences, variants and weeks as tables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from asklater.i18n import gettext
from asklater.insights.experiments.analysis import (
    DifferenceByWeek,
    RunResults,
    VariantFigures as Counted,
    WholeWeeks,
)
from asklater.insights.experiments.difference_charts import difference_chart, difference_rows
from asklater.insights.experiments.lifecycle import changes_label, variant_label
from asklater.insights.experiments.presenters import (
    ResultsPanel,
    VariantRow,
    WeeklyDifferences,
)
from asklater.insights.labels import (
    KeyLabels,
    day,
    ngettext,
    percent,
    points_interval_label,
    points_label,
    whole_number,
)
from asklater.insights.presenters import rate_cell
from asklater.insights.statistics.verdicts import Reason
from asklater.insights.suppression import share_of_persons
from asklater.manifest.declarations import Experiment
from asklater.suppression import SMALLEST_CELL

FEW_PERSONS = f"<{SMALLEST_CELL}"


def results_panel(
    found: RunResults, experiment: Experiment, names: KeyLabels, *, stopped: bool = False
) -> ResultsPanel:
    """The results of a run of `experiment`, which may be `stopped`."""
    mismatch = found.sample_ratio.mismatch
    fresh = sum(each.fresh for each in found.figures)
    return ResultsPanel(
        verdict="" if mismatch else " ".join(_verdict_sentences(found, stopped=stopped)),
        is_conclusive=found.verdict is not None and found.verdict.sure,
        warning=_mismatch_sentence(found) if mismatch else "",
        sentences=() if mismatch else _plain_sentences(found),
        variants=tuple(_variant_row(each, experiment, names) for each in found.figures),
        differences=difference_rows(found.differences),
        guardrails=_guards(found, about_field=bool(experiment.field)),
        charts=tuple(difference_chart(variant, moments) for variant, moments in found.differences_by_day.items()),
        weekly=tuple(
            weekly_differences(variant, each, found.weeks) for variant, each in found.differences_by_week.items()
        ),
        fresh=" ".join(
            filter(None, (_fresh_sentence(fresh), _left_sentence(sum(each.persons_left for each in found.figures))))
        ),
    )


def _variant_row(counted: Counted, experiment: Experiment, names: KeyLabels) -> VariantRow:
    label = variant_label(counted.variant)
    share = share_of_persons(counted.arm.successes, counted.arm.total)
    return VariantRow(
        label=label,
        changes=changes_label(experiment.variants[counted.variant], names),
        assigned=_too_few_sentence(counted.assigned),
        fresh=whole_number(counted.fresh) if counted.assigned >= SMALLEST_CELL else "–",
        mature=_too_few_sentence(counted.arm.total),
        share=rate_cell(share, gettext("Successes of %(variant)s", variant=label)) if share else None,
    )


def _too_few_sentence(count: int) -> str:
    return whole_number(count) if count >= SMALLEST_CELL else FEW_PERSONS


def _verdict_sentences(found: RunResults, *, stopped: bool) -> Iterator[str]:
    """The verdict, what it rests on, and what to think of an estimate at which somebody stopped."""
    yield _verdict(found, stopped=stopped)
    if found.verdict is None or found.verdict.reason is Reason.TOO_EARLY:
        return
    yield ngettext(
        "This is judged on %(num)s whole week, until %(day)s.",
        "This is judged on %(num)s whole weeks, until %(day)s.",
        found.weeks.count,
        day=day(found.weeks.days_of(found.weeks.count - 1)[1]),
    )
    if stopped and found.verdict.sure:
        yield gettext(
            "Stopping as soon as a difference shows overstates it: the true difference is likely smaller. The "
            "wider interval below still holds."
        )


def _verdict(found: RunResults, *, stopped: bool) -> str:
    verdict = found.verdict
    if verdict is None:
        return gettext(
            "Of a variant, fewer than five people can be judged, or fewer than five were a success, "
            "or were not. So nothing is said yet."
        )
    if verdict.reason is Reason.TOO_EARLY and stopped:
        return gettext("It was stopped before one whole week of people could be judged, so there is no verdict.")
    if verdict.reason is Reason.TOO_EARLY:
        return gettext(
            "It is too early for a verdict: weekdays differ, so one whole week of people has to be judged first. "
            "%(day)s is the earliest day.",
            day=day(_first_verdict(found.weeks)),
        )
    control = found.figures[0].variant
    leading = variant_label(verdict.leading) if verdict.leading else ""
    if verdict.reason is Reason.GUARDRAIL:
        harms = ", ".join(_harms_label()[key] for key in verdict.guardrails_crossed)
        return gettext(
            "“%(variant)s” has more successes, but at a price: %(harms)s. Weigh that before you choose it.",
            variant=leading,
            harms=harms,
        )
    if verdict.reason is Reason.FIRST_WEEK:
        return gettext(
            "“%(variant)s” was better in the first week. What is new may draw attention at first: the second week "
            "tells whether it lasts.",
            variant=leading,
        )
    if verdict.reason is Reason.NOT_LASTING:
        return gettext(
            "“%(variant)s” was better in the first week; whether that lasts, the weeks since then do not show. Look "
            "at each week below, and let it run on.",
            variant=leading,
        )
    if verdict.best is None:
        return gettext("There is not enough evidence yet: the data shows no difference.")
    if verdict.best == control:
        return gettext("The control is better than every variant. Keep it.")
    return gettext(
        "“%(variant)s” is better than everything else that was tried, however often you looked.", variant=leading
    )


def _first_verdict(weeks: WholeWeeks) -> date:
    """The day on which the first week is over."""
    return weeks.days_of(1)[0]


def _plain_sentences(found: RunResults) -> tuple[str, ...]:
    """Each difference as a sentence for who looks once, and one for who looks every day."""
    sentences = []
    for row in found.differences:
        if row.one_look is None or row.many_looks is None:
            continue
        words = {"variant": variant_label(row.variant), "difference": points_label(row.one_look.estimate)}
        once = {"low": points_label(row.one_look.low), "high": points_label(row.one_look.high)}
        always = {"low": points_label(row.many_looks.low), "high": points_label(row.many_looks.high)}
        sentences.append(
            gettext(
                "“%(variant)s”: %(difference)s compared with the control. If you look once, at a time that you "
                "planned, the true difference is between %(low)s and %(high)s in 19 of 20 cases.",
                **words,
                **once,
            )
        )
        sentences.append(
            gettext("If you look every day and may stop at any time, it is between %(low)s and %(high)s.", **always)
        )
    return tuple(sentences)


def _mismatch_sentence(found: RunResults) -> str:
    counts = ", ".join(f"{variant_label(each.variant)} {_too_few_sentence(each.assigned)}" for each in found.figures)
    return gettext(
        "The variants were not assigned as declared: %(counts)s. Chance alone does this in fewer than one run "
        "in a thousand, however often you look, so people of one variant are being lost and there is no "
        "verdict. Find the cause first.",
        counts=counts,
    )


def _harms_label() -> Mapping[str, str]:
    return {
        "dismissed": gettext("more people cancel or put it off"),
        "again": gettext("people are shown the same again more often"),
        "idle": gettext("fewer actions go through"),
    }


def _guards(found: RunResults, *, about_field: bool) -> tuple[tuple[str, ...], ...]:
    """Rows of what must not get worse: a name, then a figure for each variant."""
    rows = [
        (gettext("Cancelled, or put off"), [percent(each.dismissed.mean) for each in found.figures]),
        (gettext("Shown the same again, per person"), [f"{each.shown_again.mean:.2f}" for each in found.figures]),
    ]
    if about_field:
        rows.append((gettext("The action went through"), [percent(each.acted.mean) for each in found.figures]))
    small, hidden = [each.is_suppressed for each in found.figures], gettext("too few")
    return tuple(
        (name, *(hidden if few else cell for few, cell in zip(small, cells, strict=True))) for name, cells in rows
    )


def _fresh_sentence(count: int) -> str:
    if not count:
        return gettext("Nobody was left out as too recent.")
    return ngettext(
        "%(num)s person is left out of the rates: assigned too recently to be judged.",
        "%(num)s people are left out of the rates: assigned too recently to be judged.",
        count,
    )


def _left_sentence(count: int) -> str:
    """Tells of how many persons nothing was left to be judged; fewer than five are not told."""
    if not count:
        return ""
    if count < SMALLEST_CELL:
        return gettext("A few people left before they could be judged: erased, or not to be measured.")
    return gettext(
        "%(count)s people left before they could be judged: erased, or not to be measured.", count=whole_number(count)
    )


def weekly_differences(variant: str, found: Sequence[DifferenceByWeek], weeks: WholeWeeks) -> WeeklyDifferences:
    """Each whole week as a row; of one with few persons the difference is not told."""

    def row(each: DifferenceByWeek) -> tuple[str, ...]:
        first, last = map(day, weeks.days_of(each.week))
        days = gettext("%(first)s to %(last)s", first=first, last=last)
        if each.one_look is None:
            return days, "–", gettext("too few to tell"), "–"
        told = points_label(each.one_look.estimate), points_interval_label(each.one_look)
        return days, whole_number(each.persons), *told

    return WeeklyDifferences(variant_label(variant), tuple(row(each) for each in found))
