"""What every page of these has, put together: title, filters, banner, where else to go."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from webapp.insights.addresses import HERE, address, question_url
from webapp.insights.definitions import definitions
from webapp.insights.detail.pages import Frame
from webapp.insights.filing import Files
from webapp.insights.filtering import filter_bar, real_people_only
from webapp.insights.forms import Asked
from webapp.insights.pages import Choice
from webapp.insights.rollup.reading import Reading
from webapp.insights.standing import behind
from webapp.profiling.words import gettext


def frame(
    asked: Asked,
    reading: Reading,
    window: timedelta,
    name: str,
    endpoint: str,
    *,
    place: Mapping[str, str] = HERE,
    simulated: bool,
) -> Frame:
    """`place` are the parts of the path, whose field and context no filter sets then."""
    question = asked.question
    local = replace(asked, question=question.anywhere) if place else asked
    title = gettext("%(name)s – Insights", name=name)
    return Frame(
        title=gettext("Error: %(title)s", title=title) if asked.errors else title,
        name=name,
        filter=filter_bar(local, f"insights.{endpoint}", days=True, place=place),
        banner=real_people_only(local.question, f"insights.{endpoint}", place) if simulated else None,
        behind=behind(reading, question.as_of),
        live_url=question_url("insights.live", question),
        up=(),
        files=Files(question.arguments()),
        definitions=definitions(window),
    )


def ways_back() -> tuple[Choice, ...]:
    """The pages that lead to all others."""
    labels = {"matrix": gettext("Matrix"), "fields": gettext("Fields"), "contexts": gettext("Contexts")}
    return tuple(Choice(label, address(f"insights.{page}", {})) for page, label in labels.items())
