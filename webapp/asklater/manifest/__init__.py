"""The manifest: what is asked, by which action, for which purpose and how long, as frozen data without a framework.

Begin with `Manifest` in declarations.py; `diff` compares two of them, `notice` says what a person is told of a field.
Reading and checking a file is the work of `asklater.checks`.
"""
