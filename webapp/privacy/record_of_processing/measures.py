"""Security measures (Art. 32) that the live application tells by itself. Parts of the application add theirs."""

from collections.abc import Callable

from flask import Flask

Says = Callable[[], str]
MEASURES = "privacy.measures"


def add_measure(app: Flask, says: Says) -> None:
    """`says` gives a sentence in the reader's language, "" while the measure is not in force."""
    app.extensions.setdefault(MEASURES, []).append(says)


def measures(app: Flask) -> tuple[str, ...]:
    """Those that are in force, in the order of their joining."""
    told: list[Says] = app.extensions.get(MEASURES, [])
    return tuple(sentence for says in told if (sentence := says()))
