"""What the notice's versions bring to an application."""

from functools import partial

from flask import Flask
from flask_babel import gettext

from webapp.house import House
from webapp.privacy.notices.recording import note_notices
from webapp.privacy.notices.routes import blueprint
from webapp.privacy.officer import add_page


def join(app: Flask, house: House) -> None:
    """Prompts open the notice in place; each worker records what is told when it starts: nobody waits for it."""
    house.engine.notice_part_endpoint = "notices.part"
    house.jobs.register("note_notices", partial(note_notices, house.engine), at_start=True)
    app.register_blueprint(blueprint)
    add_page(
        app,
        60,
        "officer.notices",
        lambda: gettext("Notices"),
        lambda: gettext(
            "What people were told of each field, in every version, and what changed from one to the next."
        ),
    )
