"""Halftone's own declarations."""

from asklater.checks.manifest import read
from asklater.manifest import Manifest
from tests.asklater.unit.core.test_address import PLACES
from tests.support.demo import WHOLE_MANIFEST


def test_an_address_of_every_country_that_is_delivered_to_is_tried() -> None:
    manifest: Manifest = read(WHOLE_MANIFEST)
    assert set(manifest.fields["shipping_address"].settings["countries"]) == set(PLACES)
