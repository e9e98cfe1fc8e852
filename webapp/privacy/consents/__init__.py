"""Consents: the history of each, its receipt to take along, and the check of a receipt that somebody shows."""
