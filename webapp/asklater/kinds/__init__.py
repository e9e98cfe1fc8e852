"""Kinds: how one sort of field is asked, parsed, proved, shown and stored."""
