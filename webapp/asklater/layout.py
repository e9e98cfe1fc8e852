"""What every page's frame gets: brand, navigation, footer, versioned assets, language. Rooms add their links."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, has_request_context, request
from flask_babel import get_locale, gettext

from asklater import assets
from asklater.settings import Settings


@dataclass(frozen=True)
class Link:
    """One entry of the navigation or the footer. `badge` is a short count, "" for none."""

    label: str
    url: str
    badge: str = ""

    @property
    def current(self) -> bool:
        return request.full_path.removesuffix("?") == self.url or request.path == self.url


Links = Callable[[], list[Link]]
NAVIGATION, FOOTER = "navigation", "footer"


def init_app(app: Flask, settings: Settings) -> None:
    """Give every template its globals."""
    for bar in (NAVIGATION, FOOTER):
        app.extensions[bar] = []
    static = assets.init_app(app)

    @app.context_processor
    def frame() -> dict[str, object]:
        locale = get_locale()
        return {
            "asset": static.url,
            "brand": settings.brand,
            "navigation": _links_of(NAVIGATION),
            "footer": _links_of(FOOTER),
            "demo_notice": gettext("A demonstration: nothing is sold, no card is charged.") if settings.demo else "",
            "direction": locale.text_direction if locale else "ltr",
            "language": str(locale).replace("_", "-") if locale else "en",
        }


def add_links(app: Flask, place: int, links: Links) -> None:
    """Add a room's links to the navigation; `place` orders the rooms, those with the same one as they joined."""
    _add(app, NAVIGATION, place, links)


def add_footer_links(app: Flask, place: int, links: Links) -> None:
    """The same for the foot of every page."""
    _add(app, FOOTER, place, links)


def _add(app: Flask, bar: str, place: int, links: Links) -> None:
    app.extensions[bar].append((place, links))
    app.extensions[bar].sort(key=lambda entry: entry[0])


def _links_of(bar: str) -> list[Link]:
    """What the rooms have added, none outside a request: the worker's mails have no frame."""
    if not has_request_context():
        return []
    rooms: list[tuple[int, Links]] = current_app.extensions[bar]
    return [link for _place, links in rooms for link in links()]
