"""Recognition: the code that goes out with an address lets its owner go on as who they are, on the sign-in page or in
the middle of a prompt. Nobody has to: without it, one goes on in this browser only.
"""

from collections.abc import Collection

from asklater.accounts import one_time_codes
from asklater.accounts.address_ownership import address_field, address_proof_field, proves_addresses
from asklater.accounts.one_time_codes import PROVE
from asklater.accounts.sessions import Sessions, current_sessions
from asklater.engine import Engine, current_engine
from asklater.forms import code_input
from asklater.i18n import gettext
from asklater.kinds.base import Asking, Given, Unable
from asklater.records.answers import Provenance
from asklater.records.people import Subject
from asklater.registry import RecognitionOffer


class CodeRecognition:
    """Recognition by the code that was mailed to the address (`asklater.registry.Recognition`)."""

    def __init__(self, engine: Engine, sessions: Sessions) -> None:
        self._engine = engine
        self._sessions = sessions

    def unproved_address(self, subject: Subject) -> str:
        """The address that this person gave and has not proved; "" for none. No query where one is not needed."""
        field, proof = address_field(self._engine).key, address_proof_field(self._engine).key
        if field not in subject.held or proof in subject.held:
            return ""
        return str(self._engine.answers.read(subject.id, [field]).get(field, ""))

    def is_code_waiting(self, subject: Subject, address: str) -> bool:
        """Whether a code that was mailed to the address can be typed in this session."""
        return one_time_codes.is_redeemable(subject.id, self._sessions.current_token_hash(), PROVE, address)

    def send(self, subject: Subject, address: str) -> None:
        """Mail a new code. Raises Unable."""
        one_time_codes.send(subject.id, self._sessions.current_token_hash(), address, again=True)

    def offer(
        self, subject: Subject, asked: Collection[str], *, again: bool, typed: str, error: str
    ) -> RecognitionOffer | None:
        """Offer the code to whoever has an address that is not proved, where the prompt does not ask for it anyway."""
        if not proves_addresses(self._engine.manifest) or address_proof_field(self._engine).key in asked:
            return None
        address = self.unproved_address(subject)
        if not address:
            return None
        if again:
            try:
                self.send(subject, address)
            except Unable as refused:
                error = refused.reason
        if not self.is_code_waiting(subject, address):
            return RecognitionOffer(
                title=gettext("Already have an account?"),
                text=gettext("A code to %(email)s brings back what you told us then.", email=address),
                code=None,
                submit_label="",
                again_label=gettext("Send me a code"),
                error=error,
            )
        return RecognitionOffer(
            title=gettext("Been here before?"),
            text=gettext("We sent a code to %(email)s.", email=address),
            code=code_input(typed, error),
            submit_label=gettext("Continue with the code"),
            again_label=gettext("Send a new code"),
            error=error,
        )

    def recognise(self, subject: Subject, action: str, typed: str) -> str:
        """Take the code as the proof of the address, given at `action`: the person goes on as its owner."""
        declared = address_proof_field(self._engine)
        kind = self._engine.kind_of(declared.key)
        value = kind.prove(declared, Asking(subject.id, action), kind.parse(declared, Given({"": (typed,)})))
        owner = self._engine.save(subject.id, declared.key, value, Provenance(action, "person"), prompted=False)
        if owner != subject.id:
            return gettext("Welcome back. What you told us before is here.")
        return gettext("Your address is verified. Nothing else was held under it.")


def recognition() -> CodeRecognition:
    """That of the current application."""
    return CodeRecognition(current_engine(), current_sessions())
