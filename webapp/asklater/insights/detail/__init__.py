"""The pages behind a figure: the matrix, the lists, and the pages of a field, of a context, and of one in the
other.
"""
