"""Keys: the command line that rotates them, the worker that carries on, the page on which an administrator sees it."""
