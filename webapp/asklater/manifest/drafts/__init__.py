"""Drafts of a manifest from what another system declares of its users; begin with draft.py, one file a system."""
