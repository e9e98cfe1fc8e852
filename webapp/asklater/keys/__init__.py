"""Keys: which master keys there are, what they wrap, and which of them is in use."""
