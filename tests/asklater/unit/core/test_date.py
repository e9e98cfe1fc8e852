"""Days, in three parts or in one text; ages count on the day on which a date of birth is given."""

from datetime import UTC, date, datetime

import pytest

from asklater import clock
from asklater.kinds.base import Given
from asklater.kinds.date import years_since


def of(day: str, month: str, year: str) -> Given:
    return Given({"day": (day,), "month": (month,), "year": (year,)})


@pytest.mark.parametrize(
    "given",
    [
        of("9", "3", "1985"),
        of(" 09 ", "03", "1985"),
        of("٩", "3", "１９８５"),
        of("9.", "3", "1985"),
        Given({"": ("1985-03-09",)}),
        Given({"": ("1985-3-9",)}),
        Given({"": ("1985\u20103\u20109",)}),
    ],
)
def test_a_day_is_held_in_one_form(kinds, declare, given):
    assert kinds["date"].parse(declare("date"), given) == "1985-03-09"
    assert kinds["date"].show(declare("date"), "1985-03-09") == "9 March 1985"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (of("", "", ""), {"day": "Enter the day.", "month": "Choose the month.", "year": "Enter the year."}),
        (of("9", "", "1985"), {"month": "Choose the month."}),
        (of("32", "13", "85"), {"day", "month", "year"}),
        (of("31", "4", "1985"), {"day": "This month has no such day."}),
        (of("29", "2", "2001"), {"day": "This month has no such day."}),
        (of("x", "3", "1985"), {"day": "Enter a day from 1 to 31."}),
        (Given({"": ("9 March",)}), {"": "Enter the day as year, month and day, such as 2001-12-31."}),
    ],
)
def test_what_is_no_day_is_told_at_its_part(kinds, declare, refusal, given, told):
    errors = refusal(kinds["date"], declare("date"), given)
    assert (errors if isinstance(told, dict) else set(errors)) == told
    drawn = kinds["date"].inputs(declare("date"), given, errors)
    assert sorted(error for control in drawn for error in control.errors) == sorted(errors.values())


def test_ages_count_on_the_day(kinds, declare, refusal):
    declared = declare("date", least_age=16, most_age=120)
    with clock.at(datetime(2026, 3, 8, 12, tzinfo=UTC)):
        young = refusal(kinds["date"], declared, Given({"": ("2010-03-09",)}))
        old = refusal(kinds["date"], declared, Given({"": ("1885-03-09",)}))
        unborn = refusal(kinds["date"], declared, Given({"": ("2030-03-09",)}))
    assert young == {"year": "You need to be 16 or older for this."}
    assert old == {"year": "Check the year. By this date you are older than 120."}
    assert unborn == {"year": "This day is in the future. Enter a date of birth."}
    with clock.at(datetime(2026, 3, 9, 12, tzinfo=UTC)):
        assert kinds["date"].parse(declared, Given({"": ("2010-03-09",)})) == "2010-03-09"


def test_whoever_was_born_on_a_leap_day_is_older_from_the_first_of_march_on():
    born = date(2004, 2, 29)
    assert (years_since(born, date(2022, 2, 28)), years_since(born, date(2022, 3, 1))) == (17, 18)


def test_bounds_are_told_as_days(kinds, declare, refusal):
    declared = declare("date", earliest="2000-01-01", latest="today")
    with clock.at(datetime(2026, 3, 8, 12, tzinfo=UTC)):
        assert refusal(kinds["date"], declared, Given({"": ("1999-12-31",)})) == {
            "year": "Enter a day from 1 January 2000 on."
        }
        assert refusal(kinds["date"], declared, Given({"": ("2026-03-09",)})) == {
            "year": "Enter a day up to 8 March 2026."
        }
        assert kinds["date"].parse(declared, Given({"": ("2026-03-08",)})) == "2026-03-08"


def test_what_another_program_sent_is_drawn_in_its_parts(kinds, declare):
    drawn = kinds["date"].inputs(declare("date", autocomplete="bday"), Given({"": ("1985-03-09",)}), {})
    assert [control.values for control in drawn] == [("9",), ("3",), ("1985",)]
    assert [control.autocomplete for control in drawn] == ["bday-day", "bday-month", "bday-year"]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"earliest": "2020-02-30"}, 'settings.earliest: must be a day such as "2020-01-31", or "today"'),
        ({"earliest": "2021-01-01", "latest": "2020-01-01"}, "settings.earliest: is later than latest"),
        ({"least_age": 20, "most_age": 10}, "settings.least_age: is more than most_age"),
    ],
)
def test_settings_that_cannot_be_are_found(kinds, declare, chosen, found):
    assert kinds["date"].check(declare("date", **chosen)) == [found]
