"""The chance by which things break, which FAULT_SEED repeats."""

from random import Random

import pytest

from tests.faults.schedule import SECONDS, SEED


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    """Whose draws FAULT_SEED repeats, for each test its own."""
    print(f"\n{request.node.name}: FAULT_SEED={SEED} FAULT_SECONDS={SECONDS:g}")
    return Random(f"{SEED} {request.node.name}")
