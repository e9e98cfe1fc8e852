"""The template of translations says what the library says."""

import pytest

from tests.running.messages import TEMPLATE, template


@pytest.mark.thorough
def test_the_template_of_translations_is_fresh() -> None:
    assert TEMPLATE.read_bytes() == template(), "make messages writes it anew"
