"""Every table of the dashboard as data: what a page draws, a file holds, with the same cells left out.

Begin with `SHEETS` in routes.py; sheets.py writes a table as CSV or JSON.
"""
