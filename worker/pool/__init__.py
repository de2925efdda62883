"""Hard limits: pages are cleaned in processes that can be killed, and no page can harm another.

A C parser cannot be interrupted from Python. So a page that takes too long, eats memory or crashes takes
its process with it; the pool starts a new one and reports that page alone.

    with Pool(clean_one, jobs=4, deadline=20, memory_mb=1024) as pool:
        for answer in pool.map(pages):
            print(answer.error or answer.value)
"""

from worker.pool.errors import EngineFault, PoolBroken
from worker.pool.flow import NOT_YET, Answer
from worker.pool.supervisor import Pool

__all__ = ["NOT_YET", "Answer", "EngineFault", "Pool", "PoolBroken"]
