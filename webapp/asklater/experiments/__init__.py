"""Experiments: several ways to ask for the same, shared out among people by chance, while a run of it goes on.

Begin with `Experiments` in service.py: it says how a person is treated; `runs` starts and stops, `assignments` keeps
who got which variant. What came of them is shown by `asklater.insights.experiments`.
"""
