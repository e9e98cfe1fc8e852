"""What this part brings: the page, the commands, and the job that carries begun rotations on."""

from flask import Flask

from webapp.house import House
from webapp.jobs import Jobs
from webapp.layout import add_links
from webapp.privacy.keys import commands, routes
from webapp.privacy.record_of_processing.measures import add_measure
from webapp.profiling.engine import Engine
from webapp.profiling.rotation.running import carry_on_a_while
from webapp.profiling.words import gettext

JOB = "rotate_keys"


def join(app: Flask, house: House) -> None:
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(commands.group)
    add_links(app, 88, routes.links)
    add_measure(app, _says)
    house.jobs.register(JOB, lambda: _carry_on(house.engine, house.jobs), every_minutes=1, one_unit=False)


def _says() -> str:
    return gettext(
        "The master key is replaced and the accounts' keys are renewed while the application runs; what was sealed "
        "under an earlier key is sealed anew before that key goes."
    )


def _carry_on(engine: Engine, jobs: Jobs) -> None:
    """A while of it; then what waits in the queue has its turn, and the next while stands behind it."""
    if carry_on_a_while(engine):
        jobs.enqueue(JOB)
