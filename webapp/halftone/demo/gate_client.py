"""The steps that the gate takes, for somebody who sends no request: look, decide, see, submit, run."""

from collections.abc import Mapping

from asklater import Decision, Engine
from asklater.kinds import Invalid
from asklater.records import Provenance, Subject, subject_by_id
from halftone.demo.profiles import Answer, Stored


def look(engine: Engine, subject_id: int) -> Subject:
    """The subject with what it holds now. Raises LookupError when there is none."""
    found = subject_by_id(engine.database, subject_id)
    if found is None:
        raise LookupError(f"no subject {subject_id}")
    return found


def decide(engine: Engine, action: str, subject: Subject, conditions: Mapping[str, bool]) -> Decision:
    """What the action lacks. An invented person has no cart, so `conditions` says what would hold of it.

    Raises KeyError for a condition that is not named.
    """
    return engine.decide(action, subject, lambda name: conditions[name])


def submit(engine: Engine, subject_id: int, action: str, prompt_id: int, answers: Mapping[str, Answer]) -> int:
    """Send a prompt's form: store each answer that its kind takes, reject the others. The subject from then on."""
    holder = subject_id
    engine.episodes.submit(holder, action, answers)
    refused: dict[str, frozenset[str]] = {}
    for field, answer in answers.items():
        try:
            value = _value(engine, field, answer)
        except Invalid as rejected:
            refused[field] = rejected.reasons
        else:
            holder = engine.save(holder, field, value, Provenance(action, prompt_id=prompt_id), prompted=True)
    engine.episodes.reject(holder, action, refused)
    return holder


def skip(engine: Engine, subject_id: int, action: str, fields: tuple[str, ...]) -> None:
    """Leave these optional fields empty in the form whose others were answered."""
    engine.episodes.submit(subject_id, action, fields)
    engine.skip(subject_id, action, fields)


def answer_in_settings(engine: Engine, subject_id: int, field: str, answer: Answer) -> int:
    """Give an answer on the account page, asked by nobody. The subject from then on."""
    return engine.change(subject_id, field, _value(engine, field, answer))


def complete(engine: Engine, action: str, subject: Subject) -> None:
    """The action itself, which closes its prompt."""
    if action in subject.prompts:
        engine.episodes.complete_action(subject.id, action)


def _value(engine: Engine, field: str, answer: Answer) -> object:
    if isinstance(answer, Stored):
        return answer.value
    return engine.kind_of(field).parse(engine.field(field), answer.given)
