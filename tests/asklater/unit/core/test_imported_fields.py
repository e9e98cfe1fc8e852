"""As what an import brings a field: an answer only where no proof and no consent stands in between."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pytest

from asklater.checks.manifest import check, shape
from asklater.kinds.consent import Consent
from asklater.kinds.text import Text
from asklater.manifest import notice
from asklater.policy.decision import fingerprint
from tests.asklater.unit.core.conftest import Document, a_document

TODAY = date(2026, 6, 1)


@dataclass
class Guarded(Text):
    guarded: ClassVar[bool] = True


KINDS = {"text": Text(), "guarded": Guarded(), "consent": Consent()}


def declared(imported: str = "answer", kind: str = "text", basis: str = "contract") -> Document:
    document = a_document()
    document["purposes"]["other"] = {"label": "Another purpose", "basis": basis}
    document["fields"]["nickname"] |= {"imported": imported, "kind": kind, "purpose": "other"}
    return document


@pytest.mark.parametrize("imported", ["suggestion", "answer", "never"])
def test_a_field_says_as_what_it_comes(imported: str) -> None:
    assert check(shape(declared(imported)), KINDS, (), TODAY) == []


@pytest.mark.parametrize(
    ("kind", "basis", "words"),
    [("guarded", "contract", "what could open an account"), ("text", "consent", "it rests on consent")],
)
def test_no_import_answers_for_a_proof_or_a_consent(kind: str, basis: str, words: str) -> None:
    document = declared("answer", kind, basis)
    document["actions"]["post"]["requires"] = ["email"]
    document["prompts"] = {
        "later": {"label": "Later", "fields": ["nickname"], "placement": "x", "cooldown": "P1D", "impressions": 1}
    }
    (finding,) = check(shape(document), KINDS, (), TODAY)
    assert finding.key == "fields.nickname.imported"
    assert words in finding.message
    document["fields"]["nickname"]["imported"] = "suggestion"
    assert check(shape(document), KINDS, (), TODAY) == []


def test_nobody_is_asked_anew_since_it_comes_otherwise() -> None:
    before, after = shape(declared("suggestion")), shape(declared("answer"))
    assert notice.version(before, "nickname") == notice.version(after, "nickname")
    assert fingerprint(before.fields["nickname"]) == fingerprint(after.fields["nickname"])
