"""Operations: what somebody who runs the application needs beside it.

Figures for Prometheus (`metrics.py`) and traces (`telemetry.py`), each with an extra of its own and joined by
`watchers.py` where they are configured; `backup.py` saves and brings back a database that is in use.
"""
