"""Rotation: another master key for all accounts' keys, and fresh keys for accounts, in batches, while people save.

Begin with `carry_on`; a batch of each is the `step` of master_key.py and of account_keys.py.
"""

import time
from collections.abc import Callable

from asklater.engine import Engine
from asklater.rotation import account_keys, master_key
from asklater.rotation.records import ACCOUNT, MASTER, Rotation

STEPS: dict[str, Callable[[Engine], Rotation | None]] = {MASTER: master_key.step, ACCOUNT: account_keys.step}
AT_A_TIME = 5.0
"""Seconds after which the worker does something else in between."""
PAUSE = 0.05
"""Seconds between two passes: the second is about what others had locked in the first."""


def carry_on(
    engine: Engine, sort: str, on_step: Callable[[Rotation], object] = lambda _rotation: None, seconds: float = 0
) -> bool:
    """Take steps until there is nothing to do now, or for so long; whether there is more.

    `on_step` is called after each step. Raises MissingMasterKey.
    """
    until = time.monotonic() + seconds if seconds else float("inf")
    while True:
        this = STEPS[sort](engine)
        if this is None:
            return False
        on_step(this)
        if this.is_waiting:
            return False
        if time.monotonic() >= until:
            return True
        if this.position == 0:
            time.sleep(PAUSE)


def carry_on_a_while(engine: Engine) -> bool:
    """Take some steps of each sort of rotation, as the worker does; whether there is more."""
    more = [carry_on(engine, sort, seconds=AT_A_TIME) for sort in STEPS]
    return any(more)
