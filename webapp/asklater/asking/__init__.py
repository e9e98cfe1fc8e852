"""Asking: the gate and its prompts, from a request to an answer.

Begin with `gate` in gate.py: submission.py takes what a request answers, prompts.py draws what is missing, and
responses.py answers with it. Background prompts are in background.py, the library's own routes in routes.py.
"""
