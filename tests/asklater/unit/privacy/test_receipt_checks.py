"""Whatever is shown as a receipt gets a verdict, and only what was signed is genuine."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from asklater.privacy.receipt_checks.checks import MAX_RECEIPT_LENGTH, check_receipt_text
from asklater.privacy.signing import PROOF, Signer, key_from_seed

SIGNER, STRANGER = Signer(key_from_seed(bytes(range(32)))), Signer(key_from_seed(bytes(32)))
CONTENTS: dict[str, Any] = {"record_id": "1", "events": [{"state": "consent given"}]}


@given(st.text())
def test_no_text_upsets_it(text: str) -> None:
    assert check_receipt_text(SIGNER, text).verdict in {"unreadable", "forged"}


@given(st.text())
def test_no_proof_upsets_it(proof: str) -> None:
    assert check_receipt_text(SIGNER, json.dumps({**CONTENTS, PROOF: proof})).verdict == "forged"


def test_what_was_signed_is_genuine_with_whatever_space_is_between() -> None:
    assert check_receipt_text(SIGNER, f"\ufeff \n{json.dumps(SIGNER.sign(CONTENTS), indent=4)}\n").contents == CONTENTS


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        ({**SIGNER.sign(CONTENTS), "record_id": "2"}, "altered"),
        ({**SIGNER.sign(CONTENTS), "more": True}, "altered"),
        (STRANGER.sign(CONTENTS), "forged"),
        (CONTENTS, "forged"),
        ({**CONTENTS, PROOF: 1}, "forged"),
        ({**CONTENTS, PROOF: "W10..c2ln"}, "forged"),
        ([], "unreadable"),
        (1, "unreadable"),
    ],
)
def test_everything_else_is_told_apart(document: object, verdict: str) -> None:
    assert check_receipt_text(SIGNER, json.dumps(document)).verdict == verdict


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "1" * 5000, " " * (MAX_RECEIPT_LENGTH + 1) + "{}", '{"a": NaN', "\ud800"]
)
def test_texts_that_are_made_to_hurt_do_not(text: str) -> None:
    assert check_receipt_text(SIGNER, text).verdict == "unreadable"
