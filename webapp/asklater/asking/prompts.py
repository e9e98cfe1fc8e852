"""Asking: open or see the prompt of an attempted action, and put its page together."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import request

from asklater.asking.presenters import EarlierStep, FieldView, PromptPage, prompt_id
from asklater.asking.submission import CODE, TOKEN, Submission, Taken
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.forms import error_text
from asklater.i18n import gettext
from asklater.kinds.base import PREFIX, Asking, Given, Input, InputError, Unable, with_every_error
from asklater.manifest.declarations import Action, Field
from asklater.manifest.notice import kept, told_beside_input
from asklater.policy.decision import Decision
from asklater.prompt_tokens import PromptToken
from asklater.records.exposure import Exposure, device_class
from asklater.records.people import Subject
from asklater.records.suggestions import Suggestion
from asklater.registry import RecognitionOffer, ShownInPlace
from asklater.subjects.held_fields import change_url
from asklater.subjects.rights import restricted


@dataclass(frozen=True)
class Ask:
    """Everything that a prompt is made from."""

    subject: Subject
    decision: Decision
    post_url: str
    slot: str
    back: str
    token: PromptToken | None = None
    submission: Submission = field(default_factory=Submission)
    taken: Taken = field(default_factory=Taken)
    warning: str = ""
    expired: bool = False
    """Whether it was answered by a token that is worth nothing any more."""
    submit_label: Callable[[], str] | None = None
    """Gives the words of the button that carries the action out, if these are not the action's label."""
    onward: str = "/"
    """Where a person goes on who answers on a page instead: a page of this site."""

    @property
    def action(self) -> Action:
        """As this person meets it."""
        return self.decision.treatment.action

    @property
    def optional(self) -> frozenset[str]:
        """Of what is asked, the fields that the action does not wait for."""
        return frozenset(self.decision.optional)

    @property
    def is_optional(self) -> bool:
        """Whether nothing that is asked now is waited for."""
        return self.optional.issuperset(self.decision.now)

    @property
    def fresh(self) -> tuple[str, ...]:
        """The fields that this render shows for the first time. One that it shows again, after a rejected
        submission or to redraw the form, makes no impression."""
        shown = self.token.fields if self.token else ()
        return tuple(key for key in self.decision.now if key not in shown)


def prompt(engine: Engine, ask: Ask) -> PromptPage:
    """The page of the prompt; its kinds have been prepared, and its impression is committed.

    Raises ReauthenticationRequired, before anything is recorded or sent, for a field that could open the account.
    """
    unable = {**_closed(engine, [key for key in ask.decision.now if key not in ask.optional]), **ask.taken.unable}
    if ask.subject.restricted:
        unable |= dict.fromkeys(ask.decision.now, restricted())
    suggested = engine.suggestions.read(ask.subject.id)
    views: list[FieldView] = []
    asked_of, asking = ask.decision.treatment.fields, Asking(ask.subject.id, ask.action.key)
    own_id = prompt_id(ask.slot)
    for key in ask.decision.now:
        if key not in unable:
            try:
                drawn = own_id, key in ask.optional
                views.append(
                    field_view(engine, asking, asked_of[key], *drawn, ask.submission, ask.taken, suggested.get(key))
                )
            except Unable as explained:
                unable[key] = explained
    if not ask.is_optional and all(view.optional for view in views):
        views = []  # what the action waits for cannot be given now, and nothing beside it helps
    offer = _recognition_offer(engine, ask)
    with engine.database.unit_of_work():  # no page is drawn in a transaction: on SQLite nobody else writes meanwhile
        number = _impression(engine, ask, {view.key for view in views}, unable)
    asked = tuple(view.key for view in views)
    behind = _behind(engine, ask)
    token = _token(ask, number, asked, ask.decision.steps(behind))
    return PromptPage(
        action=ask.action.key,
        label=gettext(ask.action.label),
        earlier=tuple(_earlier_step(engine, asked_of[key]) for key in behind) if token.steps > 1 else (),
        reason=gettext(ask.decision.reason) if ask.decision.reason else "",
        step=max(1, token.steps - len(ask.decision.rounds) + 1),
        steps=token.steps,
        post_url=ask.post_url,
        slot=ask.slot,
        multipart=any(engine.kind_of(key).multipart for key in asked),
        hidden=(
            *ask.submission.carried,
            *_waiting(engine, ask, {*asked, *unable}),
            (TOKEN, engine.tokens.sign(token)),
        ),
        fields=tuple(views),
        errors=(*_offer_errors(offer, prompt_id(ask.slot)), *summary(views, ask.warning)),
        unable=unable_views(engine, ask.subject, asked_of, unable),
        recognition=offer,
        recognised=ask.taken.recognised,
        submit_label=_submit_label(ask),
        notice_url=notice_url(engine, ask.decision.now),
        notice_part_url=notice_part_url(engine, ask.decision.now),
        alternatives=tuple(
            (other.key, other.label, other.attributes() if isinstance(other, ShownInPlace) else {})
            for other in engine.registry.alternatives.values()
            if other.answers(asked)
        ),
        retry_after=max((explained.retry_after for explained in (*unable.values(), *_unrecognised(ask))), default=0),
        skippable=ask.is_optional,
    )


def _submit_label(ask: Ask) -> str:
    if len(ask.decision.rounds) > 1:
        return gettext("Continue")
    return ask.submit_label() if ask.submit_label else gettext(ask.action.label)


def _recognition_offer(engine: Engine, ask: Ask) -> RecognitionOffer | None:
    """What those are offered who may have been here before. A new code is mailed where one was asked for."""
    refused = ask.taken.unrecognised
    if engine.registry.recognition is None or ask.subject.restricted:
        return None
    offer = engine.registry.recognition.offer(
        ask.subject,
        ask.decision.now,
        again=ask.submission.again == CODE,
        typed=ask.submission.code if refused else "",
        error=error_text(refused) if refused else "",
    )
    if offer is None:
        return None
    opened = ask.submission.opens_recognition or ask.submission.again == CODE or refused is not None
    code = replace(offer.code, name=CODE, id=f"{prompt_id(ask.slot)}-code") if offer.code else None
    return replace(offer, code=code, is_open=opened)


def _offer_errors(offer: RecognitionOffer | None, prompt: str) -> tuple[InputError, ...]:
    return (InputError(f"{prompt}-code", offer.error),) if offer and offer.code and offer.error else ()


def _unrecognised(ask: Ask) -> tuple[Unable, ...]:
    return (ask.taken.unrecognised,) if isinstance(ask.taken.unrecognised, Unable) else ()


def _closed(engine: Engine, fields: Sequence[str]) -> dict[str, Unable]:
    """The fields that nobody can give here, since nothing would prove whose account it is."""
    closed: dict[str, Unable] = {}
    for key in fields:
        try:
            engine.guard(key)
        except Unable as explained:
            closed[key] = explained
    return closed


def _waiting(engine: Engine, ask: Ask, told: Collection[str]) -> Iterator[tuple[str, str]]:
    """What was typed for a later step, which an older form had asked before: it waits there until that step comes."""
    later = {*ask.decision.missing, *ask.optional} - {*told} if not ask.subject.restricted else set()
    for key, given in ask.submission.given.items():
        if key in later and not engine.kind_of(key).fleeting:
            for part, texts in given.texts.items():
                yield from ((f"{PREFIX}{key}.{part}" if part else PREFIX + key, text) for text in texts)


def _impression(engine: Engine, ask: Ask, asked: Collection[str], unable: Collection[str]) -> int:
    fresh = tuple(key for key in ask.fresh if key in asked or key in unable)
    if ask.token is not None and not fresh:
        return ask.token.prompt_id
    known = ask.action.key in ask.subject.prompts
    exposure = Exposure(variant=ask.decision.treatment.variant, device=device_class(request.user_agent.string))
    return engine.episodes.see(
        ask.subject.id, ask.action.key, fresh, unable, exposure, optional=ask.optional, open_before=known
    )


def _behind(engine: Engine, ask: Ask) -> tuple[str, ...]:
    """What the action requires of the person, and they hold already."""
    held = [need for need in ask.action.requires if need.field in ask.subject.held and not need.optional]
    conditions = engine.registry.conditions
    return tuple(need.field for need in held if not need.when or conditions[need.when](ask.subject.id))


def _earlier_step(engine: Engine, declared: Field) -> EarlierStep:
    return EarlierStep(declared.key, gettext(declared.label), changes=bool(change_url(engine, declared.key)))


def _token(ask: Ask, number: int, asked: tuple[str, ...], steps: int) -> PromptToken:
    if ask.token is not None:
        earlier = replace(ask.token, subject_id=ask.subject.id, prompt_id=number, fields=asked)
        return replace(earlier, steps=max(earlier.steps, steps))
    return PromptToken(ask.subject.id, ask.action.key, number, asked, steps, ask.back)


def field_view(
    engine: Engine,
    asking: Asking,
    declared: Field,
    own_id: str,
    optional: bool,
    submission: Submission,
    taken: Taken,
    suggested: Suggestion | None,
) -> FieldView:
    """One field, in the words in which its person meets it, prepared, holding what was typed or else what was
    suggested, and said to be optional or not; a lone input says that beside its label. Raises Unable.

    `own_id` is the prompt's, with which its inputs' ids begin: another prompt on the page may ask the same field.
    """
    key, kind = declared.key, engine.kind_of(declared.key)
    note = kind.prepare(declared, asking, again=submission.again == key)
    errors = taken.errors.get(key, {})
    given = submission.given.get(key)
    if suggested is not None and not errors and (given is None or given.is_blank):
        given = kind.given(declared, suggested.value)
        note = note or gettext("This is what %(origin)s says. Check it; you can change it.", origin=suggested.origin)
    if given is None and (source := kind.begins_from(declared)):
        held = engine.answers.read(asking.subject_id, [source])
        given = kind.begun(declared, held[source]) if source in held else None
    controls = with_every_error(kind.inputs(declared, given or Given(), errors), errors)
    label = gettext(declared.label)
    is_lone = len(controls) == 1 and controls[0].label == label
    inputs = [
        replace(control, id=f"{own_id}-{control.id}", optional=optional if is_lone else control.optional)
        for control in controls
    ]
    return FieldView(
        key=key,
        label=label,
        reason=gettext(declared.reason),
        kept=kept(declared),
        purpose=gettext(engine.manifest.purposes[declared.purpose].label),
        optional=optional,
        inputs=tuple(inputs),
        buttons=((key, kind.again_label),) if kind.again_label else (),
        is_lone=is_lone,
        note=note,
        links=kind.links(declared, asking),
        told=told_beside_input(declared),
    )


def unable_views(
    engine: Engine, subject: Subject, fields: Mapping[str, Field], unable: Mapping[str, Unable]
) -> tuple[FieldView, ...]:
    """The fields that cannot be given now, each with why."""
    links = _restriction_link(engine, subject)
    return tuple(
        FieldView(key=key, label=gettext(fields[key].label), reason=explained.reason, kept="", links=links)
        for key, explained in unable.items()
    )


def _restriction_link(engine: Engine, subject: Subject) -> tuple[tuple[str, str], ...]:
    """Where a person lifts the restriction that is in their way."""
    if not (subject.restricted and engine.registry.restriction_endpoint):
        return ()
    return ((gettext("Lift the restriction"), url_for(engine.registry.restriction_endpoint)),)


def notice_url(engine: Engine, fields: Sequence[str]) -> str:
    """Where the notice tells of these fields, "" where no feature has one."""
    return (
        url_for(engine.registry.notice_endpoint, _anchor=f"field-{fields[0]}")
        if engine.registry.notice_endpoint
        else ""
    )


def notice_part_url(engine: Engine, fields: Sequence[str]) -> str:
    """What of the notice is about these fields alone."""
    return (
        url_for(engine.registry.notice_part_endpoint, field=list(fields))
        if engine.registry.notice_part_endpoint
        else ""
    )


def summary(views: Sequence[FieldView], warning: str) -> tuple[InputError, ...]:
    """The lines of the error summary, the warning first; each leads to its input."""
    lines = [InputError(control.id, error) for view in views for control in view.inputs for error in control.errors]
    if warning and views:
        lines.insert(0, InputError(_first_input(views[0].inputs), warning))
    return tuple(lines)


def _first_input(inputs: tuple[Input, ...]) -> str:
    return inputs[0].id if inputs else ""
