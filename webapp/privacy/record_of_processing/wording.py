"""Changes of the record as sentences."""

from webapp.privacy.record_of_processing.differences import Change
from webapp.profiling.words import gettext


def sentence(change: Change) -> str:
    """In the reader's language, such as: Added the field Phone number to Protecting your account."""
    match change.what:
        case "added":
            return _added(change)
        case "removed":
            return _removed(change)
        case "changed":
            return _changed(change)


def _added(change: Change) -> str:
    return {
        "field": gettext("Added the field %(name)s to %(purpose)s.", name=change.name, purpose=change.purpose),
        "table": gettext("Added the records %(name)s to %(purpose)s.", name=change.name, purpose=change.purpose),
        "purpose": gettext("Added the purpose %(name)s.", name=change.name),
        "measure": gettext("Added the measure: %(name)s", name=change.name),
    }[change.thing]


def _removed(change: Change) -> str:
    return {
        "field": gettext("Removed the field %(name)s from %(purpose)s.", name=change.name, purpose=change.purpose),
        "table": gettext("Removed the records %(name)s from %(purpose)s.", name=change.name, purpose=change.purpose),
        "purpose": gettext("Removed the purpose %(name)s.", name=change.name),
        "measure": gettext("Removed the measure: %(name)s", name=change.name),
    }[change.thing]


def _changed(change: Change) -> str:
    words = {"part": _part(change.part), "before": change.before or _nothing(), "after": change.after or _nothing()}
    if change.thing == "controller":
        return gettext("Controller, %(part)s: from “%(before)s” to “%(after)s”.", **words)
    if change.thing == "purpose":
        return gettext("%(name)s, %(part)s: from “%(before)s” to “%(after)s”.", name=change.name, **words)
    return gettext(
        "%(name)s in %(purpose)s, %(part)s: from “%(before)s” to “%(after)s”.",
        name=change.name,
        purpose=change.purpose,
        **words,
    )


def _nothing() -> str:
    return gettext("nothing")


def _part(part: str) -> str:
    return {
        "name": gettext("name"),
        "contact": gettext("contact"),
        "representative": gettext("representative"),
        "joint_controllers": gettext("joint controllers"),
        "officer": gettext("data protection officer"),
        "jurisdiction": gettext("jurisdiction"),
        "storage_location": gettext("place of storage"),
        "supervisory_authority": gettext("supervisory authority"),
        "label": gettext("label"),
        "basis": gettext("legal basis"),
        "ground": gettext("what the basis rests on"),
        "persons": gettext("categories of persons"),
        "recipients": gettext("recipients"),
        "transfers": gettext("transfers"),
        "details": gettext("what is in it"),
        "sensitivity": gettext("sensitivity"),
        "source": gettext("source"),
        "kept": gettext("time limit"),
        "readers": gettext("readers"),
    }[part]
