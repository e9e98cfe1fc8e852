"""Here every workshop has providers."""

import pytest
from flask import Flask


@pytest.fixture
def workshop(providing: Flask) -> Flask:
    return providing
