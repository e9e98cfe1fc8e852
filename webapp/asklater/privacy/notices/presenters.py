"""The live notice, generated from the manifest, so that it cannot say anything else than what is done.

Its parts are the elements of Art. 13, 14 and 21(4) GDPR, in the order of the page.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity, has_identity
from asklater.manifest.declarations import OWNER, PUBLIC, Manifest, Purpose, Recipient, Transfer
from asklater.manifest.notice import giving_text, kept, notice_contents, told_beside_input, version
from asklater.personal_tables import PersonalTable
from asklater.records.personal_tables import measuring_purposes
from asklater.registry import Registry

NONE = "none"
"""What there is none of begins with this word in a manifest."""
OBJECTION_REQUEST = "purpose_objection"
"""The kind of request by which one objects: `PURPOSE_OBJECTION` of the requests, which know the notices."""


@dataclass(frozen=True)
class Objection:
    """A purpose on legitimate interests: its name, the interest, and where one objects to it, by one press or by a
    request; `url` is "" where nobody can be known here, and one writes instead."""

    purpose: str
    label: str
    interest: str
    url: str
    press: str


@dataclass(frozen=True)
class RightLine:
    """A right by its name, what it is, and where it is exercised; `links` has (label, url) of each way."""

    name: str
    text: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NoticeField:
    """One declared field, in the words of the notice. `giving` says what needs it, `optional_in` lists what asks for
    it without needing it, "" for nothing. `told` are sentences on who sees it and who may give it, `special` says what
    allows holding it where the law protects it more than others, else "".
    """

    key: str
    label: str
    reason: str
    purpose: str
    basis: str
    kept: str
    readers: str
    recipients: str
    transfers: str
    giving: str
    optional_in: str
    told: tuple[str, ...]
    special: str
    version: str


@dataclass(frozen=True)
class NoticeRecipient:
    """Somebody outside who receives data: who, as what, and where it goes outside the Union, "" for nowhere."""

    name: str
    role: str
    transfers: str


@dataclass(frozen=True)
class NoticeRecords:
    """A purpose that records serve, on what basis, and of each table (its label, how long it is kept, its source)."""

    purpose: str
    basis: str
    ground: str
    tables: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class NoticeCookie:
    """A cookie: its name, what it is for, and when it goes."""

    name: str
    label: str
    lifetime: str


@dataclass(frozen=True)
class NoticePage:
    """The notice. `contacts` are (who, how they are reached), `readers` (who, who that is); `sources` are sentences on
    where data comes from, `decisions` one on what is decided by a program alone. `requests_url` is where one asks for
    a right, "" where nobody can be known here.
    """

    contacts: tuple[tuple[str, str], ...]
    contact: str
    objections: tuple[Objection, ...]
    rights: tuple[RightLine, ...]
    requests_url: str
    fields: tuple[NoticeField, ...]
    recipients: tuple[NoticeRecipient, ...]
    readers: tuple[tuple[str, str], ...]
    records: tuple[NoticeRecords, ...]
    sources: tuple[str, ...]
    cookies: tuple[NoticeCookie, ...]
    decisions: str


def notice_page(engine: Engine) -> NoticePage:
    """Returns the notice: every element of Art. 13, 14 and 21(4) GDPR, those on each declared field and on the records
    that are kept beside the answers among them."""
    manifest, registry = engine.manifest, engine.registry
    tables = registry.tables_in_use()
    return NoticePage(
        contacts=tuple(_contacts(manifest)),
        contact=manifest.controller.contact,
        objections=objections_to(manifest, manifest.purposes),
        rights=tuple(_rights(manifest)),
        requests_url=_requests_url(),
        fields=tuple(notice_field(manifest, key) for key in manifest.fields),
        recipients=tuple(_recipients(manifest)),
        readers=tuple(_readers(engine)),
        records=tuple(
            _records(purpose, serving)
            for purpose in manifest.purposes.values()
            if (serving := [table for table in tables if purpose.key in table.purposes])
        ),
        sources=tuple(_sources(registry)),
        cookies=tuple(NoticeCookie(it.name(), it.label(), it.lifetime()) for it in registry.cookies),
        decisions=_decisions(manifest.notice.automated_decisions),
    )


def objections_to(manifest: Manifest, purposes: Collection[str]) -> tuple[Objection, ...]:
    """Returns how one objects to each of these purposes that rests on legitimate interests (Art. 21(1), 21(4))."""
    measuring = measuring_purposes(manifest)
    return tuple(
        Objection(
            purpose=purpose.key,
            label=gettext(purpose.label),
            interest=gettext(purpose.legitimate_interest) if purpose.legitimate_interest else "",
            url=url_for("measurement.choice") if purpose.key in measuring else _objection_url(purpose.key),
            press=gettext("Object: %(purpose)s", purpose=gettext(purpose.label)),
        )
        for purpose in manifest.objectionable()
        if purpose.key in purposes
    )


def _objection_url(purpose: str) -> str:
    if not has_identity():
        return ""
    if current_identity().is_signed_in():
        return url_for("requests.ask", kind=OBJECTION_REQUEST, purpose=purpose)
    return url_for("requests.open_request", purpose=purpose)


def _requests_url() -> str:
    if not has_identity():
        return ""
    return url_for("requests.own" if current_identity().is_signed_in() else "requests.open_request")


def _contacts(manifest: Manifest) -> Iterator[tuple[str, str]]:
    controller, officer = manifest.controller, manifest.controller.data_protection_officer
    yield (
        gettext("Who is responsible for your data"),
        _joined(gettext(controller.name), gettext_if(controller.address)),
    )
    yield gettext("How to reach us"), controller.contact
    if is_said(controller.representative):
        yield gettext("Our representative in the Union"), gettext(controller.representative)
    if is_said(controller.joint_controllers):
        yield gettext("Who decides along with us"), gettext(controller.joint_controllers)
    if officer is not None:
        none = gettext("We have none: %(why)s", why=gettext(officer.name.partition(":")[2].strip() or officer.name))
        yield (
            gettext("Data protection officer"),
            _joined(officer.name, officer.contact) if is_said(officer.name) else none,
        )
    if controller.supervisory_authority:
        yield gettext("Authority to which you can complain"), gettext(controller.supervisory_authority)


def is_said(declared: str) -> bool:
    """Tells whether there is what the manifest declares, and not that there is none."""
    return bool(declared.strip()) and not declared.lower().startswith(NONE)


def gettext_if(text: str) -> str:
    return gettext(text) if text else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _rights(manifest: Manifest) -> Iterator[RightLine]:
    """Yields every right of Art. 15 to 22 and 77 GDPR, in their order, each with where it is exercised."""
    data = (gettext("Your data"), url_for("personal_data.data"))
    yield RightLine(
        gettext("Access (Art. 15)"),
        gettext("See everything that we hold of you, and have a copy."),
        (data, *_way("exports.page", gettext("Have a copy"))),
    )
    yield RightLine(
        gettext("Rectification (Art. 16)"),
        gettext("Have what is wrong corrected, and what is missing completed."),
        (data,),
    )
    yield RightLine(
        gettext("Erasure (Art. 17)"),
        gettext("Have everything deleted, except what a law makes us keep."),
        _way("erasure.plan", gettext("Delete account")),
    )
    yield RightLine(
        gettext("Restriction (Art. 18)"),
        gettext("Have what we hold kept, and used for nothing."),
        (data,),
    )
    yield RightLine(
        gettext("Portability (Art. 20)"),
        gettext("Take what you gave with you, in a form that programs can read."),
        _way("exports.page", gettext("Download my data")),
    )
    yield RightLine(
        gettext("Objection (Art. 21)"),
        gettext("Say no to what we do for an interest of ours."),
        ((gettext("Your right to object"), "#object"),),
    )
    if any(purpose.basis == "consent" for purpose in manifest.purposes.values()):
        yield RightLine(
            gettext("Withdrawal of consent (Art. 7(3))"),
            gettext("Withdraw a consent at any time. What was done before stays lawful."),
            (data,),
        )
    yield RightLine(
        gettext("Complaint (Art. 77)"),
        gettext("Complain to a supervisory authority: the one named above, or the one where you live or work."),
        (),
    )


def _way(endpoint: str, label: str) -> tuple[tuple[str, str], ...]:
    """The page of that endpoint, where an identity lets people be known; else those rights are asked for by mail."""
    return ((label, url_for(endpoint)),) if has_identity() else ()


def _recipients(manifest: Manifest) -> Iterator[NoticeRecipient]:
    """Yields who is named by some purpose, declared ones first; each once."""
    purposes = [*manifest.purposes.values(), *map(manifest.purpose_of, manifest.fields)]
    names = list(dict.fromkeys(name for purpose in purposes for name in purpose.recipients))
    for name in sorted(names, key=lambda name: name not in manifest.recipients):
        if name in manifest.recipients:
            declared = manifest.recipients[name]
            transfers = ", ".join(_transfer(it) for it in declared.transfers)
            yield NoticeRecipient(gettext(declared.label), _role(declared), transfers)
        else:
            yield NoticeRecipient(gettext(name), "", "")


def _role(declared: Recipient) -> str:
    role = {
        "processor": gettext("a processor: it acts on our instructions"),
        "controller": gettext("a controller: it decides for itself what it does with the data"),
        "authority": gettext("an authority"),
        "group": gettext("people whom we cannot name"),
    }[declared.role]
    if not declared.services:
        return role
    return gettext("%(services)s (%(role)s)", services=gettext(declared.services), role=role)


def _readers(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yields who reads some field here, besides whose it is and the public, with who that is."""
    declared, registered = engine.manifest.readers, engine.registry.readers
    named = dict.fromkeys(reader for field in engine.manifest.fields.values() for reader in field.readers)
    for reader in named:
        if reader in declared:
            yield gettext(reader), gettext(declared[reader])
        elif reader in registered:
            yield gettext(reader), registered[reader]()


def reader_names(readers: Collection[str]) -> str:
    """Returns who reads a field, as its person is told it."""
    return ", ".join(
        gettext("you") if reader == OWNER else gettext("everyone") if reader in PUBLIC else gettext(reader)
        for reader in readers
    )


def _sources(registry: Registry) -> Iterator[str]:
    yield gettext("From you: what you type, choose and send, and what your browser sends along with it.")
    if registry.keeps_suggestions:
        yield gettext(
            "From the provider that you continue with, if you choose one: your address, and what it says to the "
            "questions above. It is a suggestion until you confirm it."
        )
    if registry.takes_imports:
        yield gettext(
            "From the system in which we kept accounts before this one, if you had one there: your address, and "
            "answers to the questions above."
        )
    yield gettext("From a copy of your data that you had made here or elsewhere, if you asked us to read it in.")


def _decisions(declared: str) -> str:
    if is_said(declared):
        return gettext(declared)
    return gettext("Nothing about you is decided by a program alone (Art. 22 GDPR).")


def _records(purpose: Purpose, tables: Collection[PersonalTable]) -> NoticeRecords:
    return NoticeRecords(
        purpose=gettext(purpose.label),
        basis=basis_of(purpose.basis),
        ground=gettext_if(purpose.legitimate_interest or purpose.law),
        tables=tuple(
            (words.label, table.retention_text, words.source) for table in tables for words in (table.words(),)
        ),
    )


def notice_field(manifest: Manifest, key: str) -> NoticeField:
    """What the notice says of one field."""
    declared = manifest.fields[key]
    purpose, contents = manifest.purpose_of(key), notice_contents(manifest, key)
    return NoticeField(
        key=key,
        label=gettext(declared.label),
        reason=gettext(declared.reason),
        purpose=gettext(purpose.label),
        basis=basis_of(purpose.basis) + (f": {gettext(purpose.law).rstrip('.')}" if purpose.law else ""),
        kept=kept(declared),
        readers=reader_names(declared.readers),
        recipients=", ".join(gettext(name) for name in manifest.recipient_labels(purpose))
        or gettext("nobody outside"),
        transfers=", ".join(_transfer(transfer) for transfer in manifest.transfers_of(purpose)) or gettext("none"),
        giving=giving_text(contents),
        optional_in=", ".join(_optional_in(manifest, key)),
        told=told_beside_input(declared),
        special=special_category_text(contents.get("special_category")),
        version=version(manifest, key),
    )


def _optional_in(manifest: Manifest, key: str) -> Iterator[str]:
    """Yields the labels of what asks for the field and goes on without it: actions, then background prompts."""
    for action in manifest.asking(key):
        if any(need.field == key and need.optional for need in action.requires):
            yield gettext(action.label)
    yield from (gettext(prompt.label) for prompt in manifest.prompting(key))


def special_category_text(allowed_by: Any) -> str:
    """Returns what allows holding something of a special category: a sentence of the manifest's, True for an explicit
    consent, or None for what is of no such category."""
    if not allowed_by:
        return ""
    return gettext("your explicit consent (Art. 9(2)(a) GDPR)") if allowed_by is True else gettext(allowed_by)


def _transfer(transfer: Transfer) -> str:
    return gettext(
        "%(country)s (%(safeguard)s)", country=gettext(transfer.country), safeguard=gettext(transfer.safeguard)
    )


def basis_of(basis: str) -> str:
    """Returns a legal basis in words."""
    return {
        "contract": gettext("needed for what you asked us to do (Art. 6(1)(b) GDPR)"),
        "consent": gettext("your consent (Art. 6(1)(a) GDPR)"),
        "legal_obligation": gettext("the law demands it (Art. 6(1)(c) GDPR)"),
        "legitimate_interests": gettext("a legitimate interest (Art. 6(1)(f) GDPR)"),
    }[basis]
