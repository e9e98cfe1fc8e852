"""Putting the live page together."""

from webapp.insights.addresses import address
from webapp.insights.definitions import definitions
from webapp.insights.filtering import filter_bar, real_people_only
from webapp.insights.forms import Asked
from webapp.insights.names import Names
from webapp.insights.pages import LivePage, LiveRow
from webapp.insights.watching import Fresh, Glance
from webapp.insights.wording import duration, ngettext, span, whole
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def live_page(
    seen: Glance, manifest: Manifest, names: Names, asked: Asked, *, paused: bool, known: int | None
) -> LivePage:
    """`known` is the newest episode that the browser shows already, None for a first look."""
    here = _arguments(asked)
    rows = tuple(live_row(episode, names) for episode in seen.episodes)
    news = seen.newer_than(known) if known is not None else 0
    simulated = any(row.simulated for row in rows) or asked.question.people == "simulated"
    title = gettext("Live")
    return LivePage(
        filter=filter_bar(asked, "insights.live", days=False),
        title=gettext("Error: %(title)s", title=title) if asked.errors else title,
        says=_says(seen, manifest),
        rows=rows,
        news=ngettext("%(num)s new ask.", "%(num)s new asks.", news) if news else "",
        paused=paused,
        here_url=address("insights.live", here | ({"paused": "1"} if paused else {})),
        poll_url=address("insights.live", here | {"newest": str(seen.newest), "state": seen.state}),
        other_url=address("insights.live", here | ({} if paused else {"paused": "1"})),
        banner=real_people_only(asked.question, "insights.live") if simulated else None,
        definition=definitions(manifest.window)["fresh"],
    )


def _arguments(asked: Asked) -> dict[str, str]:
    return {key: value for key, value in asked.question.arguments().items() if key not in {"from", "to"}}


def _says(seen: Glance, manifest: Manifest) -> str:
    window = span(manifest.window)
    if len(seen.episodes) < seen.count:
        return gettext(
            "%(count)s asks of the last %(window)s; the newest %(shown)s are shown.",
            count=whole(seen.count),
            window=window,
            shown=len(seen.episodes),
        )
    return ngettext(
        "%(num)s ask of the last %(window)s.", "%(num)s asks of the last %(window)s.", seen.count, window=window
    )


def live_row(episode: Fresh, names: Names) -> LiveRow:
    return LiveRow(
        opened_at=episode.opened_at,
        field_label=names.field(episode.field),
        context_label=names.context(episode.context),
        who=gettext("Person %(number)s", number=episode.person),
        simulated=episode.simulated,
        look=episode.outcome or "open",
        state=_state(episode),
        impressions=episode.impressions,
        rejections=episode.rejections,
    )


def _state(episode: Fresh) -> str:
    if episode.outcome is None or episode.closed_at is None:
        return gettext("Open")
    after = duration((episode.closed_at - episode.opened_at).total_seconds())
    words = {
        "completed": gettext("Completed in %(time)s", time=after),
        "dismissed": gettext("Dismissed after %(time)s", time=after),
        "superseded": gettext("Superseded after %(time)s", time=after),
    }
    return words.get(episode.outcome, gettext("Abandoned"))
