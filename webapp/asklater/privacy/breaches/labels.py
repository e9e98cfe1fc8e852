"""The words of breaches: their steps, decisions and log."""

from asklater.i18n import gettext
from asklater.privacy.breaches.register import Breach


def step_label(step: str) -> str:
    """Returns what a step is called, on its button too."""
    return {
        "describe": gettext("Correct what is written"),
        "scope": gettext("Say what got out, and count"),
        "assess": gettext("Assess the risk"),
        "authority": gettext("Decide about the authority"),
        "notified": gettext("Note that the authority was notified"),
        "persons": gettext("Decide about the people"),
        "letter": gettext("Write the letter"),
        "letters": gettext("Send the letters"),
        "send": gettext("Send the letters"),
        "stop": gettext("Stop the letters"),
        "note": gettext("Add a note"),
        "close": gettext("Close the breach"),
    }[step]


def step_text(step: str, found: Breach) -> str:
    """Says in a sentence what a step does."""
    return {
        "describe": gettext(
            "More is known later: the notice to the authority and the letter take their words from here."
        ),
        "scope": gettext(
            "People and records are counted in what is held at this moment. Count again whenever more is known."
        ),
        "assess": gettext("The decisions about the authority and the people rest on it."),
        "authority": gettext(
            "Within 72 hours, unless there is hardly a risk (Art. 33(1)). Either way the reason stays on record."
        ),
        "notified": gettext("Print the notice below, or copy it into the authority's form; then note it here."),
        "persons": gettext("Where the risk is high they are told without delay (Art. 34)."),
        "letter": gettext("Read it below before it goes out. It is sent from here, and names what got out."),
        "send": gettext(
            "%(people)s people were counted. Each is written to once, at the address that they gave.",
            people=f"{found.counts.people:,}",
        ),
        "stop": gettext("What is written already goes out. You can go on later: nobody gets it twice."),
        "note": gettext("The log is what you show the authority (Art. 33(5)). Notes cannot be changed."),
        "close": gettext("Afterwards nothing is changed any more; notes can still be read."),
    }[step]


def event_label(event: str) -> str:
    """Returns a step of the log in words."""
    return {
        "entered": gettext("Entered"),
        "describe": gettext("The description was corrected"),
        "counted": gettext("People and records were counted"),
        "assess": gettext("The risk was assessed"),
        "authority": gettext("Decided about the authority"),
        "notified": gettext("The authority was notified"),
        "persons": gettext("Decided about the people"),
        "letter": gettext("The letter was written"),
        "letters_began": gettext("The letters began to be sent"),
        "letters_stopped": gettext("The letters were stopped"),
        "letters_ended": gettext("The letters are all written"),
        "listed": gettext("The list of addresses was downloaded"),
        "note": gettext("Note"),
        "close": gettext("Closed"),
        "bundled": gettext("It went into a bundle of evidence"),
    }.get(event, event)


def risk_label(risk: str) -> str:
    return {
        "none": gettext("Hardly a risk to people"),
        "risk": gettext("A risk to people"),
        "high": gettext("A high risk to people"),
    }.get(risk, "")


def authority_label(decision: str) -> str:
    return {"notify": gettext("It is notified"), "not": gettext("It is not notified")}.get(decision, "")


def persons_label(decision: str) -> str:
    return {
        "write": gettext("Each is written to"),
        "public": gettext("They are told by a public notice"),
        "not": gettext("They are not told"),
    }.get(decision, "")


def extent_label(extent: str) -> str:
    return {
        "database": gettext("A copy of the database got out, without keys"),
        "keys": gettext("A copy of the database and the keys got out"),
    }.get(extent, gettext("Single fields and records got out"))
