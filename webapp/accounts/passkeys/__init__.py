"""Passkeys: signing in with a finger, a face or a screen lock, and no code."""
