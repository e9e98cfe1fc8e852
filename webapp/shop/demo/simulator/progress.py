"""Telling how far long work is."""

from collections.abc import Callable
from time import monotonic

import click

PATIENCE = 2.0
"""Seconds after which another line is due."""


class Progress:
    """Prints how much is done, every other second. Short work is done without a word."""

    def __init__(self, what: str, clock: Callable[[], float] = monotonic) -> None:
        self._what = what
        self._clock = clock
        self._told: float | None = None

    def __call__(self, done: int) -> None:
        now = self._clock()
        if self._told is None:
            self._told = now
        if now - self._told >= PATIENCE:
            self._told = now
            click.echo(f"{done:,} {self._what} ...")
