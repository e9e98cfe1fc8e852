"""Phones: a number that is asked for only to protect an account, proved by a code, and never its only factor."""
