"""Held fields and consents as their person sees them: what is held and why, and where it is changed or taken back."""

from dataclasses import dataclass
from datetime import datetime

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.age import Age
from asklater.kinds.consent import Consent
from asklater.manifest.consent_terms import PENDING_FOR, confirmed_by
from asklater.manifest.declarations import Field
from asklater.manifest.notice import kept, told_beside_input
from asklater.records.answers import WITHDRAWAL, Held
from asklater.records.consents import ConsentState
from asklater.records.people import Subject


@dataclass(frozen=True)
class HeldField:
    """One field that is held: its value for its owner, why, since when, from which action, until when.

    An address is "" where there is no such page.
    """

    key: str
    label: str
    value: str
    picture_url: str
    reason: str
    kept: str
    readers: str
    origin: str
    given_at: datetime
    expires_at: datetime
    change_url: str
    remove_url: str


@dataclass(frozen=True)
class ConsentLine:
    """One consent: how it stands, in words and as whether there is a yes to take back, and where one press turns it
    round, "" for nowhere.

    `note` says why a yes does not count, and `onward` is what helps, as a URL and its label; "" and None where there
    is nothing to say. `deletes` says what goes with a yes that is taken back, "" for nothing. `terms` is the version
    of what is read here.
    """

    label: str
    reason: str
    kept: str
    state: str
    given: bool
    post_url: str
    note: str
    onward: tuple[str, str] | None
    deletes: str
    terms: str


def held_field(engine: Engine, held: Held, value: object, back: str = "") -> HeldField:
    """One held field for its owner; who changes or removes it is led `back` there, else to the account."""
    declared, kind, pages = engine.field(held.field), engine.kind_of(held.field), engine.registry.field_pages
    return HeldField(
        key=held.field,
        label=gettext(declared.label),
        value=kind.show(declared, value),
        picture_url=url_for(pages.picture, field=held.field) if pages and isinstance(value, bytes) else "",
        reason=gettext(declared.reason),
        kept=kept(declared),
        readers=", ".join(gettext(reader) for reader in declared.readers),
        origin=origin_of(engine, held.action),
        given_at=held.given_at,
        expires_at=held.expires_at,
        change_url=change_url(engine, held.field, back),
        remove_url=url_for(pages.remove, field=held.field, back=back or None) if pages else "",
    )


def change_url(engine: Engine, field: str, back: str = "") -> str:
    """Where the field is changed: by its own inputs, on a page of its kind's, or "" for nowhere."""
    kind, pages = engine.kind_of(field), engine.registry.field_pages
    if kind.change_endpoint:
        return url_for(kind.change_endpoint, back=back or None)
    return url_for(pages.change, field=field, back=back or None) if pages and kind.editable else ""


def can_be_added(engine: Engine, subject: Subject | None, field: str) -> bool:
    """Whether this person may give the field without being asked: it is optional somewhere, so they may have left it
    empty there, or it says that they are old enough; and its form needs nothing else. A consent has a press of its
    own."""
    declared, kind = engine.field(field), engine.kind_of(field)
    return (
        subject is not None
        and not subject.restricted
        and field not in subject.held
        and (field in engine.manifest.optional or isinstance(kind, Age))
        and kind.editable
        and not (kind.change_endpoint or kind.guarded)
        and not isinstance(kind, Consent)
        and subject.held.issuperset(declared.after)
        and field not in engine.ruled_out(subject)
    )


def settings_url(engine: Engine) -> str:
    """The page on which a person changes what is held; the front page where there is none."""
    return url_for(engine.registry.settings_endpoint) if engine.registry.settings_endpoint else http.front_page()


def consent_line(engine: Engine, key: str, state: ConsentState | None, here: str) -> ConsentLine:
    """One consent in its state, None where nothing was said, and the press that turns it round. Who goes to prove
    something comes back `here`."""
    declared, pages = engine.field(key), engine.registry.field_pages
    given = state in {"given", "pending"}
    url = proof_url(engine, key, here) if state == "pending" else ""
    return ConsentLine(
        label=gettext(declared.label),
        reason=" ".join([*_consent_words(declared), *told_beside_input(declared)]),
        kept=kept(declared),
        state=consent_state_label(state),
        given=given,
        post_url=url_for(pages.withdraw if given else pages.give, field=key) if pages else "",
        note=_consent_note(engine, declared, state),
        onward=(url, gettext("Verify your address")) if url else None,
        deletes=deletion_sentence(engine, key) if given else "",
        terms=engine.consents.terms[key],
    )


def deletion_sentence(engine: Engine, consent: str) -> str:
    """What is deleted when this consent is withdrawn, told before it is; "" where nothing rests on it."""
    labels = ", ".join(gettext(engine.field(key).label) for key in engine.resting_on(consent))
    return gettext("If you stop this, we also delete: %(fields)s.", fields=labels) if labels else ""


def _consent_words(declared: Field) -> list[str]:
    return [gettext(text) for text in (declared.settings.get("text"), declared.reason) if text]


def consent_state_label(state: ConsentState | None) -> str:
    """How a consent stands, in a word or two; None where nothing was said to it."""
    words = {
        "given": gettext("Yes"),
        "pending": gettext("Yes, not in force yet"),
        "outdated": gettext("Ended"),
        "refused": gettext("No"),
    }
    return words[state] if state else gettext("Not answered")


def _consent_note(engine: Engine, declared: Field, state: ConsentState | None) -> str:
    if state == "pending":
        return pending_sentence(engine, declared)
    if state == "outdated":
        return gettext("You said yes before. What you said yes to has changed since, so it has ended. Decide again.")
    return ""


def pending_sentence(engine: Engine, consent: Field) -> str:
    """What a yes to this consent waits for, and until when."""
    days = PENDING_FOR.days
    if _proves_address(engine, consent):
        return gettext("Your yes counts once your address is verified. It waits for %(days)s days at most.", days=days)
    proof = gettext(engine.field(confirmed_by(consent)).label)
    return gettext(
        "Your yes counts once this is there: %(proof)s. It waits for %(days)s days.", proof=proof, days=days
    )


def proof_url(engine: Engine, consent: str, onward: str) -> str:
    """Where a person proves what confirms this consent, and goes on from there; "" where there is no such page."""
    return engine.identity().proving_url(onward) if _proves_address(engine, engine.field(consent)) else ""


def _proves_address(engine: Engine, consent: Field) -> bool:
    """Whether what confirms the consent is the proof of the account's address."""
    proof = engine.manifest.fields.get(confirmed_by(consent))
    proved = engine.manifest.fields.get(str(proof.settings.get("proves", ""))) if proof else None
    return proved is not None and proved.kind == "email"


def origin_of(engine: Engine, context: str) -> str:
    """Where an answer came from: an action, a placement, or a context of the engine's own."""
    if context in engine.manifest.actions:
        return gettext(engine.manifest.actions[context].label)
    if context in engine.registry.placements:
        return engine.registry.placements[context].label()
    own = {
        "settings": gettext("this page"),
        "import": gettext("an import"),
        "expiry": gettext("its term"),
        WITHDRAWAL: gettext("a consent that was withdrawn"),
    }
    return own.get(context, context)
