"""Which variant somebody gets: by chance, and always the same. Pure."""

import hashlib
from itertools import accumulate

from webapp.profiling.experiment_declared import Experiment


def variant_for(experiment: Experiment, salt: str, person: int) -> str:
    """The key of the variant, drawn by the weights from a digest of the experiment, the salt and the person.

    Another salt shares people out anew, so that what one run did to them does not weigh on the next.
    """
    digest = hashlib.sha256(f"{experiment.key}:{salt}:{person}".encode()).digest()
    place = int.from_bytes(digest[:8]) / 2**64
    keys = list(experiment.variants)
    reached = list(accumulate(variant.weight for variant in experiment.variants.values()))
    return next((key for key, end in zip(keys, reached, strict=True) if place * reached[-1] < end), keys[-1])
