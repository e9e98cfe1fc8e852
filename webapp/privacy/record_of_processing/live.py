"""The live record of processing of the current application."""

from flask import Flask

from webapp.privacy.record_of_processing.generating import generate
from webapp.privacy.record_of_processing.measures import measures
from webapp.privacy.record_of_processing.record import Record
from webapp.profiling.engine import Engine

SUGGESTIONS = "suggestion"
"""The table of what providers say, which stays empty where people can continue with none."""


def live_record(app: Flask, engine: Engine) -> Record:
    """As of now: the manifest that it runs with, the rooms that joined, the settings."""
    holdings = [held for held in engine.holdings.values() if engine.suggesting or held.table != SUGGESTIONS]
    return generate(engine.manifest, holdings, measures(app))
