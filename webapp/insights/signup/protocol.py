"""The question protocol: of every declared field why it is asked, who uses it, for what, and what junk in it does."""

from datetime import date

from webapp.insights.names import Names, names_of
from webapp.insights.signup.pages import Protocol, Question
from webapp.insights.wording import day
from webapp.profiling.manifest import SIGN_UP, Action, Field, Manifest
from webapp.profiling.notice import kept
from webapp.profiling.words import gettext


def protocol(manifest: Manifest, today: date) -> Protocol:
    """In the manifest's order, in the language of the request."""
    names = names_of(manifest)
    return Protocol(
        controller=manifest.controller.name,
        made=day(today),
        questions=tuple(_question(manifest, declared, names) for declared in manifest.fields.values()),
    )


def _question(manifest: Manifest, declared: Field, names: Names) -> Question:
    purpose = manifest.purposes[declared.purpose]
    label, basis = gettext(purpose.label), _basis(purpose.basis)
    answers = (
        (gettext("Why it is asked"), gettext(declared.reason)),
        (gettext("Who uses it"), _users(declared.readers)),
        (gettext("Passed on to"), _users(purpose.recipients) or gettext("Nobody outside")),
        (gettext("For what"), gettext("%(purpose)s (%(basis)s)", purpose=label, basis=basis)),
        (gettext("Needed for"), _actions(manifest.asking(declared.key), declared.key, names)),
        (gettext("If junk is entered"), _said(declared.if_wrong) or gettext("Nothing is said of it")),
        (gettext("How long it is kept"), kept(declared)),
        (gettext("Sensitivity"), _sensitivity(declared.sensitivity)),
        (gettext("Who decides about it"), _said(declared.decided_by) or gettext("Nobody is named")),
    )
    return Question(declared.key, names.field(declared.key), answers)


def _said(sentence: str) -> str:
    """Translated; the catalogue has its own words for an empty one."""
    return gettext(sentence) if sentence.strip() else ""


def _users(users: tuple[str, ...]) -> str:
    """An owner is the person whom the answer is about."""
    known = {"owner": gettext("the person themselves"), "everyone": gettext("everyone")}
    return ", ".join(known.get(user) or gettext(user) for user in users)


def _actions(asking: list[Action], field: str, names: Names) -> str:
    """Each action that requires the field, with its condition; signing up first, as everywhere."""
    ordered = sorted(asking, key=lambda action: action.key != SIGN_UP)
    return ", ".join(_action(action, field, names) for action in ordered) or gettext("Nothing requires it")


def _action(action: Action, field: str, names: Names) -> str:
    label = names.context(action.key)
    whens = [need.when for need in action.requires if need.field == field and need.when]
    return gettext("%(action)s (when %(condition)s)", action=label, condition=whens[0]) if whens else label


def _basis(basis: str) -> str:
    return {
        "contract": gettext("a contract"),
        "consent": gettext("consent"),
        "legal_obligation": gettext("a legal obligation"),
        "legitimate_interests": gettext("legitimate interests"),
    }[basis]


def _sensitivity(sensitivity: str) -> str:
    return {
        "public": gettext("Public: others see it"),
        "personal": gettext("Personal"),
        "sensitive": gettext("Sensitive"),
    }[sensitivity]
