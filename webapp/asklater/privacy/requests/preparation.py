"""Requests that wait for an export: done when it is ready and its person has been written to, and open again where it
could not be made.
"""

from flask_babel import ngettext

from asklater.engine import Engine
from asklater.privacy.exports.orders import latest_export
from asklater.privacy.exports.redactions import redactions_of
from asklater.privacy.requests import audit_trail, lifecycle, notifications, queries
from asklater.privacy.requests.labels import Outcome, State, outcome_text
from asklater.privacy.requests.lifecycle import StepNotAllowed
from asklater.privacy.requests.queries import Request
from asklater.privacy.unproved_holdings import told_to_person


def settle_prepared(engine: Engine) -> int:
    """Close a page of the requests whose export is ready, and give back those whose export could not be made; returns
    how many they were."""
    ended = queries.ended_preparations()
    for request, is_ready in ended:
        try:
            if is_ready:
                _close(engine, request)
            else:
                _give_back(request)
        except StepNotAllowed:  # its person withdrew it, or an officer closed it otherwise, in the meantime
            continue
    return len(ended)


def redactions_text(engine: Engine, subject_id: int) -> str:
    """Tells the person what is blacked out in their exports, and why; "" where nothing is."""
    counts = redactions_of(engine, subject_id).counts()
    if not counts:
        return ""
    told = "; ".join(f"{reason} ({number})" for reason, number in counts)
    sentence: str = ngettext(
        "In %(num)s text something is blacked out, since it is about somebody else. The reason: %(told)s.",
        "In %(num)s texts something is blacked out, since it is about somebody else. The reasons: %(told)s.",
        sum(number for _reason, number in counts),
        told=told,
    )
    return sentence


def _close(engine: Engine, request: Request) -> None:
    note = _note_of_order(request)
    done = lifecycle.close_request(request, State.DONE, audit_trail.SYSTEM, outcome=Outcome.EXPORTED)
    if request.subject_id is None:
        return
    withheld = (
        redactions_text(engine, request.subject_id),
        told_to_person(engine, notifications.contact_address(request)),
    )
    notifications.notify_person(
        done, outcome_text(Outcome.EXPORTED), note, withheld="\n\n".join(filter(None, withheld))
    )


def _give_back(request: Request) -> None:
    """Wait for the person's newer export, where there is one; otherwise somebody has to try again."""
    newest = latest_export(request.subject_id) if request.subject_id is not None else None
    if newest is not None and newest.id != request.export_id and (newest.is_unfinished or newest.is_ready):
        lifecycle.update_running(request, export_id=newest.id)
        return
    failed = lifecycle.update_running(request, outcome=Outcome.FAILED, export_id=None)
    audit_trail.add_step(failed.id, failed.subject_id, "failed", audit_trail.SYSTEM)


def _note_of_order(request: Request) -> str:
    """Returns what an officer wrote to the person when they ordered the export."""
    steps = audit_trail.steps_of(request.id, request.subject_id)
    return next((step.note for step in reversed(steps) if step.event == "ordered"), "")
