"""The notice in its versions: what was told of a field when somebody answered, and what became different since."""
