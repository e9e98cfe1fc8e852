"""Simulated worlds whose truth is declared, in which the dashboard's own functions say what they say of the real one.

Begin with people.py, who come by; promises.py has what has to hold, and how often it did. `make worlds` prints the
table of the chapter on insights.
"""
