"""The engine: declare, decide, ask, take, count."""
