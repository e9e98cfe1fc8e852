"""Whatever a file holds: a clear word on each faulty row, and the rest is done."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from asklater.imports.formats import FORMATS
from asklater.imports.people import is_user, person, why_left_out
from asklater.imports.rows import rows
from asklater.imports.source import LONGEST_ROW, UnreadableFile, opened
from tests.asklater.integration.imports.conftest import EXPORTS, Run

ADA = {"user_id": "auth0|1", "email": "ada@moved.example", "email_verified": True}
BEN = {"user_id": "auth0|2", "email": "ben@moved.example", "email_verified": True}
EVERY = sorted(path for path in EXPORTS.iterdir())


def lines(path: Path, *texts: bytes) -> Path:
    path.write_bytes(b"\n".join(texts) + b"\n")
    return path


def ada(**more: object) -> bytes:
    return json.dumps(ADA | more).encode()


BEN_LINE = json.dumps(BEN).encode()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (ada()[:-5], "is not JSON"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'"text"', "is no record"),
        (b"17", "is no record"),
        (ada(user_metadata={"display_name": "x"}).replace(b'"x"', b'"\xff\xfe"'), "is not UTF-8 text"),
        (ada(user_metadata={"display_name": "\ud800"}), "is not UTF-8 text"),
        (ada(email="ada\x00@moved.example"), "its email address is none"),
        (ada(email=17), "has no email address"),
        (ada(email=None), "has no email address"),
        (ada(email={"a": 1}), "has no email address"),
        (ada(email="a" * 300 + "@moved.example"), "its email address is none"),
        (ada(user_metadata={"display_name": "x" * LONGEST_ROW}), "is too long"),
        (b"\x00\x00", "is not JSON"),
        (b'{"email": 1' + b"0" * 5000 + b"}", "its email address is none"),
    ],
)
def test_a_faulty_line_is_told_and_the_next_one_is_read(
    run: Run, tmp_path: Path, faults: list[tuple[int, str]], line: bytes, reason: str
) -> None:
    tally = run("auth0", lines(tmp_path / "users.ndjson", BEN_LINE.replace(b"ben", b"cem"), line, BEN_LINE)).dry()
    assert faults == [(2, reason)]
    assert (tally.rows, tally.new, tally.faulty) == (3, 2, 1)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("value", "stored"),
    [(17, "17"), (1.5, "1.5"), (["Ada"], "Ada"), (True, None), (["a", "b"], None), ({"a": "b"}, None), ("", "")],
)
def test_another_sort_of_value_is_read_or_refused(
    run: Run, tmp_path: Path, faults: list[tuple[int, str]], value: object, stored: str | None
) -> None:
    tally = run("auth0", lines(tmp_path / "users.ndjson", ada(user_metadata={"display_name": value}))).dry()
    assert tally.new == 1
    assert [row for row, _reason in faults] == ([1] if stored is None else [])
    assert tally.answers["display_name"] == bool(stored)


@pytest.mark.thorough
def test_a_nul_in_a_value_is_refused_by_its_kind(run: Run, tmp_path: Path, faults: list[tuple[int, str]]) -> None:
    tally = run("auth0", lines(tmp_path / "users.ndjson", ada(user_metadata={"display_name": "A\x00da"}))).apply()
    assert (tally.new, tally.refused["display_name"] + tally.answers["display_name"]) == (1, 1)


@pytest.mark.parametrize(
    "content", [b"", b" \n \n", b"\xff\xfe{\x00", b"PK\x03\x04zip", b"\x1f\x8b\x08\x00cut", b"\x00"]
)
def test_what_is_no_text_is_told_as_a_whole(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "users"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        run("auth0", path).dry()


@pytest.mark.parametrize("name", ["auth0.ndjson", "keycloak.json", "authentik.yaml", "people.csv"])
def test_an_archive_that_is_cut_off_ends_in_words(
    run: Run, tmp_path: Path, faults: list[tuple[int, str]], name: str
) -> None:
    path = tmp_path / "users.gz"
    path.write_bytes(gzip.compress((EXPORTS / name).read_bytes())[:-20])
    system = "csv" if name == "people.csv" else name.partition(".")[0]
    run(system, path).dry()
    assert faults[-1][1] == "the file ends in the middle of this row"


@pytest.mark.parametrize("system", ["keycloak", "fusionauth", "entra"])
def test_a_document_without_its_list_is_told_as_a_whole(run: Run, tmp_path: Path, system: str) -> None:
    path = tmp_path / "users.json"
    path.write_text('{"realm": "workshop", "clients": [{"a": "}"}]}', "utf-8")
    with pytest.raises(UnreadableFile, match="it has no list called"):
        run(system, path).dry()


def test_a_byte_order_mark_is_passed_over(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    path.write_bytes(b"\xef\xbb\xbf" + (EXPORTS / "keycloak.json").read_bytes())
    assert run("keycloak", path).dry().new == 2


def test_a_quote_that_stays_open_is_told(run: Run, tmp_path: Path, faults: list[tuple[int, str]]) -> None:
    path = lines(tmp_path / "people.csv", b"email,name", b'ada@moved.example,"Ada', b"ben@moved.example,Ben")
    run("csv", path).dry()
    assert [row for row, _reason in faults] == [1]
    assert "is a quote left open?" in faults[0][1]


def test_a_row_of_too_many_cells_is_told(run: Run, tmp_path: Path, faults: list[tuple[int, str]]) -> None:
    path = lines(tmp_path / "people.csv", b"email,name", b"ada@moved.example,Ada,1", b"ben@moved.example,Ben")
    assert run("csv", path).dry().new == 1
    assert faults == [(1, "has 3 cells, and the header 2")]


def test_a_huge_cell_is_told_and_the_rest_is_read(run: Run, tmp_path: Path, faults: list[tuple[int, str]]) -> None:
    path = lines(
        tmp_path / "people.csv", b"email,name", b"ada@moved.example," + b"x" * 200_000, b"ben@moved.example,B"
    )
    assert run("csv", path).dry().new == 1
    assert "cannot be read as CSV" in faults[0][1]


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_off_or_damaged_anywhere_ends_in_words(tmp_path: Path, path: Path, data: st.DataObject) -> None:
    """Whatever becomes of it: whole rows before the damage are read, and nothing but words comes of the rest."""
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content)))
    if data.draw(st.booleans()):
        del content[at:]
    else:
        content[at : at + 1] = data.draw(st.binary(max_size=3))
    damaged = tmp_path / path.name
    damaged.write_bytes(content)
    form = FORMATS["csv" if path.name == "people.csv" else path.stem]
    try:
        with opened(damaged) as file:
            found = list(rows(file, form))
    except UnreadableFile:
        return
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    for row in found:
        assert bool(row.fault) is (row.record is None)
        if row.record is not None and is_user(form, row.record) and not why_left_out(form, row.record):
            person(form, row.record)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PATHS = sorted(
    {
        name
        for form in FORMATS.values()
        for path in (*form.ids, *form.named.values(), *form.bags, *(rule.path for rule in form.left_out))
        for name in path.split(".")
    }
    | {"email", "emails", "identities", "verified", "email_addresses", "primary_email_address", "otherMails", "mail"}
)


@pytest.mark.thorough
@pytest.mark.parametrize("system", FORMATS)
@given(record=st.dictionaries(st.sampled_from(PATHS), JSON, max_size=6))
def test_any_record_is_read_as_somebody(system: str, record: dict[str, object]) -> None:
    form = FORMATS[system]
    why_left_out(form, record)
    found = person(form, record)
    assert isinstance(found.address, str)
    assert isinstance(found.external_id, str)
    assert all(isinstance(name, str) for name in found.attributes)
