"""What the frame of a page gets: brand, navigation, footer, versioned assets, language. Features add their links.

The library's pages extend `asklater/layout.html`. What an application has in its own template folder under the same
name comes first, and so do the variables of its own context processors.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Flask, current_app, has_request_context, request

from asklater import assets, http, translations
from asklater.endpoints import register_blueprint, url_for
from asklater.flask_proxies import unproxied
from asklater.registry import Ordered

LIBRARY = "asklater"
"""The blueprint that brings the library's templates, and its static files under /asklater/static."""
TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True)
class Link:
    """One entry of the navigation or the footer. `badge` is a short count, "" for none."""

    label: str
    url: str
    badge: str = ""

    @property
    def current(self) -> bool:
        here = unproxied(request)
        return self.url.removeprefix(here.script_root) in {here.full_path.removesuffix("?"), here.path}


class LinkBar:
    """The links that features have added to a bar, asked for when it is drawn: a fragment has no frame."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _links(self) -> list[Link]:
        return _links_of(self._name)

    def __iter__(self) -> Iterator[Link]:
        return iter(self._links)

    def __len__(self) -> int:
        return len(self._links)


Links = Callable[[], list[Link]]
NAVIGATION, FOOTER, ACCOUNT = "navigation", "footer", "account_links"


def init_app(app: Flask, brand: Callable[[], str], url_prefix: str = "") -> None:
    """Bring the library's templates and static files, below `url_prefix`, and what every template may use.

    `brand` is the name in titles and headers, unless a context processor of the application gives another one.
    """
    library = Blueprint(LIBRARY, __name__, "static", f"{url_prefix}/asklater/static", template_folder=TEMPLATES)
    assets.locate(app, f"{register_blueprint(app, library)}.static")
    app.add_template_global(url_for, "asklater_url_for")
    app.add_template_global(http.wants_fragment, "asklater_wants_fragment")

    def frame() -> dict[str, object]:
        language, direction = translations.tag_and_direction()
        return {
            "asset": assets.urls(),
            "brand": brand(),
            "navigation": LinkBar(NAVIGATION),
            "footer": LinkBar(FOOTER),
            "account_menu": LinkBar(ACCOUNT),
            "direction": direction,
            "language": language,
        }

    app.template_context_processors[None].insert(0, frame)  # the application's own come later, and so they win


def add_links(app: Flask, place: int, links: Links) -> None:
    """Add a feature's links to the navigation; `place` orders the features, those with the same one as they joined."""
    Ordered.of(app, NAVIGATION).add(place, links)


def add_footer_links(app: Flask, place: int, links: Links) -> None:
    """The same for the foot of every page."""
    Ordered.of(app, FOOTER).add(place, links)


def add_account_links(app: Flask, place: int, links: Links) -> None:
    """The same for the pages on which a person sees what is held of them."""
    Ordered.of(app, ACCOUNT).add(place, links)


def _links_of(bar: str) -> list[Link]:
    """What the features have added, none outside a request: the worker's mails have no frame."""
    if not has_request_context():
        return []
    return [link for links in Ordered.of(current_app, bar) for link in links()]
