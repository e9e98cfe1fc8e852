"""What is held of a person, to take along: ordered, built by the worker in batches, sealed until it is fetched."""
