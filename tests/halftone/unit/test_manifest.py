"""Halftone's own declarations."""

from asklater.checks.manifest import read
from asklater.manifest import Manifest
from asklater.registry import Kinds
from tests.asklater.unit.core.test_address import PLACES
from tests.support.demo import WHOLE_MANIFEST


def test_an_address_of_every_country_that_is_delivered_to_is_tried() -> None:
    manifest: Manifest = read(WHOLE_MANIFEST)
    assert set(manifest.fields["shipping_address"].settings["countries"]) == set(PLACES)


def test_the_fields_of_the_built_in_kinds_pass() -> None:
    manifest, kinds = read(WHOLE_MANIFEST), Kinds()
    ours = {key: kinds[field.kind].check(field) for key, field in manifest.fields.items() if field.kind in kinds}
    assert set(ours) >= {"display_name", "picture", "shipping_address"}
    assert not any(ours.values())
