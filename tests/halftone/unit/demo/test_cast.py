"""The people of the demo and the products that they bought stand in two files that must agree."""

import tomllib

from halftone.demo import cast
from halftone.settings import ROOT

SEED = ROOT / "seed_data"


def test_what_personas_bought_and_shared_is_in_the_catalogue() -> None:
    entries = tomllib.loads((SEED / "products.toml").read_text("utf-8"))["products"]
    personas = cast.read(SEED / "people.toml").personas
    bought = {slug for persona in personas for past in persona.past for slug in past.products}
    assert bought
    assert bought <= {entry["slug"] for entry in entries}
