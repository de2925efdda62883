"""Send crawled pages to Dehusk and read clean documents back.

from dehusk_client import Client, page

with Client("http://127.0.0.1:8000", token="…", source="news") as client:
    for receipt in client.submit_all(page(url=url, html=body) for url, body in crawl()):
        if not receipt.ok:
            print(receipt.url, receipt.message)
"""

from dehusk_client.aio import AsyncClient
from dehusk_client.client import Client
from dehusk_client.errors import DehuskError, Refused, Unavailable
from dehusk_client.nouns import Blob, Part, Receipt, page
from dehusk_client.sink import Sink

__all__ = ["AsyncClient", "Blob", "Client", "DehuskError", "Part", "Receipt", "Refused", "Sink", "Unavailable", "page"]
