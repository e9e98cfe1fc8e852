"""A child that does not outlive its parent, however the parent ends."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def with_parent() -> None:
    """Run in a new child: have Linux end it when its parent is gone, even if the parent was killed outright."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
