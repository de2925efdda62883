"""From a stored page to a cleaned one, on any number of machines. Celery is imported nowhere else.

Messages carry ids, and only wake workers up: the row in the store is the truth. A message that is lost is sent again
by the scheduler, one that comes twice finds nothing to do.
"""
