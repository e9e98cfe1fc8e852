"""What each leak would show as a whole, and where the keys are kept."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy.engine import make_url

from webapp.config import Settings
from webapp.privacy.blast_radius.sealing import places_of, plain_columns
from webapp.profiling.holdings import Holding
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def whole_leaks(manifest: Manifest, holdings: Collection[Holding], settings: Settings) -> tuple[tuple[str, str], ...]:
    """Pairs of a leak and what it shows: the database alone, the keys alone, both."""
    return (
        (gettext("The database alone"), _database(manifest, holdings)),
        (gettext("The keys alone"), f"{_key()} {_where(settings)}"),
        (gettext("Both"), gettext("Everything, in clear. No encryption helps against that, only holding less.")),
    )


def _database(manifest: Manifest, holdings: Collection[Holding]) -> str:
    """Which values stand plain somewhere, and how many tables can be read besides."""
    readable = [
        gettext(field.label)
        for field in manifest.fields.values()
        if any(not place.sealed for place in places_of(field.kind, holdings))
    ]
    tables = sum(1 for holding in holdings if plain_columns(holding))
    if readable:
        values = gettext("The values of %(fields)s, which stand in other records too;", fields=", ".join(readable))
    else:
        values = gettext("No value of any field;")
    rest = gettext(
        "that each answer is held, and its circumstances; and what stands plain in %(tables)s tables, below.",
        tables=tables,
    )
    return f"{values} {rest}"


def _key() -> str:
    return gettext("Nothing. The master key opens the accounts' own keys, and these lie in the database.")


def _where(settings: Settings) -> str:
    if _beside_the_database(settings):
        return gettext("This demonstration keeps its keys in a file beside the database: who has the folder has both.")
    return gettext(
        "They are given to the application from outside, and lie neither in the database nor in its backups."
    )


def _beside_the_database(settings: Settings) -> bool:
    """Whether the demo made up its keys, and keeps them in the folder that its database is in."""
    file = make_url(settings.database_url).database or ""
    embedded = settings.database_url.startswith("sqlite") and settings.instance in Path(file).parents
    return settings.demo and embedded and (settings.instance / "secrets.json").exists()
