"""Checks: reading a manifest's file, and everything that is wrong with it, each finding with its key.

Begin with `read` and `check` in manifest.py; background prompts, experiments and reasons have a file each.
"""
