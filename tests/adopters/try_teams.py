"""A team in use: founded by a visitor, who says what an invitation needs, and proves an address for the export."""

import re

from teams import app

from asklater.testing import ProfilingClient, later

app.test_client_class = ProfilingClient
app.config["WTF_CSRF_ENABLED"] = False
ada = app.test_client()
assert isinstance(ada, ProfilingClient)


def mailed_code() -> str:
    assert app.test_cli_runner().invoke(args=["asklater", "job", "deliver_mail"]).exit_code == 0
    found = re.search(r"(\d{6}) is your code", app.test_client().get("/mailbox/").text)
    assert found is not None
    return found[1]


# a team is founded without a question
assert "Found it" in ada.get("/").text
assert ada.post("/team", data={"name": "Ink & Co"}).status_code == 302
assert "Ink &amp; Co" in ada.get("/").text

# an invitation needs two things; what is wrong is told, and the invitation is not lost
asked = ada.post("/invitations", data={"email": "bo@ink.example"})
prompt = ada.prompt(asked)
assert prompt is not None
assert prompt.fields == ("company_size", "role")
half = ada.answer(asked, role="Printer")
assert half.status_code == 422
again = ada.prompt(half)
assert again is not None
assert (again.fields, again.hidden["email"]) == (("company_size",), "bo@ink.example")
assert ada.answer(half, company_size="small").status_code == 302
assert "bo@ink.example" in ada.get("/").text
assert ada.post("/invitations", data={"email": "cy@ink.example"}).status_code == 302

# the export needs an address, and a code that came there
asked = ada.answer(ada.get("/invited.csv"), email="ada@ink.example")
proof = ada.prompt(asked)
assert proof is not None
assert proof.fields == ("verified_email",)
assert ada.answer(asked, verified_email="000000").status_code == 422
ready = ada.answer(asked, verified_email=mailed_code())
assert ready.status_code in {200, 303}, ready.text
exported = ada.get("/invited.csv")
assert exported.mimetype == "text/csv"
assert "bo@ink.example\r\ncy@ink.example" in exported.text

# somebody else has no team of hers, and what she said ends after two years
assert "Found it" in app.test_client().get("/").text
with later(days=800):
    assert app.test_cli_runner().invoke(args=["asklater", "job", "expire_answers"]).exit_code == 0
    with ada.as_person() as profile:
        assert not profile.holds("role")
