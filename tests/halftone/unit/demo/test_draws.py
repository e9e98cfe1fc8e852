"""The draws follow what they are told, and the same seed draws the same."""

from datetime import date, timedelta
from io import BytesIO
from math import sqrt
from random import Random
from statistics import fmean, median, pvariance

from PIL import Image

from asklater.checks.manifest import read as read_manifest
from halftone.demo import rates_file
from halftone.demo.profiles import PORTRAIT_EDGE, portrait
from halftone.demo.rates import LEAST_DAYS_AWAY, Days, Seconds, arrivals, choose, days_away, pause, poisson
from halftone.settings import ROOT

HISTORY = rates_file.read(
    ROOT / "seed_data" / "rates.toml", read_manifest(ROOT / "webapp" / "halftone" / "manifest.toml")
).history
MANY = 4_000


def test_poisson_has_its_mean_for_a_variance() -> None:
    chance = Random(1)
    drawn = [poisson(chance, 30) for _ in range(MANY)]
    assert abs(fmean(drawn) - 30) < 4 * sqrt(30 / MANY)
    assert abs(pvariance(drawn) / 30 - 1) < 4 * sqrt(2 / MANY)


def test_one_of_draws_each_by_its_share_and_none_for_the_rest() -> None:
    chance = Random(2)
    drawn = [choose(chance, {"often": 0.6, "seldom": 0.1}) for _ in range(MANY)]
    for name, share in (("often", 0.6), ("seldom", 0.1), (None, 0.3)):
        assert abs(drawn.count(name) / MANY - share) < 4 * sqrt(share * (1 - share) / MANY)


def test_a_pause_has_its_median_and_is_never_shorter_than_a_second() -> None:
    chance, time = Random(3), Seconds(seconds=20, spread=1.5)
    drawn = [pause(chance, time).total_seconds() for _ in range(MANY)]
    assert 18 < median(drawn) < 22
    assert min(drawn) == 1


def test_nobody_is_back_before_an_ask_has_ended() -> None:
    chance = Random(4)
    drawn = [days_away(chance, Days(days=3, spread=1)) for _ in range(MANY)]
    assert min(drawn) == timedelta(days=LEAST_DAYS_AWAY)


def test_more_come_on_a_sunday_than_on_a_tuesday_and_more_at_the_end() -> None:
    def mean(day: date, place: float) -> float:
        chance = Random(5)
        return fmean(len(arrivals(chance, HISTORY.visitors, day, place)) for _ in range(400))

    tuesday, sunday = date(2026, 9, 1), date(2026, 9, 6)
    assert mean(tuesday, 0.5) < mean(sunday, 0.5)
    assert mean(tuesday, 0) < mean(tuesday, 1)


def test_arrivals_lie_inside_their_day_in_order() -> None:
    drawn = arrivals(Random(6), HISTORY.visitors, date(2026, 9, 1), 0.5)
    assert drawn == sorted(drawn)
    assert all(timedelta(0) <= after < timedelta(days=1) for after in drawn)


def test_a_portrait_is_a_square_and_always_the_same() -> None:
    with Image.open(BytesIO(portrait(4))) as picture:
        assert picture.size == (PORTRAIT_EDGE, PORTRAIT_EDGE)
    again = portrait.__wrapped__(4)
    assert portrait(4) == again != portrait(5)
