"""How each country writes addresses, as data: its parts, what they are called, and its postal codes."""

import pytest

from asklater.kinds import countries
from asklater.kinds.address import label
from asklater.kinds.base import Given


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("US", {"postal_code": "ZIP code", "country_area": "State", "city": "City"}),
        ("GB", {"postal_code": "Postcode", "city": "Town or city"}),
        ("IN", {"postal_code": "PIN code", "country_area": "State"}),
        ("IE", {"postal_code": "Eircode", "country_area": "County", "city_area": "Townland"}),
        ("JP", {"postal_code": "Postal code", "country_area": "Prefecture"}),
        ("CA", {"postal_code": "Postal code", "country_area": "Province"}),
        ("AU", {"postal_code": "Postcode", "city": "Suburb or town"}),
        ("BR", {"city_area": "Neighborhood"}),
    ],
)
def test_parts_are_called_as_the_country_calls_them(code, labels):
    country = countries.country(code)
    assert {part: label(country, part) for part in labels} == labels


@pytest.mark.parametrize(
    ("code", "sent", "held"),
    [
        ("GB", "sw1a 2aa", "SW1A 2AA"),
        ("GB", "sw1a2aa", "SW1A 2AA"),
        ("GB", "gir 0aa", "GIR 0AA"),
        ("CH", "CH-8001", "8001"),
        ("DE", "D-50667", "50667"),
        ("DE", " 50 667 ", "50667"),
        ("DE", "٥٠٦٦٧", "50667"),
        ("PL", "90001", "90-001"),
        ("JP", "〒１００－０００１", "100-0001"),
        ("CA", "h2y1c6", "H2Y 1C6"),
        ("US", "75069-1234", "75069-1234"),
        ("US", "750691234", "75069-1234"),
        ("JP", "100ー0001", "100-0001"),
        ("JP", "1000001", "100-0001"),
        ("BR", "01.310-100", "01310-100"),
        ("GB", "S W 1 A 2 A A", "SW1A 2AA"),
        ("GB", "m11aa", "M1 1AA"),
        ("GB", "bfpo57", "BFPO 57"),
        ("GB", "gir0aa", "GIR 0AA"),
        ("GG", "gy11aa", "GY1 1AA"),
        ("AT", "A-1010", "1010"),
        ("AT", "A1010", "1010"),
        ("LU", "L–1234", "1234"),
        ("LV", "1010", "LV-1010"),
        ("AD", "500", "AD500"),
        ("SE", "SE-41106", "411 06"),
        ("IE", "t12w8kp", "T12 W8KP"),
        ("SZ", "h100", "H100"),
        ("DE", "\u202a10115\u202c", "10115"),
        ("DE", "10\u00ad115\u200b", "10115"),
        ("NL", "2511cr", "2511 CR"),
    ],
)
def test_a_postal_code_may_be_typed_in_many_ways(code, sent, held):
    assert countries.postal_code(code, sent) == held


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        ("DE", "5066"),
        ("DE", "506677"),
        ("GB", "GIR 0AA and more"),
        ("GB", "12345"),
        ("US", "7506"),
        ("CA", "D1D 1D1"),
    ],
)
def test_what_is_no_postal_code(code, sent):
    assert countries.postal_code(code, sent) is None


@pytest.mark.parametrize(
    ("code", "region", "postal", "belongs"),
    [
        ("US", "CA", "94103", True),
        ("US", "CA", "10001", False),
        ("US", "", "10001", True),
        ("US", "Atlantis", "10001", True),
        ("IT", "RM", "00184", True),
        ("IT", "MI", "00184", False),
        ("DE", "", "50667", True),
    ],
)
def test_a_postal_code_lies_in_its_region(code, region, postal, belongs):
    assert countries.belongs(code, region, postal) is belongs


def test_an_example_lies_in_the_region_that_was_asked():
    assert countries.postal_example("DE") == "26133"
    assert countries.belongs("US", "CA", countries.postal_example("US", "CA"))
    assert countries.postal_example("AO") == ""


def test_japan_has_a_place_for_the_municipality():
    country = countries.country("JP")
    assert country.order == ("postal_code", "country_area", "city", "street_address", "name")
    assert "city" in country.required


def test_a_region_is_labelled_in_latin_letters_first():
    assert countries.country("JP").regions["東京都"] == "Tokyo (東京都)"
    assert countries.country("ES").regions["SE"] == "Sevilla"
    assert countries.country("DE").regions == {}


@pytest.mark.parametrize(
    ("code", "key", "written"), [("US", "CA", "CA"), ("ES", "SE", "Sevilla"), ("JP", "東京都", "東京都")]
)
def test_a_region_as_an_envelope_carries_it(code, key, written):
    assert countries.country(code).written_region(key) == written


@pytest.mark.parametrize("code", sorted(countries.codes()))
def test_every_country_of_the_world_can_be_drawn_and_shown(kinds, declare, code):
    kind, declared = kinds["address"], declare("address")
    form = {control.name.rpartition(".")[2] for control in kind.inputs(declared, Given({"country": (code,)}), {})}
    assert {"name", "street_address"} <= form
    example = countries.postal_example(code)
    assert countries.postal_code(code, example) == example or "postal_code" not in form
    assert kind.show(declared, {"country": code, "name": "Ada"}).split("\n")[0] in {
        "Ada",
        countries.name(code).upper(),
    }


def test_the_codes_are_those_with_a_name():
    assert {"DE", "US", "JP", "XK", "AX"} <= countries.codes()
    assert not {"ZZ", "AL-L", "al", ""} & countries.codes()
    assert all(countries.name(code) for code in countries.codes())
