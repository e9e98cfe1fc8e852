"""What the record of processing brings to an application: its demands on the manifest, its pages and its versions."""

from flask import Flask

from webapp.house import House
from webapp.privacy.officer import add_page
from webapp.privacy.record_of_processing import commands, routes
from webapp.privacy.record_of_processing.demanding import demands
from webapp.privacy.record_of_processing.live import live_record
from webapp.privacy.record_of_processing.measures import add_measure
from webapp.privacy.record_of_processing.own_measures import own_measures
from webapp.privacy.record_of_processing.recording import note_record
from webapp.profiling.words import gettext

ROUTES, COMMANDS = routes, commands
"""The files that add their pages and verbs to the officer's blueprint and to the privacy commands."""


def join(app: Flask, house: House) -> None:
    """Each worker records the record when it starts: web processes come and go, and none waits for it."""
    house.engine.register_check(demands)
    add_page(
        app,
        10,
        "officer.record",
        lambda: gettext("Record of processing"),
        lambda: gettext("Everything that Art. 30 asks for, made from what the application runs with; it prints."),
    )
    for says in own_measures(house):
        add_measure(app, says)

    def note() -> None:
        note_record(house.database, live_record(app, house.engine))

    house.jobs.register("note_processing_record", note, at_start=True)
