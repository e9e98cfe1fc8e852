"""HTTP: the one htmx layer (fragment or page, where to go next, what caches may keep) and addresses of this site.

No route reads an HX- header itself.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from flask import (
    Response,
    current_app,
    has_request_context,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadHost, SecurityError
from werkzeug.routing import IntegerConverter, Map

from asklater.endpoints import endpoint_of
from asklater.flask_proxies import unproxied
from asklater.networks import is_local_name
from asklater.settings import Settings

View = Callable[..., ResponseReturnValue]
MOST = 2**31 - 1
"""The largest number that a column of the database holds: no row has a larger one."""
NUMBER = re.compile(r"[0-9]{1,10}")
UNUSABLE_HOST = (SecurityError, BadHost)
"""What keeps a request from being routed whose host is not this site's, or none at all. It has no links either."""
ELEMENT_ID = re.compile(r"(^|#)([a-z0-9][a-z0-9_-]{0,79})$")


class RowNumber(IntegerConverter):
    """The number of a row in an address, `<asklater_number:number>`: what no row can have is no address of ours (404).

    It has a name of its own, so that the converters of an application stay as they are.
    """

    name = "asklater_number"
    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=MOST)


def number_argument(name: str) -> int | None:
    """A whole number in the query, from 0 to the largest that a row can have; None for anything else."""
    text = request.args.get(name, "")
    return int(text) if NUMBER.fullmatch(text) and int(text) <= MOST else None


def wants_fragment() -> bool:
    """Whether htmx asked, and will swap what it gets; where it selects a part itself, it asks for a full page."""
    is_full = "HX-History-Restore-Request" in request.headers or request.headers.get("HX-Request-Type") == "full"
    return request.headers.get("HX-Request") == "true" and not is_full


def wants_json() -> bool:
    """Whether the client prefers JSON to HTML, by what it accepts, or else by what it sends (and is no htmx page); and
    whether the view speaks nothing else."""
    if getattr(current_app.view_functions.get(request.endpoint or ""), "speaks_json", False):
        return True
    offered = ["text/html", "application/json", "application/problem+json"]
    if request.is_json:
        offered = [*offered[1:], offered[0]]
    best = request.accept_mimetypes.best_match(offered, default=offered[0])
    return not wants_fragment() and best != "text/html"


def target_id(default: str) -> str:
    """The id of the element that htmx will swap into, `default` when it named none.

    htmx 4 writes `div#slot`, and `div` of an element without an id; htmx 2, which sends no HX-Request-Type, `slot`.
    """
    named = ELEMENT_ID.search(request.headers.get("HX-Target", ""))
    if named is None or not (named.group(1) or "HX-Request-Type" not in request.headers):
        return default
    return named.group(2)


def fragment_or_page(fragment: str, full: str, /, status: int = 200, **context: Any) -> Response:
    """Render `fragment` for htmx and `full`, which includes it, for everything else."""
    return personal(make_response(render_template(fragment if wants_fragment() else full, **context), status))


def go_to(url: str) -> Response:
    """Send the browser to `url`, a whole page: a redirect, or its htmx equivalent."""
    if wants_fragment():
        return personal(Response(status=200, headers={"HX-Redirect": url}))
    return personal(make_response(redirect(url, 303)))


def leave_for(url: str) -> Response:
    """Send the browser to `url`, on this site or another. The policy keeps a form from being redirected to another
    site, so without htmx a page of its own leads there, by itself."""
    if wants_fragment() or on_this_site(url, "") == url:
        return go_to(url)
    return personal(make_response(render_template("asklater/leaving.html", url=url, host=parts_of(url).netloc)))


def fragment_into(element_id: str, response: Response, swap: str = "outerHTML") -> Response:
    """Let the fragment in `response` replace the element `element_id`, wherever the request came from."""
    response.headers["HX-Retarget"] = f"#{element_id}"
    response.headers["HX-Reswap"] = swap
    return response


def personal(response: Response) -> Response:
    """Mark an answer that belongs to one person, and that differs between htmx and a page."""
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("HX-Request", "HX-Target", "Accept", "Cookie"))
    return response


def shown_again(response: Response) -> Response:
    """Let Back show the answer of a POST as it was, where the browser would otherwise ask whether to send it again.
    For a page of which nothing is personal: it stays in the browser's own cache."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **members: Any) -> Response:
    """A problem document of RFC 9457, without the member `detail` where that is ""."""
    document = {"type": kind, "title": title, "status": status, "detail": detail, **members}
    if not detail:
        del document["detail"]
    response = make_response(jsonify(document), status)
    response.content_type = "application/problem+json"
    return personal(response)


def site_origin() -> str:
    """`https://host`, of which every address in a mail, a header or a document is built: that of PUBLIC_URL.

    "" in an application that has not set it. A demo whose PUBLIC_URL is this machine goes by the name, number and port
    of it that the request asked for; never by a name that anybody could have sent.
    """
    settings: Settings = current_app.extensions["asklater.settings"]
    public = parts_of(settings.public_url)
    if settings.demo and has_request_context():
        here = parts_of(request.host_url)
        local = not public.hostname or is_local_name(public.hostname)
        if here.hostname and is_local_name(here.hostname) and local:
            return f"{here.scheme}://{here.netloc}"
    return f"{public.scheme}://{public.netloc}" if public.netloc else ""


def site_url() -> str:
    """`https://host/path` of the front page, without its last slash. The path is that of PUBLIC_URL; in a request that
    which the server tells, where PUBLIC_URL has none."""
    settings: Settings = current_app.extensions["asklater.settings"]
    return site_origin() + (parts_of(settings.public_url).path or _script_root())


def absolute_url(path: str) -> str:
    """A path on this site, as `url_for` builds it, as a whole address; the path where the site's is not known."""
    root = _script_root()
    if root and not f"{path}/".startswith(f"{root}/"):
        return site_origin() + path
    return site_url() + path.removeprefix(root)


def page_url(endpoint: str, **values: Any) -> str:
    """The whole address of a page, which a worker can write into a mail, too."""
    return site_url() + current_app.url_map.bind("").build(endpoint_of(endpoint), values)


def _script_root() -> str:
    return unproxied(request).script_root if has_request_context() else ""


def without_own_host(location: str) -> str:
    """Where a redirect leads, as a path when that is on the host that was asked: routing writes the host as sent."""
    parts = parts_of(location)
    if parts.netloc != request.host or parts.scheme not in {"http", "https"}:
        return location
    return urlunsplit(("", "", parts.path, parts.query, parts.fragment))


def parts_of(url: str) -> SplitResult:
    """The parts of an address that somebody sent; all of them empty where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def comes_from_this_site() -> bool:
    """Whether the browser says that a page of this site sent the request. What says nothing does not count."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and is_own_origin(origin)


def is_own_origin(origin: str) -> bool:
    """Whether an origin, as browsers send it, is this site's, its scheme included: that of PUBLIC_URL where the site
    is asked for by that name, else the request's. Over http alone a page could be anybody's who sits on the wire."""
    sent, public = parts_of(origin), parts_of(site_origin())
    scheme = public.scheme if public.netloc == request.host else request.scheme
    return sent.netloc == request.host and sent.scheme == scheme


def here() -> str:
    """The path of this request with its query, below the path that the application lies under."""
    sent = unproxied(request)
    return sent.script_root + sent.full_path.removesuffix("?")


def front_page() -> str:
    """The path of the front page, below the same."""
    return below("/")


def below(path: str) -> str:
    """A path of the application that is declared somewhere, below the same."""
    return _script_root() + path


def on_this_site(url: str, default: str | None = None) -> str:
    """`url` if it is a path of this site, else `default`, by default the front page."""
    default = front_page() if default is None else default
    if not url.startswith("/") or url.startswith(("//", "/\\")) or any(ord(sign) < 33 for sign in url):
        return default
    parts = parts_of(url)
    return default if parts.scheme or parts.netloc else url


def came_from(default: str | None = None) -> str:
    """The page of this site that sent the request, as a path; `default`, by default the front page, when unknown or
    foreign."""
    default = front_page() if default is None else default
    sent = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = parts_of(sent)
    if parts.netloc != request.host:
        return default
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return on_this_site(path, default)


def picture(content: bytes, mimetype: str = "image/webp") -> Response:
    """A picture that a person sent and we re-encoded, served so that it can be nothing but a picture."""
    response = personal(Response(content, mimetype=mimetype))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    return response


def bounces(view: View) -> View:
    """Let another site post to a view. For one that changes nothing, and only leads on with what was posted; or that
    takes nobody's word but by a signed address or a token, which no browser sends by itself."""
    view.bounces_cross_site = True  # type: ignore[attr-defined]
    return view


def speaks_json(view: View) -> View:
    """Say of a view that it is for programs alone: whatever goes wrong before it is told as a problem document."""
    view.speaks_json = True  # type: ignore[attr-defined]
    return view
