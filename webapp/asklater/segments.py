"""Segments: what people are told apart by, read of whoever makes a request, as far as the manifest declares it.

Where a first visit came from is noted in its session, and with the first ask beside the person. Nothing is read, noted
or asked of the database where the manifest declares no segments.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import has_request_context, request, session

from asklater import clock
from asklater.flask_proxies import unproxied
from asklater.manifest.declarations import Segment
from asklater.measurement import FIRST_VISIT, is_measured_request
from asklater.policy.segments import segments_of, segments_text, value_of
from asklater.records.first_visits import FirstVisits

ReadSegment = Callable[[int], object]
"""Tells what the application knows of a subject, by its number; None for nothing."""
REFERRER, LANGUAGE, APPLICATION = "referrer", "language", "application"


class Segments:
    """Those of one application. `declared` are the segments by key, and `reads` what the application tells of some."""

    def __init__(
        self, first_visits: FirstVisits, declared: Mapping[str, Segment], reads: Mapping[str, ReadSegment]
    ) -> None:
        self._declared = declared
        self._reads = reads
        self._of_first_visit = {key: it for key, it in declared.items() if it.is_of_first_visit}
        self._first_visits = first_visits

    def of_person(self, subject_id: int) -> str:
        """The text of the segments that somebody who is measured and asked something is in, in the caller's
        transaction. What is not known is left out: of a first visit that was before the manifest declared it, and of
        what is part of no request."""
        if not self._declared or not has_request_context():
            return ""
        here = {key: self._here(it, subject_id) for key, it in self._declared.items() if not it.is_of_first_visit}
        return " ".join((*self._first_visit(subject_id), *segments_of(segments_text(here))))

    def note_first_visit(self) -> None:
        """Keep in this browser's session where its first visit came from, until somebody is asked something; nothing
        of who is not measured."""
        here = unproxied(session)
        if not self._of_first_visit or not _is_page():
            return
        if not is_measured_request():
            here.pop(FIRST_VISIT, None)
        elif FIRST_VISIT not in here:
            came_from = {key: _came_from(segment) for key, segment in self._of_first_visit.items()}
            here[FIRST_VISIT] = [int(clock.now().timestamp()), segments_text(came_from)]

    def _first_visit(self, subject_id: int) -> tuple[str, ...]:
        """In which of those that are declared the first visit was; none where it is not known."""
        if not self._of_first_visit:
            return ()
        found = self._first_visits.read(subject_id)
        if found is None and FIRST_VISIT in session:
            at, segments = session[FIRST_VISIT]
            self._first_visits.note(subject_id, datetime.fromtimestamp(at, UTC), segments)
            found = self._first_visits.read(subject_id)
        return tuple(one for one in segments_of(found or "") if one.partition("=")[0] in self._of_first_visit)

    def _here(self, segment: Segment, subject_id: int) -> str:
        if segment.tells == (LANGUAGE,):
            return value_of(segment, _language())
        told = self._reads[segment.key](subject_id)
        return value_of(segment, None if told is None else str(told))


def _is_page() -> bool:
    """Whether a browser goes to a page: what scripts and machines fetch begins no visit."""
    sent = unproxied(request)
    return sent.method == "GET" and "text/html" in sent.headers.get("Accept", "")


def _came_from(segment: Segment) -> str:
    """The value for the first of what the segment is told by that says something."""
    sent = unproxied(request)
    for name in segment.tells:
        is_site = name == REFERRER
        told = _referring_site() if is_site else sent.args.get(name, "")
        if told.strip():
            return value_of(segment, told, is_site=is_site)
    return value_of(segment, None)


def _referring_site() -> str:
    """The site whose page led here, "" for none, and for a page of this one."""
    sent = unproxied(request)
    try:
        site = urlsplit(sent.referrer or "").hostname or ""
    except ValueError:
        return ""
    return "" if site == (urlsplit(f"//{sent.host}").hostname or "") else site


def _language() -> str:
    """The primary tag of the language that the browser would rather have than any other, "" where it says none."""
    wanted = unproxied(request).accept_languages
    return wanted.best.split("-")[0] if wanted.best and wanted.best != "*" else ""
