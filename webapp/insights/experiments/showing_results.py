"""Putting what came of a run into words and tables."""

from collections.abc import Mapping

from webapp.insights.differences import points
from webapp.insights.experiments.pages import Figures, VariantRow
from webapp.insights.experiments.results import Figures as Counted, Results
from webapp.insights.experiments.showing_course import course, difference_rows
from webapp.insights.experiments.wording import changes, variant_label
from webapp.insights.figures import SMALLEST, share_of_many
from webapp.insights.names import Names
from webapp.insights.statistics.evidence import Reason
from webapp.insights.wording import ngettext, percent, whole
from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.words import gettext

FEW = f"<{SMALLEST}"


def figures(found: Results, experiment: Experiment, names: Names) -> Figures:
    """The results of a run of `experiment`."""
    mismatch = found.ratio.mismatch
    fresh = sum(each.fresh for each in found.figures)
    return Figures(
        verdict="" if mismatch else _verdict(found),
        sure=found.verdict is not None and found.verdict.sure,
        warning=_mismatch(found) if mismatch else "",
        plain=() if mismatch else _plain(found),
        variants=tuple(_row(each, experiment, names) for each in found.figures),
        differences=difference_rows(found.against),
        guards=_guards(found, about_field=bool(experiment.field)),
        courses=tuple(course(variant, moments) for variant, moments in found.course.items()),
        fresh=" ".join(filter(None, (_fresh(fresh), _left(sum(each.left for each in found.figures))))),
    )


def _row(counted: Counted, experiment: Experiment, names: Names) -> VariantRow:
    return VariantRow(
        label=variant_label(counted.variant),
        changes=changes(experiment.variants[counted.variant], names),
        assigned=_few(counted.assigned),
        fresh=whole(counted.fresh) if counted.assigned >= SMALLEST else "–",
        mature=_few(counted.arm.total),
        share=share_of_many(counted.arm.successes, counted.arm.total),
    )


def _few(count: int) -> str:
    return whole(count) if count >= SMALLEST else FEW


def _verdict(found: Results) -> str:
    verdict = found.verdict
    if verdict is None:
        return gettext("Fewer than five persons of a variant are old enough to be judged, so nothing is said yet.")
    control = found.figures[0].variant
    leading = variant_label(verdict.leading) if verdict.leading else ""
    if verdict.reason is Reason.GUARDRAIL:
        harms = ", ".join(_harms()[key] for key in verdict.harmed)
        return gettext(
            "“%(variant)s” brings more, but at a price: %(harms)s. Weigh that before you choose it.",
            variant=leading,
            harms=harms,
        )
    if verdict.best is None:
        if not leading:
            return gettext("There is not enough evidence yet; so far the variants are level.")
        return gettext(
            "There is not enough evidence yet. “%(variant)s” is ahead, which may be chance.", variant=leading
        )
    if verdict.best == control:
        return gettext("What is declared is better than every variant. Keep it.")
    return gettext(
        "“%(variant)s” is better than everything else that was tried, however often you looked.", variant=leading
    )


def _plain(found: Results) -> tuple[str, ...]:
    """Each difference as a sentence for who looks once, and one for who looks every day."""
    sentences = []
    for row in found.against:
        if row.once is None or row.always is None:
            continue
        words = {"variant": variant_label(row.variant), "difference": points(row.once.estimate)}
        once = {"low": points(row.once.low), "high": points(row.once.high)}
        always = {"low": points(row.always.low), "high": points(row.always.high)}
        sentences.append(
            gettext(
                "“%(variant)s” brings %(difference)s against what is declared. If this is your one look, planned "
                "beforehand, the truth lies between %(low)s and %(high)s, as 19 of 20 such intervals do.",
                **words,
                **once,
            )
        )
        sentences.append(
            gettext("If you look every day and may stop at any time, say between %(low)s and %(high)s.", **always)
        )
    return tuple(sentences)


def _mismatch(found: Results) -> str:
    counts = ", ".join(f"{variant_label(each.variant)} {_few(each.assigned)}" for each in found.figures)
    return gettext(
        "The variants were not shared out as declared: %(counts)s. Chance would stray as far less than once in a "
        "thousand times, so something loses people of one variant, and no verdict is given. Find that first.",
        counts=counts,
    )


def _harms() -> Mapping[str, str]:
    return {
        "dismissed": gettext("more people cancel or put it off"),
        "again": gettext("people are shown the same again more often"),
        "idle": gettext("fewer actions go through"),
    }


def _guards(found: Results, *, about_field: bool) -> tuple[tuple[str, ...], ...]:
    """Rows of what must not get worse: a name, then a figure for each variant."""
    rows = [
        (gettext("Cancelled, or put off"), [percent(each.dismissed.mean) for each in found.figures]),
        (gettext("Shown the same again, per person"), [f"{each.again.mean:.2f}" for each in found.figures]),
    ]
    if about_field:
        rows.append((gettext("The action went through"), [percent(each.acted.mean) for each in found.figures]))
    small = [each.small for each in found.figures]
    return tuple(
        (name, *(FEW if few else cell for few, cell in zip(small, cells, strict=True))) for name, cells in rows
    )


def _fresh(count: int) -> str:
    if not count:
        return gettext("Nobody was left out for being too fresh.")
    return ngettext(
        "%(num)s person is left out of the rates: assigned too lately to be judged.",
        "%(num)s persons are left out of the rates: assigned too lately to be judged.",
        count,
    )


def _left(count: int) -> str:
    """Those of whom nothing was left to be judged; fewer than five are not counted out."""
    if not count:
        return ""
    if count < SMALLEST:
        return gettext("A few persons left before they could be judged: erased, or not to be measured.")
    return gettext(
        "%(count)s persons left before they could be judged: erased, or not to be measured.", count=whole(count)
    )
