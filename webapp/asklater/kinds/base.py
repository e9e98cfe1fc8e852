"""What every kind of field promises, and the inputs that it wants asked. It describes and parses; it knows no
framework.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from asklater.i18n import gettext
from asklater.kinds.typed_text import OTHER_REASON, is_blank
from asklater.manifest.declarations import Field

PICTURE_TYPE = "image/webp"
"""The media type of every stored picture."""


@dataclass(frozen=True)
class Option:
    """One choice of a select, of radios or of checkboxes."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Sample:
    """Something to try a form with: one press fills in `values`, by the names of the inputs."""

    label: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Input:
    """One control of a form.

    `type` is text, email, tel, number, date, textarea, select, radios, checkboxes, checkbox, file, code or hidden.
    `values` is what was typed or is held: at most one entry, except for checkboxes. `redraws` says that a
    change of this control changes the rest of the form (the country of an address). `samples` and `link`, as (label,
    URL), stand below it.
    """

    name: str
    id: str
    label: str
    type: str = "text"
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    hint: str = ""
    errors: tuple[str, ...] = ()
    autocomplete: str = ""
    inputmode: str = ""
    optional: bool = False
    maxlength: int | None = None
    accept: str = ""
    width: str = "full"
    redraws: bool = False
    samples: tuple[Sample, ...] = ()
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class InputError:
    """One line of an error summary, and the control that it leads to."""

    input_id: str
    message: str


def with_every_error(inputs: tuple[Input, ...], errors: Mapping[str, str]) -> tuple[Input, ...]:
    """The inputs, the first one with those of `errors` that none of them shows: no rejection stays silent."""
    shown = {error for control in inputs for error in control.errors}
    lost = tuple(message for message in errors.values() if message not in shown)
    if not lost or not inputs:
        return inputs
    return (replace(inputs[0], errors=(*inputs[0].errors, *lost)), *inputs[1:])


PREFIX = "answer."
"""Every input of an answer is named `answer.<field>` or `answer.<field>.<part>`."""


@dataclass(frozen=True)
class Upload:
    """A file as it was sent; nothing about it is trusted. `others` were sent under the same name and differ."""

    filename: str
    content: bytes
    others: int = 0


@dataclass(frozen=True)
class Given:
    """What a submission says of one field, by part; the part "" is the field's own, single input.

    `unfit` says what is wrong with an answer that no form could have sent: a number where JSON wants a text.
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    unfit: str = ""

    def text(self, part: str = "") -> str:
        """The one text of `part`, "" when it is missing. More than one raises Invalid at that part."""
        sent = self.texts.get(part, ())
        if len(set(sent)) > 1:
            raise Invalid(
                {part: gettext("This was sent more than once, with different values. Give one.")}, "repeated"
            )
        return sent[0] if sent else ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed, chosen or sent."""
        if self.unfit:
            return False
        typed = any(not is_blank(text) for sent in self.texts.values() for text in sent)
        return not typed and not any(upload.content for upload in self.uploads.values())


class Invalid(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The submission does not answer the field. `errors` maps each part to one sentence for the person.

    `reasons` are short codes of what is wrong ("too_short"), the same in every language and never a value: by them
    the dashboard counts rejections.
    """

    def __init__(self, errors: Mapping[str, str], *reasons: str) -> None:
        super().__init__("; ".join(sorted(errors)))
        self.errors = dict(errors)
        self.reasons = frozenset(reasons or (OTHER_REASON,))


class Unconfirmed(Invalid):
    """The submission can be read, though perhaps not as it was meant: to be confirmed by sending the form once more.

    The kind's inputs hold what confirms it: the value as it was understood, or a hidden part. It is no rejection.
    """


class Unable(Exception):  # noqa: N818
    """The field cannot be supplied now (provider down, too many codes). `reason` tells the person why.

    `retry_after` is in seconds, where it is known.
    """

    def __init__(self, reason: str, *, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class Redirected(Exception):  # noqa: N818
    """The person has to go somewhere else first (a second factor, a provider), and comes back to what they did.

    `begin(onward)` is called with the path on this site where it goes on, and returns where to go now;
    `ensure_reachable()` before it, while nothing is written yet.
    """

    def __init__(self, begin: Callable[[str], str], *, ensure_reachable: Callable[[], None] = lambda: None) -> None:
        super().__init__("redirected")
        self.begin = begin
        self.ensure_reachable = ensure_reachable


class ReauthenticationRequired(Redirected):
    """A guarded kind is answered by somebody who has not proved lately who they are: they do that first."""


@dataclass(frozen=True)
class Asking:
    """Who is asked, where: handed to the methods of a kind that reach outside (send a code, store a token)."""

    subject_id: int
    action: str


class Kind:
    """One sort of field. Subclasses override what differs; the base is one text input of JSON text."""

    name: ClassVar[str]
    nouns: ClassVar[tuple[str, ...]] = ()
    """Words and phrases, besides its label, by which an English sentence speaks of such a field. A prompt's reason
    that uses one while the field may not be asked is a warning at start-up."""
    multipart: ClassVar[bool] = False
    fleeting: ClassVar[bool] = False
    """Whether what is typed is never stored as typed (a card number, a code), not even in a suspended request."""
    editable: ClassVar[bool] = True
    """Whether the account page offers to change it, with the field's own inputs."""
    change_endpoint: ClassVar[str] = ""
    """The page that changes it instead, where that takes more than a form."""
    guarded: ClassVar[bool] = False
    """Whether an answer could let somebody into the account. Giving, changing and removing it want a fresh proof of
    who it is, which the engine demands whatever route brings the answer."""
    json_types: ClassVar[tuple[type, ...]] = (str,)
    """What an answer may be in JSON: str, bool, int, float, list (of texts) or dict (of parts). A kind that takes a
    file takes a dict of `content`, in base64, and `filename`."""
    again_label: ClassVar[str] = ""
    """A label here gives the prompt an extra button, which calls `prepare` anew ("Send a new code")."""

    def check(self, declared: Field) -> Sequence[str]:
        """What is wrong with the field's `settings`, one sentence each; checked at start-up."""
        return [f"settings.{key}: this kind has no such setting" for key in sorted(declared.settings)]

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        """The controls that ask for it, holding what was typed, each with its error."""
        raise NotImplementedError

    def json_schema(self, declared: Field) -> dict[str, Any]:
        """What an answer may be in JSON, as a JSON Schema (2020-12). The parse that follows is stricter."""
        controls = self.inputs(declared, Given(), {})
        if dict not in self.json_types:
            return _schema(controls[0], self.json_types[0]) if controls else {}
        if self.multipart:
            content = {"type": "string", "contentEncoding": "base64"}
            return {"type": "object", "properties": {"content": content, "filename": {"type": "string"}}}
        prefix = input_name(declared, "x").removesuffix("x")
        parts = {control.name.removeprefix(prefix): _schema(control, str) for control in controls}
        return {"type": "object", "properties": parts}

    def parse(self, declared: Field, given: Given) -> Any:
        """The value in its stored form. Raises Invalid. Pure: it reaches nothing outside its arguments."""
        raise NotImplementedError

    def is_for_staff_alone(self, declared: Field) -> bool:
        """Whether nobody else may give what somebody of the staff has given, or what could be taken for it."""
        return False

    def imitates(self, value: Any, other: Any) -> bool:
        """Whether a value could be taken for that of another person."""
        return bool(value == other)

    def show(self, declared: Field, value: Any) -> str:
        """The value as one line or a few lines of plain text, for the person that it belongs to."""
        return str(value)

    def stated(self, value: Any) -> str:
        """What the record of events tells of a value: nothing, but that a consent was a yes or a no."""
        return ""

    def given(self, declared: Field, value: Any) -> Given:
        """The value as it would have been typed, so that a held answer can be changed."""
        return Given({"": (str(value),)})

    def begins_from(self, declared: Field) -> str:
        """The field whose answer, where it is held, fills in part of this one's form; "" for none."""
        return ""

    def begun(self, declared: Field, other: Any) -> Given:
        """What the form begins with, made of the answer to the field of `begins_from`."""
        return Given()

    def dump(self, value: Any) -> bytes:
        """The value as bytes, before encryption."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def load(self, stored: bytes) -> Any:
        """The inverse of `dump`."""
        return json.loads(stored)

    def to_json(self, declared: Field, value: Any) -> Any:
        """The value for its person in JSON, as `json_types` takes it back; the text that is shown of what is never
        stored as typed (a card)."""
        return self.show(declared, value) if self.fleeting else json.loads(self.dump(value))

    def prepare(self, declared: Field, asking: Asking, *, again: bool) -> str:
        """Runs before the field is shown; returns a note for the person. Raises Unable."""
        return ""

    def links(self, declared: Field, asking: Asking) -> tuple[tuple[str, str], ...]:
        """Quiet links below the field, as (label, url): where those go on who cannot answer it."""
        return ()

    def prove(self, declared: Field, asking: Asking, value: Any) -> Any:
        """Runs on a parsed value before it is stored; returns what to store. Raises Invalid, Unable or Redirected."""
        return value

    def saved(self, declared: Field, subject_id: int, value: Any) -> int:
        """Runs in the transaction that stored it. Returns the subject that holds it from now on."""
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        """Runs in the transaction that removed the answer."""


def _schema(control: Input, of_type: type) -> dict[str, Any]:
    """What one control takes, as a JSON Schema."""
    told: dict[str, Any] = {"title": control.label}
    if of_type is bool:
        return told | {"type": "boolean"}
    text: dict[str, Any] = {"type": "string"}
    if control.type in {"select", "radios", "checkboxes"}:
        text["enum"] = [option.value for option in control.options if option.value]
    elif control.maxlength:
        text["maxLength"] = control.maxlength
    return told | ({"type": "array", "items": text, "uniqueItems": True} if of_type is list else text)


def input_name(declared: Field, part: str = "") -> str:
    """`answer.<field>` or `answer.<field>.<part>`."""
    return PREFIX + declared.key + (f".{part}" if part else "")


def input_id(declared: Field, part: str = "") -> str:
    """An id for an input. On a page where several forms may ask the field, the form's own id goes in front."""
    return "--".join([f"answer-{declared.key}", *([part] if part else [])]).replace("_", "-")
