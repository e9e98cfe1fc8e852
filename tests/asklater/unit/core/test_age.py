"""Old enough or not: nothing is held of who is not, and no date of birth is asked."""

from collections.abc import Callable, Mapping

import pytest

from asklater.kinds.age import OLD_ENOUGH, TOO_YOUNG, least_years
from asklater.kinds.base import Given, Kind
from asklater.manifest.declarations import Field

Declare = Callable[..., Field]
Kinds = Mapping[str, Kind]


def test_who_is_old_enough_says_so_once(kinds: Kinds, declare: Declare) -> None:
    declared = declare("age", years=16)
    assert kinds["age"].parse(declared, Given({"": (OLD_ENOUGH,)})) == {"years": 16}
    assert kinds["age"].show(declared, {"years": 16}) == "16 or older"


def test_who_is_too_young_is_told_so_and_their_choice_stays(
    kinds: Kinds, declare: Declare, refusal: Callable[..., dict[str, str]]
) -> None:
    declared, given = declare("age", years=16), Given({"": (TOO_YOUNG,)})
    errors = refusal(kinds["age"], declared, given)
    assert "16 or older" in errors[""]
    assert "parent's permission" in errors[""]
    (control,) = kinds["age"].inputs(declared, given, errors)
    assert control.values == (TOO_YOUNG,)


@pytest.mark.parametrize("sent", [(), ("",), ("yes",), (OLD_ENOUGH, TOO_YOUNG)])
def test_anything_else_is_no_answer(
    kinds: Kinds, declare: Declare, refusal: Callable[..., dict[str, str]], sent: tuple[str, ...]
) -> None:
    assert refusal(kinds["age"], declare("age", years=16), Given({"": sent}))


def test_an_earlier_answer_is_none_where_more_years_are_asked_now(kinds: Kinds, declare: Declare) -> None:
    assert kinds["age"].given(declare("age", years=18), {"years": 16}) == Given()


def test_the_years_have_to_be_declared(kinds: Kinds, declare: Declare) -> None:
    assert kinds["age"].check(declare("age")) == ["settings.years: is missing"]
    assert kinds["age"].check(declare("age", years=0)) != []
    assert least_years(declare("text")) == 0
