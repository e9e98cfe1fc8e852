"""Whether somebody is old enough. No date of birth is asked, and nothing is kept of who is too young."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from asklater.i18n import gettext
from asklater.kinds import settings
from asklater.kinds.base import Given, Input, Invalid, Kind, Option, input_id, input_name
from asklater.manifest.declarations import Field

OLD_ENOUGH, TOO_YOUNG = "old_enough", "too_young"


def least_years(declared: Field) -> int:
    """The least age that the field lets in, in years; 0 for a field of another kind."""
    years = declared.settings.get("years")
    return years if declared.kind == Age.name and isinstance(years, int) else 0


class Age(Kind):
    """`{"years": int}`: its person says that they are at least so old, by the setting `years`."""

    name: ClassVar[str] = "age"
    nouns: ClassVar[tuple[str, ...]] = ("age", "how old")

    def check(self, declared: Field) -> Sequence[str]:
        return list(settings.findings(declared, {"years": settings.whole(1, 99)}, required=("years",)))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        years = least_years(declared)
        options = (
            Option(OLD_ENOUGH, gettext("I am %(years)s or older", years=years)),
            Option(TOO_YOUNG, gettext("I am younger than %(years)s", years=years)),
        )
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                type="radios",
                values=tuple(sent for sent in given.texts.get("", ())[:1] if sent in {OLD_ENOUGH, TOO_YOUNG}),
                options=options,
                errors=tuple(errors.values()),
            ),
        )

    def parse(self, declared: Field, given: Given) -> dict[str, int]:
        years, chosen = least_years(declared), given.text()
        if chosen == TOO_YOUNG:
            raise Invalid(
                {
                    "": gettext(
                        "You need to be %(years)s or older for this. We cannot take a parent's permission instead. "
                        "Leave this page: we have kept nothing of your answer.",
                        years=years,
                    )
                },
                "too_young",
            )
        if chosen != OLD_ENOUGH:
            raise Invalid({"": gettext("Answer “%(label)s”.", label=declared.label)}, "missing")
        return {"years": years}

    def show(self, declared: Field, value: Any) -> str:
        return gettext("%(years)s or older", years=value["years"])

    def given(self, declared: Field, value: Any) -> Given:
        return Given({"": (OLD_ENOUGH,)} if value["years"] >= least_years(declared) else {})
