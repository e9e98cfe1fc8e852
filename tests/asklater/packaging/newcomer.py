"""An application with every feature, as somebody new writes it: one call, no template, no folder."""

from flask import Flask, request
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from asklater import Profiling, accounts, gate, insights, messages, privacy

app = Flask(__name__)
app.jinja_options = {"undefined": StrictUndefined}
app.config.update(
    SECRET_KEY="a secret of the newcomer, long enough",
    ASKLATER_MASTER_KEY="00" * 32,
    ASKLATER_MODE="demo",  # so that mails are shown on a page
    ASKLATER_PUBLIC_URL="http://localhost:5000",
)
CSRFProtect(app)
profiling = Profiling(app, manifest="newcomer.toml", features=[messages, accounts, privacy, insights])
profiling.create_tables()


@app.post("/letters")
@gate("send_letter")
def send_letter() -> str:
    return f"Sent: {request.form['text']}"
