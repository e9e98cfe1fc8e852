"""Halftone, the demo print shop."""
