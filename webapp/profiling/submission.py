"""A request as the gate reads it: the prompt's signed id, the answers, and the action's own inputs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage, MultiDict

from webapp.profiling.kinds.base import PREFIX, Given, Upload

TOKEN, CANCEL, REDRAW, AGAIN = "prompt", "prompt.cancel", "prompt.redraw", "prompt.again"
ELSEWHERE, RESUMED = "prompt.elsewhere", "prompt.resumed"
NEVER = "prompt.never"
ENGINE_OWN = frozenset({TOKEN, CANCEL, NEVER, REDRAW, AGAIN, ELSEWHERE, RESUMED, "csrf_token"})
SLOT = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True)
class Submission:
    """A POST, sorted. `token` is "" when it carries no prompt; `never` says "do not ask again".

    `elsewhere` names another way that was chosen instead of typing, `resumed` the detour that this comes back from.
    """

    token: str = ""
    cancelled: bool = False
    never: bool = False
    redraw: bool = False
    again: str = ""
    elsewhere: str = ""
    resumed: str = ""
    given: Mapping[str, Given] = field(default_factory=dict)
    carried: tuple[tuple[str, str], ...] = ()


def read_submission(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> Submission:
    """Sort a request's form and files. Nothing is judged here but the names."""
    return Submission(
        token=form.get(TOKEN, ""),
        cancelled=CANCEL in form,
        never=NEVER in form,
        redraw=REDRAW in form,
        again=form.get(AGAIN, ""),
        elsewhere=form.get(ELSEWHERE, ""),
        resumed=form.get(RESUMED, ""),
        given=_given(form, files),
        carried=tuple(
            (name, value)
            for name, values in form.lists()
            if name not in ENGINE_OWN and not name.startswith(PREFIX)
            for value in values
        ),
    )


def _given(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> dict[str, Given]:
    texts: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, values in form.lists():
        for key, part in _of_a_field(name):
            texts.setdefault(key, {})[part] = tuple(values)
    uploads: dict[str, dict[str, Upload]] = {}
    for name, sent in files.lists():
        for key, part in _of_a_field(name):
            uploads.setdefault(key, {})[part] = _upload(sent)
    return {key: Given(texts.get(key, {}), uploads.get(key, {})) for key in texts.keys() | uploads.keys()}


def _upload(sent: list[FileStorage]) -> Upload:
    """The first file of a name, and how many others there are."""
    contents = [file.read() for file in sent]
    return Upload(sent[0].filename or "", contents[0], others=len({*contents}) - 1)


def _of_a_field(name: str) -> Iterable[tuple[str, str]]:
    if name.startswith(PREFIX):
        key, _, part = name.removeprefix(PREFIX).partition(".")
        yield key, part
