"""What an invented shopper does where a page asks in the background: nothing, "not now", never again, or an answer."""

from collections.abc import Generator
from datetime import timedelta
from random import Random

from webapp.profiling.engine import Engine
from webapp.profiling.exposure import Exposure
from webapp.shop.demo import answering
from webapp.shop.demo.chances import happens, one_of, pause
from webapp.shop.demo.crowd import Answer, Stored
from webapp.shop.demo.rates import Rates


def ask_aside(
    engine: Engine, rates: Rates, chance: Random, subject_id: int, placement: str
) -> Generator[timedelta, None, None]:
    """One look at the placement. What is due is the engine's word: caps, cool-downs and the budget hold here too."""
    found = engine.due(placement, answering.look(engine, subject_id))
    if found is None:
        return
    key, asked = found.prompt.key, found.fields
    if found.begins:
        engine.background.begin(subject_id, key)
    variant = engine.experiments.shown_as(key, subject_id)
    exposure = Exposure(kind="background", variant=variant)
    prompt_id = engine.episodes.see(subject_id, placement, asked, exposure=exposure)
    hardest = rates.deciding(placement, asked, variant)
    turn = one_of(chance, {"leave": hardest.leave, "cancel": hardest.cancel})
    if turn == "leave":
        return
    yield sum((pause(chance, rates.ask(placement, field, variant)) for field in asked), timedelta())
    if turn == "cancel":
        engine.episodes.dismiss(subject_id, placement)
        if happens(chance, hardest.for_good):
            engine.background.refuse(subject_id, asked)
    else:
        answers: dict[str, Answer] = {
            field: Stored({"given": happens(chance, rates.ask(placement, field, variant).agree)}) for field in asked
        }
        answering.submit(engine, subject_id, placement, prompt_id, answers)
        engine.episodes.complete_action(subject_id, placement)
    engine.background.end(subject_id, key)
