"""What the tables of one request are made from; each part is read when a table first needs it."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from webapp.db import Database
from webapp.insights.comparison import Comparison, compared
from webapp.insights.coverage import Coverage, read_coverage
from webapp.insights.detail.fresh_times import FreshTimes, fresh_times
from webapp.insights.names import Names
from webapp.insights.narrowing import Uncounted
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.profiling.manifest import Manifest


@dataclass(frozen=True)
class Source:
    """Use it inside `Database.snapshot`."""

    database: Database
    reading: Reading
    manifest: Manifest
    uncounted: Uncounted
    names: Names
    question: Question

    @property
    def window(self) -> timedelta:
        return self.manifest.window

    @cached_property
    def found(self) -> Comparison:
        return compared(self.reading, self.question)

    @cached_property
    def coverage(self) -> Coverage:
        return read_coverage(self.database, self.uncounted, self.question.people)

    @cached_property
    def fresh(self) -> FreshTimes:
        return fresh_times(self.database, self.window, self.question, self.uncounted)
