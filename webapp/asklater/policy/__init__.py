"""Policy: the decisions, as pure functions over frozen data; no framework, no database.

Begin with `decide` in decision.py, which says what an action lacks; `background` says which background prompt is due,
`variants` what a variant changes, and `formulas` holds the rates and intervals that figures use.
"""
