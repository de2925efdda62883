"""From the engine's result to what is stored, and back. Drops are one compressed value, not a row each."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import zstandard

from cleaners.page import WHITE_SPACE, Cleaned
from cleaners.stages.text import count_words
from worker.store.nouns import Document, ReasonCount

LEVEL = 3
Account = Mapping[str, list[Any]]


def document(cleaned: Cleaned, profile: str) -> Document:
    """What is stored of a result. Made where the page was cleaned, so that little has to travel."""
    reasons: dict[tuple[str, str], list[int]] = {}
    dropped = 0
    for drop in cleaned.drops:
        if drop.reason == WHITE_SPACE:
            continue
        words = count_words(drop.text)
        if drop.field == "text":
            dropped += words
        sums = reasons.setdefault((drop.reason, drop.rule), [0, 0])
        sums[0] += 1
        sums[1] += words
    kept = count_words(cleaned.text)
    return Document(
        cleaner_version=cleaned.cleaner_version,
        profile=profile,
        text=cleaned.text,
        title=cleaned.title,
        author=cleaned.author,
        date=cleaned.date,
        site_name=cleaned.site_name,
        description=cleaned.description,
        language=cleaned.language,
        page_kind=cleaned.page_kind,
        verdict=cleaned.verdict,
        confidence=cleaned.confidence,
        calibrated=cleaned.calibrated,
        kept_share=kept / (kept + dropped) if kept + dropped else 0.0,
        spam_share=cleaned.spam_score,
        input_kind=cleaned.input_kind,
        encoding=cleaned.encoding,
        words_in=kept + dropped,
        words_kept=kept,
        reasons=tuple(ReasonCount(reason, rule, *sums) for (reason, rule), sums in sorted(reasons.items())),
        account=_squeeze(cleaned),
    )


def _squeeze(cleaned: Cleaned) -> bytes:
    form = {"drops": cleaned.drops, "flags": cleaned.flags, "notes": cleaned.notes}  # named tuples become arrays
    plain = json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return zstandard.ZstdCompressor(level=LEVEL).compress(plain)


def account(found: Document) -> dict[str, Any]:
    """Drops, flags and notes in the JSON form."""
    from cleaners.page import Drop, Mark

    if not found.account:
        return {"drops": [], "flags": [], "notes": []}
    form = json.loads(zstandard.ZstdDecompressor().decompress(found.account).decode("utf-8", "surrogatepass"))
    return {
        "drops": [Drop(*drop)._asdict() for drop in form["drops"]],
        "flags": [Mark(*flag)._asdict() for flag in form["flags"]],
        "notes": form["notes"],
    }


def text_digest(found: Document) -> bytes:
    """What makes two documents of a page say the same: text, title, author and date."""
    whole = "\0".join((found.text, found.title or "", found.author or "", found.date or ""))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).digest()[:20]
