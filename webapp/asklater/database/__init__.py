"""The database: one unit of work a request, its errors, and what migrations may be.

Begin with access.py, `Database`. The tables that everybody needs are in `asklater.tables`, commands on the schema in
`asklater.schema`.
"""
