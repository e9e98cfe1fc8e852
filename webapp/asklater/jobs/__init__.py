"""Jobs: what is done apart from a request, by a worker or from cron.

Begin with service.py, `Jobs`; queues.py keeps what waits, worker.py runs it, claims.py lets one machine do it.
"""
