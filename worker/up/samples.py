"""The packaged sample pages, so that a first start has something to show."""

import tomllib
from importlib.resources import files

from worker.store import Store
from worker.store.nouns import Receipt, Submission

SOURCE = "samples"


def sample_pages() -> list[Submission]:
    """All of them, as a crawler would hand them in."""
    folder = files("worker.samples")
    index = tomllib.loads(folder.joinpath("index.toml").read_text(encoding="utf-8"))
    return [
        Submission(
            source=SOURCE,
            url=page["url"],
            body=folder.joinpath(page["file"]).read_bytes(),
            content_type=page["content_type"],
            meta={"about": page["about"]},
        )
        for page in index["page"]
    ]


def load_samples(store: Store) -> list[Receipt]:
    """Hand them in, unless the store has or had pages; what is to be sent to workers."""
    if any(store.counts().values()):
        return []
    return store.submit(sample_pages())
