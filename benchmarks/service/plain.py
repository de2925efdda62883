"""What many write first: a Celery task that runs trafilatura on the HTML that its message carries."""

import os

import redis
import trafilatura
from celery import Celery

BROKER = os.environ.get("PLAIN_BROKER", "")
DONE = "plain:done"

app = Celery("plain", broker=BROKER)
app.conf.update(broker_connection_retry_on_startup=True)


@app.task(name="extract", ignore_result=True)  # type: ignore[untyped-decorator]
def extract(html: str) -> None:
    """Extract and keep the text, as simply as it can be kept."""
    text = trafilatura.extract(html) or ""
    client = redis.Redis.from_url(BROKER)
    client.set(f"plain:{hash(html)}", text)
    client.incr(DONE)
