"""Recovery codes: the way in for whoever has lost their second factor. They never stand alone."""
