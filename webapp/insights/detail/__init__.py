"""What a figure is made of: the matrix, and the pages of a field, of a context, and of one in the other."""
