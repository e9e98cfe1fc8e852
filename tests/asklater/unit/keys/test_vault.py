"""What is sealed opens for its owner and label alone, before and after a change of keys."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from asklater.keys.service import LocalKeys, MissingMasterKey, Sealed, short_id
from asklater.keys.vault import Vault, number_of, pack, settled, unpack

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
old, both, new = Vault(LocalKeys(OLD)), Vault(LocalKeys(NEW, [OLD])), Vault(LocalKeys(NEW))
ADA, EVE, LABEL = 7, 8, "answer:display_name"


def ring_of(owner: int = ADA) -> bytes:
    return old.new_ring(owner, short_id(OLD), NOON)


@given(st.binary(max_size=300))
def test_what_is_sealed_opens(value: bytes) -> None:
    ring = ring_of()
    assert old.open(ring, ADA, LABEL, old.seal(ring, ADA, LABEL, value)) == value


def test_it_opens_nowhere_else() -> None:
    ring, other = ring_of(), ring_of(EVE)
    sealed = old.seal(ring, ADA, LABEL, b"Ada")
    moved = [(ring, ADA, "answer:email"), (other, EVE, LABEL), (other, ADA, LABEL), (ring, EVE, LABEL)]
    altered = [
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
        sealed[:2],
        b"",
        b"\x09" + sealed[1:],
        sealed[:1] + b"\0\x02" + sealed[3:],
    ]
    for place in moved:
        with pytest.raises(Sealed):
            old.open(*place, sealed)
    for content in altered:
        with pytest.raises(Sealed):
            old.open(ring, ADA, LABEL, content)


def test_another_master_key_wraps_the_same_keys() -> None:
    ring = ring_of()
    sealed = old.seal(ring, ADA, LABEL, b"Ada")
    anew = both.rewrapped(ring, ADA, short_id(NEW))
    assert new.open(anew, ADA, LABEL, sealed) == both.open(anew, ADA, LABEL, sealed) == b"Ada"
    with pytest.raises(MissingMasterKey, match=short_id(NEW)):
        old.open(anew, ADA, LABEL, sealed)
    assert both.rewrapped(anew, ADA, short_id(NEW)) == anew


def test_a_fresh_key_stands_in_front_of_the_former_one_until_that_goes() -> None:
    ring = ring_of()
    sealed = old.seal(ring, ADA, LABEL, b"Ada")
    renewed = both.renewed(ring, ADA, short_id(NEW), NOON)
    fresh = both.seal(renewed, ADA, LABEL, b"Ada L.")
    assert (number_of(sealed), number_of(fresh)) == (1, 2)
    assert [both.open(renewed, ADA, LABEL, content) for content in (sealed, fresh)] == [b"Ada", b"Ada L."]
    assert [key.master for key in unpack(renewed)] == [short_id(NEW)] * 2
    last = settled(renewed)
    assert new.open(last, ADA, LABEL, fresh) == b"Ada L."
    with pytest.raises(Sealed):
        new.open(last, ADA, LABEL, sealed)


def test_a_ring_that_is_cut_off_swapped_or_nonsense_opens_nothing() -> None:
    ring = both.renewed(ring_of(), ADA, short_id(NEW), NOON)
    sealed, keys = both.seal(ring, ADA, LABEL, b"Ada"), unpack(ring)
    assert pack(keys) == ring
    numbered_wrong = pack([keys[1], keys[0]])
    assert both.open(numbered_wrong, ADA, LABEL, sealed) == b"Ada"  # each key says itself which one it is
    for broken in (ring[:-1], ring[:5], b"", b"\x07" + ring[1:], ring[:6] + b"\x09" + ring[7:]):
        with pytest.raises(Sealed):
            both.open(broken, ADA, LABEL, sealed)
