"""What the prompt's templates get: one typed object, ready to draw."""

from dataclasses import dataclass

from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class FieldView:
    """One field of a prompt. `kept` says how long it is kept, `note` what happened ("We sent a code to ...")."""

    key: str
    label: str
    reason: str
    kept: str
    optional: bool = False
    inputs: tuple[Input, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    lone: bool = False
    note: str = ""


@dataclass(frozen=True)
class PromptPage:
    """A prompt as it is drawn, inside a slot of a page or as a page of its own."""

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


@dataclass(frozen=True)
class DonePage:
    """After a prompt whose action is a page or a download: the way on."""

    heading: str
    text: str
    url: str
    link_label: str
