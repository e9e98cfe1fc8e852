"""What the prompt's templates get: one typed object, ready to draw."""

from dataclasses import dataclass

from asklater.kinds.base import Input, InputError


@dataclass(frozen=True)
class FieldView:
    """One field of a prompt. `kept` says how long it is kept, `note` what happened ("We sent a code to ...").

    `purpose` is what it is for, "" where nothing is asked. With `is_lone`, its label is that of its only input.
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


@dataclass(frozen=True)
class PromptPage:
    """A prompt as it is drawn, inside a slot of a page or as a page of its own.

    `alternatives` are (key, label) of what can be done instead of typing; `retry_after` is in seconds, 0 for at any
    time. `notice_part_url` is what of the notice is about its fields, to be opened in place.

    Its `id` follows from its slot, which a page has once, however many prompts of one action are open on it.
    """

    action: str
    heading: str
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
    alternatives: tuple[tuple[str, str], ...] = ()
    retry_after: int = 0
    notice_part_url: str = ""

    @property
    def id(self) -> str:
        return prompt_id(self.slot)


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
    return f"prompt-{slot.removeprefix('prompt-slot-')}"


def background_id(key: str) -> str:
    """The same for a background prompt."""
    return f"background-{key.replace('_', '-')}"


@dataclass(frozen=True)
class DonePage:
    """After a prompt whose action is a download, or a suspended request that is used up: a link onward.

    With `follow`, the browser goes there by itself.
    """

    heading: str
    text: str
    url: str
    link_label: str
    follow: bool


@dataclass(frozen=True)
class ResumePage:
    """A suspended request: what was interrupted, to be carried on with one press."""

    heading: str
    text: str
    label: str
    post_url: str
    hidden: tuple[tuple[str, str], ...]
