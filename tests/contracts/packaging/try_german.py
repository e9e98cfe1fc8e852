"""The example of the README with a catalogue of its own, in the language that Flask-Babel is told."""

from letters import app

asked = app.test_client().get("/ask/send_letter").text
assert '<html lang="de"' in asked, asked
assert "Abbrechen" in asked, asked
