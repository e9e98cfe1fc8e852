"""The blast radius: how much is held, of whom and how old, and what a leak of it would show."""
