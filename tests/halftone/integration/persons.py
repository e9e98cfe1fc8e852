"""A person at one of their browsers, who does whatever one does in the shop under an address."""

from flask import Flask

from asklater.accounts.sessions import SESSION_TABLE, token_hash
from tests.halftone.integration.publishing import reviewed, shared
from tests.halftone.integration.shopping import ADDRESS, CARD, PRINT, WALLPAPER, Shopper
from tests.support.browsing import went_to
from tests.support.records import rows

GIVE = "/account/consents/news_by_email/give"


class Person(Shopper):
    """One browser of whoever has the address. Each act is done whatever came before; `name` is what it publishes
    under."""

    def __init__(self, app: Flask, email: str, name: str = "Ada") -> None:
        super().__init__(app)
        self.email = email
        self.name = name

    def share(self) -> None:
        shared(self, email=self.email, name=self.name)

    def review(self) -> None:
        reviewed(self, email=self.email, name=self.name)

    def publish(self) -> None:
        """Share and review, with name and picture."""
        self.share()
        self.review()

    def order(self, form: dict[str, str] | None = None) -> None:  # type: ignore[override]
        self.put(WALLPAPER)
        super().order(form)
        for answer in ({"answer.email": self.email}, ADDRESS, CARD):
            if self.page is not None and f'name="{next(iter(answer))}"' in self.page.text:
                self.answer(answer)
        assert self.went_to().startswith("/orders/")

    def prove(self) -> None:
        if "answer.email" in self.get("/account/bring-back").text:
            self.answer({"answer.email": self.email})
        if not self.went_to():
            self.answer({"_asklater.again": "verified_email"})  # the other browser's may be the newest
            self.answer({"answer.verified_email": self.mailed_code()})

    def erase(self) -> None:
        if went_to(self.get("/account/erase")):  # the proof has has expired
            self.get(self.went_to())
            self.answer({})
            self.answer({"code": self.mailed_code()})
        if 'name="erase"' in self.get("/account/erase").text:
            self.answer({"erase": "yes"})

    def fill_cart(self) -> None:
        self.put(PRINT)

    def consent(self) -> None:
        """Say yes to news. Whoever has no account yet gives the address first."""
        if not went_to(self.get("/ask/sign_up?next=/account")):
            self.answer({"answer.email": self.email})
        self.get("/account/data")
        presses = [place for place, (action, _) in enumerate(self.forms()) if action == GIVE]
        if presses:  # else it was given already
            self.answer({}, form=presses[0])

    def object(self) -> None:
        """Object to being measured."""
        self.post("/privacy/measurement", {"on": "on"})

    def sign_out(self) -> None:
        self.post("/sign-out")

    def own(self) -> set[str]:
        """The pages that list something of this browser's person."""
        return {url for url in ("/shares", "/orders") if 'class="line-title"' in self.client.get(url).text}

    def subject(self) -> int | None:
        """Whose session this browser has, None where it has none that works."""
        with self.client.session_transaction() as session:
            token = session.get("_user_id")
        running = {row.token_hash: row.subject_id for row in rows(self.app, SESSION_TABLE) if row.ended_at is None}
        return running.get(token_hash(token)) if token else None
