"""What the prompt's templates get: one typed object, ready to draw."""

from collections.abc import Mapping
from dataclasses import dataclass

from asklater.kinds.base import Input, InputError
from asklater.registry import RecognitionOffer

SLOT, OWN_PAGE = "prompt-slot-", "prompt-page-"
"""How the id of the element begins that a prompt lives in: a slot of some page, or the whole of a page of its own."""
TYPED = frozenset({"text", "email", "tel", "number", "date", "textarea", "code"})
"""The inputs that one types into, without a choice to look at first."""


@dataclass(frozen=True)
class FieldView:
    """One field of a prompt. `kept` says how long it is kept, `note` what happened ("We sent a code to ...").

    `told` are sentences on who sees it and who may give it. `purpose` is what it is for, "" where nothing is asked.
    With `is_lone`, its label is that of its only input.
    """

    key: str
    label: str
    reason: str
    kept: str
    optional: bool = False
    inputs: tuple[Input, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    is_lone: bool = False
    note: str = ""
    links: tuple[tuple[str, str], ...] = ()
    purpose: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class EarlierStep:
    """What a step before this one asked for, or would have; `changes` says whether it has a page to be changed on."""

    key: str
    label: str
    changes: bool


@dataclass(frozen=True)
class PromptPage:
    """A prompt as it is drawn, inside a slot of a page or as a page of its own.

    `alternatives` are (key, label, attributes of its button) of what can be done instead of typing; `retry_after` is
    in seconds, 0 for at any time. With `skippable` it goes on without an answer. `notice_part_url` is what of the
    notice is about its fields, to be opened in place. `recognition` is for those who were here before; `recognised`
    tells one of them what came of it.

    `label` is the action's. A prompt of several steps has a `heading` for each, which is its only field's label where
    there is one, and tells of the `earlier` ones.

    Its `id` follows from its slot, which a page has once, however many prompts of one action are open on it.
    """

    action: str
    label: str
    earlier: tuple[EarlierStep, ...]
    reason: str
    step: int
    steps: int
    post_url: str
    slot: str
    multipart: bool
    hidden: tuple[tuple[str, str], ...]
    fields: tuple[FieldView, ...]
    errors: tuple[InputError, ...]
    unable: tuple[FieldView, ...]
    submit_label: str
    notice_url: str
    alternatives: tuple[tuple[str, str, Mapping[str, str]], ...] = ()
    retry_after: int = 0
    notice_part_url: str = ""
    skippable: bool = False
    recognition: RecognitionOffer | None = None
    recognised: str = ""

    @property
    def id(self) -> str:
        return prompt_id(self.slot)

    @property
    def level(self) -> int:
        """Of its heading."""
        return heading_level(self.slot)

    @property
    def is_of_one_field(self) -> bool:
        """Whether it is a step whose heading says what its only field is called."""
        return self.steps > 1 and len(self.fields) == 1 and not self.unable

    @property
    def heading(self) -> str:
        return self.fields[0].label if self.is_of_one_field else self.label

    @property
    def focus_id(self) -> str:
        """What takes the focus: the code that was asked for, or the only thing to be typed; "" for the heading."""
        if self.recognition and self.recognition.is_open:
            return self.recognition.code.id if self.recognition.code else ""
        inputs = [control for field in self.fields for control in field.inputs if control.type != "hidden"]
        told = self.unable or self.recognised
        return inputs[0].id if len(inputs) == 1 and inputs[0].type in TYPED and not told else ""

    @property
    def is_untouched(self) -> bool:
        """Whether it only asks: it holds no value, no error and no note, all of which tell of the person."""
        told = any(field.note or any(control.values for control in field.inputs) for field in self.fields)
        return not (told or self.errors or self.unable)


@dataclass(frozen=True)
class BackgroundPage:
    """A background prompt as it is drawn, inline in a page; `key` is the prompt's own, of which a page has one."""

    key: str
    heading: str
    reason: str
    post_url: str
    multipart: bool
    hidden: tuple[tuple[str, str], ...]
    fields: tuple[FieldView, ...]
    errors: tuple[InputError, ...]
    unable: tuple[FieldView, ...]
    notice_url: str
    notice_part_url: str = ""

    @property
    def id(self) -> str:
        return background_id(self.key)


def prompt_id(slot: str) -> str:
    """The id of the prompt in this slot; what stands in it has ids that begin with it."""
    return f"prompt-{slot.removeprefix(SLOT).removeprefix(OWN_PAGE)}"


def heading_level(slot: str) -> int:
    """The level of the heading of what stands in this slot: that of a page of its own is the page's."""
    return 1 if slot.startswith(OWN_PAGE) else 2


def background_id(key: str) -> str:
    """The same for a background prompt."""
    return f"background-{key.replace('_', '-')}"


@dataclass(frozen=True)
class DonePage:
    """After a prompt whose action is a download, or a suspended request that is used up: a link onward.

    With `follow`, the browser goes there by itself. `level` is that of its heading as a fragment.
    """

    heading: str
    text: str
    url: str
    link_label: str
    follow: bool
    level: int = 2


@dataclass(frozen=True)
class ResumePage:
    """A suspended request: what was interrupted, to be carried on with one press."""

    heading: str
    text: str
    label: str
    post_url: str
    hidden: tuple[tuple[str, str], ...]
