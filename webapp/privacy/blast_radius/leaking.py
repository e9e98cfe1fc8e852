"""What a leak would show, in words that follow from how each thing is stored."""

from collections.abc import Collection, Iterable

from webapp.privacy.blast_radius.sealing import Place, places_of
from webapp.profiling.holdings import Holding
from webapp.profiling.manifest import Field
from webapp.profiling.words import gettext


def stored(field: Field, holdings: Collection[Holding]) -> str:
    """How a field's value stands in the database, and where else it does."""
    places = places_of(field.kind, holdings)
    if not places:
        return gettext("encrypted")
    plain = _names(place for place in places if not place.sealed)
    sealed = _names(place for place in places if place.sealed)
    said = gettext("encrypted as an answer")
    if sealed:
        said += "; " + gettext("encrypted in %(places)s too", places=sealed)
    return f"{said}; {gettext('plain in %(places)s', places=plain)}" if plain else said


def by_database(field: Field, holdings: Collection[Holding]) -> str:
    """What whoever has a copy of the database, and no key, learns of the field."""
    public = " " + gettext("The value is on public pages anyway.") if field.sensitivity == "public" else ""
    plain = _names(place for place in places_of(field.kind, holdings) if not place.sealed)
    if plain:
        return gettext("the value, where it stands in %(places)s", places=plain) + public
    return gettext("that it is held, since when, and where it was asked; not the value.") + public


def by_key() -> str:
    return gettext("nothing")


def by_both() -> str:
    return gettext("the value")


def _names(places: Iterable[Place]) -> str:
    return ", ".join(f"{place.table} ({place.column})" for place in places)
