"""The demonstration: its tour, personas to look around as, rules that can be changed, simulated people at declared
rates, the pattern, and the documentation. It exists in demo mode only.
"""

from flask import Flask, url_for
from flask_babel import gettext

from asklater import Link, Services, add_footer_links, add_links
from halftone.demo import cast, chapter_routes, pattern, rule_changes, tour, tour_routes
from halftone.demo.cli import SEED, group
from halftone.demo.routes import pattern_blueprint


def init_app(app: Flask, services: Services) -> None:
    """Offer personas, the pattern, the documentation and the `demo` commands, in demo mode only."""
    if not services.settings.demo:
        return
    app.extensions["personas"] = cast.read(SEED / "people.toml").personas
    app.extensions["pattern"] = pattern.read(SEED / "pattern.toml")
    app.extensions["rule_changes"] = rule_changes.read_changes(SEED / "rule_changes.toml")
    tour.init_app(app, services.engine)
    rule_changes.init_app(app, services.jobs)
    app.register_blueprint(tour_routes.joined)
    app.register_blueprint(pattern_blueprint)
    app.register_blueprint(chapter_routes.blueprint)
    app.cli.add_command(group)
    add_links(app, 95, lambda: [Link(gettext("Demo"), url_for("demo.personas"))])
    add_footer_links(app, 5, lambda: [Link(gettext("The pattern"), url_for("pattern.pattern"))])
    add_footer_links(app, 6, lambda: [Link(gettext("Documentation"), url_for("docs.contents"))])
