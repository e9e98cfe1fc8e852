"""Where the next batch of an export goes on is written down and read again, whatever a table's key is made of."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from asklater.privacy.exports.cursors import cursor_key, cursor_text

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is added
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.one_of(st.integers(), TEXTS, st.binary(), MOMENTS), min_size=1, max_size=3))
def test_a_key_comes_back_as_it_was(key: list[object]) -> None:
    assert cursor_key(cursor_text(key)) == tuple(key)


def test_there_is_none_at_the_beginning() -> None:
    assert cursor_key("") == ()
