"""What these pages are made of equals a naive recount of raw rows, and the curve an exact one, within its bounds."""

from collections import Counter
from dataclasses import replace

import numpy
import pytest
from hypothesis import given
from sqlalchemy import select
from statsmodels.duration.survfunc import CumIncidenceRight

from asklater.database.access import MICROSECOND
from asklater.insights.charts import share_reached
from asklater.insights.detail.incidence import incidence_curve, read_fresh_times
from asklater.insights.query import Query
from asklater.insights.rollup.ranges import EMPTY_SUM
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.statistics.histogram import EDGES
from asklater.insights.statistics.incidence import ENDINGS
from asklater.tables import prompt_field
from tests.asklater.integration.insights.random_histories import WINDOW, end_of
from tests.asklater.integration.insights.rollup.erased_rows import GONE, remembering
from tests.asklater.integration.insights.rollup.random_lives import CONTEXTS, FIELDS, Event, World, lives, looks
from tests.asklater.integration.insights.test_maturity import Databases, in_database, opened


@pytest.mark.thorough
@in_database
@given(lives, looks())
def test_every_slice_of_a_cell_is_what_its_own_board_holds(
    databases: Databases, life: list[Event], look: Query
) -> None:
    with opened(databases) as database, remembering(database):
        world = World(database)
        world.play(life)
        query = replace(look, as_of=world.moment, field=FIELDS[0], context=CONTEXTS[0])
        with database.snapshot():
            reading = TotalsReader(database, WINDOW, world.uncounted, query.as_of)
            slices = reading.slice_sums(query)
        for variant in ("", "-", "wording:short"):
            for device in ("", "phone", "desktop"):
                for visitor in ("", "new", "returning"):
                    asked = replace(query, variant=variant, device=device, visitor=visitor)
                    mine = {
                        key.simulated: total
                        for key, total in slices.items()
                        if (key.variant, key.device, key.visitor) == (variant, device, visitor)
                    }
                    assert mine == world.recount(asked).get((FIELDS[0], CONTEXTS[0]), {})


@pytest.mark.thorough
@in_database
@given(lives)
def test_the_curve_holds_the_exact_one_between_its_ends(databases: Databases, life: list[Event]) -> None:
    with opened(databases) as database, remembering(database):
        world = World(database)
        world.play(life)
        now, first = world.moment, world.moment.date().replace(day=1, month=1)
        query = Query(first, now.date(), now, CONTEXTS[0], FIELDS[0])
        with database.snapshot():
            fresh = read_fresh_times(database, WINDOW, query, world.uncounted)
            sums = TotalsReader(database, WINDOW, world.uncounted, now).slice_sums(query)
        whole = ("", "", "")
        mine = (it for key, it in sums.items() if (key.variant, key.device, key.visitor) == whole)
        total = sum(mine, EMPTY_SUM)
        gone = GONE[prompt_field]
        raw = [
            *database.reading().execute(select(prompt_field)),
            *database.reading().execute(select(gone).where(gone.c.mature == 1)),
        ]
        staff = world.persons[1] if world.staff else None
        here = (FIELDS[0], CONTEXTS[0], False)
        mine = [
            row
            for row in raw
            if (row.field, row.action, bool(row.optional)) == here and row.subject_id != staff and row.opened_at <= now
        ]
        watched = []
        for row in mine:
            young = row.opened_at + WINDOW > now
            ending = (row.outcome if young and row.closed_at else None) if young else end_of(row)
            over = ending in ENDINGS
            until = row.closed_at if over else min(now, row.opened_at + WINDOW)
            watched.append((max((until - row.opened_at) // MICROSECOND, 0), ending if over else None))
        assert fresh.count == sum(row.opened_at + WINDOW > now for row in mine)
        assert fresh.count + total["episodes"] == len(mine)
        curve = incidence_curve(total, fresh)
        status = numpy.array([ENDINGS.index(ending) + 1 if ending else 0 for _, ending in watched])
        if not status.any():
            return
        exact = CumIncidenceRight(
            numpy.array([time for time, _ in watched]), status, freq_weights=numpy.ones(len(watched))
        )
        for place, ending in enumerate(ENDINGS):
            if not Counter(end for _, end in watched)[ending]:
                continue
            end = WINDOW // MICROSECOND
            for time in (*EDGES[::40], end - 1, end):
                until = numpy.searchsorted(exact.times, time, side="right")
                share = float(exact.cinc[place][until - 1]) if until else 0.0
                told = share_reached(curve, ending, time, end)
                assert told.low - 1e-9 <= share <= told.high + 1e-9
