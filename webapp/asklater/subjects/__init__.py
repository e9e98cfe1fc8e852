"""Subjects: what becomes of a person as a whole, from the first visit to the deletion.

Begin with profiles.py, what a person holds; users.py tells whose profile it is, merge.py makes two of them one,
deletion.py ends it.
"""
