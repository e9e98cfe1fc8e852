"""Rates of cases of which several may be one person's: how much less than as many independent cases they tell, and the
interval that follows. A person who is asked five times answers more like themselves than like five people.

Source: E. L. Korn, B. I. Graubard, Survey Methodology 24 (1998), 193-201: the interval of as many cases as would tell
as much. The variance is that of a ratio of sums by person (W. G. Cochran, Sampling Techniques, third edition, 6.11).
"""

from typing import NamedTuple

from asklater.policy.formulas import Interval, normal_quantile, wilson_around


class Pairs(NamedTuple):
    """Pairs of cases of one person: all; the successes in them, each pair counting 0, 1 or 2; pairs of successes."""

    every: int = 0
    successes: int = 0
    both: int = 0


NO_PAIRS = Pairs()


def design_effect(successes: int, cases: int, persons: int, pairs: Pairs) -> float:
    """By which factor the variance of the rate is that of as many independent cases; at least 1.

    The rarer outcome tells how alike a person's cases are, and little where it is rare: beside it stands, with the
    weight of one case, that they are all alike. So all persons count once where all cases did the same.
    Raises ValueError unless 0 <= successes <= cases, there are cases, and 1 <= persons <= cases.
    """
    if not (0 <= successes <= cases and 1 <= persons <= cases):
        raise ValueError(f"{successes} of {cases} cases of {persons} persons are no share")
    if not pairs.every:
        return 1.0
    squares = cases + 2 * pairs.every  # the sum over persons of their cases squared
    rarer = min(successes, cases - successes)
    if not rarer or persons == 1:
        return squares / cases
    rate = successes / cases
    scatter = successes + 2 * pairs.both - 2 * rate * (successes + pairs.successes) + rate * rate * squares
    measured = scatter / (cases * rate * (1 - rate)) * persons / (persons - 1)
    return max(1.0, (rarer * measured + squares / cases) / (rarer + 1))


def effective_size(successes: int, cases: int, persons: int, pairs: Pairs) -> float:
    """How many independent cases would tell as much. Raises ValueError as `design_effect` does."""
    return cases / design_effect(successes, cases, persons, pairs)


def clustered_interval(
    successes: int, cases: int, persons: int, pairs: Pairs, confidence: float = 0.95
) -> Interval | None:
    """Wilson's interval of as many independent cases as tell as much, by Student's distribution of the persons; that
    of the cases where no person has two of them. None without cases.

    Raises ValueError as `design_effect` does, and unless 0 < confidence < 1.
    """
    if not cases:
        return None
    z = normal_quantile(confidence)
    if pairs.every:
        size = effective_size(successes, cases, persons, pairs)
        return wilson_around(successes / cases, size, student_quantile(z, persons - 1))
    return wilson_around(successes / cases, cases, z)


def student_quantile(z: float, degrees: int) -> float:
    """The quantile of Student's distribution that has the tail of a normal quantile `z`, to 0.3 % from 3 degrees on.

    With fewer it is that of 3. Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    n = max(degrees, 3)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return float(z + first / n + second / n**2 + third / n**3 + fourth / n**4)
