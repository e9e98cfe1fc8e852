"""Static files: addressed by their content, kept in memory, compressed once, cached by browsers for a year.

Flask's own view opens a file anew for every request and streams it, which rules out gzip; where Flask-Compress
compresses the stream, the file is not closed.
"""

import gzip
import hashlib
import mimetypes
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask, Response, abort, current_app, has_request_context, request, url_for
from werkzeug.security import safe_join

LIBRARY = Path(__file__).resolve().parent / "static"
"""What the library brings: the style sheets and scripts of its pages."""
SERVED = "asklater.assets"
LOOSE = frozenset(
    {"text/css", "text/javascript", "text/plain", "image/svg+xml", "image/vnd.microsoft.icon", "application/json"}
)
"""Types that are worth compressing."""
VERSION_LENGTH = 10
MOST_ADDRESSES = 2000
"""Of files, kept ready in memory."""


@dataclass(frozen=True)
class Asset:
    """One file as it was read. Its compressed forms are made when they are first asked for."""

    content: bytes
    mimetype: str
    modified: int

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:VERSION_LENGTH]

    @cached_property
    def forms(self) -> dict[str, bytes]:
        """The bytes by content encoding, the smallest first."""
        if self.mimetype not in LOOSE:
            return {"identity": self.content}
        gzipped = {"gzip": gzip.compress(self.content, 9, mtime=0), "identity": self.content}
        if find_spec("brotli") is None:  # which the extra `server` brings
            return gzipped
        return {"br": import_module("brotli").compress(self.content, quality=11), **gzipped}


class Assets:
    """The files of some folders; of two with the same name, that of the folder named first.

    They are read once; `watching`, they are read again when they change.
    """

    def __init__(self, *folders: Path, watching: bool = False) -> None:
        self._folders = folders
        self._known: dict[str, Asset] = {}
        self.watching = watching
        self.address = lru_cache(MOST_ADDRESSES)(_address)

    def find(self, filename: str) -> Asset | None:
        """The file, None when there is none of that name in any folder."""
        known = self._known.get(filename)
        if known is not None and not self.watching:
            return known
        path = next(filter(None, (_file(folder, filename) for folder in self._folders)), None)
        if path is None:
            return None
        modified = path.stat().st_mtime_ns
        if known is None or known.modified != modified:
            mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            known = self._known[filename] = Asset(path.read_bytes(), mimetype, modified)
        return known


def _file(folder: Path, filename: str) -> Path | None:
    """The file of that very name: another spelling of it (`css/./base.css`) would be kept as a file of its own."""
    joined = safe_join(str(folder), filename)
    if not joined or "\0" in joined or posixpath.normpath(filename) != filename:
        return None
    try:
        return path if (path := Path(joined)).is_file() else None
    except OSError:  # a name that no file can have
        return None


def url(filename: str) -> str:
    """Where browsers find the file as it is now. Raises FileNotFoundError."""
    return urls()(filename)


def urls() -> Callable[[str], str]:
    """`url` for as long as a request lasts, whose page asks for dozens: `asset('css/base.css')` of templates."""
    served: tuple[tuple[str, Assets], ...] = current_app.extensions[SERVED]
    prefix = request.script_root if has_request_context() else None

    def find(filename: str) -> str:
        for endpoint, assets in served:
            found = assets.find(filename)
            if found is not None:
                return assets.address(prefix, endpoint, filename, found.version)
        raise FileNotFoundError(filename)

    return find


def _address(_prefix: str | None, endpoint: str, filename: str, version: str) -> str:
    """The same for all requests below one prefix; a page asks for dozens, and to build one takes long."""
    return url_for(endpoint, filename=filename, v=version)


def locate(app: Flask, library_endpoint: str) -> None:
    """Serve the library's files, and let `url` find them and the application's own."""
    own, library = Assets(*_own(app), watching=app.debug), Assets(LIBRARY, watching=app.debug)
    app.view_functions[library_endpoint] = _view(library)
    app.extensions.setdefault(SERVED, (("static", own), (library_endpoint, library)))


def init_app(app: Flask) -> None:
    """Serve the application's static folder from memory, and the library's files beside its own, below one URL."""
    assets = Assets(*_own(app), LIBRARY, watching=app.debug)
    app.view_functions["static"] = _view(assets)
    app.extensions[SERVED] = (("static", assets),)


def _view(assets: Assets) -> Callable[[str], Response]:
    def static(filename: str) -> Response:
        found = assets.find(filename)
        if found is None:
            abort(404)
        encoding = request.accept_encodings.best_match(found.forms, "identity")
        response = Response(found.forms[encoding], mimetype=found.mimetype)
        if len(found.forms) > 1:
            response.vary.add("Accept-Encoding")
        if encoding != "identity":
            response.content_encoding = encoding
        response.set_etag(f"{found.version}-{encoding}")
        response.cache_control.public = True
        response.cache_control.max_age = current_app.get_send_file_max_age(filename)
        response.cache_control.immutable = request.args.get("v") == found.version
        response.make_conditional(request)
        return response

    return static


def _own(app: Flask) -> tuple[Path, ...]:
    return (Path(app.static_folder),) if app.static_folder else ()
