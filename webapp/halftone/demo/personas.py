"""Personas: people of the demo as whom one can look around, and what each did before. They are no part of the
simulated history.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from asklater import Engine, clock, subject
from asklater.accounts import Account, address_proof_field
from asklater.messages import address_mark_in
from asklater.records import Exposure, Provenance, record_arrival, segments_text
from halftone import cart, catalogue, checkout, sharing
from halftone.catalogue import Product
from halftone.demo import gate_client
from halftone.demo.cast import PastAction, Persona
from halftone.demo.profiles import Stored, StoredPortraits

# Their past

TIME_TO_ANSWER = timedelta(seconds=20)
_EXPOSURE = Exposure(segments=segments_text({"source": "none", "language": "en"}))
"""Personas typed the shop's address, and read English."""


def replay(engine: Engine, number: int, past: PastAction, moment: datetime, values: Mapping[str, Any]) -> None:
    """Attempt the action at that moment, answer round by round what it asks, and do it.

    Raises LookupError for a product that the catalogue has not.
    """
    products = [_product(slug) for slug in past.products]
    with clock.at(moment):
        if past.action == checkout.ACTION:
            for product in products:
                cart.add(number, product, 1)
    while True:
        with clock.at(moment):
            person = gate_client.look(engine, number)
            decision = engine.decide(past.action, person)
            if decision.clear:
                _perform(engine, number, past.action, products)
                gate_client.complete(engine, past.action, person)
                return
            prompt_id = engine.episodes.see(
                number, past.action, decision.now, exposure=_EXPOSURE, optional=decision.optional
            )
        moment += TIME_TO_ANSWER
        with clock.at(moment):
            skipped = tuple(key for key in decision.now if key in decision.optional and key not in values)
            answers = {field: Stored(values[field]) for field in decision.now if field not in skipped}
            gate_client.submit(engine, number, past.action, prompt_id, answers)
            gate_client.skip(engine, number, past.action, skipped)


def _perform(engine: Engine, number: int, action: str, products: list[Product]) -> None:
    if action == checkout.ACTION:
        checkout.buy(engine, number, cart.lock(number))
        return
    for product in products:
        sharing.share_of(number, product)


def _product(slug: str) -> Product:
    found = catalogue.by_slug(slug)
    if found is None:
        raise LookupError(f"the catalogue has no {slug}")
    return found


# Personas


def subjects(engine: Engine, personas: Iterable[Persona]) -> dict[str, int]:
    """The subject of each persona that has an account, by the persona's key.

    Anybody may give a persona's address without proof; the account that came first is the persona's.
    """
    keys = {address_mark_in(engine, persona.email): persona.key for persona in personas if persona.email}
    first = select(Account.email_mark, func.min(Account.subject_id)).where(Account.email_mark.in_(list(keys)))
    rows = engine.database.reading().execute(first.group_by(Account.email_mark))
    return {keys[mark]: number for mark, number in rows}


def ensure_account(engine: Engine, persona: Persona) -> int:
    """Give the persona its account, unless it has one; the subject.

    What its past needed is asked and answered at its time, and done; the rest counts as brought along.
    """
    known = subjects(engine, [persona]).get(persona.key)
    if known is not None:
        return known
    moments = [clock.now() - timedelta(days=past.days_ago) for past in persona.past]
    with clock.at(min(moments, default=clock.now())):
        number = record_arrival(engine.database)
    values = _persona_answers(engine, persona)
    for past, moment in zip(persona.past, moments, strict=True):
        replay(engine, number, past, moment, values)
    held = gate_client.look(engine, number).held
    for field, value in values.items():
        if field not in held:
            number = engine.save(number, field, value, Provenance("import", "import"), prompted=False)
    if persona.role:
        moment = clock.now()
        proof = {"address": persona.email, "proved_at": moment.isoformat()}
        engine.answers.give(number, address_proof_field(engine).key, proof, Provenance("import", "import"))
        role = update(Account).where(Account.subject_id == number).values(role=persona.role, verified_at=moment)
        engine.database.writing().execute(role)
    return number


def count_simulated(engine: Engine) -> int:
    """How many shoppers of the drawn history there are."""
    count = select(func.count()).select_from(subject).where(subject.c.simulated)
    return int(engine.database.reading().execute(count).scalar_one())


def _persona_answers(engine: Engine, persona: Persona) -> dict[str, Any]:
    """The persona's answers in the form in which their kinds store them."""
    values = {"email": persona.email, **persona.answers}
    if "picture" in values:
        values["picture"] = StoredPortraits(engine).stored(persona.portrait)
    return values
