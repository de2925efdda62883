"""What the service knows: pages, their revisions, documents, events, roll-ups and raw bodies.

    store = Store.open(settings)
    receipts = store.submit([Submission(source="mine", url="https://a.example/", body=b"<p>…")])
    jobs = store.claim([receipt.revision_id for receipt in receipts if receipt.new], worker="w1")
    store.finish([Outcome(job_id=job.id, attempt=job.attempt, document=…) for job in jobs])

The row is the truth. Every method is one short transaction or several that each leave a true state, may be called
again after any failure, and may be called by any number of threads and processes at once.
"""

from worker.store.store import Store

__all__ = ["Store"]
