"""Experiments as the product manager sees them: what runs, what came of it, and what to do."""
