"""Claims of jobs, kept in the database: on all machines together a job runs once at a time, and once for each moment
of its schedule.

Who runs a job holds its claim, and renews it as long as it lives. The claim of a process that died runs out.
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.tables import job_claim

HELD_FOR = timedelta(minutes=2)
"""How long a claim lasts that is not renewed. Beats of a worker's heart, which renew it, are half a minute apart."""
FREE = ""


class JobClaims:
    """Those of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._process, self._name = 0, ""

    def take(self, job: str, tick: datetime | None, every: timedelta = timedelta()) -> bool:
        """Claim the job, for a moment of its schedule (`tick`, the moments being `every` so long) or just so.

        False where another process has it, which then runs it once more unless it is the schedule that asks; and
        where it was run for that moment.
        """
        taken = self._try(job, tick, every)
        if taken or tick is not None:
            return taken
        with self._database.unit_of_work():
            wanted = update(job_claim).where(job_claim.c.job == job, job_claim.c.holder != FREE)
            noted = self._database.writing().execute(wanted.values(asked_again=True)).rowcount
        return not noted and self._try(job, tick, every)  # it was given back in between

    def _try(self, job: str, tick: datetime | None, every: timedelta) -> bool:
        moment = clock.now()
        free = or_(
            job_claim.c.holder.in_((FREE, self._holder())),
            job_claim.c.held_until <= moment,
            job_claim.c.held_until > moment + HELD_FOR + clock.SKEW,  # a clock was ahead
        )
        adding = self._database.insert(job_claim).values(
            job=job, holder=self._holder(), held_until=moment + HELD_FOR, asked_again=False
        )
        taking = adding.on_conflict_do_update(
            index_elements=[job_claim.c.job],
            set_={name: adding.excluded[name] for name in ("holder", "held_until", "asked_again")},
            where=free if tick is None else and_(free, _is_due(tick, every)),
        )
        with self._database.unit_of_work():
            return self._database.writing().scalar(taking.returning(job_claim.c.job)) is not None

    def give_back(self, job: str, tick: datetime | None) -> bool:
        """The job has ended; whether it was asked for while it ran."""
        values: dict[str, object] = {"holder": FREE, "held_until": None}
        if tick is not None:
            values["done_tick"] = tick
        given = update(job_claim).where(job_claim.c.job == job, job_claim.c.holder == self._holder()).values(values)
        with self._database.unit_of_work():
            return bool(self._database.writing().scalar(given.returning(job_claim.c.asked_again)))

    def renew(self, jobs: Iterable[str]) -> None:
        """Hold what runs for longer."""
        running = list(jobs)
        if not running:
            return
        mine = and_(job_claim.c.job.in_(running), job_claim.c.holder == self._holder())
        with self._database.unit_of_work():
            longer = update(job_claim).where(mine).values(held_until=clock.now() + HELD_FOR)
            self._database.writing().execute(longer)

    def release(self) -> None:
        """This process ends: others may run at once what it was running."""
        mine = update(job_claim).where(job_claim.c.holder == self._holder())
        with self._database.unit_of_work():
            self._database.writing().execute(mine.values(holder=FREE, held_until=None))

    def due(self, schedule: Mapping[str, tuple[datetime, timedelta]]) -> list[str]:
        """The jobs that were not run yet for the moment beside their name."""
        found = self._database.reading().execute(select(job_claim.c.job, job_claim.c.done_tick))
        done: dict[str, datetime | None] = {row.job: row.done_tick for row in found}
        self._database.release()
        return [job for job, (tick, every) in schedule.items() if not _is_done(done.get(job), tick, every)]

    def _holder(self) -> str:
        """The name of this process, which may have been forked since. Its number another machine may have as well."""
        if self._process != os.getpid():
            self._process, self._name = os.getpid(), secrets.token_hex(8)
        return self._name


def _is_due(tick: datetime, every: timedelta) -> ColumnElement[bool]:
    """In SQL, what `_is_done` denies."""
    done = job_claim.c.done_tick
    return or_(done.is_(None), done < tick, done > _believed_until(tick, every))


def _is_done(done: datetime | None, tick: datetime, every: timedelta) -> bool:
    return done is not None and tick <= done <= _believed_until(tick, every)


def _believed_until(tick: datetime, every: timedelta) -> datetime:
    """What lies further ahead was noted by a clock that was wrong: a job is not left undone until then."""
    return tick + every + clock.SKEW
