"""A request as the gate reads it, and the taking of its answers: parse, prove, store or reject."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

from werkzeug.datastructures import FileStorage, MultiDict

from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import PREFIX, Asking, Given, Invalid, Redirected, Unable, Unconfirmed, Upload
from asklater.prompt_tokens import PromptToken
from asklater.records.answers import Provenance
from asklater.records.people import Subject

TOKEN = "prompt"  # noqa: S105 - the name of an input
"""The input that holds a prompt's signed token."""
CANCEL = "prompt.cancel"
"""The button "Cancel", or "not now": the prompt is dismissed."""
NEVER = "prompt.never"
"""The button "do not ask again" of a background prompt."""
REDRAW = "prompt.redraw"
"""Sent when a choice changes the rest of the form: the prompt is drawn anew, and nothing is stored."""
AGAIN = "prompt.again"
"""The button "send a new code": its value is the field whose kind prepares it once more."""
ALTERNATIVE = "prompt.alternative"
"""The button of an alternative to typing: its value is the alternative's key."""
RESUMED = "prompt.resumed"
"""The token of a suspended request that this one carries on."""
ENGINE_OWN = frozenset({TOKEN, CANCEL, NEVER, REDRAW, AGAIN, ALTERNATIVE, RESUMED, "csrf_token"})
MOST_CARRIED, MOST_CARRIED_SIGNS = 200, 256 * 1024
"""Of the action's own inputs, and of the signs in them, as many as a prompt carries along."""
SLOT = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True)
class Submission:
    """A POST, sorted. `token` is "" when it carries no prompt; `never` says "do not ask again".

    `redraw` wants the form drawn anew, `again` names a field to be prepared once more, `alternative` what was chosen
    instead of typing, `resumed` the suspended request that this one carries on.
    """

    token: str = ""
    cancelled: bool = False
    never: bool = False
    redraw: bool = False
    again: str = ""
    alternative: str = ""
    resumed: str = ""
    given: Mapping[str, Given] = field(default_factory=dict)
    carried: tuple[tuple[str, str], ...] = ()

    @property
    def carries_too_much(self) -> bool:
        """Whether the action's own inputs are more than a prompt takes along."""
        weight = sum(len(name) + len(value) for name, value in self.carried)
        return len(self.carried) > MOST_CARRIED or weight > MOST_CARRIED_SIGNS


def read_submission(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> Submission:
    """Sort a request's form and files. Nothing is judged here but the names."""
    own: dict[str, str] = {}
    texts: dict[str, dict[str, tuple[str, ...]]] = {}
    carried: list[tuple[str, str]] = []
    for name, values in form.lists():
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
        redraw=REDRAW in own,
        again=own.get(AGAIN, ""),
        alternative=own.get(ALTERNATIVE, ""),
        resumed=own.get(RESUMED, ""),
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
    elsewhere that the person is redirected to before it goes on."""

    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unable: Mapping[str, Unable] = field(default_factory=dict)
    redirected: Redirected | None = None


def restricted() -> Unable:
    """Why nobody is asked who has restricted what is held of them: what is new could only be kept, not used."""
    return Unable(gettext("You have restricted your data, so nothing new is asked or stored. What is held stays."))


def _parsed(engine: Engine, key: str, given: Given) -> Callable[[], Any]:
    """Parse one answer now, before anything is written; what is returned gives its value, or raises its Invalid."""
    try:
        value = engine.kind_of(key).parse(engine.field(key), given)
    except Invalid as rejected:
        return partial(_reject, rejected)
    return lambda: value


def _reject(rejected: Invalid) -> NoReturn:
    raise rejected


def take(
    engine: Engine,
    subject: Subject,
    token: PromptToken,
    submission: Submission,
    missing: Collection[str],
    *,
    optional: bool = False,
) -> Taken:
    """Store every answer that holds, reject the others. Fields that were not asked, or are not `missing`, are left
    alone.

    A field that is fine is stored even when its neighbour is not, so that nobody types it twice. Where they are
    `optional`, one that was left empty beside others that were answered is skipped, not rejected.
    """
    asked = [key for key in token.fields if key in missing]
    if subject.restricted:
        return Taken(unable=dict.fromkeys(asked, restricted()))
    parsed = {key: _parsed(engine, key, submission.given.get(key, Given())) for key in asked}  # slow, of pictures
    engine.episodes.submit(subject.id, token.action, asked)
    errors: dict[str, Mapping[str, str]] = {}
    unable: dict[str, Unable] = {}
    redirected: Redirected | None = None
    stored = 0
    doubted: set[str] = set()
    suggested = engine.suggestions.read(subject.id)
    subject_id = subject.id
    for key in asked:
        kind, declared = engine.kind_of(key), engine.field(key)
        asking = Asking(subject_id, token.action)
        try:
            typed = parsed[key]()
            engine.guard(key)
            value = kind.prove(declared, asking, typed)
        except Unconfirmed as asked_back:
            errors[key], doubted = asked_back.errors, doubted | {key}
        except Invalid as rejected:
            errors[key] = rejected.errors
        except Unable as explained:
            unable[key] = explained
        except Redirected as away:
            redirected = away
        else:
            confirmed = key in suggested and suggested[key].value == value
            origin = Provenance(token.action, "provider" if confirmed else "person", token.prompt_id)
            subject_id = engine.save(subject_id, key, value, origin, prompted=True)
            stored += 1
    if optional and stored:
        errors = {key: words for key, words in errors.items() if not submission.given.get(key, Given()).is_blank}
    engine.episodes.reject(subject_id, token.action, errors.keys() - doubted)
    engine.suggestions.drop(subject_id, suggested.keys() & set(asked) - errors.keys() - unable.keys())
    if subject_id != subject.id:
        engine.people.switch_to(subject_id)
    engine.people.refresh()
    return Taken(errors, unable, redirected)
