"""Rotation: another master key for all accounts' keys, and fresh keys for accounts, in batches, while people save."""
