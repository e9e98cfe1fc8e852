"""The kinds of phones: one that asks for a number, and one that proves it by a code by text message."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from asklater import clock
from asklater.accounts.code_proofs import CodeProofKind
from asklater.accounts.one_time_codes import PROVE, parse_code
from asklater.accounts.phones import enrolment, numbers, text_codes
from asklater.accounts.phones.enrolment import allowed_countries
from asklater.i18n import gettext
from asklater.kinds import country_names, settings, typed_text
from asklater.kinds.base import Asking, Given, Input, Invalid, Kind, Unconfirmed, input_id, input_name
from asklater.kinds.typed_text import UnfitText
from asklater.manifest.declarations import Field


class PhoneKind(Kind):
    """A str in E.164, of a country that is listed. `countries` are ISO codes; while none is listed, none is taken.

    `default` is the country of numbers that are typed without a code.
    """

    name = "phone"
    nouns = ("phone", "text message")
    editable = False
    change_endpoint = "accounts.phone"
    guarded = True

    def check(self, declared: Field) -> Sequence[str]:
        listed = declared.settings.get("countries", ())
        known = listed if _are_known(listed) else ()
        rules: settings.Rules = {
            "countries": (_are_known, 'must be a list of the ISO codes of countries, such as ["DE"]'),
            "default": (lambda value: isinstance(value, str) and value in known, "must be one of the countries"),
        }
        return list(settings.findings(declared, rules))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        sent = given.texts.get("", ())
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=gettext(declared.label),
                type="tel",
                values=tuple(self._shown(declared, text, asked_back=bool(errors)) for text in sent[:1]),
                hint=_hint(declared),
                errors=tuple(errors.values()),
                autocomplete="tel",
                inputmode="tel",
                maxlength=numbers.MAX_TYPED_LENGTH,
            ),
        )

    def parse(self, declared: Field, given: Given) -> str:
        """Raises Unconfirmed where the number differs from what was typed, digit by digit: it may be a stranger's."""
        typed = given.text()
        try:
            number = self._understood(declared, typed)
        except UnfitText as unfit:
            raise Invalid({"": unfit.reason}, unfit.code) from unfit
        if numbers.differs(typed, number):
            written = numbers.format_number(number)
            raise Unconfirmed({"": gettext("We understood %(number)s. Send the code there?", number=written)})
        return number

    def _understood(self, declared: Field, typed: str) -> str:
        return numbers.parse(typed, allowed_countries(declared), declared.settings.get("default", ""))

    def _shown(self, declared: Field, typed: str, *, asked_back: bool) -> str:
        """What was typed, or how it was understood where that is asked: sent again, it is what was typed."""
        if asked_back:
            with suppress(UnfitText):
                return numbers.format_number(self._understood(declared, typed))
        return typed_text.echo(typed)

    def show(self, declared: Field, value: Any) -> str:
        return numbers.format_number(value)

    def given(self, declared: Field, value: Any) -> Given:
        return Given({"": (numbers.format_number(value),)})

    def saved(self, declared: Field, subject_id: int, value: str) -> int:
        enrolment.void_proof_of_other_number(subject_id, value)
        enrolment.after_number_added(subject_id, value)
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        enrolment.after_number_removed(subject_id)


def _are_known(listed: object) -> bool:
    return isinstance(listed, (tuple, list)) and all(
        isinstance(code, str) and code in numbers.REGIONS for code in listed
    )


def _hint(declared: Field) -> str:
    default, listed = declared.settings.get("default", ""), allowed_countries(declared)
    if not listed:
        return ""
    example = numbers.example(default or listed[0])
    if default:
        country = country_names.name(default)
        return gettext(
            "Such as %(example)s. Without a + it counts as one of %(country)s.", example=example, country=country
        )
    return gettext("With + and the code of the country, such as %(example)s.", example=example)


class VerifiedPhoneKind(CodeProofKind):
    """Proof that a person reads the text messages of a number. The setting `proves` names the number's field."""

    name = "verified_phone"
    nouns = ("code", "phone", "text message")
    channel = text_codes.TEXT_CHANNEL
    purpose = PROVE
    recipient_noun = "number"
    sent_by = "text"

    def recipient(self, declared: Field, subject_id: int) -> str:
        field = declared.settings["proves"]
        number: str = self._engine.answers.read(subject_id, [field])[field]
        return number

    def note(self, recipient: str, *, renewed: bool) -> str:
        number = numbers.format_number(recipient)
        if renewed:
            return gettext("We sent a new code to %(number)s. Earlier ones no longer work.", number=number)
        return gettext("We sent a code to %(number)s. It is good for 10 minutes.", number=number)

    def parse(self, declared: Field, given: Given) -> str:
        return parse_code(given.text(), gettext("Type the six digits that we sent to your phone."))

    def prove(self, declared: Field, asking: Asking, value: str) -> dict[str, str]:
        number = self.recipient(declared, asking.subject_id)
        text_codes.redeem_code(
            asking.subject_id, self._sessions.current_token_hash(), number, value, purpose=self.purpose
        )
        return enrolment.proof_value(number, clock.now())

    def show(self, declared: Field, value: dict[str, str]) -> str:
        return gettext("Verified by a code")

    def saved(self, declared: Field, subject_id: int, value: dict[str, str]) -> int:
        enrolment.after_new_proof(subject_id)
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        enrolment.after_proof_removed(subject_id)
