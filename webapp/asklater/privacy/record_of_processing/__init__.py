"""The record of processing (Art. 30(1) GDPR), made from the live declarations, with its versions.

Begin with generation.py, which also checks that the manifest says all it needs; measures.py tells the measures in
force.
"""

from flask import Flask

from asklater.i18n import gettext
from asklater.privacy.officer import add_officer_page
from asklater.privacy.record_of_processing import generation, routes
from asklater.privacy.record_of_processing.generation import check_declarations, check_purposes, live_record
from asklater.privacy.record_of_processing.measures import add_measure, builtin_measures
from asklater.privacy.record_of_processing.versions import record_version
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES, _COMMANDS = routes, generation
"""These files add their pages and verbs to the officer's blueprint and to the privacy commands."""


def init_app(app: Flask, services: Services) -> None:
    """Join the application. Each worker stores the record when it starts, so that no web process waits for it."""
    registry = services.engine.registry
    registry.register_check(check_declarations)
    registry.register_check(lambda manifest: check_purposes(registry.tables_in_use(), manifest))
    add_officer_page(
        app,
        10,
        "officer.record",
        lambda: gettext("Record of processing"),
        lambda: gettext("Everything that Art. 30 asks for, made from what the application runs with; it prints."),
    )
    for text in builtin_measures(services):
        add_measure(app, 10, text)

    def note() -> None:
        record_version(services.database, live_record(app, services.engine))

    services.jobs.register("note_processing_record", note, at_start=True)
