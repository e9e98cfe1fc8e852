"""The pages behind a figure: the matrix, the lists, and those of a field, of a context, and of one in the other.

Begin with routes.py; each page has a module of its name, and presenters.py the objects that templates get.
"""
