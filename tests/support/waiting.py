"""How long a test waits for what has to happen."""

PATIENCE = 240
"""Seconds after which something hangs. What is well never takes so long, however slow or busy the machine is."""
