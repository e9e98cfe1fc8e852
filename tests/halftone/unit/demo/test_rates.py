"""Declared rates: what their file may say, who is drawn from them, and what of it is claimed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from asklater.checks.manifest import read as read_manifest
from asklater.insights.figures import share
from halftone.demo import rates_file
from halftone.demo.accuracy import Claim, MeasuredClaim, claims, plausible, table_lines
from halftone.demo.cli import Progress
from halftone.demo.rates import hardest
from halftone.demo.rates_file import RatesError
from halftone.demo.simulated_people import draw_people
from halftone.settings import ROOT

MANIFEST = read_manifest(ROOT / "webapp" / "halftone" / "manifest.toml")
SHIPPED = ROOT / "seed_data" / "rates.toml"
UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
VARIANT = """
[contexts.checkout.variants."payment_promise:promise"]
share = 0.4

[contexts.checkout.variants."payment_promise:promise".fields.payment_method]
give = 0.80
leave = 0.08
"""


def findings(tmp_path: Path, text: str, **given: object) -> list[str]:
    path = tmp_path / "rates.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RatesError) as refused:
        rates_file.read(path, MANIFEST, given)
    return str(refused.value).splitlines()


def changed(*replacements: tuple[str, str]) -> str:
    text = SHIPPED.read_text("utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("persons = 20_000", "persons = 0", "traffic.persons: Input should be greater than or equal to 1, not 0"),
        ("persons = 20_000", 'persons = "many"', "traffic.persons: "),
        ("days = 60", "days = 4000", "traffic.days: Input should be less than or equal to 730, not 4000"),
        ("days = 60", "nights = 60", "traffic.nights: Extra inputs are not permitted"),
        ("returning = 0.30", "returning = nan", "people.returning: "),
        ("phone = 0.56", "phone = 0.66", "people.devices: the shares add up to more than 1"),
        ("phone = 0.56", "fridge = 0.56", "people.devices.fridge"),
        ("give = 0.88", "give = 1.88", "contexts.sign_up.fields.email.give: Input should be less than or equal to 1"),
        ("give = 0.88", "give = 0.98", "contexts.sign_up.fields.email: give, dismiss and leave add up to more than 1"),
        ("give = 0.88", "give = -0.1", "contexts.sign_up.fields.email.give: Input should be greater than or equal"),
        ("seconds = 8", "seconds = 0", "contexts.sign_up.fields.email.seconds: Input should be greater than 0"),
        ("[contexts.sign_up]", "[contexts.lunch]", "contexts.lunch: the manifest has no such action"),
        ("checkout.fields.email", "checkout.fields.shoe_size", "contexts.checkout.fields.shoe_size: the manifest has"),
        ("checkout.fields.email", "checkout.fields.picture", "contexts.checkout.fields.picture: the action does not"),
        ('promise"]\nshare', 'Promise"]\nshare', "contexts.checkout.variants.payment_promise:Promise.[key]"),
        (
            'promise"]\nshare',
            'threat"]\nshare',
            "variants.payment_promise:threat: no experiment about this action has",
        ),
        (
            '\n[contexts.checkout.variants."pay',
            '\n[contexts.sign_up.variants."pay',
            "sign_up.variants.payment_promise",
        ),
        ("share = 0.4", "share = 1.4", "contexts.checkout.variants.payment_promise:promise.share: "),
        (
            "fields.payment_method]\ngive = 0.80",
            "fields.phone]\ngive = 0.80",
            "variants.payment_promise:promise.fields.phone",
        ),
        (
            "give = 0.80\nleave",
            "give = 0.90\nleave",
            "payment_promise:promise.fields.payment_method: give, dismiss and",
        ),
        ("segments.source.news", "segments.shoe.news", "history.segments.shoe: the manifest has no such segment"),
        ("source.newsletter]", "source.letters]", "history.segments.source.letters: the segment has no such value"),
        (
            "newsletter.contexts.checkout.email",
            "newsletter.contexts.checkout.picture",
            "history.segments.source.newsletter.contexts.checkout.picture: the context has no such field to change",
        ),
        ("share = 0.25", "share = 0.75", "history.segments.source: the shares add up to more than 1"),
        ("days = 98", "days = 0", "history.days: Input should be greater than 0, not 0"),
        ("contexts.checkout.fields.email", "contexts.checkout.fields.picture", "contexts.checkout.fields.email: is"),
        ("order_history.news_by", "order_history.olds_by", "history.asides.order_history.news_by_email: is missing"),
        ("order_history.news_by", "order_history.olds_by", "order_history.olds_by_email: is not asked there"),
        ("leave = 0.46", "leave = 0.96", "history.asides.order_confirmed.news_by_email: give, dismiss and leave"),
        ("history.experiments.payment", "history.experiments.x", "history.experiments.x_promise: the manifest has no"),
        ("variants.promise.", "variants.made_up.", "payment_promise.variants.made_up: the experiment has no such"),
        ("promise.payment_method]", "promise.picture]", "variants.promise.picture: the context has no such field"),
        ("give = 0.92", "give = 0.99", "variants.promise.payment_method: give, dismiss and leave add up"),
    ],
)
def test_what_is_wrong_is_told_by_its_key(tmp_path: Path, old: str, new: str, where: str) -> None:
    text = SHIPPED.read_text("utf-8") + VARIANT
    assert old in text
    found = findings(tmp_path, text.replace(old, new, 1))
    assert any(where in line for line in found), found


def test_the_shipped_rates_have_a_history_of_a_mean_week() -> None:
    history = rates_file.read(SHIPPED, MANIFEST).history
    assert history
    assert history.days == 98
    assert sum(history.visitors.weekdays) / 7 == pytest.approx(1)


def test_a_segment_changes_what_it_says_of_an_ask_and_the_average_stays() -> None:
    rates = rates_file.read(SHIPPED, MANIFEST)
    history = rates.history
    assert history
    fields = rates.contexts["checkout"].fields
    sources = {**{value: it.share for value, it in history.segments["source"].items()}, "none": 0.25}
    told = {source: history.within({"source": source}, "checkout", fields)["email"].give for source in sources}
    assert (told["newsletter"], told["instagram*"], told["none"]) == (0.95, 0.7, fields["email"].give)
    mean = sum(share * told[source] for source, share in sources.items())
    assert mean == pytest.approx(fields["email"].give, abs=0.01)
    assert history.within({"source": "newsletter"}, "sign_up", fields) == fields


def test_a_history_needs_a_way_back_on_a_new_device(tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8").replace("contexts.bring_back", "contexts.shut_down")
    assert "contexts.bring_back: is missing" in findings(tmp_path, text)


def test_payment_is_the_hardest_of_the_checkout_and_the_picture_of_the_review() -> None:
    contexts = rates_file.read(SHIPPED, MANIFEST).contexts
    for action, field in (("checkout", "payment_method"), ("review_print", "picture")):
        asks = contexts[action].fields
        assert hardest(asks, asks) == asks[field]


def test_a_variant_changes_what_it_says_of_an_ask() -> None:
    rates = rates_file.read(SHIPPED, MANIFEST)
    assert rates.history
    plain = rates.contexts["checkout"].fields
    assert rates.history.asks("payment_promise:as_now", plain) == rates.history.asks("", plain) == plain
    promised = rates.history.asks("payment_promise:promise", plain)
    one, other = plain["payment_method"], promised["payment_method"]
    assert other.give > one.give
    assert (other.seconds, other.reject) == (one.seconds, one.reject)
    assert promised["email"] == plain["email"]


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = changed(
        ("[contexts.sign_up]", "[contexts.lunch]"),
        ("returning = 0.30", "returning = 3"),
        ("give = 0.84", "give = 0.99"),
    )
    found = "\n".join(findings(tmp_path, text, persons=0, days=10_000))
    for key in ("contexts.lunch", "people.returning", "checkout.fields.email", "traffic.persons", "traffic.days"):
        assert key in found


@pytest.mark.parametrize(
    "text", ["contexts = 3", "[[contexts]]", "[contexts]\ncheckout = 1", "people = 1", "traffic = 1", ""]
)
def test_what_is_no_world_at_all_is_told_too(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.toml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(RatesError, match=why):
            rates_file.read(path, MANIFEST)
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG")
    with pytest.raises(RatesError, match="UTF-8"):
        rates_file.read(tmp_path / "picture.toml", MANIFEST, {})
    assert "is no TOML" in findings(tmp_path, "give = = 1")[0]


def test_the_same_seed_draws_the_same_people_and_another_one_others() -> None:
    rates = rates_file.read(SHIPPED, MANIFEST, {"persons": 50})
    assert list(draw_people(rates, MANIFEST, UNTIL)) == list(draw_people(rates, MANIFEST, UNTIL))
    other = rates_file.read(SHIPPED, MANIFEST, {"persons": 50, "seed": "other"})
    assert list(draw_people(rates, MANIFEST, UNTIL)) != list(draw_people(other, MANIFEST, UNTIL))


def test_nobody_is_asked_for_the_same_twice_or_answers_too_late() -> None:
    for person in draw_people(rates_file.read(SHIPPED, MANIFEST, {"persons": 400}), MANIFEST, UNTIL):
        asked = [field for step in person.steps if step.verb == "see" for field in step.fields]
        dismissed = {step.action for step in person.steps if step.verb == "dismiss"}
        assert dismissed or len(asked) == len(set(asked))
        assert [step.at for step in person.steps] == sorted(step.at for step in person.steps)
        if person.steps:
            assert person.steps[-1].at - person.steps[0].at < MANIFEST.window


def test_claims_are_made_of_each_variant_and_of_those_outside(tmp_path: Path) -> None:
    path = tmp_path / "rates.toml"
    path.write_text(SHIPPED.read_text("utf-8") + VARIANT, "utf-8")
    made = list(claims(rates_file.read(path, MANIFEST)))
    payment = {one.variant: one.truth for one in made if (one.what, one.field) == ("given", "payment_method")}
    assert payment == {"-": 0.71, "payment_promise:promise": 0.80}
    path.write_text(path.read_text("utf-8").replace("share = 0.4", "share = 1"), "utf-8")
    made = list(claims(rates_file.read(path, MANIFEST)))
    assert {one.variant for one in made if one.context == "checkout"} == {"payment_promise:promise"}


def test_few_misses_are_chance_and_many_are_not() -> None:
    hit, miss = MeasuredClaim(Claim("given", 0.5), share(50, 100)), MeasuredClaim(Claim("given", 0.9), share(50, 100))
    few = MeasuredClaim(Claim("given", 0.9), None)
    assert (hit.covers, miss.covers, few.covers) == (True, False, False)
    assert plausible([hit] * 30 + [miss] * 4 + [few] * 50)
    assert not plausible([hit] * 26 + [miss] * 9)
    assert plausible([])
    assert list(table_lines([hit, miss, few]))[-1].startswith("1 of 2 intervals")


def test_long_work_tells_how_far_it_is_and_short_work_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0.0, 1.0, 2.5, 3.0, 5.0])
    progress = Progress("people are written", lambda: next(moments))
    for done in (1, 2, 3000, 4000, 5000):
        progress(done)
    assert capsys.readouterr().out == "3,000 people are written ...\n5,000 people are written ...\n"
