"""What `make` runs: installing, checking, testing. None of it is part of the application."""
