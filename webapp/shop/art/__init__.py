"""The pictures of Halftone, drawn by code: one module per family of drawings."""
