"""Reviews that are due: on which day what is said, and of whom."""

from datetime import date, timedelta

import pytest

from asklater.checks.manifest import shape
from asklater.insights.alerts import review_state, reviews_due

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)


def manifest_with(*reviews: date | None):
    fields = {
        f"f{place}": {
            "kind": "text",
            "label": f"Field {place}",
            "reason": "So that it can be tested.",
            "purpose": "account",
            "retention": "P1M",
            "readers": ["owner"],
            "sensitivity": "personal",
        }
        for place in range(len(reviews))
    }
    form = [
        {"field": key, "owner": "Ada", **({"review_by": day} if day else {})}
        for key, day in zip(fields, reviews, strict=True)
    ]
    return shape(
        {
            "controller": {"name": "A shop", "contact": "privacy@shop.example"},
            "purposes": {"account": {"label": "Keeping your account", "basis": "contract"}},
            "fields": fields,
            "signup": {"fields": form},
        }
    )


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (None, "none"),
        (TODAY - DAY, "overdue"),
        (TODAY, "soon"),
        (TODAY + 30 * DAY, "soon"),
        (TODAY + 31 * DAY, "fine"),
    ],
)
def test_the_state_of_a_review(day, state):
    assert review_state(day, TODAY) == state
    assert len(reviews_due(manifest_with(None, day), TODAY)) == (state in {"overdue", "soon"})


def test_the_longest_overdue_comes_first():
    found = reviews_due(manifest_with(None, TODAY + 3 * DAY, TODAY - 9 * DAY, TODAY - DAY, TODAY + 99 * DAY), TODAY)
    assert [(review.field, review.time_left.days, review.overdue) for review in found] == [
        ("f2", -9, True),
        ("f3", -1, True),
        ("f1", 3, False),
    ]
    assert found[0].label == "Field 2"
    assert found[0].owner == "Ada"
