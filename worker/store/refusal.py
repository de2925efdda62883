"""Submissions that cannot be stored, and what to tell their sender. Checked before anything is written."""

import json

from worker.store.foreign import ForeignReader
from worker.store.nouns import LANES, Submission

LONGEST_NAME = 200  # characters of a source
LONGEST_KEY = 8192  # characters of a key or URL
LONGEST_META = 65_536  # characters of its JSON
LONGEST_HEADER = 400  # characters of a content type or encoding


def refusal(given: Submission, foreign: ForeignReader, max_bytes: int) -> tuple[str, str] | None:
    """Why this cannot be stored: (name, message)."""
    key = given.key or given.url
    if not key:
        return "no_key", "A page needs an id or a URL."
    if given.body is None and given.blob is None:
        return "no_body", "There is no page in this submission."
    if given.body is not None and given.blob is not None:
        return "two_bodies", "Send a page or a reference to one, not both."
    if given.body is not None and len(given.body) > max_bytes:
        return "page_too_large", f"The page has {len(given.body)} bytes, {max_bytes} are allowed."
    if given.blob is not None and not (given.blob.foreign and foreign.allowed(given.blob.url)):
        return "reference_refused", "Bodies are read below the prefixes in `blob_prefixes` only."
    if not given.source or len(given.source) > LONGEST_NAME:
        return "bad_source", f"`source` has 1 to {LONGEST_NAME} characters."
    if len(key) > LONGEST_KEY or len(given.url) > LONGEST_KEY:
        return "key_too_long", f"Ids and URLs have at most {LONGEST_KEY} characters."
    if len(given.content_type or "") > LONGEST_HEADER or len(given.encoding or "") > LONGEST_HEADER:
        return "header_too_long", f"Content type and encoding have at most {LONGEST_HEADER} characters."
    if given.kind not in ("html", "text", "auto") or given.lane not in LANES[:2]:
        return "bad_kind", "`kind` is html, text or auto; `lane` is interactive or crawl."
    if not _storable(given.source, key, given.url, given.content_type, given.encoding):
        return "bad_characters", "Ids, URLs and headers cannot hold NUL or lone surrogates."
    try:
        meta = json.dumps(given.meta, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return "bad_meta", "`meta` is an object of JSON."
    if len(meta) > LONGEST_META:
        return "meta_too_large", f"`meta` has at most {LONGEST_META} characters."
    return None


def _storable(*texts: str | None) -> bool:
    try:
        return not any(text and ("\0" in text or not text.encode()) for text in texts)
    except UnicodeEncodeError:
        return False
