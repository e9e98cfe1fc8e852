"""Static files: compressed once, found by their content, cached for a year, and never with a session."""

import gc
import gzip
import warnings
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask_compress import Compress

from asklater import assets, endpoints, layout
from asklater.assets import LIBRARY, Assets
from tests.support.browsing import Browser

SHEET = LIBRARY / "css" / "base.css"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.2", "gzip"),
        ("br;q=0, gzip", "gzip"),
    ],
)
def test_a_sheet_comes_in_the_form_that_is_asked_for(visitor: Browser, accepted: str, encoding: str | None) -> None:
    answer = visitor.get("/static/css/base.css", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    opened = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}[encoding](answer.data)
    assert opened == SHEET.read_bytes()
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize("path", ["js/app.js", "css/dashboard.css", "vendor/htmx-4.0.1.min.js"])
def test_scripts_and_drawings_are_compressed_too(visitor: Browser, path: str) -> None:
    headers = {"Accept-Encoding": "gzip"}
    assert visitor.get(f"/static/{path}", headers=headers).headers["Content-Encoding"] == "gzip"


def test_pages_are_compressed(visitor: Browser) -> None:
    page = visitor.get("/ask/publish", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"<!doctype html>" in gzip.decompress(page.data)


def test_a_picture_that_is_packed_already_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"packed")
    found = Assets(tmp_path).find("a.png")
    assert found is not None
    assert found.mimetype == "image/png"
    assert found.forms == {"identity": b"packed"}


def test_what_a_page_names_is_kept_for_a_year(workshop: Flask, visitor: Browser) -> None:
    with workshop.test_request_context():
        url = workshop.jinja_env.from_string("{{ asset('css/base.css') }}").render(**_frame(workshop))
    answer = visitor.get(url)
    assert answer.cache_control.max_age == 31536000
    assert answer.cache_control.public
    assert answer.cache_control.immutable
    again = visitor.get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert not visitor.get("/static/css/base.css?v=older").cache_control.immutable


def _frame(app: Flask) -> dict[str, object]:
    context: dict[str, object] = {}
    app.update_template_context(context)
    return context


def test_a_static_file_never_comes_with_a_session(visitor: Browser) -> None:
    visitor.post("/publish")
    visitor.answer({"answer.email": "ada@x.example", "answer.display_name": "Ada"})
    headers = visitor.get("/static/css/base.css").headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers["Vary"]


@pytest.mark.parametrize(
    "path",
    [
        *("css/none.css", "../pyproject.toml", "css/../../pyproject.toml", "css", "%2e%2e/pyproject.toml", "a%00b"),
        *("a" * 300, "css/" + "a/" * 3000),
    ],
)
def test_nothing_else_is_served(visitor: Browser, path: str) -> None:
    assert visitor.get(f"/static/{path}").status_code == 404


def test_a_file_is_read_once_and_again_only_while_watching(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("p {}")
    kept, watching = Assets(tmp_path), Assets(tmp_path, watching=True)
    first = kept.find("a.css")
    assert first == watching.find("a.css")
    (tmp_path / "a.css").write_text("p { margin: 0 }")
    assert kept.find("a.css") is first
    seen = watching.find("a.css")
    assert seen is not None
    assert seen.content == b"p { margin: 0 }"


@pytest.mark.parametrize("name", ["./a.css", "b/../a.css", "././a.css", "b//../a.css", "a.css/", "a.css/."])
def test_a_file_is_kept_under_one_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.css").write_text("p {}")
    (tmp_path / "b").mkdir()
    assert Assets(tmp_path).find(name) is None


def test_of_two_folders_the_first_one_wins(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "base.css").write_text("p {}")
    both = Assets(tmp_path, LIBRARY)
    own, brought = both.find("css/base.css"), both.find("css/components.css")
    assert own is not None
    assert own.content == b"p {}"
    assert brought is not None
    assert brought.content == (LIBRARY / "css" / "components.css").read_bytes()


def test_another_application_serves_the_library_apart_from_its_own(tmp_path: Path) -> None:
    (tmp_path / "seal.svg").write_text("<svg/>")
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/files")
    endpoints.init_app(app, "")
    layout.init_app(app, lambda: "The letter office")
    with app.test_request_context():
        own, brought = assets.url("seal.svg"), assets.url("css/base.css")
        with pytest.raises(FileNotFoundError):
            assets.url("css/none.css")
    assert own.startswith("/files/seal.svg?v=")
    assert brought.startswith("/asklater/static/css/base.css?v=")
    for url, content in ((own, b"<svg/>"), (brought, SHEET.read_bytes())):
        with app.test_client().get(url) as answer:
            assert answer.data == content


@pytest.mark.thorough
@pytest.mark.parametrize("encoding", ["br", "zstd", "*;q=1e9"])
def test_of_a_compressed_file_no_handle_stays_open(encoding: str) -> None:
    app = Flask(__name__, static_folder=None)
    Compress(app)  # which streams what is a file, and forgets to close it
    endpoints.init_app(app, "")
    layout.init_app(app, lambda: "The letter office")
    with warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always")
        answer = app.test_client().get("/asklater/static/css/base.css", headers={"Accept-Encoding": encoding})
        assert answer.status_code == 200
        answer.close()
        del answer
        gc.collect()
    assert [str(one.message) for one in unclosed] == []


def test_an_application_without_static_files_has_the_librarys() -> None:
    app = Flask(__name__, static_folder=None)
    endpoints.init_app(app, "")
    layout.init_app(app, lambda: "The letter office")
    with app.test_request_context():
        assert assets.url("js/app.js").startswith("/asklater/static/js/app.js?v=")
