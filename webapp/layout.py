"""What every page's frame gets: brand, navigation, versioned assets, language. Rooms add their own links."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, gettext

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
    app.extensions["navigation"] = {}

    @lru_cache
    def asset(path: str) -> str:
        content = (Path(app.static_folder or "") / path).read_bytes()
        return url_for("static", filename=path, v=hashlib.sha256(content).hexdigest()[:10])

    @app.context_processor
    def frame() -> dict[str, object]:
        locale = get_locale()
        return {
            "asset": asset,
            "brand": settings.brand,
            "navigation": _navigation(),
            "demo_notice": gettext("A demonstration: nothing is sold, no card is charged.") if settings.demo else "",
            "direction": locale.text_direction if locale else "ltr",
            "language": str(locale).replace("_", "-") if locale else "en",
        }


def add_links(app: Flask, place: int, links: Links) -> None:
    """Add a room's links; `place` orders the rooms."""
    app.extensions["navigation"][place] = links


def _navigation() -> list[Link]:
    rooms: dict[int, Links] = current_app.extensions["navigation"]
    return [link for place in sorted(rooms) for link in rooms[place]()]
