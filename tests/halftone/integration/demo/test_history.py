"""The drawn history agrees with the declared rates, repeats itself, and was written as real shoppers would."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import log, sqrt
from statistics import fmean
from typing import Any

import pytest
from sqlalchemy import func, select

from asklater import clock
from asklater.accounts.tables import Account
from asklater.tables import answer, answer_event, background_refusal, background_showing, prompt, prompt_field, subject
from halftone.demo.rates import LEAST_DAYS_AWAY, Ask, hardest
from tests.halftone.integration.demo.conftest import END, Draw, Drawn

pytestmark = pytest.mark.thorough

DAY = timedelta(days=1)
BIG = 60
"""Episodes from which on a cell is compared; the bounds are four standard errors."""
OUTCOMES = {"completed", "dismissed", "superseded", "skipped", "abandoned"}


@pytest.fixture(scope="module")
def drawn(draw: Draw) -> Drawn:
    return draw(30, END)


def test_as_many_shoppers_come_as_declared(drawn: Drawn) -> None:
    mean = drawn.history.days * (drawn.history.visitors.first_day + drawn.history.visitors.last_day) / 2
    assert abs(drawn.shoppers - mean) < 4 * sqrt(mean) + 0.02 * mean  # not every weekday comes equally often


def test_first_attempts_have_the_declared_shares(drawn: Drawn) -> None:
    arrived = {row.id: row.created_at for row in _rows(drawn, select(subject)) if row.created_at < END - DAY}
    first: dict[int, str] = {}
    for row in _rows(drawn, select(prompt).order_by(prompt.c.opened_at, prompt.c.id)):
        if row.subject_id in arrived and row.opened_at < arrived[row.subject_id] + DAY:
            first.setdefault(row.subject_id, row.action)
    reached = 1.0  # whoever attempts nothing before it
    for action, context in drawn.rates.contexts.items():
        if action != "bring_back":  # whoever comes back on a new device begins with it, too
            _assert_near(list(first.values()).count(action), [reached * context.reach] * len(arrived), action)
        reached *= 1 - context.reach


def test_outcomes_have_the_declared_shares(drawn: Drawn) -> None:
    expected: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    observed: dict[tuple[str, str, str], int] = defaultdict(int)
    variants = {row.id: row.variant for row in _rows(drawn, select(prompt))}
    for episode, asked in _mature(drawn):
        variant = variants[episode.prompt_id]
        for outcome, share in _shares(drawn, episode, asked, variant).items():
            expected[episode.action, episode.field, outcome].append(share)
            observed[episode.action, episode.field, outcome] += _is(episode, outcome)
    compared = [cell for cell, shares in expected.items() if len(shares) >= BIG]
    most_asked = {"checkout", "share_print", "review_print", "sign_up", "order_confirmed"}
    assert {action for action, _field, _outcome in compared} >= most_asked
    for cell in compared:
        _assert_near(observed[cell], expected[cell], cell)


def test_times_to_complete_have_the_declared_medians(drawn: Drawn) -> None:
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for episode, asked in _mature(drawn):
        at_once = episode.outcome == "completed" and episode.impressions == 1 and not episode.rejections
        if asked == {episode.field} and at_once:
            seconds = (episode.closed_at - episode.opened_at).total_seconds()
            times[episode.action, episode.field].append(log(seconds))
    compared = {cell: found for cell, found in times.items() if len(found) >= BIG}
    assert len(compared) >= 3
    for (action, field), found in compared.items():
        ask = _asks(drawn, action)[field]
        assert abs(fmean(found) - log(ask.seconds)) < 4 * ask.spread / sqrt(len(found)) + 0.01, (action, field)


def test_a_picture_is_harder_in_a_review_than_in_a_share(drawn: Drawn) -> None:
    rate = {}
    for action in ("share_print", "review_print"):
        found = [
            episode for episode, _asked in _mature(drawn) if (episode.action, episode.field) == (action, "picture")
        ]
        rate[action] = sum(episode.outcome == "completed" for episode in found) / len(found)
    assert rate["share_print"] > rate["review_print"] + 0.1


def test_every_old_episode_has_ended_and_every_fresh_one_is_recent(drawn: Drawn) -> None:
    for episode in _rows(drawn, select(prompt_field)):
        assert episode.opened_at < END
        if episode.outcome is None:
            assert episode.opened_at >= END - DAY
        else:
            assert episode.outcome in OUTCOMES
            assert episode.opened_at <= episode.closed_at <= episode.opened_at + DAY


def test_the_saves_of_prompts_are_those_that_the_episodes_tell(drawn: Drawn) -> None:
    saves = _rows(
        drawn,
        select(answer_event.c.action, answer_event.c.field, func.count())
        .where(answer_event.c.change == "given", answer_event.c.action != "settings")
        .group_by(answer_event.c.action, answer_event.c.field),
    )
    completed = _rows(
        drawn,
        select(prompt_field.c.action, prompt_field.c.field, func.count())
        .where(prompt_field.c.outcome == "completed")
        .group_by(prompt_field.c.action, prompt_field.c.field),
    )
    assert sorted(saves) == sorted(completed)


def test_whoever_comes_back_is_asked_for_less(drawn: Drawn) -> None:
    arrived = {row.id: row.created_at for row in _rows(drawn, select(subject))}
    later = timedelta(days=LEAST_DAYS_AWAY)
    asked: dict[int, set[str]] = defaultdict(set)
    returned: dict[int, bool] = {}
    for row in _rows(drawn, select(prompt_field).where(prompt_field.c.action == "checkout")):
        asked[row.prompt_id].add(row.field)
        returned[row.prompt_id] = row.opened_at > arrived[row.subject_id] + later
    at_first = ["email" in fields for number, fields in asked.items() if not returned[number]]
    again = ["email" in fields for number, fields in asked.items() if returned[number]]
    assert fmean(at_first) > 0.8  # some have signed up just before
    assert len(again) >= 10
    assert fmean(again) < fmean(at_first) - 0.2


def test_answers_are_held_as_their_kinds_hold_them(drawn: Drawn) -> None:
    engine = drawn.engine
    holders = _rows(drawn, select(answer.c.subject_id, func.count()).group_by(answer.c.subject_id))
    with clock.at(END), engine.app.app_context():
        for number, held in holders[:200]:
            values = engine.answers.read(number)
            assert len(values) == held
            assert all(engine.kind_of(field).show(engine.field(field), value) for field, value in values.items())


def test_nobody_is_asked_in_the_background_more_often_than_declared(drawn: Drawn) -> None:
    budget, moments = drawn.engine.manifest.budget, defaultdict[int, list[datetime]](list)
    for row in _rows(drawn, select(background_showing)):
        moments[row.subject_id].append(row.began_at)
    assert len(moments) >= BIG
    for began in moments.values():
        assert all(sum(late - budget.per < moment <= late for moment in began) <= budget.impressions for late in began)
    refused = _rows(drawn, select(background_refusal))
    assert refused
    assert {row.field for row in refused} == {"news_by_email", "restock_by_email"}


def test_a_proved_address_is_a_verified_account(drawn: Drawn) -> None:
    verified = _count(drawn, select(Account.subject_id).where(Account.verified_at.is_not(None)))
    assert verified == _count(drawn, select(answer.c.subject_id).where(answer.c.field == "verified_email")) > 0
    addresses = _count(drawn, select(answer.c.subject_id).where(answer.c.field == "email"))
    assert addresses == _count(drawn, select(Account.subject_id))


def test_somebody_came_back_on_a_new_device(drawn: Drawn) -> None:
    merged = select(answer_event.c.id).where(
        answer_event.c.change == "merged", answer_event.c.field == "verified_email"
    )
    assert _count(drawn, merged) > 0


def test_everybody_is_marked_as_simulated(drawn: Drawn) -> None:
    assert _count(drawn, select(subject.c.id).where(~subject.c.simulated)) == 0


def test_the_same_end_draws_the_same_rows(draw: Draw) -> None:
    one, other = draw(4, END), draw(4, END)
    assert _told(one) == _told(other)
    assert _values(one) == _values(other)


def test_a_week_later_the_same_history_is_a_week_later(draw: Draw) -> None:
    one, other = draw(4, END), draw(4, END + timedelta(days=7))
    assert _told(one) == _told(other)


def _asks(drawn: Drawn, action: str, variant: str = "", time_left: timedelta = timedelta.max) -> Mapping[str, Ask]:
    """The declared asks of an action in a variant, or of a placement; by default those from before any release."""
    context = drawn.rates.contexts.get(action)
    if context is None:
        return drawn.history.asides[action]
    return drawn.history.asks(variant, drawn.history.released(action, context.fields, time_left))


def _shares(drawn: Drawn, episode: Any, asked: frozenset[str], variant: str = "") -> dict[str, float]:
    """What the declared rates say of one episode, whose field was asked together with those in `asked`."""
    action, field = episode.action, episode.field
    asks = _asks(drawn, action, variant, END - episode.opened_at)
    deciding = hardest(asks, [key for key in asked if not asks[key].optional])
    own = asks[field] if action in drawn.rates.contexts else deciding
    if own.optional:
        return {
            "completed": own.give,
            "skipped": max(0.0, deciding.give - own.give),
            "dismissed": deciding.dismiss,
            "rejected": own.give * own.reject,
        }
    lacking = (1 - own.give) / (1 - deciding.give)
    return {
        "completed": own.give,
        "dismissed": lacking * deciding.dismiss,
        "superseded": lacking * max(0.0, 1 - deciding.give - deciding.dismiss - deciding.leave),
        "rejected": own.give * own.reject,
    }


def _is(episode: Any, outcome: str) -> bool:
    return bool(episode.rejections) if outcome == "rejected" else episode.outcome == outcome


def _assert_near(observed: int, shares: list[float], what: object) -> None:
    expected, spread = sum(shares), sqrt(sum(share * (1 - share) for share in shares))
    assert abs(observed - expected) <= 4 * spread + 1e-9, f"{what}: {observed}, expected {expected:.1f} ± {spread:.1f}"


def _mature(drawn: Drawn) -> Iterable[tuple[Any, frozenset[str]]]:
    """Episodes whose window is over, each with the fields that one form asked for."""
    episodes = _rows(drawn, select(prompt_field).where(prompt_field.c.opened_at <= END - DAY))
    forms: dict[int, set[str]] = defaultdict(set)
    for episode in episodes:
        forms[episode.prompt_id].add(episode.field)
    for episode in episodes:
        action = drawn.engine.manifest.actions.get(episode.action)
        alone = action is not None and action.ask == "one_by_one"
        yield episode, frozenset({episode.field} if alone else forms[episode.prompt_id])


def _told(drawn: Drawn) -> list[list[tuple[Any, ...]]]:
    """Every row of the history but for ciphertexts and calendar dates, moments counted back from the end."""
    left_out = {"value", "data_key", "expires_at", "notice_version"}
    told = []
    for table in (subject, prompt, prompt_field, answer_event, answer):
        columns = [column for column in table.c if column.name not in left_out]
        rows = _rows(drawn, select(*columns).order_by(*table.primary_key))
        told.append([tuple(drawn.end - part if hasattr(part, "tzinfo") else part for part in row) for row in rows])
    assert all(told)
    return told


def _values(drawn: Drawn) -> list[dict[str, Any]]:
    holders = _rows(drawn, select(answer.c.subject_id).distinct().order_by(answer.c.subject_id))
    with clock.at(drawn.end):
        return [drawn.engine.answers.read(row.subject_id) for row in holders]


def _rows(drawn: Drawn, statement: Any) -> list[Any]:
    return list(drawn.engine.database.reading().execute(statement))


def _count(drawn: Drawn, statement: Any) -> int:
    return len(_rows(drawn, statement))
