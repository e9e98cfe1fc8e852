"""The labels of requests: their kinds, states, outcomes and events, and what the officer can do about each kind."""

from enum import StrEnum

from asklater.i18n import gettext
from asklater.manifest.declarations import Manifest
from asklater.records.personal_tables import measuring_purposes

SELF, OFFICER = "self", "officer"
"""Through whom a request was dealt with: its person alone, signed in; or the privacy officer."""


class Kind(StrEnum):
    """What a person can ask for (GDPR Art. 15 to 21)."""

    ACCESS = "access"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    """To measurement, which ends with the press."""
    PURPOSE_OBJECTION = "purpose_objection"
    """To another purpose on legitimate interests, which the officer weighs (Art. 21(1))."""
    ERASURE = "erasure"


class State(StrEnum):
    """How far a request has come. One that is `UNVERIFIED` is not in the queue yet."""

    UNVERIFIED = "unproved"
    OPEN = "open"
    EXTENDED = "extended"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What was done. `ANSWERED` is what the officer did by hand, and says in words."""

    EXPORTED = "exported"
    REDIRECTED = "led"
    RESTRICTED = "restricted"
    RESTRICTION_LIFTED = "lifted"
    OBJECTED = "objected"
    OBJECTION_WITHDRAWN = "measured"
    ERASED = "erased"
    ANSWERED = "answered"
    FAILED = "failed"
    """Not an end: its export could not be made, and it still runs."""


class CameBy(StrEnum):
    """How a request came that an officer entered."""

    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    COUNTER = "counter"
    OTHERWISE = "otherwise"


RUNNING_STATES = (State.OPEN, State.EXTENDED)
"""The states in which something is still to be done."""
COMPLETIONS = {
    Kind.ACCESS: (Outcome.EXPORTED, Outcome.ANSWERED),
    Kind.PORTABILITY: (Outcome.EXPORTED, Outcome.ANSWERED),
    Kind.RECTIFICATION: (Outcome.ANSWERED,),
    Kind.RESTRICTION: (Outcome.RESTRICTED, Outcome.RESTRICTION_LIFTED, Outcome.ANSWERED),
    Kind.OBJECTION: (Outcome.OBJECTED, Outcome.OBJECTION_WITHDRAWN, Outcome.ANSWERED),
    Kind.PURPOSE_OBJECTION: (Outcome.ANSWERED,),
    Kind.ERASURE: (Outcome.ERASED, Outcome.ANSWERED),
}
"""What the officer can do about each kind: nothing else than what was asked for."""


def objectionable_purposes(manifest: Manifest) -> dict[str, str]:
    """The label of each purpose that somebody can object to by a request: those on legitimate interests, but for
    measurement, which has a press of its own."""
    measuring = measuring_purposes(manifest)
    return {it.key: gettext(it.label) for it in manifest.objectionable() if it.key not in measuring}


def offered_kinds(manifest: Manifest) -> list[Kind]:
    """What a person can ask for here."""
    return [kind for kind in Kind if kind is not Kind.PURPOSE_OBJECTION or objectionable_purposes(manifest)]


def kind_label(kind: str) -> str:
    return {
        Kind.ACCESS: gettext("Copy of my data"),
        Kind.PORTABILITY: gettext("My data, to take along"),
        Kind.RECTIFICATION: gettext("A correction"),
        Kind.RESTRICTION: gettext("A restriction"),
        Kind.OBJECTION: gettext("No measurement of me"),
        Kind.PURPOSE_OBJECTION: gettext("An objection to a use of my data"),
        Kind.ERASURE: gettext("Erasure"),
    }[Kind(kind)]


def kind_text(kind: str) -> str:
    """Says what asking for it means, in a sentence for the person."""
    return {
        Kind.ACCESS: gettext("Everything that is held of you, with why, since when, from where and until when."),
        Kind.PORTABILITY: gettext("The same in a form that machines read, to give to somebody else."),
        Kind.RECTIFICATION: gettext("Something that is held of you is wrong, or a part of it is missing."),
        Kind.RESTRICTION: gettext(
            "What is held stays, and is used for nothing: nothing is asked, nobody is shown it."
        ),
        Kind.OBJECTION: gettext(
            "How you answer our questions is no longer counted, and what was measured is deleted."
        ),
        Kind.PURPOSE_OBJECTION: gettext(
            "You do not want your data to be used for something that rests on an interest of ours. We stop, unless "
            "there are compelling reasons, which we would tell you. We answer within a month; until then you can have "
            "what is held restricted."
        ),
        Kind.ERASURE: gettext("Everything we hold about you is deleted, except what a law makes us keep."),
    }[Kind(kind)]


def came_by_label(came_by: str) -> str:
    """Says how a request came, "" where its person asked here."""
    labels = {
        CameBy.LETTER: gettext("by letter"),
        CameBy.EMAIL: gettext("by email"),
        CameBy.PHONE: gettext("by phone"),
        CameBy.COUNTER: gettext("in person"),
        CameBy.OTHERWISE: gettext("in another way"),
    }
    return labels[CameBy(came_by)] if came_by else ""


def state_label(state: str) -> str:
    return {
        State.UNVERIFIED: gettext("waits for its code"),
        State.OPEN: gettext("open"),
        State.EXTENDED: gettext("open, with more time"),
        State.DONE: gettext("done"),
        State.REFUSED: gettext("refused"),
        State.WITHDRAWN: gettext("withdrawn"),
    }[State(state)]


def progress_label(state: str, outcome: str) -> str:
    """Says how far a request has come: its state, or that its export is being prepared, or could not be."""
    if state in RUNNING_STATES and outcome == Outcome.EXPORTED:
        return gettext("being prepared")
    if state in RUNNING_STATES and outcome == Outcome.FAILED:
        return gettext("could not be prepared")
    return state_label(state)


def outcome_text(outcome: str) -> str:
    """Says what was done, "" where nothing was."""
    return (
        {
            Outcome.EXPORTED: gettext("Everything was collected. It can be fetched in the account for seven days."),
            Outcome.REDIRECTED: gettext("You were led to the page on which you change it yourself."),
            Outcome.RESTRICTED: gettext("What is held is restricted: it is used for nothing."),
            Outcome.RESTRICTION_LIFTED: gettext("The restriction was lifted."),
            Outcome.OBJECTED: gettext("Nothing is measured any more, and what was measured is gone."),
            Outcome.OBJECTION_WITHDRAWN: gettext("The objection was taken back: answers are counted again."),
            Outcome.ERASED: gettext("Everything was erased, except what a law makes us keep."),
            Outcome.ANSWERED: gettext("The privacy officer has answered it."),
            Outcome.FAILED: gettext("It could not be collected. Nothing was changed or lost: try again."),
        }[Outcome(outcome)]
        if outcome
        else ""
    )


def event_text(event: str) -> str:
    """Returns a step of the trail in words."""
    return {
        "received": gettext("The request arrived"),
        "entered": gettext("The privacy officer entered the request"),
        "assigned": gettext("It was assigned to a privacy officer"),
        "returned": gettext("It was assigned to nobody"),
        "taken": gettext("The privacy officer took it"),
        "read": gettext("The privacy officer read the message and the address for the answer"),
        "shown": gettext("The privacy officer looked at a value"),
        "extended": gettext("It was given more time"),
        "ordered": gettext("Everything is being collected"),
        "failed": gettext("It could not be collected"),
        "reviewed": gettext("The privacy officer looked through the texts for what is about other people"),
        "redacted": gettext("The privacy officer blacked out what is about somebody else"),
        "restored": gettext("The privacy officer took that back"),
        "replied": gettext("The privacy officer wrote a letter"),
        "noted": gettext("The privacy officer noted a letter or a talk"),
        "refused": gettext("It was refused"),
        "done": gettext("It was done"),
        "withdrawn": gettext("It was withdrawn"),
        "bundled": gettext("The privacy officer made a bundle of evidence of it"),
        "erased": gettext("Its person was erased; nothing in it says who that was"),
    }.get(event, event)
