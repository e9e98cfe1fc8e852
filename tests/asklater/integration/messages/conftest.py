"""What the tests of messages share: the application's database, and a mail server that does as it is told."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from asklater.database.access import Database, current_database
from tests.asklater.integration.messages.smtp_server import PostOffice, post_office

MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""When messages are written."""
SENDER = "Workshop <hello@workshop.example>"


@pytest.fixture
def database(workshop: Flask) -> Database:
    return current_database()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as server:
        yield server
