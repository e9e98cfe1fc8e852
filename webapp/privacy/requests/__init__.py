"""Requests: what people ask of what is held of them, by when it has to be done, and what was done."""
