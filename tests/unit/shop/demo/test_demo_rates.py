"""The demo's rates: the file that ships fits the manifest, and each thing that is wrong with one is told."""

from pathlib import Path

import pytest

from webapp.environment import ROOT
from webapp.profiling.checking import read as read_manifest
from webapp.shop.demo.rates import RatesError, read

MANIFEST = read_manifest(ROOT / "webapp" / "manifest.toml")
SHIPPED = ROOT / "seed_data" / "rates.toml"


def test_the_shipped_rates_fit_the_manifest() -> None:
    rates = read(SHIPPED, MANIFEST)
    assert rates.history.days == 90
    assert sum(rates.visitors.weekdays) / 7 == pytest.approx(1)


def test_payment_is_the_hardest_of_the_checkout_and_the_picture_of_the_review() -> None:
    rates = read(SHIPPED, MANIFEST)
    assert rates.deciding("checkout", rates.asks["checkout"]) == rates.asks["checkout"]["payment_method"]
    assert rates.deciding("review_print", rates.asks["review_print"]) == rates.asks["review_print"]["picture"]


def test_a_variant_changes_what_it_says_of_an_ask() -> None:
    rates = read(SHIPPED, MANIFEST)
    plain = rates.ask("checkout", "payment_method")
    promised = rates.ask("checkout", "payment_method", "payment_promise:promise")
    assert rates.ask("checkout", "payment_method", "payment_promise:as_now") == plain
    assert promised.leave < plain.leave
    assert (promised.seconds, promised.reject) == (plain.seconds, plain.reject)
    assert rates.ask("checkout", "email", "payment_promise:promise") == rates.ask("checkout", "email")


@pytest.mark.parametrize(
    ("found", "put", "told"),
    [
        ("checkout = 0.34", "checkout = 1.34", "errands.checkout: "),
        ("checkout = 0.34", "checkout = 0.94", "errands: the chances add up to more than 1"),
        ("checkout = 0.34", "buy_a_house = 0.34", "asks.buy_a_house: the manifest has no such action"),
        ("[asks.checkout.payment_method]", "[asks.checkout.shoe_size]", "asks.checkout.payment_method: is missing"),
        (
            "[asks.checkout.payment_method]",
            "[asks.checkout.shoe_size]",
            "asks.checkout.shoe_size: the action does not",
        ),
        ('via = "sign_up"', 'via = "export_letters"', "asks.checkout.email.via: name another context"),
        ('via = "sign_up"', 'via = "checkout"', "asks.checkout.email.via: leads back to 'checkout'"),
        ("leave = 0.29", "leave = 0.99", "asks.review_print.picture: leave, cancel and elsewhere add up"),
        (
            "[experiments.payment",
            "[experiments.x]\ndays = 1\n[experiments.payment",
            "experiments.x: the manifest has no such",
        ),
        (
            "variants.promise.",
            "variants.made_up.",
            "experiments.payment_promise.variants.made_up: the experiment has no",
        ),
        ("promise.payment_method", "promise.picture", "variants.promise.picture: the action does not require it"),
        ("leave = 0.04", "leave = 0.99", "variants.promise.payment_method: leave, cancel and elsewhere add up"),
        ("spread = 0.5", "spred = 0.5", "Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, found: str, put: str, told: str) -> None:
    shipped = SHIPPED.read_text("utf-8")
    assert found in shipped
    path = tmp_path / "rates.toml"
    path.write_text(shipped.replace(found, put, 1), "utf-8")
    with pytest.raises(RatesError, match=told):
        read(path, MANIFEST)
