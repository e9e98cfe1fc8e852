"""Keys: each subject's own key, the master keys that wrap them, and what is sealed under them.

Begin with `Keyring` in keyring.py; `vault` seals and opens, `service` holds master keys, `in_use` knows which of them
the database is under. Changing keys is the work of `asklater.rotation`.
"""
