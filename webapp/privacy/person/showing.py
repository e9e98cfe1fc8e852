"""Putting Your data together, from what the engine and every room hold of the person."""

from collections.abc import Mapping

from flask import url_for

from webapp.accounts.showing import asked_by, held_field
from webapp.privacy.consents.showing import consent_records
from webapp.privacy.notice import basis_of
from webapp.privacy.notices.recording import Version, find_all
from webapp.privacy.notices.showing import changed_since
from webapp.privacy.person.pages import DataField, DataPage, FieldNotHeld, Right
from webapp.privacy.person.records import record_groups
from webapp.profiling.answers import Held
from webapp.profiling.consenting import consents
from webapp.profiling.engine import Engine
from webapp.profiling.people import Subject
from webapp.profiling.rights import since
from webapp.profiling.words import gettext


def data_page(engine: Engine, subject: Subject | None, links: tuple[tuple[str, str], ...]) -> DataPage:
    """The whole page. `links` are what other rooms have for the person."""
    here = url_for("person.data")
    known = subject is not None
    values = engine.answers.read(subject.id) if subject else {}
    held = engine.answers.held(subject.id) if subject else []
    told = find_all(engine, [(entry.field, entry.notice_version) for entry in held])
    asked_apart = consents(engine)
    return DataPage(
        known=known,
        email=str(values.get("email", "")),
        links=tuple((label, url) for label, url in links if url != here),
        fields=tuple(
            _field(engine, entry, values[entry.field], told, here) for entry in held if entry.field not in asked_apart
        ),
        consents=consent_records(engine, subject.id) if subject else (),
        rights=_rights(engine, subject.id) if subject else (),
        records=record_groups(engine, subject.id) if subject else (),
        not_held=tuple(
            FieldNotHeld(
                gettext(declared.label),
                gettext(engine.manifest.purposes[declared.purpose].label),
                ", ".join(asked_by(engine, key)),
            )
            for key, declared in engine.manifest.fields.items()
            if key not in values and key not in asked_apart
        ),
    )


def _field(engine: Engine, held: Held, value: object, told: Mapping[tuple[str, str], Version], here: str) -> DataField:
    declared = engine.field(held.field)
    purpose = engine.manifest.purposes[declared.purpose]
    known = told.get((held.field, held.notice_version))
    return DataField(
        held=held_field(engine, held, value, here),
        folded=declared.sensitivity == "sensitive",
        purpose=gettext(purpose.label),
        basis=basis_of(purpose.basis),
        source=_source(held.source),
        recipients=", ".join(gettext(name) for name in purpose.recipients) or gettext("nobody outside"),
        used_at=held.used_at,
        told_url=url_for("notices.version", field=known.field, version=known.version) if known else "",
        changed=changed_since(engine, known) if known else (),
    )


def _source(source: str) -> str:
    words = {
        "person": gettext("you"),
        "settings": gettext("you, on a page of your account"),
        "import": gettext("an import"),
        "provider": gettext("a provider, confirmed by you"),
    }
    return words.get(source, source)


def _rights(engine: Engine, subject_id: int) -> tuple[Right, ...]:
    exercised = since(engine, subject_id)
    objected, restricted = exercised.get("objection"), exercised.get("restriction")
    return (
        Right(
            label=gettext("Measuring how you answer"),
            text=gettext(
                "We count which questions are asked and answered, without values. You can object, without a reason."
            ),
            since=objected,
            post_url=url_for("person.measurement"),
            press=gettext("Measure me again") if objected else gettext("Do not measure me"),
        ),
        Right(
            label=gettext("Using what we hold"),
            text=gettext(
                "Restricted, what we hold is kept and used for nothing; nobody else is shown it, and nothing is asked."
            ),
            since=restricted,
            post_url=url_for("person.restriction"),
            press=gettext("Lift the restriction") if restricted else gettext("Restrict my data"),
        ),
    )
