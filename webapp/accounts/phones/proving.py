"""Proof of a phone number: the kind that asks for a code by text message."""

from collections.abc import Mapping
from dataclasses import replace

from webapp import clock
from webapp.accounts.answering_forms import code_input
from webapp.accounts.channels import PROVE, six_digits
from webapp.accounts.phones import enrolling, numbers, texting
from webapp.accounts.proving import still_good
from webapp.accounts.visits import Visits
from webapp.profiling.engine import Engine
from webapp.profiling.inputs import Input
from webapp.profiling.kinds.base import Asking, Given, Kind, Unable, input_id, input_name
from webapp.profiling.manifest import Field
from webapp.profiling.words import gettext


class VerifiedPhoneKind(Kind):
    """Proof that a person reads the text messages of a number. The setting `proves` names the number's field."""

    name = "verified_phone"
    again_label = "Send a new code"
    editable = False
    fleeting = True
    guarded = True

    def __init__(self, engine: Engine, visits: Visits) -> None:
        self._engine = engine
        self._visits = visits

    def check(self, declared: Field) -> list[str]:
        proves = declared.settings.get("proves")
        findings = [f"settings.{key}: no such setting" for key in sorted(declared.settings.keys() - {"proves"})]
        if not isinstance(proves, str) or proves not in declared.after:
            findings.append("settings.proves: name the field of the number, and list it in `after`")
        return findings

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        typed = given.texts.get("", ("",))[0]
        asked = replace(code_input(typed), errors=tuple(errors.values()))
        return (replace(asked, name=input_name(declared), id=input_id(declared)),)

    def parse(self, declared: Field, given: Given) -> str:
        return six_digits(given.text(), gettext("Type the six digits that we sent to your phone."))

    def prepare(self, declared: Field, asking: Asking, *, again: bool) -> str:
        number = self._number(declared, asking.subject_id)
        visit = self._visits.hash_of_this()
        try:
            sent = texting.BY_TEXT.send(asking.subject_id, visit, number, again=again)
        except Unable as refused:
            if not texting.BY_TEXT.stands(asking.subject_id, visit, PROVE, number):
                raise
            return still_good(refused)
        if sent and again:
            return gettext(
                "We sent a new code to %(number)s. Earlier ones no longer work.", number=numbers.shown(number)
            )
        return gettext("We sent a code to %(number)s. It is good for 10 minutes.", number=numbers.shown(number))

    def prove(self, declared: Field, asking: Asking, value: str) -> dict[str, str]:
        number = self._number(declared, asking.subject_id)
        texting.redeem(asking.subject_id, self._visits.hash_of_this(), number, value, purpose=PROVE)
        return enrolling.proof_of(number, clock.now())

    def show(self, declared: Field, value: dict[str, str]) -> str:
        return gettext("Proved by a code")

    def saved(self, declared: Field, subject_id: int, value: dict[str, str]) -> int:
        enrolling.proof_is_new(subject_id)
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        enrolling.proof_is_gone(subject_id)

    def _number(self, declared: Field, subject_id: int) -> str:
        field = declared.settings["proves"]
        number: str = self._engine.answers.read(subject_id, [field])[field]
        return number
