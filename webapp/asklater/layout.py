"""What every page's frame gets: brand, navigation, footer, versioned assets, language. Features add their links."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, has_request_context, request
from flask_babel import get_locale, gettext

from asklater import assets
from asklater.registry import Ordered
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
NAVIGATION, FOOTER, ACCOUNT = "navigation", "footer", "account_links"


def init_app(app: Flask, settings: Settings) -> None:
    """Give every template its globals."""
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
    """Add a feature's links to the navigation; `place` orders the features, those with the same one as they joined."""
    Ordered.of(app, NAVIGATION).add(place, links)


def add_footer_links(app: Flask, place: int, links: Links) -> None:
    """The same for the foot of every page."""
    Ordered.of(app, FOOTER).add(place, links)


def add_account_links(app: Flask, place: int, links: Links) -> None:
    """The same for the pages on which a person sees what is held of them."""
    Ordered.of(app, ACCOUNT).add(place, links)


def account_links() -> tuple[tuple[str, str], ...]:
    """What the features show there: (label, url)."""
    return tuple((link.label, link.url) for link in _links_of(ACCOUNT))


def _links_of(bar: str) -> list[Link]:
    """What the features have added, none outside a request: the worker's mails have no frame."""
    if not has_request_context():
        return []
    return [link for links in Ordered.of(current_app, bar) for link in links()]
