"""Insights: what the product manager sees of every ask."""
