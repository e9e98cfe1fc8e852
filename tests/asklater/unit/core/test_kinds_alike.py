"""What every built-in kind promises, whatever it is sent."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings as effort, strategies as st

from asklater.kinds import date
from asklater.kinds.address import PARTS
from asklater.kinds.base import PREFIX, Given, Input, Invalid, Kind, Upload

FEW = {"red": "Red", "blue": "Blue", "green": "Green"}
DECLARED = [
    ("text", {}),
    ("text", {"min_length": 3, "max_length": 10}),
    ("text", {"multiline": True, "max_length": 50}),
    ("choice", {"options": FEW}),
    ("choice", {"options": {f"n{n}": f"Number {n}" for n in range(7)}}),
    ("choices", {"options": FEW, "max": 2}),
    ("consent", {"text": "Send me news."}),
    ("address", {}),
    ("address", {"countries": ("DE", "JP", "US"), "default": "US"}),
    ("image", {"edge": 16}),
    ("age", {"years": 16}),
    ("text", {"pattern": "[a-z]{2}[0-9]{2}", "example": "ab12"}),
    ("boolean", {"yes": "Gladly"}),
    ("number", {"least": 1, "most": 250, "unit": "cm"}),
    ("number", {"least": -40, "decimals": 2}),
    ("date", {"earliest": "1900-01-01", "latest": "today"}),
    ("date", {"least_age": 16, "most_age": 120, "autocomplete": "bday"}),
    ("url", {}),
    ("url", {"hosts": ("github.com",)}),
    ("country", {"only": ("DE", "JP"), "default": "JP"}),
    ("language", {}),
    ("time_zone", {"only": ("Europe/Berlin", "UTC")}),
]
IDS = [f"{kind}-{'-'.join(chosen)}" for kind, chosen in DECLARED]
HOSTILE = {
    "megabyte": "a" * 1_000_000,
    "null": "a\0b",
    "line break": "a\r\nSet-Cookie: b",
    "surrogate": "a\ud800b",
    "override": "\u202egnp.exe",
    "isolate": "a\u2066b",
    "invisible": "\u200b\u2060\ufeff",
    "blank letters": "\u3164\u2800\u115f",
    "noncharacter": "a\uffffb",
    "markup": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE answer; --",
    "template": "{{ 7 * 7 }} %(x)s {0} ${x}",
    "formula": "=HYPERLINK(1)",
    "accents": "e" + "\u0301" * 5_000,
    "spaces": " \t ",
    "number": "1e400",
    "json": '{"given": true}',
}
ANY_TEXT = st.text(max_size=40) | st.text(st.characters(), max_size=8) | st.sampled_from(sorted(HOSTILE.values()))
OFFERED = st.sampled_from(
    ["red", "blue", "n3", "yes", "on", "", "DE", "US", "JP", "CA", "東京都", "10115", "90210"]
) | st.sampled_from(
    ["1.234,5", "-7", "٣", "2001-02-29", "1985-3-8", "12", "https://example.com", "github.com/a", "de", "UTC", "ab12"]
)
ANY_PART = st.sampled_from(["", *PARTS, *date.PARTS]) | st.text(max_size=8)
SUBMISSIONS = st.builds(
    Given,
    st.dictionaries(ANY_PART, st.lists(OFFERED | ANY_TEXT, max_size=3).map(tuple), max_size=9),
    st.dictionaries(ANY_PART, st.builds(Upload, st.text(max_size=5), st.binary(max_size=60)), max_size=2),
)


@pytest.fixture(params=DECLARED, ids=IDS)
def asked(request, kinds, declare):
    """A kind and a field of it."""
    name, chosen = request.param
    return kinds[name], declare(name, **chosen)


def test_each_declaration_of_these_tests_is_sound(asked):
    kind, declared = asked
    assert list(kind.check(declared)) == []


def test_an_unknown_setting_is_found(asked):
    kind, declared = asked
    odd = declared.model_copy(update={"settings": {**declared.settings, "colour": "red"}})
    assert list(kind.check(odd)) == ["settings.colour: this kind has no such setting"]


@pytest.mark.parametrize(
    "value", [None, -1, 0, 1.5, "x", "", True, {}, {"a": 1}, {"": "a"}, {"a": " "}, (), ("XX",), 10**9]
)
def test_check_takes_any_setting(asked, value):
    """A sentence for each setting that is off, and no exception."""
    kind, declared = asked
    for name in (
        "options",
        "max",
        "text",
        "countries",
        "default",
        "edge",
        "max_megabytes",
        "min_length",
        "max_length",
        *("pattern", "example", "least", "most", "decimals", "unit", "earliest", "latest", "least_age", "most_age"),
        *("hosts", "only", "yes", "autocomplete"),
    ):
        odd = declared.model_copy(update={"settings": {**declared.settings, name: value}})
        assert all(isinstance(sentence, str) and sentence for sentence in kind.check(odd))


def test_nothing_sent_is_asked_plainly(asked):
    kind, declared = asked
    for control in kind.inputs(declared, Given(), {}):
        assert control.name.startswith(PREFIX + declared.key)
        assert control.id
        assert control.label or control.type == "hidden"
        assert control.errors == ()
        assert len(control.values) <= 1


@pytest.mark.thorough
@effort(max_examples=120)
@given(data=st.data())
def test_parse_gives_a_value_that_round_trips_or_says_what_is_wrong(data, kinds, declare):
    name, chosen = data.draw(st.sampled_from(DECLARED))
    _holds(kinds[name], declare(name, **chosen), data.draw(SUBMISSIONS))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_values_anywhere(asked, hostile):
    kind, declared = asked
    for part in ("", *PARTS, *date.PARTS):
        _holds(kind, declared, Given({"country": ("DE",), part: (hostile,)}))
        _holds(kind, declared, Given({"country": ("DE",), part: (hostile, "b")}))
        _holds(kind, declared, Given({}, {part: Upload(hostile, hostile.encode("utf-8", "surrogatepass"))}))


def test_one_field_sent_twice_with_different_values(asked, refusal):
    kind, declared = asked
    if kind.name not in {"choices", "image"}:
        part = "country" if kind.name == "address" else ""
        assert refusal(kind, declared, Given({part: ("red", "blue")})).keys() == {part}


def _holds(kind: Kind, declared, sent: Given) -> None:
    """The promise: a value that comes back the same from store and form, or Invalid about inputs that are shown."""
    shown = _drawn(kind, declared, sent, {})
    errors = None
    try:
        value = kind.parse(declared, sent)
    except Invalid as invalid:
        errors = invalid.errors
    if errors is not None:
        assert errors
        assert all(sentence.endswith(".") and "%(" not in sentence for sentence in errors.values())
        drawn = _drawn(kind, declared, sent, errors)
        assert {replace(control, errors=()) for control in drawn if control.type != "hidden"} == {
            control for control in shown if control.type != "hidden"
        }  # what is hidden may be there to confirm what was asked back
        assert sorted(error for control in drawn for error in control.errors) == sorted(errors.values())
    else:
        assert kind.load(kind.dump(value)) == value
        assert kind.show(declared, value).strip()
        again = kind.given(declared, value)
        _drawn(kind, declared, again, {})
        assert kind.multipart or kind.parse(declared, again) == value


def _drawn(kind: Kind, declared, sent: Given, errors) -> tuple[Input, ...]:
    controls = kind.inputs(declared, sent, errors)
    assert len({control.name for control in controls}) == len(controls) == len({control.id for control in controls})
    json.dumps([control.values for control in controls], ensure_ascii=False).encode()  # fit for a page
    for control in controls:
        assert all(len(value) <= (50_000 if control.type == "textarea" else 2_000) for value in control.values)
    return controls
