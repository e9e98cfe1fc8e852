"""Halftone, the print shop of the demo: a customer of the engine like any other."""
