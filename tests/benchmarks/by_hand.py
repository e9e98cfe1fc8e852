"""A sign-up of one field as one would write it by hand: one form, one route, the same rows and the same template."""

import hashlib
import secrets
from hmac import digest

from email_validator import EmailNotValidError, validate_email
from flask import Blueprint, Flask, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from sqlalchemy import insert, update

from asklater import clock
from asklater.accounts.tables import Account, BrowserSession
from asklater.asking.presenters import FieldView, PromptPage
from asklater.database.access import Database
from asklater.keys.service import KeyService
from asklater.keys.vault import Vault
from asklater.kinds.base import Input
from asklater.layout import TEMPLATES
from asklater.tables import answer, prompt, prompt_field, subject
from halftone.settings import ROOT


def handwritten_sign_up(database: Database, keys: KeyService) -> Flask:
    """GET shows the form and counts that it was shown; POST makes the account, its answer and its session."""
    app = Flask("by hand", template_folder=str(ROOT / "templates"))
    app.register_blueprint(Blueprint("library", __name__, template_folder=str(TEMPLATES)))
    app.secret_key = "a secret of the benchmark, long enough"
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.context_processor(
        lambda: {
            "brand": "By hand",
            "asset": lambda name: f"/static/{name}",
            "navigation": [],
            "footer": [],
            "demo_notice": "",
            "direction": "ltr",
            "language": "en",
            "csrf_token": generate_csrf,
        }
    )
    CSRFProtect(app)
    database.init_app(app)
    vault = Vault(keys)

    @app.get("/ask/sign_up")
    def form() -> ResponseReturnValue:
        moment, connection = clock.now(), database.writing()
        session["subject"] = connection.execute(
            insert(subject).values(created_at=moment).returning(subject.c.id)
        ).scalar_one()
        row = {"subject_id": session["subject"], "action": "sign_up", "opened_at": moment}
        number = connection.execute(insert(prompt).values(row).returning(prompt.c.id)).scalar_one()
        connection.execute(insert(prompt_field).values(**row, prompt_id=number, field="email", impressions=1))
        return render_template("asklater/asking/prompt.html", prompt=_page())

    @app.post("/ask/sign_up")
    def sign_up() -> ResponseReturnValue:
        try:
            email = validate_email(request.form["answer.email"], check_deliverability=False).normalized.casefold()
        except EmailNotValidError:
            return "no address", 422
        moment, connection, number = clock.now(), database.writing(), session["subject"]
        key = vault.new_ring(number, keys.ids[0], moment)
        connection.execute(update(subject).where(subject.c.id == number).values(signed_up_at=moment, data_key=key))
        connection.execute(insert(Account).values(_account(vault, key, number, email)))
        row = {
            "subject_id": number,
            "field": "email",
            "value": vault.seal(key, number, "answer:email", email.encode()),
            "action": "sign_up",
            "source": "person",
            "notice_version": "1",
            "given_at": moment,
            "used_at": moment,
            "expires_at": moment,
        }
        connection.execute(insert(answer).values(row))
        closed = {"closed_at": moment, "outcome": "completed", "submissions": 1}
        connection.execute(update(prompt_field).where(prompt_field.c.subject_id == number).values(closed))
        done = {"closed_at": moment, "completed_at": moment}
        connection.execute(update(prompt).where(prompt.c.subject_id == number).values(done))
        token = secrets.token_urlsafe(32)
        connection.execute(insert(BrowserSession).values(_visit(number, token)))
        session["token"] = token
        return redirect(request.args["next"], 303)

    return app


def _account(vault: Vault, key: bytes, number: int, email: str) -> dict[str, object]:
    sealed = vault.seal(key, number, "record:account:email", email.encode())
    return {
        "subject_id": number,
        "email": sealed,
        "email_mark": digest(bytes(32), email.encode(), "sha256"),
        "role": "",
    }


def _visit(number: int, token: str) -> dict[str, object]:
    moment = clock.now()
    return {
        "token_hash": hashlib.sha256(token.encode()).digest(),
        "subject_id": number,
        "began_at": moment,
        "seen_at": moment,
        "expires_at": moment,
        "device": request.user_agent.string[:80],
        "method": "sign_up",
    }


def _page() -> PromptPage:
    asked = Input("answer.email", "answer-email", "Email address", type="email", autocomplete="email", maxlength=254)
    reason, kept = "So that we can reach you.", "Kept for 36 months after its last use."
    return PromptPage(
        action="sign_up",
        heading="Continue with email",
        reason="One field, and you are in.",
        step=1,
        steps=1,
        post_url=request.full_path,
        slot="prompt-slot-sign-up",
        multipart=False,
        hidden=(),
        fields=(FieldView("email", "Email address", reason, kept, inputs=(asked,), is_lone=True),),
        errors=(),
        unable=(),
        submit_label="Continue with email",
        notice_url="",
    )
