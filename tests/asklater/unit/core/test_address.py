"""Addresses: each country's own form and rules, and every part held as it was typed."""

import pytest
from hypothesis import given, strategies as st

from asklater.kinds import countries
from asklater.kinds.base import Given, Unconfirmed

# One town for each country of the demo: name, postal code, key of the region.
PLACES = {
    "AT": ("Wien", "1010", ""),
    "AU": ("Sydney", "2000", "NSW"),
    "BE": ("Bruxelles", "1000", ""),
    "BR": ("São Paulo", "01310-100", "SP"),
    "CA": ("Montréal", "H2Y 1C6", "QC"),
    "CH": ("Zürich", "8001", ""),
    "CZ": ("Praha", "110 00", ""),
    "DE": ("Köln", "50667", ""),
    "DK": ("København", "1550", ""),
    "ES": ("Sevilla", "41001", "SE"),
    "FI": ("Helsinki", "00100", ""),
    "FR": ("Saint-Étienne", "42000", ""),
    "GB": ("London", "SW1A 2AA", ""),
    "GR": ("Αθήνα", "105 57", ""),
    "IE": ("Cork", "T12 W8KP", "Co. Cork"),
    "IN": ("New Delhi", "110001", "Delhi"),
    "IT": ("Roma", "00184", "RM"),
    "JP": ("千代田区", "100-0001", "東京都"),
    "MX": ("Mérida", "97000", "Yuc."),
    "NL": ("'s-Gravenhage", "2511 CR", ""),
    "NO": ("Tromsø", "9008", ""),
    "NZ": ("Auckland", "1010", ""),
    "PL": ("Łódź", "90-001", ""),
    "PT": ("Évora", "7000-503", ""),
    "SE": ("Göteborg", "411 06", ""),
    "US": ("McKinney", "75069", "TX"),
}
DEMO = tuple(PLACES)


def typed(**parts):
    return Given({part: (text,) for part, text in parts.items()})


def an_answer(code, **changes):
    city, postal, region = PLACES[code]
    parts = {"country": code, "name": "Ada van Dyck", "street_address": "12 rue de l’Église", "city": city}
    parts |= {"postal_code": postal, **({"country_area": region} if region else {}), **changes}
    return {part: text for part, text in parts.items() if text}


def drawn(kind, declared, sent, errors=None):
    return {control.name.rpartition(".")[2]: control for control in kind.inputs(declared, sent, errors or {})}


@pytest.fixture
def kind(kinds):
    return kinds["address"]


@pytest.fixture
def declared(declare):
    return declare("address", countries=DEMO, default="DE")


@pytest.fixture
def offer(kind, declared):
    return kind, declared


def test_the_table_has_every_country_of_the_demo():
    assert set(PLACES) == set(DEMO)


@given(code=st.sampled_from(sorted(DEMO)), extra=st.sampled_from(["", "c/o Müller", "3. OG links"]))
def test_a_valid_address_of_each_country_round_trips_as_it_was_typed(code, extra, kinds, declare):
    kind, declared = kinds["address"], declare("address", countries=DEMO)
    answer = an_answer(code, street_extra=extra)
    value = kind.parse(declared, typed(**answer))
    assert value == answer
    assert kind.load(kind.dump(value)) == value
    assert kind.parse(declared, kind.given(declared, value)) == value


@pytest.mark.parametrize("code", DEMO)
def test_each_form_has_street_and_city_and_autofill(kind, declared, code):
    form = drawn(kind, declared, typed(country=code))
    assert next(iter(form)) == "country"
    assert {"name", "street_address", "city"} <= form.keys()
    assert form["country"].values == (code,)
    assert form["country"].redraws
    assert all(control.autocomplete and control.label for control in form.values() if control.type != "hidden")
    assert [part for part, control in form.items() if control.redraws] == ["country"]


@pytest.mark.parametrize("code", DEMO)
def test_the_envelope_keeps_every_part_as_typed(kind, declared, code):
    answer = an_answer(code, street_extra="Hinterhaus")
    shown = kind.show(declared, answer)
    lines = shown.split("\n")
    assert lines[-1] == countries.name(code)
    assert all(line.strip() == line != "" for line in lines)
    spelled = {**answer, "country": countries.name(code), "country_area": ""}
    assert all(text in shown for text in spelled.values())


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("DE", ["Ada van Dyck", "12 rue de l’Église", "50667 Köln", "Germany"]),
        ("CH", ["Ada van Dyck", "12 rue de l’Église", "CH-8001 Zürich", "Switzerland"]),
        ("US", ["Ada van Dyck", "12 rue de l’Église", "McKinney, TX 75069", "United States"]),
        ("BR", ["Ada van Dyck", "12 rue de l’Église", "São Paulo-SP", "01310-100", "Brazil"]),
        ("JP", ["〒100-0001", "東京都 千代田区", "12 rue de l’Église", "Ada van Dyck", "Japan"]),
        ("IE", ["Ada van Dyck", "12 rue de l’Église", "Cork", "Co. Cork", "T12 W8KP", "Ireland"]),
    ],
)
def test_the_order_of_the_envelope_is_the_countrys(kind, declared, code, lines):
    assert kind.show(declared, an_answer(code)).split("\n") == lines


def test_no_comma_waits_for_a_part_that_was_left_empty(kind, declare):
    parts = {
        "country": "LV",
        "name": "Ada",
        "street_address": "Brīvības iela 1",
        "city": "Rīga",
        "postal_code": "LV-1010",
    }
    assert kind.show(declare("address"), parts).split("\n")[2:] == ["Rīga, LV-1010", "Latvia"]
    assert kind.show(declare("address"), {**parts, "postal_code": ""}).split("\n")[2:] == ["Rīga", "Latvia"]


def test_regions_are_a_select_where_they_are_known(kind, declared):
    form = drawn(kind, declared, typed(country="US", country_area="CA"))
    assert form["country_area"].type == "select"
    assert form["country_area"].values == ("CA",)
    options = {option.value: option.label for option in form["country_area"].options}
    assert (options["CA"], options[""]) == ("California", "Choose one")
    japan = drawn(kind, declared, typed(country="JP"))["country_area"].options
    assert {option.value: option.label for option in japan}["東京都"] == "Tokyo (東京都)"
    assert "country_area" not in drawn(kind, declared, typed(country="DE"))


def test_optional_parts_are_marked(kind, declared):
    form = drawn(kind, declared, typed(country="IE"))
    optional = {part for part, control in form.items() if control.optional}
    assert optional == {"street_extra", "city_area", "country_area", "postal_code"}


def test_what_was_typed_survives_a_change_of_country_and_back(kind, declared):
    american = typed(**an_answer("US"))
    german = drawn(kind, declared, Given({**american.texts, "country": ("DE",)}))
    assert german["country_area"].type == "hidden"
    sent_on = typed(
        **{part: control.values[0] for part, control in german.items() if control.values} | {"country": "US"}
    )
    again = drawn(kind, declared, sent_on)
    held = {part: control.values[0] for part, control in again.items() if control.values}
    assert held == {**an_answer("US"), "region_of": "US"}


def test_a_part_that_the_country_lacks_is_not_held(kind, declared):
    assert "country_area" not in kind.parse(declared, typed(**an_answer("DE", country_area="CA")))


def test_a_postal_code_is_held_in_its_countrys_spelling(kind, declared):
    assert kind.parse(declared, typed(**an_answer("PL", postal_code=" 90001 ")))["postal_code"] == "90-001"


@pytest.mark.parametrize(
    ("code", "sent", "example"),
    [
        ("DE", "5066", "26133"),
        ("GB", "GIR 0AA and more", "EC1Y 8SY"),
        ("GB", "12345", "EC1Y 8SY"),
        ("US", "ABCDE", "95014"),
        ("CA", "D1D 1D1", "H3Z 2Y7"),
        ("IE", "nonsense", "A65 F4E2"),
    ],
)
def test_a_wrong_postal_code_is_answered_with_an_example(offer, refusal, code, sent, example):
    errors = refusal(*offer, typed(**an_answer(code, postal_code=sent)))
    assert errors.keys() == {"postal_code"}
    assert example in errors["postal_code"]


def send_again(kind, declared, parts, **changes):
    """What the form sends when it comes back with an error, and some of it is changed."""
    form = drawn(kind, declared, typed(**parts), {"postal_code": "Is this right?"})
    return typed(**{part: control.values[0] for part, control in form.items() if control.values} | changes)


JENNINGS = {"city": "Jennings", "postal_code": "4383", "country_area": "NSW"}


def test_a_postal_code_of_the_region_next_door_is_asked_about_and_taken_when_sent_again(kind, declared):
    parts = an_answer("AU", **JENNINGS)
    with pytest.raises(Unconfirmed) as asked:
        kind.parse(declared, typed(**parts))
    assert asked.value.errors.keys() == {"postal_code"}
    assert "seems to lie outside New South Wales" in asked.value.errors["postal_code"]
    value = kind.parse(declared, send_again(kind, declared, parts))
    assert value == parts
    assert kind.parse(declared, kind.given(declared, value)) == value


@pytest.mark.parametrize("changes", [{"postal_code": "4000"}, {"country_area": "VIC"}])
def test_another_odd_pair_is_asked_about_anew(kind, declared, changes):
    with pytest.raises(Unconfirmed):
        kind.parse(declared, send_again(kind, declared, an_answer("AU", **JENNINGS), **changes))


def test_nothing_is_confirmed_before_it_was_asked(kind, declared):
    assert "confirmed" not in drawn(kind, declared, typed(**an_answer("AU", **JENNINGS)))


@pytest.mark.parametrize(
    ("before", "key", "after", "chosen"),
    [
        ("AU", "WA", "US", ()),
        ("US", "AL", "BR", ()),
        ("US", "AL", "IT", ()),
        ("US", "CA", "US", ("CA",)),
        ("US", "CA", "DE", ("CA",)),
        ("AU", "NT", "CA", ()),
    ],
)
def test_no_region_is_chosen_by_another_countrys_key(kind, declared, refusal, before, key, after, chosen):
    first = drawn(kind, declared, typed(country=before, country_area=key))
    sent_on = {part: control.values[0] for part, control in first.items() if control.values} | {"country": after}
    assert drawn(kind, declared, typed(**sent_on))["country_area"].values == chosen
    if not chosen:  # nor is it taken where the form was sent off at once
        region = refusal(kind, declared, typed(**an_answer(after) | sent_on))["country_area"]
        assert region.startswith("Choose one")


def test_a_region_comes_back_with_its_country(kind, declared):
    sent = {"country": "US", "country_area": "CA", "region_of": "US"}
    for country in ("DE", "US"):
        form = drawn(kind, declared, typed(**sent | {"country": country}))
        sent = {part: control.values[0] for part, control in form.items() if control.values}
    assert sent["country_area"] == "CA"


def test_everything_that_lacks_is_said_at_once(kind, declared, refusal):
    assert refusal(kind, declared, typed(country="US")) == {
        "name": "Fill in “Full name”.",
        "street_address": "Fill in “Street and number”.",
        "city": "Fill in “City”.",
        "country_area": "Choose one under “State”.",
        "postal_code": "Fill in “ZIP code”.",
    }


@pytest.mark.parametrize("sent", ["ZZ", "de", "KP", "XX", "🏳", "DE\0"])
def test_a_country_that_is_not_offered(kind, declared, refusal, sent):
    assert refusal(kind, declared, typed(country=sent)) == {"country": "Choose a country from the list."}


def test_no_country(kind, declared, refusal):
    assert refusal(kind, declared, Given()) == {"country": "Choose a country."}


@pytest.mark.parametrize("region", ["XX", "California", "ca"])
def test_a_region_that_is_not_offered(kind, declared, refusal, region):
    errors = refusal(kind, declared, typed(**an_answer("US", country_area=region)))
    assert errors == {"country_area": "Choose an answer from the list."}


def test_each_error_stands_at_its_input(kind, declared):
    form = drawn(kind, declared, typed(country="DE"), {"city": "Fill in “City”.", "country": "Choose a country."})
    assert {part: control.errors for part, control in form.items() if control.errors} == {
        "city": ("Fill in “City”.",),
        "country": ("Choose a country.",),
    }


def test_without_a_default_the_country_is_asked_first(kind, declare):
    form = drawn(kind, declare("address"), typed(city="Köln"))
    assert [(part, control.type) for part, control in form.items()] == [("country", "select"), ("city", "hidden")]
    assert form["country"].options[0].label == "Choose a country"
    assert len(form["country"].options) == len(countries.codes()) + 1


def test_a_single_country_is_the_default(kind, declare):
    assert drawn(kind, declare("address", countries=("JP",)), Given())["country"].values == ("JP",)


def test_countries_stand_in_the_order_of_the_alphabet(kind, declare):
    names = [option.label for option in drawn(kind, declare("address"), Given())["country"].options[1:]]
    assert names.index("Åland Islands") < names.index("Albania") < names.index("Zimbabwe")


@pytest.mark.parametrize(
    ("chosen", "start"),
    [
        ({"countries": ["DE", "XX"]}, "settings.countries: must be a list"),
        ({"countries": ["DE", "DE"]}, "settings.countries: must be a list"),
        ({"countries": []}, "settings.countries: must be a list"),
        ({"countries": "DE"}, "settings.countries: must be a list"),
        ({"countries": ["DE"], "default": "FR"}, "settings.default: must be one of"),
        ({"default": "XX"}, "settings.default: must be one of"),
        ({"default": 49}, "settings.default: must be an ISO"),
    ],
)
def test_settings_are_checked(kind, declare, chosen, start):
    (sentence,) = kind.check(declare("address", **chosen))
    assert sentence.startswith(start)
