"""The queues by name, most urgent first, and how much goes into one message of each."""

from worker.store.nouns import LANES, Lane

QUEUE: dict[Lane, str] = {"interactive": "dehusk.interactive", "crawl": "dehusk.crawl", "reclean": "dehusk.reclean"}
SUBMIT = "dehusk.submit"  # pages from foreign producers
ORDER = (QUEUE["interactive"], SUBMIT, QUEUE["crawl"], QUEUE["reclean"])  # in which a worker looks for messages
URGENT = (QUEUE["interactive"],)  # all that a worker kept free for people who wait looks at

# A task claims and stores its pages together, which is cheap; whoever waits for one page waits for its neighbours too.
CHUNK: dict[Lane, int] = {"interactive": 1, "crawl": 32, "reclean": 32}

CLEAN_TASK = "dehusk.clean"
SUBMIT_TASK = "dehusk.submit"
STREAM = "dehusk:pages"  # the Redis Stream that crawlers may write to
GROUP = "dehusk"  # its consumer group

__all__ = ["CHUNK", "CLEAN_TASK", "GROUP", "LANES", "ORDER", "QUEUE", "STREAM", "SUBMIT", "SUBMIT_TASK", "URGENT"]
