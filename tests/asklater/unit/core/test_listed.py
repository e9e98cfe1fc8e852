"""Countries, languages and time zones: codes of the standards, offered by their names."""

from zoneinfo import ZoneInfo

import pytest

from asklater.kinds.base import Given
from asklater.kinds.listed import Country, Language, TimeZone


@pytest.mark.parametrize(
    ("kind", "code", "name"),
    [
        ("country", "PT", "Portugal"),
        ("language", "pt", "português"),
        ("language", "zh-Hant", "中文 (繁體)"),
        ("time_zone", "Europe/Lisbon", "Europe/Lisbon"),
        ("time_zone", "America/New_York", "America/New York"),
    ],
)
def test_a_code_is_held_and_its_name_shown(kinds, declare, kind, code, name):
    declared = declare(kind)
    assert kinds[kind].parse(declared, Given({"": (code,)})) == code
    assert kinds[kind].show(declared, code) == name


def test_the_lists_are_whole_and_hold_no_former_names():
    assert len(Country.names()) > 240
    assert {"EU", "UN", "ZZ"}.isdisjoint(Country.names())
    assert len(Language.names()) > 150
    assert {"EST", "US/Eastern", "Etc/GMT+5"}.isdisjoint(TimeZone.names())
    assert all(ZoneInfo(zone) for zone in TimeZone.names())


def test_only_what_is_offered_is_taken_and_shown_in_that_order(kinds, declare, refusal):
    declared = declare("country", only=("PT", "ES"), default="ES")
    (control,) = kinds["country"].inputs(declared, Given(), {})
    assert [option.value for option in control.options] == ["", "PT", "ES"]
    assert (control.values, control.autocomplete) == (("ES",), "country")
    assert refusal(kinds["country"], declared, Given({"": ("FR",)})) == {
        "": "Choose one of the answers that are offered."
    }
    assert refusal(kinds["country"], declared, Given()) == {"": "Answer “Thing”."}


@pytest.mark.parametrize(
    ("chosen", "key"),
    [({"only": ("XX",)}, "only"), ({"only": ("PT", "PT")}, "only"), ({"only": ("PT",), "default": "ES"}, "default")],
)
def test_codes_that_the_standard_does_not_have_are_found(kinds, declare, chosen, key):
    (found,) = kinds["country"].check(declare("country", **chosen))
    assert found.startswith(f"settings.{key}: ")
