"""What a run shows, what it takes, where it stands: from numbers, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import Babel

from asklater.experiments.runs import UNDO_WITHIN, Run
from asklater.insights.experiments.analysis import Traffic, WholeWeeks, run_results, sample_plan, whole_weeks
from asklater.insights.experiments.difference_charts import difference_chart, difference_rows, difference_scale
from asklater.insights.experiments.exports import result_rows, results_csv
from asklater.insights.experiments.lifecycle import Stage, stage_of
from asklater.insights.experiments.participants import AssignedPersons, VariantDay
from asklater.insights.labels import points_interval_label
from asklater.insights.statistics.confidence_sequences import cautious_difference_of_rates
from asklater.insights.statistics.differences import Arm, Difference, newcombe
from asklater.insights.statistics.samples import sample_for_many_looks, sample_for_one_look
from asklater.insights.statistics.verdicts import Reason

HALVES = {"as_now": 1.0, "other": 1.0}
FIRST = date(2026, 6, 1)
ONE_WEEK = WholeWeeks(FIRST, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def in_words():
    """Numbers and days can be told in a language."""
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def cell(variant, day, persons, successes, acted=0, dismissed=0, again=0, squares=0):
    return VariantDay(variant, FIRST + timedelta(days=day), persons, successes, acted, dismissed, again, squares)


def judged(weekly, *, persons=300, **more):
    """The verdict on (control, other) successes of as many persons in each whole week."""
    cells = [
        cell(key, 7 * week + 3, persons, found)
        for week, both in enumerate(weekly)
        for key, found in zip(HALVES, both, strict=True)
    ]
    everybody = [AssignedPersons(key, persons * len(weekly), 0, 0) for key in HALVES]
    return run_results(HALVES, everybody, cells, WholeWeeks(FIRST, len(weekly)), about_field=False, **more)


def shown(control, other, *, about_field=False, assigned=None):
    """Results of (persons, successes, acted, dismissed) of each on one day."""
    counts = assigned or (control[0] + 2, other[0] + 2)
    both = [AssignedPersons(key, count, 2, 0) for key, count in zip(HALVES, counts, strict=True)]
    cells = [cell("as_now", 0, *control), cell("other", 0, *other)]
    return run_results(HALVES, both, cells, ONE_WEEK, about_field=about_field)


def test_figures_are_summed_over_the_days_and_other_variants_left_out():
    cells = [cell("as_now", 0, 10, 4), cell("other", 0, 10, 6), cell("gone", 0, 99, 99), cell("as_now", 1, 5, 5)]
    found = run_results(HALVES, [AssignedPersons("as_now", 20, 5, 3)], cells, ONE_WEEK, about_field=False)
    control, other = found.figures
    assert (control.arm, control.assigned, control.fresh) == (Arm(9, 15), 20, 5)
    assert (other.arm, other.assigned) == (Arm(6, 10), 0)
    assert found.simulated == 3


def test_differences_are_those_of_the_statistics():
    found = shown((400, 200), (400, 240))
    (against,) = found.differences
    assert against.one_look == newcombe(Arm(240, 400), Arm(200, 400), 0.95)
    assert against.many_looks == cautious_difference_of_rates(Arm(240, 400), Arm(200, 400), 0.05)


def test_several_variants_share_the_risk_of_a_false_alarm():
    weights = {"as_now": 1.0, "one": 1.0, "two": 1.0}
    cells = [cell(key, 0, 100, 50) for key in weights]
    found = run_results(
        weights, [AssignedPersons(key, 100, 0, 0) for key in weights], cells, ONE_WEEK, about_field=False
    )
    assert found.differences[0].one_look == newcombe(Arm(50, 100), Arm(50, 100), 0.975)


@pytest.mark.parametrize(
    ("control", "other", "about_field", "best", "reason"),
    [
        ((900, 300), (900, 500), False, "other", Reason.BEST),
        ((900, 500), (900, 300), False, "as_now", Reason.BEST),
        ((100, 50), (100, 55), False, None, Reason.NOT_ENOUGH_EVIDENCE),
        ((900, 300, 0, 50), (900, 500, 0, 400), False, None, Reason.GUARDRAIL),
        ((900, 300, 800), (900, 500, 400), True, None, Reason.GUARDRAIL),
        ((900, 300, 800), (900, 500, 400), False, "other", Reason.BEST),
    ],
)
def test_the_verdict(control, other, about_field, best, reason):
    """The same came of them in each of two weeks."""
    cells = [cell(key, day, *of) for day in (0, 7) for key, of in (("as_now", control), ("other", other))]
    everybody = [AssignedPersons("as_now", 2 * control[0], 0, 0), AssignedPersons("other", 2 * other[0], 0, 0)]
    found = run_results(HALVES, everybody, cells, WholeWeeks(FIRST, 2), about_field=about_field).verdict
    assert (found.best, found.reason) == (best, reason)


def test_before_a_whole_week_is_judged_there_is_no_verdict():
    both = [AssignedPersons(key, 900, 0, 0) for key in HALVES]
    cells = [cell("as_now", 5, 900, 300), cell("other", 5, 900, 500)]
    found = run_results(HALVES, both, cells, WholeWeeks(FIRST, 0), about_field=False)
    assert (found.verdict.best, found.verdict.leading, found.verdict.reason) == (None, None, Reason.TOO_EARLY)
    assert found.differences_by_week == {"other": ()}
    assert found.differences[0].many_looks is not None  # the figures stand there all the same


def test_a_lead_of_the_first_week_has_to_outlast_it():
    assert judged([(120, 180)]).verdict.reason is Reason.FIRST_WEEK
    assert judged([(120, 180), (120, 180)]).verdict.best == "other"
    faded = judged([(90, 210), (120, 120), (120, 121)]).verdict
    assert (faded.best, faded.leading, faded.reason) == (None, "other", Reason.NOT_LASTING)
    assert judged([(120, 120), (120, 121)]).verdict.reason is Reason.NOT_ENOUGH_EVIDENCE


def test_only_whole_weeks_are_judged_and_each_is_shown_by_itself():
    cells = [cell(key, day, 300, 100 + 60 * (key == "other")) for day in (0, 6, 7, 13) for key in HALVES]
    cells += [cell("as_now", 14, 3000, 0), cell("other", 14, 3000, 3000)]  # the third week is not over
    everybody = [AssignedPersons(key, 4200, 0, 0) for key in HALVES]
    found = run_results(HALVES, everybody, cells, WholeWeeks(FIRST, 2), about_field=False)
    weekly = found.differences_by_week["other"]
    assert [(each.week, each.persons) for each in weekly] == [(0, 1200), (1, 1200)]
    assert weekly[0].one_look == newcombe(Arm(320, 600), Arm(200, 600), 0.95)
    (against,) = found.verdict.comparisons
    assert against.difference == cautious_difference_of_rates(Arm(640, 1200), Arm(400, 1200), 0.05)


def test_a_week_with_few_of_an_outcome_is_not_told():
    assert judged([(3, 180)]).differences_by_week["other"][0].one_look is None
    assert judged([(120, 297)]).differences_by_week["other"][0].one_look is None


@pytest.mark.parametrize(
    ("days", "horizon", "stopped_after", "weeks"),
    [
        (7.4, 1, None, 0),
        (7.6, 1, None, 1),
        (14.4, 1, None, 1),
        (13, 7, None, 0),
        (14, 7, None, 1),
        (40, 7, 10, 1),
        (40, 7, 14, 2),
    ],
)
def test_a_week_is_whole_once_all_who_were_assigned_in_it_are_judged(days, horizon, stopped_after, weeks):
    stopped = None if stopped_after is None else NOON + timedelta(days=stopped_after)
    found = whole_weeks(NOON, stopped, timedelta(days=horizon), NOON + timedelta(days=days))
    assert found.count == weeks
    assert found.first == (NOON + timedelta(days=horizon)).date()


def test_a_sample_ratio_mismatch_hides_the_verdict():
    found = shown((900, 300), (900, 500), assigned=(1250, 1000))
    assert found.sample_ratio.mismatch
    assert found.verdict.best is None
    assert not shown((900, 300), (900, 500), assigned=(1050, 1000)).sample_ratio.mismatch


@pytest.mark.usefixtures("in_words")
def test_of_a_small_variant_nothing_is_told():
    found = shown((900, 300), (4, 4), assigned=(902, 905))
    assert found.verdict is None
    assert (found.differences[0].one_look, found.differences[0].many_looks) == (None, None)
    assert found.differences_by_day == {"other": ()}
    small = result_rows(found)[1]
    assert (small["persons"], small["rate"], small["successes"], small["dismissed"]) == ("<5", None, None, None)
    assert "<5" in results_csv(found)
    assert difference_rows(found.differences)[0].one_look is None


def test_the_course_shows_what_a_look_at_the_end_of_each_day_would_have():
    cells = [cell(key, day, 40, 10 + 20 * (key == "other")) for day in range(3) for key in HALVES]
    cells.append(cell("as_now", 5, 2, 1))  # a day on which only one variant's people came of age
    found = run_results(
        HALVES, [AssignedPersons(key, 200, 0, 0) for key in HALVES], cells, ONE_WEEK, about_field=False
    )
    moments = found.differences_by_day["other"]
    assert [moment.day.day for moment in moments] == [1, 2, 3, 6]
    assert [moment.persons for moment in moments] == [80, 160, 240, 242]
    assert moments[1].always == cautious_difference_of_rates(Arm(60, 80), Arm(20, 80), 0.05)
    assert moments[-1].always == found.differences[0].many_looks


@pytest.mark.usefixtures("in_words")
def test_the_chart_keeps_inside_its_frame():
    cells = [cell(key, day, 10, 3 + (key == "other")) for day in range(9) for key in HALVES]
    found = run_results(
        HALVES, [AssignedPersons(key, 200, 0, 0) for key in HALVES], cells, ONE_WEEK, about_field=False
    )
    drawn = difference_chart("other", found.differences_by_day["other"])
    corners = [tuple(map(float, corner.split(","))) for corner in drawn.band.split()]
    assert len(corners) == 18
    assert all(0 <= x <= 100 and 0 <= y <= 40 for x, y in corners)
    assert 0 < drawn.zero < 40
    assert len(drawn.rows) == len(drawn.values) == 9
    assert len(drawn.days) <= 6
    assert difference_chart("other", found.differences_by_day["other"][:1]).line == ""


@pytest.mark.parametrize(
    ("differences", "ticks"),
    [
        ((0.021, 0.089), (0, 0.05, 0.1)),
        ((-0.012, 0.031), (-0.02, 0, 0.02, 0.04)),
        ((-0.4, -0.1), (-0.4, -0.3, -0.2, -0.1, 0)),
        ((), (0, 0.005)),
    ],
)
def test_a_scale_is_as_short_as_its_differences_allow(differences, ticks):
    scale = difference_scale(differences)
    assert scale.ticks == pytest.approx(ticks)
    assert scale.place(0) == pytest.approx(100 * -scale.low / (scale.high - scale.low))


@pytest.mark.usefixtures("in_words")
def test_wide_intervals_of_the_first_days_do_not_set_the_scale():
    cells = [cell(key, day, 60, 24 + 12 * (key == "other")) for day in range(20) for key in HALVES]
    found = run_results(
        HALVES, [AssignedPersons(key, 1200, 0, 0) for key in HALVES], cells, ONE_WEEK, about_field=False
    )
    moments = found.differences_by_day["other"]
    drawn = difference_chart("other", moments)
    assert moments[0].always.low < -0.2
    assert drawn.scale[0].label == "0"


@pytest.mark.usefixtures("in_words")
def test_spans_lie_on_one_scale_around_zero():
    (row,) = difference_rows(shown((400, 200), (400, 240)).differences)
    assert 0 <= row.many_looks.start < row.one_look.start < row.one_look.mark <= 100
    assert row.many_looks.start + row.many_looks.width <= 100.1


def test_the_plan_is_that_of_the_statistics():
    found = sample_plan(Traffic(20.0, Arm(400, 1000)), 0.1, (1.0, 3.0))
    assert found.persons_for_one_look == sample_for_one_look(0.4, 0.1)
    assert found.persons_for_many_looks == sample_for_many_looks(0.4, 0.1)
    assert found.days_for_one_look == -(-found.persons_for_one_look * 4 // 20)


@pytest.mark.parametrize(
    ("arm", "effect", "known"),
    [
        (Arm(12, 29), 0.1, False),
        (Arm(0, 100), 0.1, False),
        (Arm(100, 100), 0.1, False),
        (Arm(98, 100), 0.1, True),  # there is no room upwards, so the same change downwards is planned for
        (Arm(50, 100), 0.9, False),
    ],
)
def test_a_plan_needs_to_know_enough(arm, effect, known):
    assert (sample_plan(Traffic(5.0, arm), effect, (1.0, 1.0)) is not None) is known


def test_where_nobody_comes_by_it_never_ends():
    assert sample_plan(Traffic(0.0, Arm(50, 100)), 0.1, (1.0, 1.0)).days_for_one_look is None


def a_run(**changes):
    return Run(
        **{
            "id": 1,
            "experiment": "e",
            "digest": "d",
            "declaration": "{}",
            "started_at": NOON,
            "started_by": "pm",
            "stopped_at": None,
            "winner": "",
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("digest", "run", "expected"),
    [
        ("d", None, Stage.DRAFT),
        ("d", a_run(), Stage.RUNNING),
        ("other", a_run(), Stage.CHANGED),
        ("other", a_run(stopped_at=NOON), Stage.STOPPED),
        ("d", a_run(stopped_at=NOON, winner="b"), Stage.DECIDED),
        (None, a_run(), Stage.GONE),
    ],
)
def test_where_an_experiment_stands(digest, run, expected):
    assert stage_of(digest, run) is expected


def test_a_stop_can_be_undone_for_a_while_unless_somebody_has_won():
    stopped = a_run(stopped_at=NOON)
    assert stopped.can_go_on(NOON + UNDO_WITHIN)
    assert not stopped.can_go_on(NOON + UNDO_WITHIN * 1.01)
    assert not a_run().can_go_on(NOON)
    assert not a_run(stopped_at=NOON, winner="b").can_go_on(NOON)
    assert a_run().declared() is None  # what cannot be read any more is no error


@pytest.mark.usefixtures("in_words")
def test_an_end_that_hardly_misses_zero_is_not_rounded_to_it():
    assert points_interval_label(Difference(0.1, 0.0001, 0.2)) == "+0.01 to +20.0"
    assert points_interval_label(Difference(0.0, -0.1234, 0.0)) == "−12.3 to +0.0"
