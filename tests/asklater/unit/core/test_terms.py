"""How long records are kept: from a moment, or from the end of its year; what an application declares instead."""

from datetime import UTC, datetime

import pytest

from asklater.checks.manifest import ManifestError, parse
from asklater.personal_tables import WITH_ITS_OWNER, Retention
from asklater.tables import answer_event, suggestion
from tests.support.paths import ROOT

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MANIFEST = (ROOT / "tests/support/manifest.toml").read_text("utf-8")


def test_a_span_counts_from_its_moment() -> None:
    kept = Retention("at", "P24M")
    assert kept.until(NOON) == datetime(2028, 3, 1, 12, tzinfo=UTC)
    assert kept.latest(kept.until(NOON)) == NOON


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (NOON, 2035),
        (datetime(2026, 12, 31, 9, 59, tzinfo=UTC), 2035),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), 2036),  # in Berlin it was the next year already
        (datetime(2027, 1, 1, tzinfo=UTC), 2036),
    ],
)
def test_from_the_end_of_a_year(moment: datetime, until: int) -> None:
    kept = Retention("at", "P8Y", "end_of_year")
    end = kept.until(moment)
    assert end == datetime(until, 1, 1, tzinfo=UTC)
    assert kept.latest(end) >= moment
    assert kept.latest(end.replace(year=until - 1, month=12, day=31)) < moment


def test_what_goes_with_its_owner_has_no_time_of_its_own() -> None:
    with pytest.raises(LookupError, match="asklater_answer_event"):
        WITH_ITS_OWNER.over(answer_event, NOON)
    assert "expires_at" in str(Retention("expires_at").over(suggestion, NOON))


def test_an_application_declares_other_times() -> None:
    sessions = '[records.session]\nretention = "P1Y"\nfrom = "end_of_year"'
    people = '[dormancy]\naccounts = "P36M"\nwarning = "P2M"'
    declared = parse(f"{MANIFEST}\n{sessions}\n{people}\n", "m")
    kept, dormancy = declared.records["session"], declared.dormancy
    assert (kept.start, kept.retention.years) == ("end_of_year", 1)
    assert (dormancy.accounts, dormancy.visitors, dormancy.warning) == ("P36M", "P90D", "P2M")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[records.session]\nretention = "soon"', "records.session.retention"),
        ('[records.session]\nretention = "P1Y"\nfrom = "monday"', "records.session.from"),
        ('[dormancy]\naccounts = "P0D"', "dormancy.accounts"),
    ],
)
def test_a_mistake_names_its_key(text: str, key: str) -> None:
    with pytest.raises(ManifestError) as raised:
        parse(f"{MANIFEST}\n{text}\n", "m")
    assert [finding.key for finding in raised.value.findings] == [key]
