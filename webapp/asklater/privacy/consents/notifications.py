"""The mail that tells a person which of their consents have ended, since what they said yes to has changed."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from asklater.engine import Engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.messages.mail import Importance, post_mail
from asklater.privacy.consents.history import consent_histories
from asklater.privacy.consents.presenters import changed_terms
from asklater.privacy.notices.versions import find_versions
from asklater.tables import subject

ENDED_TEMPLATE = "asklater/messages/consents_ended.txt"

SIMULATED = select(subject.c.simulated).where(subject.c.id == bindparam("of_subject"))


def tell_of_ended_consents(engine: Engine, subject_id: int, fields: Sequence[str]) -> None:
    """Mail what has changed to the address that the person proved; whoever proved none sees it on their pages.
    Simulated people have no mailbox."""
    address = current_identity().address_of(subject_id)
    if not address or engine.database.reading().execute(SIMULATED, {"of_subject": subject_id}).scalar():
        return
    histories = consent_histories(engine, subject_id)
    versions = find_versions(
        engine, {(key, event.notice_version) for key in fields for event in histories[key] if event.notice_version}
    )
    ended = []
    for key in fields:
        lines = [line for line in changed_terms(engine, key, histories[key], versions) if line.changed]
        changes = [(line.question, line.before, line.after) for line in lines]
        ended.append((gettext(engine.field(key).label), changes))
    post_mail(
        address,
        gettext("What you agreed to has changed"),
        ENDED_TEMPLATE,
        subject_id=subject_id,
        importance=Importance.LETTER,
        ended=ended,
        url=page_url("personal_data.data"),
        contact=engine.manifest.controller.contact,
    )
