"""Experiments: several ways to ask for the same, shared out among people by chance, while a run of it goes on."""
