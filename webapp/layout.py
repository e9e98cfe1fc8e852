"""What every page's frame gets: brand, navigation, versioned assets, language. Rooms add their own links."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, has_request_context, request
from flask_babel import get_locale, gettext

from webapp import assets
from webapp.config import Settings


@dataclass(frozen=True)
class Link:
    """One entry of the navigation. `badge` is a short count, "" for none."""

    label: str
    url: str
    badge: str = ""

    @property
    def current(self) -> bool:
        return request.full_path.removesuffix("?") == self.url or request.path == self.url


Links = Callable[[], list[Link]]


def join(app: Flask, settings: Settings) -> None:
    """Give every template its globals."""
    app.extensions["navigation"] = []

    static = assets.join(app)

    @app.context_processor
    def frame() -> dict[str, object]:
        locale = get_locale()
        return {
            "asset": static.url,
            "brand": settings.brand,
            "navigation": _navigation() if has_request_context() else [],  # the worker's mails have none
            "demo_notice": gettext("A demonstration: nothing is sold, no card is charged.") if settings.demo else "",
            "direction": locale.text_direction if locale else "ltr",
            "language": str(locale).replace("_", "-") if locale else "en",
        }


def add_links(app: Flask, place: int, links: Links) -> None:
    """Add a room's links; `place` orders the rooms, those with the same one as they joined."""
    app.extensions["navigation"].append((place, links))
    app.extensions["navigation"].sort(key=lambda entry: entry[0])


def _navigation() -> list[Link]:
    rooms: list[tuple[int, Links]] = current_app.extensions["navigation"]
    return [link for _place, links in rooms for link in links()]
