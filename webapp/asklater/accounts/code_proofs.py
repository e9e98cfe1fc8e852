"""Proofs by a code: what the kinds have in common that send one by mail or by text message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from asklater.accounts.one_time_codes import CodeChannel
from asklater.accounts.sessions import Sessions
from asklater.engine import Engine
from asklater.forms import Sent, code_input
from asklater.i18n import gettext
from asklater.kinds.base import Asking, Given, Input, Kind, Unable, input_id, input_name
from asklater.manifest.declarations import Field


class CodeProofKind(Kind):
    """Proof, by a code, that a person reads what is sent to a recipient. The setting `proves` names its field."""

    channel: ClassVar[CodeChannel[Any]]
    purpose: ClassVar[str]
    """What the codes of this kind are for: one is good for nothing else."""
    sent_by: ClassVar[Sent] = "mail"
    recipient_noun: ClassVar[str]
    """What the field holds that `proves` names."""
    again_label = "Send a new code"
    nouns: ClassVar[tuple[str, ...]] = ("code",)
    editable = False
    fleeting = True
    guarded = True

    def __init__(self, engine: Engine, sessions: Sessions) -> None:
        self._engine = engine
        self._sessions = sessions

    def recipient(self, declared: Field, subject_id: int) -> str:
        """The recipient that is held. Raises Unable."""
        raise NotImplementedError

    def note(self, recipient: str, *, renewed: bool) -> str:
        """What the person reads once a code has been sent."""
        raise NotImplementedError

    def check(self, declared: Field) -> Sequence[str]:
        proves = declared.settings.get("proves")
        findings = [f"settings.{key}: no such setting" for key in sorted(declared.settings.keys() - {"proves"})]
        if not isinstance(proves, str) or proves not in declared.after:
            findings.append(f"settings.proves: name the field of the {self.recipient_noun}, and list it in `after`")
        return findings

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        typed = given.texts.get("", ())
        control = replace(code_input(typed[0] if typed else "", sent=self.sent_by), errors=tuple(errors.values()))
        return (replace(control, name=input_name(declared), id=input_id(declared)),)

    def prepare(self, declared: Field, asking: Asking, *, again: bool) -> str:
        recipient, session_hash = self.recipient(declared, asking.subject_id), self._sessions.current_token_hash()
        try:
            sent = self.channel.send(asking.subject_id, session_hash, recipient, again=again, purpose=self.purpose)
        except Unable as refused:  # which takes nothing from the code that was sent before: its input stays
            if not self.channel.is_redeemable(asking.subject_id, session_hash, self.purpose, recipient):
                raise
            return refused.reason + " " + gettext("The code that we sent last still works.")
        return self.note(recipient, renewed=sent and again)
