"""Security measures (Art. 32 GDPR): those that follow from settings, database and jobs, and those that parts of the
application add.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from flask import Flask

from asklater.i18n import gettext
from asklater.privacy.leak_impact.leaks import sealed_columns
from asklater.registry import Ordered
from asklater.services import Services

MeasureText = Callable[[], str]
MEASURES = "security_measures"


def add_measure(app: Flask, order: int, text: MeasureText) -> None:
    """`text` gives a sentence in the reader's language, "" while the measure is not in force; `order` orders them."""
    Ordered.of(app, MEASURES).add(order, text)


def measures(app: Flask) -> tuple[str, ...]:
    """Returns the measures that are in force, in their order."""
    added: Ordered[MeasureText] = Ordered.of(app, MEASURES)
    return tuple(sentence for text in added if (sentence := text()))


def builtin_measures(services: Services) -> Iterator[MeasureText]:
    """Yields the library's measures. Each is evaluated when it is asked for, since features join one after the
    other."""
    yield _encryption
    yield lambda: _deletion() if services.database.is_sqlite else ""
    yield lambda: _transport(services.settings.public_url)
    yield lambda: _mail(services.settings.smtp_url)
    yield lambda: _retention() if "expire_answers" in services.jobs.runs else ""
    yield lambda: _sealed_too(services)
    yield _roles
    yield _measurement


def _encryption() -> str:
    return gettext(
        "Answers are encrypted with AES-256-GCM under a key of each account, which a master key outside the database "
        "wraps. What is moved to another account or field does not open, and an erasure destroys the account's key."
    )


def _sealed_too(services: Services) -> str:
    """Says what of the features' records is encrypted as well."""
    sealed = [
        f"{table.words().label} ({', '.join(columns)})"
        for table in services.engine.registry.personal_tables.values()
        if table.purpose and (columns := sealed_columns(table))
    ]
    return gettext("Encrypted as well: %(records)s.", records="; ".join(sealed)) if sealed else ""


def _deletion() -> str:
    return gettext("What is deleted from the database is overwritten in its file.")


def _transport(url: str) -> str:
    host = urlsplit(url).netloc
    if url.startswith("https:"):
        return gettext("Pages are served over TLS alone, at %(host)s; cookies are sent nowhere else.", host=host)
    return gettext("Pages are served without TLS at %(host)s, which is for a trial on one machine.", host=host)


def _mail(url: str) -> str:
    parts = urlsplit(url)
    if not url:
        return gettext("Emails leave nowhere: this demonstration keeps them on a page of its own.")
    if parts.scheme == "smtps":
        return gettext("Emails leave over TLS, by %(host)s.", host=parts.hostname or "")
    return gettext("Emails leave by %(host)s, over TLS where that server offers it.", host=parts.hostname or "")


def _retention() -> str:
    return gettext("A worker deletes each answer when its time is over.")


def _roles() -> str:
    return gettext(
        "Product managers see counts, never values; privacy officers see what is held and why; administrators see "
        "settings. A role works for twelve hours after a second factor was shown, and every refusal is recorded."
    )


def _measurement() -> str:
    return gettext("Pages load nothing from third parties, and figures hold neither values nor addresses.")
