"""A request as the gate reads it, and the taking of its answers: parse, prove, store or reject."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

from flask import flash
from werkzeug.datastructures import FileStorage, MultiDict

from asklater.deprecations import FORMER_INPUTS, warn_of
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import PREFIX, Asking, Given, Input, Invalid, Redirected, Unable, Unconfirmed, Upload
from asklater.kinds.typed_text import is_blank
from asklater.prompt_tokens import PromptToken
from asklater.records.answers import Provenance
from asklater.records.people import Subject
from asklater.subjects.rights import restricted

TOKEN = "_asklater"  # noqa: S105 - the name of an input
"""The input that holds a prompt's signed token."""
CANCEL = "_asklater.cancel"
"""The button "Cancel", or "not now": the prompt is dismissed."""
NEVER = "_asklater.never"
"""The button "do not ask again" of a background prompt."""
SKIP = "_asklater.skip"
"""The button "Skip" of a step that is optional: it goes on as if nothing had been typed."""
REDRAW = "_asklater.redraw"
"""Sent when a choice changes the rest of the form: the prompt is drawn anew, and nothing is stored. Its value is that
of RECOGNISE where somebody says that they were here before."""
AGAIN = "_asklater.again"
"""The button "send a new code": its value is the field whose kind prepares it once more."""
ALTERNATIVE = "_asklater.alternative"
"""The button of an alternative to typing: its value is the alternative's key."""
SHOWN = "_asklater.shown"
"""Beside it: what an alternative's own script has brought, so that nobody is sent away."""
CHANGE = "_asklater.change"
"""The button "Change" of an earlier step: its value is the field that is changed before this goes on."""
RESUMED = "_asklater.resumed"
"""The token of a suspended request that this one carries on."""
BACK = "_asklater.back"
"""Beside it: the page of this site on which the suspended request began."""
CODE = "_asklater.code"
"""The code of somebody who was here before. As the value of AGAIN it wants a new one to be sent."""
RECOGNISE = "_asklater.recognise"
"""The button that sends it. A code that is typed is taken whatever button was pressed."""
ENGINE_OWN = frozenset(
    {
        TOKEN,
        CANCEL,
        NEVER,
        SKIP,
        REDRAW,
        AGAIN,
        ALTERNATIVE,
        SHOWN,
        CHANGE,
        RESUMED,
        BACK,
        CODE,
        RECOGNISE,
        "csrf_token",
    }
)
FORMER_NAMES = {name.replace(TOKEN, "prompt", 1): name for name in ENGINE_OWN - {"csrf_token"}}
"""What these were called up to 0.1, as forms have them that were drawn before an upgrade."""
FORMER_TOKEN = re.compile(r"W[\w-]+\.[\w-]{27}")
MOST_CARRIED, MOST_CARRIED_SIGNS = 200, 256 * 1024
"""Of the action's own inputs, and of the signs in them, as many as a prompt carries along."""
SLOT = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True)
class Submission:
    """A POST, sorted. `token` is "" when it carries no prompt; `never` says "do not ask again", `skips` to go on
    without what is optional.

    `redraw` wants the form drawn anew, `opens_recognition` with the place for the code of before. `again` names a
    field to be prepared once more, `alternative` what was chosen instead of typing, `shown` what its script brought,
    `change` a field of an earlier step that is to be changed first. `resumed` is the suspended request that this one
    carries on, `back` the page where it began. `code` shows who was here before.
    """

    token: str = ""
    cancelled: bool = False
    never: bool = False
    skips: bool = False
    redraw: bool = False
    opens_recognition: bool = False
    again: str = ""
    alternative: str = ""
    shown: str = ""
    change: str = ""
    resumed: str = ""
    back: str = ""
    code: str = ""
    given: Mapping[str, Given] = field(default_factory=dict)
    carried: tuple[tuple[str, str], ...] = ()

    @property
    def carries_too_much(self) -> bool:
        """Whether the action's own inputs are more than a prompt takes along."""
        weight = sum(len(name) + len(value) for name, value in self.carried)
        return len(self.carried) > MOST_CARRIED or weight > MOST_CARRIED_SIGNS


def by_todays_names(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """A form as it would be drawn today. The former names count in one alone that holds a token by its former name,
    or carries on what was suspended: anywhere else an input called `prompt` is the application's own."""
    is_former = FORMER_TOKEN.fullmatch(form.get("prompt", "")) or "prompt.resumed" in form
    if TOKEN in form or not is_former:
        return form
    warn_of(FORMER_INPUTS)
    renamed = MultiDict[str, str]()
    for former, value in form.items(multi=True):
        name = FORMER_NAMES.get(former, former)
        renamed.add(name, FORMER_NAMES.get(value, value) if name == AGAIN else value)
    return renamed


def read_submission(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> Submission:
    """Sort a request's form and files. Nothing is judged here but the names."""
    own: dict[str, str] = {}
    texts: dict[str, dict[str, tuple[str, ...]]] = {}
    carried: list[tuple[str, str]] = []
    for name, values in by_todays_names(form).lists():
        if name in ENGINE_OWN:
            own[name] = values[0]
        elif name.startswith(PREFIX):
            key, part = _of_a_field(name)
            texts.setdefault(key, {})[part] = tuple(values)
        else:
            carried += [(name, value) for value in values]
    uploads: dict[str, dict[str, Upload]] = {}
    for name, sent in files.lists():
        if name.startswith(PREFIX):
            key, part = _of_a_field(name)
            uploads.setdefault(key, {})[part] = _upload(sent)
    return Submission(
        token=own.get(TOKEN, ""),
        cancelled=CANCEL in own,
        never=NEVER in own,
        skips=SKIP in own,
        redraw=REDRAW in own,
        opens_recognition=own.get(REDRAW) == RECOGNISE,
        again=own.get(AGAIN, ""),
        alternative=own.get(ALTERNATIVE, ""),
        shown=own.get(SHOWN, ""),
        change=own.get(CHANGE, ""),
        resumed=own.get(RESUMED, ""),
        back=own.get(BACK, ""),
        code=own.get(CODE, "").strip(),
        given={key: Given(texts.get(key, {}), uploads.get(key, {})) for key in texts.keys() | uploads.keys()},
        carried=tuple(carried),
    )


def _upload(sent: list[FileStorage]) -> Upload:
    """The first file of a name, and how many others there are."""
    contents = [file.read() for file in sent]
    return Upload(sent[0].filename or "", contents[0], others=len({*contents}) - 1)


def _of_a_field(name: str) -> tuple[str, str]:
    key, _, part = name.removeprefix(PREFIX).partition(".")
    return key, part


@dataclass(frozen=True)
class Taken:
    """What came of a submission: the errors by field and part, the fields that cannot be supplied now, and the page
    elsewhere that the person is redirected to before it goes on.

    `recognised` tells whoever showed by a code who they are what came of it, `unrecognised` what was wrong with it.
    """

    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unable: Mapping[str, Unable] = field(default_factory=dict)
    redirected: Redirected | None = None
    recognised: str = ""
    unrecognised: Invalid | Unable | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing that was answered is left to do."""
        return not (self.errors or self.unable or self.redirected or self.unrecognised)


def recognise(engine: Engine, subject: Subject, action: str, code: str) -> Taken:
    """Let somebody go on as whom their code shows them to be. Nothing else of the submission is taken."""
    if engine.registry.recognition is None:
        return Taken()
    try:
        said = engine.registry.recognition.recognise(subject, action, code)
    except (Invalid, Unable) as refused:
        return Taken(unrecognised=refused)
    except Redirected as away:
        return Taken(redirected=away)
    engine.people.refresh()
    return Taken(recognised=said)


def left_empty(engine: Engine, key: str, submission: Submission) -> bool:
    """Whether nothing was typed or chosen beyond what the untouched form says by itself (a country that is preset),
    or what only shapes it."""
    given = submission.given.get(key, Given())
    if given.is_blank:
        return True
    if any(upload.content for upload in given.uploads.values()):
        return False
    texts = {f"{PREFIX}{key}.{part}" if part else PREFIX + key: sent for part, sent in given.texts.items()}
    untouched = {control.name: control.values for control in _untouched(engine, key, given)}
    return all(
        {text for text in sent if not is_blank(text)} <= {*untouched.get(name, ())} for name, sent in texts.items()
    )


def _untouched(engine: Engine, key: str, given: Given) -> tuple[Input, ...]:
    """The field's form as it is before anything is typed, in the shape that was chosen."""
    kind, declared = engine.kind_of(key), engine.field(key)
    shaping = {control.name for control in kind.inputs(declared, Given(), {}) if control.redraws}
    chosen = {part: sent for part, sent in given.texts.items() if f"{PREFIX}{key}.{part}" in shaping}
    return kind.inputs(declared, Given(chosen), {})


def _to_be_skipped(
    engine: Engine, asked: Collection[str], optional: Collection[str], submission: Submission
) -> set[str]:
    """The optional fields that were left empty, all of them where the person pressed "Skip"."""
    return {key for key in asked if key in optional and (submission.skips or left_empty(engine, key, submission))}


def _parsed(engine: Engine, key: str, given: Given) -> Callable[[], Any]:
    """Parse one answer now, before anything is written; what is returned gives its value, or raises its Invalid."""
    if given.unfit:
        return partial(_reject, Invalid({"": given.unfit}, "wrong_form"))
    try:
        value = engine.kind_of(key).parse(engine.field(key), given)
    except Invalid as rejected:
        return partial(_reject, rejected)
    return lambda: value


def _reject(rejected: Invalid) -> NoReturn:
    raise rejected


def _tell_of_conflicts(engine: Engine, subject: Subject, submission: Submission, fields: Collection[str]) -> None:
    """Say of what was typed here, and had been answered otherwise in another tab, that the first answer stands."""
    for key in fields:
        declared = engine.field(key)
        if _is_held(engine, subject.id, key, submission) is False:
            stands = gettext(
                "“%(label)s” was answered in another window before, and stays as it was given there. Your account "
                "page is where it is changed.",
                label=gettext(declared.label),
            )
            flash(stands, "info")


def sends_what_is_held(engine: Engine, token: PromptToken, submission: Submission) -> bool:
    """Whether the subject of the token holds some of the answers already as they are sent, and none otherwise."""
    sent = [key for key in token.fields if key in engine.manifest.fields and key in submission.given]
    known = {_is_held(engine, token.subject_id, key, submission) for key in sent}
    return True in known and False not in known


def _is_held(engine: Engine, subject_id: int, key: str, submission: Submission) -> bool | None:
    """Whether what the subject holds is what was sent; None where nothing is held, or cannot be compared."""
    kind, declared, given = engine.kind_of(key), engine.field(key), submission.given.get(key, Given())
    if kind.fleeting or given.is_blank or given.uploads:
        return None
    held = engine.answers.read(subject_id, [key])
    try:
        return bool(kind.parse(declared, given) == held[key]) if key in held else None
    except Invalid:
        return False


def take(
    engine: Engine,
    subject: Subject,
    token: PromptToken,
    submission: Submission,
    missing: Collection[str],
    optional: Collection[str] = (),
    *,
    in_background: bool = False,
) -> Taken:
    """Store every answer that holds, reject the others. Fields that were not asked, or are not `missing`, are left
    alone.

    A field that is fine is stored even when its neighbour is not, so that nobody types it twice. An `optional` one
    that was left empty is skipped, once nothing beside it is left to do. In the background any field may be left
    empty beside others that were answered.
    """
    asked = [key for key in token.fields if key in missing]
    _tell_of_conflicts(engine, subject, submission, {*token.fields} & subject.held)
    if subject.restricted:
        return Taken(unable=dict.fromkeys(asked, restricted()))
    empty = _to_be_skipped(engine, asked, optional, submission)
    answered = [key for key in asked if key not in empty]
    parsed = {key: _parsed(engine, key, submission.given.get(key, Given())) for key in answered}  # slow, of pictures
    engine.episodes.submit(subject.id, token.action, asked, token.prompt_id)
    errors: dict[str, Mapping[str, str]] = {}
    unable: dict[str, Unable] = {}
    redirected: Redirected | None = None
    stored = 0
    reasons: dict[str, frozenset[str]] = {}
    suggested = engine.suggestions.read(subject.id)
    subject_id = subject.id
    for key in answered:
        try:
            value = engine.prove(key, Asking(subject_id, token.action), parsed[key]())
        except Unconfirmed as asked_back:
            errors[key] = asked_back.errors
        except Invalid as rejected:
            errors[key], reasons[key] = rejected.errors, rejected.reasons
        except Unable as explained:
            unable[key] = explained
        except Redirected as away:
            redirected = away
        else:
            told = suggested.get(key)
            source = told.source if told is not None and told.value == value else "person"
            origin = Provenance(token.action, source, token.prompt_id or None)
            subject_id = engine.save(subject_id, key, value, origin, prompted=True)
            stored += 1
    if in_background and stored:
        errors = {key: words for key, words in errors.items() if not submission.given.get(key, Given()).is_blank}
    rejected_now = {key: codes for key, codes in reasons.items() if key in errors}
    engine.episodes.reject(subject_id, token.action, rejected_now, token.prompt_id)
    taken = Taken(errors, unable, redirected)
    engine.skip(subject_id, token.action, empty if taken.is_complete else (), token.prompt_id)
    engine.suggestions.drop(subject_id, suggested.keys() & set(asked) - errors.keys() - unable.keys())
    if subject_id != subject.id:
        engine.people.switch_to(subject_id)
    engine.people.refresh()
    return taken
