"""A completion rate over time, with its interval: as a drawing and as the table beside it."""
