"""Which background prompt is due: each rule alone, and over random histories nobody sees more than was allowed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from asklater.checks.manifest import shape
from asklater.manifest.declarations import Manifest
from asklater.policy.background import LASTS, Due, History, Showing, Shown, due
from asklater.policy.decision import fingerprint
from tests.asklater.unit.core.conftest import a_document, a_field

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TIMES = {"ordered": 1, "came": 3}
NOBODY = frozenset[str]()


def a_prompt(**changes: Any) -> dict[str, Any]:
    words = {"label": "One more thing", "reason": "It helps."}
    return {**words, "placement": "desk", "cooldown": "P10D", "impressions": 2, "fields": ["colour"], **changes}


def declared(budget: dict[str, Any] | None = None, **prompts: dict[str, Any]) -> Manifest:
    document = a_document()
    document["fields"] |= {key: a_field() for key in ("colour", "size", "taste")}
    document["fields"]["taste"]["after"] = ["size"]
    document["prompts"] = prompts or {"first": a_prompt()}
    document["budget"] = budget or {"impressions": 9, "per": "P7D"}
    return shape(document)


def asked(manifest: Manifest, history: History, held: frozenset[str] = NOBODY, **more: Any) -> Due | None:
    return due(manifest, more.pop("placement", "desk"), held, TIMES, history, NOW, **more)


def key_of(found: Due | None) -> str | None:
    return found.prompt.key if found else None


def seen(*ago: timedelta, prompt: str = "first", ended: bool = True) -> History:
    """Showings so long ago, each of them ended at once unless it is to go on."""
    return History(tuple(Showing(prompt, NOW - past, NOW - past if ended else None) for past in ago))


@pytest.mark.parametrize(
    ("history", "begins"),
    [
        (History(), True),
        (seen(10 * DAY), True),
        (seen(10 * DAY - HOUR), None),  # it rests
        (seen(LASTS - timedelta(seconds=1), ended=False), False),  # a reload is no second showing
        (seen(LASTS, ended=False), None),
        (seen(timedelta(minutes=5)), None),  # "not now" ends it at once
        (seen(30 * DAY, 20 * DAY), None),  # capped
        (History((Showing("first", NOW - 11 * DAY, NOW - 9 * DAY),)), None),  # rests since "not now", not since before
        (History(refused={"colour"}), None),
        (History(seen(30 * DAY, 20 * DAY).showings, lifted={"colour": NOW - 15 * DAY}), True),  # counted anew
        (History(seen(30 * DAY, 20 * DAY).showings, lifted={"colour": NOW - 35 * DAY}), None),
    ],
)
def test_a_prompt_alone(history: History, begins: bool | None) -> None:
    found = asked(declared(), history)
    assert (found.begins if found else None) is begins


@pytest.mark.parametrize(
    ("after", "signals", "expected"),
    [
        (None, {}, "first"),
        ("ordered", {}, None),
        ("ordered", {"ordered": 1}, "first"),
        ("came", {"came": 2}, None),
        ("came", {"came": 3}, "first"),
        ("unheard_of", {"unheard_of": 5}, None),
    ],
)
def test_it_waits_for_its_signal(after: str | None, signals: dict[str, int], expected: str | None) -> None:
    manifest = declared(first=a_prompt(**({"after": after} if after else {})))
    assert key_of(asked(manifest, History(signals=signals))) == expected


def test_only_what_is_missing_and_not_refused_is_asked() -> None:
    manifest = declared(first=a_prompt(fields=["colour", "size", "taste"]))
    everything = asked(manifest, History())
    assert everything is not None
    assert everything.fields == ("colour", "size")  # a taste is asked once the size is known
    rest = asked(manifest, History(refused={"colour"}), held=frozenset({"size"}))
    assert rest is not None
    assert rest.fields == ("taste",)
    assert asked(manifest, History(), held=frozenset({"colour", "size", "taste"})) is None


def test_a_queue_asks_for_the_next_unknown_field_each_time() -> None:
    manifest = declared(first=a_prompt(fields=["colour", "size", "taste"], queue=True, impressions=9))
    asked_for = []
    held: set[str] = set()
    while found := asked(manifest, History(), frozenset(held)):
        asked_for.append(found.fields)
        held.update(found.fields)
    assert asked_for == [("colour",), ("size",), ("taste",)]
    refused = asked(manifest, History(refused={"colour"}))
    assert refused is not None
    assert refused.fields == ("size",)
    assert asked(manifest, seen(5 * DAY)) is None  # the next one waits for the cool-down as well


def test_one_prompt_a_placement_the_first_that_may_and_one_that_goes_on_before_it() -> None:
    manifest = declared(first=a_prompt(), second=a_prompt(fields=["size"]))
    assert key_of(asked(manifest, History())) == "first"
    assert key_of(asked(manifest, seen(DAY))) == "second"
    assert key_of(asked(manifest, seen(HOUR / 2, prompt="second", ended=False))) == "second"
    assert asked(manifest, History(), placement="door") is None


def test_nobody_is_asked_twice_in_one_page() -> None:
    manifest = declared(first=a_prompt(), second=a_prompt(placement="door", fields=["colour", "size"]))
    assert asked(manifest, History(), shown=Shown({"desk"})) is None
    beside = asked(manifest, History(), placement="door", shown=Shown({"desk"}, {"colour"}))
    assert beside is not None
    assert beside.fields == ("size",)


def test_the_same_question_elsewhere_rests_too() -> None:
    manifest = declared(first=a_prompt(), twin=a_prompt(placement="door"), other=a_prompt(fields=["size"]))
    assert asked(manifest, seen(DAY), placement="door") is None
    assert key_of(asked(manifest, seen(11 * DAY), placement="door")) == "twin"
    assert key_of(asked(manifest, seen(DAY))) == "other"


def test_one_budget_over_all_of_them() -> None:
    prompts = {name: a_prompt(fields=[field]) for name, field in (("first", "colour"), ("second", "size"))}
    manifest = declared({"impressions": 1, "per": "P7D"}, **prompts)
    assert asked(manifest, seen(7 * DAY - HOUR)) is None
    assert key_of(asked(manifest, seen(7 * DAY))) == "second"
    assert asked(manifest, seen(DAY, prompt="gone_from_the_manifest")) is None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["desk", "door"]),
        st.integers(min_value=0, max_value=5 * 24 * 60),  # minutes until then
        st.sampled_from(["look", "look", "not now", "never", "lift"]),
    ),
    max_size=60,
)


@pytest.mark.thorough
@settings(max_examples=150)
@given(steps=STEPS, budget=st.integers(1, 3), days=st.integers(1, 20), cap=st.integers(1, 3))
def test_nobody_sees_more_than_budget_cap_and_cooldown_allow(
    steps: list[tuple[str, int, str]], budget: int, days: int, cap: int
) -> None:
    manifest = declared(
        {"impressions": budget, "per": f"P{days}D"},
        first=a_prompt(impressions=cap),
        second=a_prompt(impressions=cap, fields=["size", "colour"], cooldown="P1D"),
        third=a_prompt(impressions=cap, placement="door", fields=["size"], cooldown="PT2H"),
    )
    now, showings, refused, lifted = NOW, list[Showing](), set[str](), dict[str, datetime]()
    for placement, minutes, then in steps:
        now += timedelta(minutes=minutes)
        found = due(manifest, placement, NOBODY, TIMES, History(tuple(showings), set(refused), dict(lifted)), now)
        if found is None:
            continue
        assert not refused & set(found.fields)
        if found.begins:
            showings.append(Showing(found.prompt.key, now))
        if then == "not now":
            last = max(n for n, past in enumerate(showings) if past.prompt == found.prompt.key)
            showings[last] = Showing(found.prompt.key, showings[last].began_at, now)
        if then == "never":
            refused |= set(found.fields)
        if then == "lift":
            lifted |= dict.fromkeys(refused, now)
            refused.clear()
    moments = [past.began_at for past in showings]
    assert all(sum(late - timedelta(days=days) < m <= late for m in moments) <= budget for late in moments)
    for key in manifest.prompts:
        own = [past for past in showings if past.prompt == key]
        if not lifted:
            assert len(own) <= cap
        for earlier, later in pairwise(own):
            assert later.began_at >= earlier.rests_from + manifest.prompts[key].cooldown


def offering(*fields: object) -> Manifest:
    return declared(first=a_prompt(fields=list(fields)))


OPTIONAL = {"field": "size", "optional": True}


@pytest.mark.parametrize(
    ("fields", "held", "found"),
    [
        (("colour", OPTIONAL), set(), ("colour", "size")),
        (("colour", OPTIONAL), {"colour"}, None),  # nothing asks for what is optional alone ...
        ((OPTIONAL,), set(), ("size",)),  # ... but a prompt that has nothing else
        (({**OPTIONAL, "when": "rains"}, "colour"), set(), ("colour",)),
        (({**OPTIONAL, "when": "shines"}, "colour"), set(), ("size", "colour")),
        (({"field": "colour", "when": "rains"}, OPTIONAL), set(), None),
    ],
)
def test_what_is_optional_is_asked_beside_what_is_not(
    fields: tuple[object, ...], held: set[str], found: tuple[str, ...] | None
) -> None:
    sky = {"rains": False, "shines": True}
    due_now = asked(offering(*fields), History(), frozenset(held), holds=sky.__getitem__)
    assert (due_now.fields if due_now else None) == found


def test_what_was_skipped_stays_unasked_in_that_placement_until_it_is_declared_otherwise() -> None:
    manifest = offering("colour", OPTIONAL)
    mark = fingerprint(manifest.fields["size"])
    for skipped, fields in (
        (("desk", "size", mark), ("colour",)),
        (("shelf", "size", mark), ("colour", "size")),
        (("desk", "size", "of an earlier one"), ("colour", "size")),
        (("desk", "colour", fingerprint(manifest.fields["colour"])), ("colour", "size")),  # it is not optional
    ):
        found = asked(manifest, History(skipped={skipped}))
        assert found is not None
        assert found.fields == fields


def test_a_condition_that_nobody_answers_is_an_error() -> None:
    with pytest.raises(KeyError, match="rains"):
        asked(offering({"field": "colour", "when": "rains"}), History())
