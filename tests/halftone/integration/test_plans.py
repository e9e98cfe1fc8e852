"""What shoppers do all the time goes by index, whatever SQLite believes to know of the shop's tables."""

import pytest

from asklater import Database
from tests.halftone.integration.shopping import OTHER_PRINT, Shopper
from tests.support.plans import gathered, note_statistics, whole_tables

KEYS = frozenset({"asklater_master_key", "asklater_application_key"})
SMALL = KEYS | {"product", "asklater_experiment_run", "asklater_webhook_endpoint"}


@pytest.mark.thorough
@pytest.mark.parametrize("statistics", [None, (1, 1), (2700, 3), (100_000, 5)], ids=str)
def test_shopping_reads_no_whole_table(plain: Shopper, statistics: tuple[int, int] | None) -> None:
    database: Database = plain.app.extensions["asklater.database"]
    if not database.is_sqlite:
        pytest.skip("PostgreSQL looks at its tables itself")
    with gathered(plain.app) as sent:
        plain.buy()
        plain.put(OTHER_PRINT)
        plain.get("/cart")
        plain.get("/products/late-sun")
        plain.order()
    note_statistics(database, *(statistics or [None]))
    try:
        assert whole_tables(database, sent, SMALL) == set()
    finally:
        note_statistics(database, None)
