"""Your data: everything that is held of the person who looks, on one page, with what they can do about it."""
