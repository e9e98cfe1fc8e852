"""What each kind of request does: the verbs of the other parts, by what comes of it."""

from collections.abc import Callable

from webapp.privacy.exporting.ordering import order_export
from webapp.privacy.requests.vocabulary import Outcome
from webapp.profiling import rights
from webapp.profiling.engine import Engine

Deed = Callable[[Engine, int], object]
DEEDS: dict[Outcome, Deed] = {
    Outcome.EXPORTED: lambda _engine, subject_id: order_export(subject_id),
    Outcome.RESTRICTED: rights.restrict,
    Outcome.LIFTED: rights.lift_restriction,
    Outcome.OBJECTED: rights.object_to_measurement,
    Outcome.MEASURED: rights.withdraw_objection,
}
"""Done twice, each leaves things as once. Erasing is not among them: it ends the request along with its person."""


def do(engine: Engine, subject_id: int, outcome: Outcome) -> None:
    """Do what is behind the outcome, if anything is."""
    if outcome in DEEDS:
        DEEDS[outcome](engine, subject_id)
