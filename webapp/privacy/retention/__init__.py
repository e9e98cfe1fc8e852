"""Retention: what is held until when, what goes soon, and what went lately."""
