"""The example of the README, tried with what is installed: a prompt, an error, a completed action."""

import re
import sys

from jinja2 import StrictUndefined
from letters import app

app.jinja_env.undefined = StrictUndefined
client = app.test_client()
token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)[1]
asked = client.post("/letters", data={"csrf_token": token, "text": "Dear Ada"})
assert asked.status_code == 200, asked.text
assert "So that people see who wrote." in asked.text, asked.text
assert asked.text.startswith("<!doctype html>"), asked.text
for url in re.findall(r'(?:<link rel="stylesheet" href|<script src)="([^"]+)"', asked.text):
    assert client.get(url).status_code == 200, url
hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
refused = client.post("/letters", data={**hidden, "answer.display_name": ""})
assert refused.status_code == 422, refused.text
assert "Dear Ada" in refused.text, refused.text
sent = client.post("/letters", data={**hidden, "answer.display_name": "Bo"})
assert sent.text == "Sent: Dear Ada", sent.text
brought = {"authlib", "babel", "brotli", "email_validator", "flask_babel", "flask_limiter", "flask_login", "PIL"}
assert not brought & sys.modules.keys()
