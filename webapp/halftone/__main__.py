"""`python -m halftone` is the `halftone` command."""

from halftone.cli import main

main()
