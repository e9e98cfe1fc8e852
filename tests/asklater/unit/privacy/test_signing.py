"""Signed documents: what was signed is proved, and nothing else is."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given, strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from asklater.privacy.signing import PROOF, InvalidSignature, Signer, key_from_seed, public_half

KEY, OTHER = key_from_seed(bytes(range(32))), key_from_seed(bytes(32))
SIGNER = Signer(KEY)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
CONTENTS = st.dictionaries(st.text().filter(lambda key: key != PROOF), JSON, max_size=4)


@pytest.mark.thorough
@given(CONTENTS)
def test_what_was_signed_is_proved_also_after_a_journey_as_text(contents: dict[str, Any]) -> None:
    document = json.loads(json.dumps(SIGNER.sign(contents)))
    assert SIGNER.verify(document) == contents


@pytest.mark.thorough
@given(CONTENTS, st.text(min_size=1).filter(lambda key: key != PROOF), JSON)
def test_any_change_is_noticed(contents: dict[str, Any], key: str, value: Any) -> None:
    altered = {**SIGNER.sign(contents), key: value}
    if {k: v for k, v in altered.items() if k != PROOF} != contents or type(contents.get(key)) is not type(value):
        with pytest.raises(InvalidSignature):
            SIGNER.verify(altered)


@pytest.mark.parametrize("document", [None, [], "{}", {}, {PROOF: 3}, {PROOF: ""}, {PROOF: "a..b"}, {PROOF: "..."}])
def test_what_is_no_signed_document_is_forged(document: object) -> None:
    with pytest.raises(InvalidSignature):
        SIGNER.verify(document)


def test_another_key_proves_nothing() -> None:
    with pytest.raises(InvalidSignature):
        SIGNER.verify(Signer(OTHER).sign({"who": "me"}))


def test_what_a_retired_key_has_signed_is_proved_by_its_public_half() -> None:
    document, later = SIGNER.sign({"who": "me"}), Signer(OTHER, [public_half(KEY)])
    assert later.verify(document) == {"who": "me"}
    assert [key["kid"] for key in later.public_keys] == [OTHER.kid, KEY.kid]
    assert later.names_our_key({**document, "who": "you"})
    with pytest.raises(InvalidSignature):
        later.verify({**document, "who": "you"})


def test_a_proof_without_a_signature_is_refused() -> None:
    header = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    with pytest.raises(InvalidSignature):
        SIGNER.verify({PROOF: f"{header}.."})


def test_anybody_can_check_with_the_published_half() -> None:
    document = SIGNER.sign({"what": "an erasure"})
    (public,) = SIGNER.public_keys
    assert "d" not in public
    published = OKPKey.import_key(public)
    signed = jws.deserialize_compact(
        document[PROOF], published, algorithms=["Ed25519"], payload=b'{"what":"an erasure"}'
    )
    assert signed.payload == b'{"what":"an erasure"}'
