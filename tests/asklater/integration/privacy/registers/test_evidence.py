"""Bundles of evidence: what is in one, whose signature it bears, and that every alteration is noticed."""

import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.erasure.deletion import erase
from asklater.privacy.evidence.bundle import BundleFile, check_bundle, write_bundle
from asklater.privacy.notices.versions import record_live_versions
from asklater.privacy.signing import Signer, key_from_seed
from tests.asklater.integration.privacy.registers.conftest import run
from tests.asklater.integration.privacy.requests.submissions import ask_from_outside, trail
from tests.support.browsing import Browser
from tests.support.people import settle

SIGNER = Signer(key_from_seed(bytes(range(32))))
MESSAGE = "My budgerigar is on your files."


def bundle(**files: bytes) -> bytes:
    with write_bundle(SIGNER, {"of": "test"}, (BundleFile(*file) for file in files.items())) as written:
        return written.read()


def contents(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes], *more: tuple[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in [*files.items(), *more]:
            archive.writestr(name, content)
    return target.getvalue()


def verdict(content: bytes, signer: Signer = SIGNER) -> tuple[str, tuple[str, ...]]:
    found = check_bundle(signer, BytesIO(content))
    return found.verdict, found.wrong


def test_a_bundle_is_genuine_and_every_alteration_is_noticed() -> None:
    whole = contents(bundle(a=b"one", b=b"two"))
    assert verdict(packed(whole)) == ("genuine", ())
    assert verdict(packed(whole), Signer(key_from_seed(bytes(32))))[0] == "forged"
    assert verdict(packed({**whole, "a": b"One"})) == ("altered", ("a",))
    assert verdict(packed({**whole, "a": b"longer"})) == ("altered", ("a",))
    assert verdict(packed({name: text for name, text in whole.items() if name != "b"})) == ("altered", ("b",))
    assert verdict(packed({**whole, "c": b"three"})) == ("altered", ("c",))
    listed = json.loads(whole["files.json"])
    listed["files"][0]["sha256"] = "0" * 64
    assert verdict(packed({**whole, "files.json": json.dumps(listed).encode()}))[0] == "forged"
    other_kind = SIGNER.sign({"kind": "erasure receipt", "files": []})
    assert verdict(packed({**whole, "files.json": json.dumps(other_kind).encode()}))[0] == "forged"


def test_a_name_that_stands_twice_is_noticed() -> None:
    whole = contents(bundle(a=b"one"))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = packed(whole, ("a", b"One"))
    assert verdict(twice) == ("altered", ("a",))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _whole: b"",
        lambda _whole: b"PK\x03\x04 nothing",
        lambda whole: whole[:-40],
        lambda whole: packed({"a": b"1"}),
        lambda whole: packed({**contents(whole), "files.json": b"[1, 2]"}),
        lambda whole: packed({**contents(whole), "files.json": b"{" * 9000}),
        lambda whole: packed({**contents(whole), "files.json": b"\xff"}),
    ],
)
def test_whatever_else_is_no_genuine_bundle_and_raises_nothing(spoil: Callable[[bytes], bytes]) -> None:
    assert verdict(spoil(bundle(a=b"one")))[0] in {"unreadable", "forged"}


def test_anybody_can_check_it_with_what_is_inside() -> None:
    inside = contents(bundle(a=b"one"))
    assert b"sha256sum" in inside["how-to-check.txt"]
    assert json.loads(inside["keys.json"])["keys"] == list(SIGNER.public_keys)


def declared(app: Flask) -> None:
    """What a worker notes when it starts."""
    engine: Engine = app.extensions["asklater.engine"]
    with app.test_request_context(), engine.database.unit_of_work():
        record_live_versions(engine)
    run(app, "note_processing_record")


@pytest.mark.thorough
def test_of_a_request_it_holds_words_trail_mails_and_what_was_told_then(office: Flask, officer: Browser) -> None:
    declared(office)
    _person, name = ask_from_outside(office, "ada@x.example", "erasure", MESSAGE)
    officer.post(f"/officer/requests/{name}/refuse", {"reason": "Not you."})
    path = f"/officer/requests/{name}/evidence"
    assert path in officer.get(f"/officer/requests/{name}").text
    assert officer.get(path).status_code == 200
    assert officer.post(path, {"reason": ""}).status_code == 422
    answer = officer.post(path, {"reason": "The authority asks."})
    inside = contents(answer.data)
    request = json.loads(inside["request.json"])
    assert (request["message"], request["address"], request["state"]) == (MESSAGE, "ada@x.example", "refused")
    assert [step["event"] for step in json.loads(inside["trail.json"])] == ["received", "refused", "bundled"]
    assert json.loads(inside["receipt.json"])["state"] == "refused"
    assert any(b"Your request was refused." in inside[file] for file in inside if file.startswith("correspondence/"))
    assert any(file.startswith("record-of-processing/") for file in inside)
    assert any(file.startswith("notices/email-") for file in inside)
    assert trail(office)[-1] == ("bundled", "officer")
    assert "Genuine and whole" in checked(officer, answer.data)


def checked(officer: Browser, content: bytes) -> str:
    return officer.post("/officer/evidence/check", {"file": (BytesIO(content), "b.zip")}).text


def test_of_a_period_it_holds_what_was_done_and_no_words_of_people(office: Flask, officer: Browser) -> None:
    declared(office)
    _person, name = ask_from_outside(office, "ada@x.example", "access", MESSAGE)
    engine: Engine = office.extensions["asklater.engine"]
    gone = settle(office, "gone@x.example")
    with office.test_request_context(), engine.database.unit_of_work():
        receipt = erase(engine, gone, by="person")
    noticed = f"{clock.now() - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    officer.post("/officer/breaches/new", {"title": "Laptop", "noticed_at": noticed, "happened": "Gone."})
    officer.post(
        "/officer/holds/new",
        {
            "person": str(settle(office, "h@x.example")),
            "reason": "R",
            "told": "T",
            "review_on": clock.now().date().isoformat(),
        },
    )
    today = clock.now().date()
    days = {"first": (today - timedelta(days=1)).isoformat(), "last": today.isoformat()}
    inside = contents(officer.post("/officer/evidence", days).data)
    assert f"requests/{name}.json" in inside
    assert f"erasures/{receipt.id}.json" in inside
    assert any(file.startswith("breaches/") for file in inside)
    assert len(json.loads(inside["legal-holds.json"])) == 1
    assert {"processors.json", "assessments.json"} <= inside.keys()
    everything = b"".join(inside.values())
    assert MESSAGE.encode() not in everything
    assert b"ada@x.example" not in everything
    early = {"first": "2020-01-01", "last": "2020-01-02"}
    before = contents(officer.post("/officer/evidence", early).data)
    assert not any(file.startswith(("requests/", "erasures/", "breaches/", "notices/")) for file in before)


def test_what_is_wrong_stands_beside_its_input(officer: Browser) -> None:
    for days in ({}, {"first": "x", "last": "2026-01-01"}, {"first": "2026-01-02", "last": "2026-01-01"}):
        page = officer.post("/officer/evidence", days)
        assert page.status_code == 422
        assert 'aria-invalid="true"' in page.text
    assert officer.post("/officer/evidence/check", {}).status_code == 422
    assert "no bundle of evidence" in checked(officer, b"nonsense")
    assert officer.get("/officer/requests/x/evidence").status_code == 404


def test_the_command_says_the_same(office: Flask, officer: Browser, tmp_path: Path) -> None:
    days = {"first": "2026-01-01", "last": "2026-01-02"}
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(officer.post("/officer/evidence", days).data)
    bad.write_bytes(packed({**contents(good.read_bytes()), "stray": b"1"}))
    for file, code, says in ((good, 0, "Genuine and whole"), (bad, 1, "altered since: stray")):
        told = office.test_cli_runner().invoke(args=["asklater", "privacy", "check-evidence", str(file)])
        assert (told.exit_code, says in told.output) == (code, True), told.output
