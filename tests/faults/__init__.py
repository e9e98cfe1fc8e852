"""What is broken on purpose, and fed with nonsense, for minutes: `make test-faults`. No part of any other run."""
