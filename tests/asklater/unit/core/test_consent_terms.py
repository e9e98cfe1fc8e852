"""The terms of a consent: what makes them others, what may be declared to be the same, and what a comparison says."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from asklater.checks.manifest import check, shape
from asklater.kinds.base import Kind
from asklater.manifest.consent_terms import accepted_terms, have_same_facts, terms_version
from asklater.manifest.declarations import Manifest
from asklater.manifest.diff import EndedConsent, compare
from asklater.records.impact import Impact, impact_sentences
from tests.asklater.unit.core.conftest import Document, a_field

Change = Callable[[Document], Any]
PROCESSOR = {"name": "Post AG", "role": "processor", "place": "Bonn", "services": "sends mail"}


@pytest.fixture
def news(document: Callable[[], Document]) -> Callable[..., Document]:
    def declared(*changes: Change, **settings: Any) -> Document:
        made = document()
        made["fields"]["news"] = a_field(kind="consent", label="News", purpose="news", settings=settings)
        made["purposes"]["news"] = {"label": "News", "basis": "consent", "recipients": ["post"]}
        made["recipients"] = {"post": dict(PROCESSOR)}
        made["prompts"] = {
            "p": {"label": "P", "fields": ["news"], "placement": "desk", "cooldown": "P1D", "impressions": 1}
        }
        for change in changes:
            change(made)
        return made

    return declared


def purpose(**changes: Any) -> Change:
    return lambda made: made["purposes"]["news"].update(changes)


def field(**changes: Any) -> Change:
    return lambda made: made["fields"]["news"].update(changes)


def terms(document: Document) -> str:
    return terms_version(shape(document), "news")


WORDING: tuple[Change, ...] = (
    field(label="Mail"),
    field(reason="Because."),
    field(settings={"text": "Yes, write to me."}),
    field(retention="P36M"),
    field(readers=["owner", "the editor"]),
    purpose(label="News and offers"),
    lambda made: made["recipients"]["post"].update(name="Other Post AG"),
)
FACTS: tuple[Change, ...] = (
    purpose(recipients=["post", "an agency"]),
    purpose(transfers=[{"country": "Elsewhere", "safeguard": "none"}]),
    lambda made: made["recipients"]["post"].update(role="controller"),
    lambda made: made["recipients"]["post"].update(transfers=[{"country": "Elsewhere", "safeguard": "none"}]),
    lambda made: made["controller"].update(name="Another shop"),
    lambda made: made["controller"].update(joint_controllers="A bank"),
    lambda made: made["fields"]["nickname"].update(purpose="news"),
    lambda made: (made["purposes"].update(offers=made["purposes"]["news"]), field(purpose="offers")(made)),
)
NEITHER: tuple[Change, ...] = (
    field(decided_by="the editor"),
    field(if_wrong="Nothing."),
    purpose(persons=["whoever"]),
    lambda made: made["controller"].update(contact="dpo@shop.example"),
    lambda made: made["purposes"]["account"].update(label="Your account"),
)


@pytest.mark.parametrize("change", WORDING)
def test_other_wording_makes_other_terms_with_the_same_facts(news: Callable[..., Document], change: Change) -> None:
    before, after = terms(news()), terms(news(change))
    assert before != after
    assert have_same_facts(before, after)


@pytest.mark.parametrize("change", FACTS)
def test_other_facts_make_other_terms(news: Callable[..., Document], change: Change) -> None:
    assert not have_same_facts(terms(news()), terms(news(change)))


@pytest.mark.parametrize("change", NEITHER)
def test_what_no_yes_is_about_makes_none(news: Callable[..., Document], change: Change) -> None:
    assert terms(news()) == terms(news(change))


def test_earlier_terms_are_accepted_where_wording_alone_differs(news: Callable[..., Document]) -> None:
    old = news()
    new = news(field(label="Mail"), editorial=[terms(old)])
    new["fields"]["news"]["settings"] = {"editorial": [terms(old)]}
    assert accepted_terms(shape(new), "news") == {terms(old), terms(new)}
    assert compare(shape(old), shape(new)).ended_consents == ()


def found(kinds: Mapping[str, Kind], document: Document) -> list[tuple[str, bool]]:
    return [(finding.key, finding.warning) for finding in check(shape(document), kinds, frozenset(), date(2026, 6, 1))]


def test_other_facts_are_no_matter_of_wording(news: Callable[..., Document], kinds: Mapping[str, Kind]) -> None:
    other = news(purpose(recipients=["post", "an agency"]), editorial=[terms(news())])
    assert found(kinds, other) == [("fields.news.settings.editorial.0", False)]


@pytest.mark.parametrize("wrong", ["abc", ["abc"], [1], [["a"]]])
def test_what_is_no_version_is_a_finding(
    news: Callable[..., Document], kinds: Mapping[str, Kind], wrong: object
) -> None:
    assert ("fields.news", False) in found(kinds, news(editorial=wrong))


def test_what_confirms_a_consent_is_a_proof(news: Callable[..., Document], kinds: Mapping[str, Kind]) -> None:
    where = ("fields.news.settings.confirmed_by", False)
    assert where in found(kinds, news(confirmed_by="telepathy"))
    assert where in found(kinds, news(confirmed_by="nickname"))
    assert found(kinds, news(confirmed_by="")) == []


def test_where_addresses_are_proved_a_consent_says_whether_that_confirms_it(
    news: Callable[..., Document], kinds: Mapping[str, Kind]
) -> None:
    def with_proof(made: Document) -> None:
        made["fields"]["nickname"].update(kind="verified_email", settings={"proves": "email"})

    known = {**kinds, "verified_email": kinds["text"]}
    where = "fields.news.settings.confirmed_by"
    assert (where, True) in found(known, news(with_proof))
    for said in ("nickname", ""):
        assert where not in dict(found(known, news(with_proof, confirmed_by=said)))


def both(news: Callable[..., Document], change: Change) -> tuple[Manifest, Manifest]:
    return shape(news()), shape(news(change))


def test_a_comparison_names_what_ends_and_how_a_slip_is_declared(news: Callable[..., Document]) -> None:
    old = terms(news())
    for change, in_wording in ((field(label="Mail"), True), (purpose(recipients=[]), True), (FACTS[0], False)):
        difference = compare(*both(news, change))
        assert difference.ended_consents == (EndedConsent("news", old, in_wording),)
        (line,) = impact_sentences(difference, Impact(9, 0, (), (), (("news", 4),)))
        assert line.startswith("news: its terms differ, so each yes ends and is asked for anew; 4 of 9 accounts")
        assert (f'add editorial = ["{old}"]' in line) is in_wording
