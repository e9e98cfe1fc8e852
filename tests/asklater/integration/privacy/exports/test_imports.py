"""PRIVACY 6: what was taken along reads back in, into another account; what should not be taken does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st

from asklater.engine import Engine
from asklater.kinds.base import Given, Invalid, Upload
from asklater.kinds.image import Image
from asklater.manifest.declarations import Field
from asklater.privacy.exports.imports import ImportOutcome, InvalidExport, import_answers, read_export
from asklater.records.people import record_arrival
from tests.support.answers import picture
from tests.support.exports import exported
from tests.support.people import settle
from tests.support.records import held
from tests.support.renaming import rename

ADDRESS = {"country": "DE", "name": "Ada", "street_address": "Weg 1", "city": "Berlin", "postal_code": "10115"}
PICTURE = Given(uploads={"": Upload("ada.png", picture().getvalue())})


def given_by(engine: Engine, name: str, *, with_picture: bool = False) -> dict[str, Any]:
    """What a person could have typed, as it is stored."""
    typed = {"display_name": Given({"": (name,)}), "address": Given({key: (it,) for key, it in ADDRESS.items()})}
    typed |= {"picture": PICTURE} if with_picture else {}
    return {key: engine.kind_of(key).parse(engine.field(key), it) for key, it in typed.items()}


def newcomer(engine: Engine) -> int:
    with engine.database.unit_of_work():
        return record_arrival(engine.database)


def taken_over(engine: Engine, number: int, document: object) -> dict[str, str]:
    fields = read_export(engine, document)
    with engine.database.unit_of_work():
        return {it.field: it.state for it in import_answers(engine, number, fields)}


@pytest.mark.thorough
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=2, max_size=40))
def test_what_could_be_typed_comes_back_as_it_was(office: Flask, engine: Engine, name: str) -> None:
    with office.app_context():
        try:
            values = given_by(engine, name)
        except Invalid:
            return
        giver, taker = newcomer(engine), newcomer(engine)
        with engine.database.unit_of_work():
            for key, value in values.items():
                engine.change(giver, key, value)
        document = exported(office, giver)
        assert taken_over(engine, taker, document) == dict.fromkeys(values, ImportOutcome.IMPORTED)
        assert engine.answers.read(taker) == values
        assert {it.source for it in engine.answers.held(taker)} == {"import"}
        again = exported(office, taker)
        assert {it["field"]: it["value"] for it in again["fields"]} == values
        assert taken_over(engine, taker, document) == dict.fromkeys(values, ImportOutcome.ALREADY_HELD)


def test_a_field_is_known_by_the_key_that_it_had_before(
    office: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.app_context():
        giver, taker = newcomer(engine), newcomer(engine)
        with engine.database.unit_of_work():
            engine.change(giver, "display_name", "Ada")
        rename(engine, monkeypatch, "nickname", "display_name")
        document = exported(office, giver)
        (field,) = document["fields"]
        assert taken_over(engine, taker, {**document, "fields": [{**field, "field": "nickname"}]}) == {
            "display_name": ImportOutcome.IMPORTED
        }


def test_a_picture_is_written_anew(office: Flask, engine: Engine) -> None:
    with office.app_context():
        giver, taker = newcomer(engine), newcomer(engine)
        with engine.database.unit_of_work():
            engine.change(giver, "picture", given_by(engine, "Ada", with_picture=True)["picture"])
        assert taken_over(engine, taker, exported(office, giver)) == {"picture": ImportOutcome.IMPORTED}
        assert engine.answers.read(taker)["picture"][:4] == b"RIFF"


def entry(field: str, value: object, **more: object) -> dict[str, Any]:
    return {"field": field, "value": value, "source": "person", **more}


REFUSED = [
    entry("email", "eve@x.example"),
    entry("verified_email", {"address": "eve@x.example", "proved_at": "2026-01-01T00:00:00+00:00"}),
    entry("phone", "+4915112345678"),
    entry("display_name", "x" * 41),
    entry("display_name", {"given": "an object"}),
    entry("display_name", None),
    entry("display_name", "Ada", source="Google"),
    entry("display_name", "two\nlines"),
    entry("address", {**ADDRESS, "country": "FR"}),
    entry("address", {**ADDRESS, "admin": "yes"}),
    entry("address", [1, 2]),
    entry("address", {"country": 7}),
    entry("picture", {"media_type": "image/webp", "base64": "bm8gcGljdHVyZQ=="}),
    entry("picture", {"media_type": "image/webp", "base64": 5}),
    entry("picture", "x"),
    entry("nothing_of_ours", "x"),
]


def test_what_is_forged_misshapen_or_proved_elsewhere_is_left(office: Flask, engine: Engine) -> None:
    with office.app_context():
        taker = newcomer(engine)
        for refused in REFUSED:
            document = {"format": "asklater-export/1", "fields": [refused]}
            assert taken_over(engine, taker, document) == {refused["field"]: ImportOutcome.SKIPPED}, refused
        assert held(office) == set()
        for no_export in (
            {},
            [],
            "x",
            {"format": "asklater-export/1"},
            {"format": "asklater-export/1", "fields": [1]},
        ):
            with pytest.raises(InvalidExport):
                taken_over(engine, taker, no_export)


def test_a_picture_is_decoded_before_anybody_has_to_wait(
    office: Flask, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, taker = settle(office), settle(office, "grace@x.example")
    with office.app_context(), engine.database.unit_of_work():
        engine.change(giver, "picture", given_by(engine, "Ada", with_picture=True)["picture"])
    (tmp_path / "data.json").write_text(json.dumps(exported(office, giver)), "utf-8")
    decode, inside = Image.parse, []

    def watched(self: Image, declared: Field, given: Given) -> bytes:
        inside.append(engine.database.is_in_transaction)
        return decode(self, declared, given)

    monkeypatch.setattr(Image, "parse", watched)
    words = ["asklater", "privacy", "import", str(tmp_path / "data.json"), "--email", "grace@x.example"]
    assert office.test_cli_runner().invoke(args=words).exit_code == 0
    assert (taker, "picture") in held(office)
    assert inside == [False]


def test_the_verb_reads_a_file_and_says_what_became_of_each(office: Flask, ada: int, tmp_path: Path) -> None:
    taker = settle(office, "grace@x.example")
    file, broken = tmp_path / "data.json", tmp_path / "broken.json"
    file.write_text(json.dumps(exported(office, ada)), "utf-8")
    broken.write_text('{"format": ', "utf-8")

    def run(*arguments: str) -> tuple[int, str]:
        result = office.test_cli_runner().invoke(args=["asklater", "privacy", "import", *arguments])
        return result.exit_code, result.output

    code, output = run(str(file), "--email", "grace@x.example")
    assert (code, "taken  display_name" in output, "kept  email" in output) == (0, True, True)
    assert "Analytical" not in output  # which fields, never a value
    assert (taker, "display_name") in held(office)
    assert run(str(broken), "--email", "grace@x.example")[0] == 1
    assert "no account has proved" in run(str(file), "--email", "nobody@x.example")[1]
