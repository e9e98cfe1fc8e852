"""Personas: people of the demo as whom one can look around. They are no part of the simulated history."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from webapp import clock
from webapp.accounts.addresses import normalise
from webapp.accounts.claiming import proof_field
from webapp.accounts.models import Account
from webapp.mail.sealing import mark_of
from webapp.profiling.answers import Provenance
from webapp.profiling.engine import Engine
from webapp.profiling.people import record_arrival
from webapp.profiling.tables import subject
from webapp.shop.demo import answering
from webapp.shop.demo.cast import Persona
from webapp.shop.demo.crowd import Portraits
from webapp.shop.demo.reliving import relive


def subjects(engine: Engine, personas: Iterable[Persona]) -> dict[str, int]:
    """The subject of each persona that has an account, by the persona's key.

    Anybody may give a persona's address without proof; the account that came first is the persona's.
    """
    keys = {mark_of(normalise(persona.email)): persona.key for persona in personas if persona.email}
    first = select(Account.email_mark, func.min(Account.subject_id)).where(Account.email_mark.in_(list(keys)))
    rows = engine.database.reading().execute(first.group_by(Account.email_mark))
    return {keys[mark]: number for mark, number in rows}


def settle(engine: Engine, persona: Persona) -> int:
    """Give the persona its account, unless it has one; the subject.

    What its past needed is asked and answered at its time, and done; the rest counts as brought along.
    """
    known = subjects(engine, [persona]).get(persona.key)
    if known is not None:
        return known
    moments = [clock.now() - timedelta(days=past.days_ago) for past in persona.past]
    with clock.at(min(moments, default=clock.now())):
        number = record_arrival(engine.database)
    values = _values(engine, persona)
    for past, moment in zip(persona.past, moments, strict=True):
        relive(engine, number, past, moment, values)
    held = answering.look(engine, number).held
    for field, value in values.items():
        if field not in held:
            number = engine.save(number, field, value, Provenance("import", "import"), prompted=False)
    if persona.role:
        moment = clock.now()
        proof = {"address": normalise(persona.email), "proved_at": moment.isoformat()}
        engine.answers.give(number, proof_field(engine).key, proof, Provenance("import", "import"))
        role = update(Account).where(Account.subject_id == number).values(role=persona.role, verified_at=moment)
        engine.database.writing().execute(role)
    return number


def simulated(engine: Engine) -> int:
    """How many shoppers of the drawn history there are."""
    count = select(func.count()).select_from(subject).where(subject.c.simulated)
    return int(engine.database.reading().execute(count).scalar_one())


def _values(engine: Engine, persona: Persona) -> dict[str, Any]:
    """The persona's answers in the form in which their kinds store them."""
    values = {"email": persona.email, **persona.answers}
    if "picture" in values:
        values["picture"] = Portraits(engine).stored(persona.portrait)
    return values
