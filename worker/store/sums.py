"""Counters for `/metrics` that follow from roll-ups: worked out when deltas are merged, so that no transaction grows.

Outcomes, words and CPU time by lane; removed words by reason; languages; histograms of confidence and kept share.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from worker.store.tally import labels_text

PAGES, WORDS_IN, WORDS_KEPT, CPU = "pages", "words_in", "words_kept", "cleaning_cpu_seconds"
LANGUAGES = "languages"
REMOVED_WORDS, REMOVED_SPANS = "removed_words", "removed_spans"
CONFIDENCE, KEPT_SHARE = "confidence", "kept_share"  # by bin

Key = tuple[str, str]  # name, labels


def derived(forms: Iterable[Mapping[str, Any]]) -> Counter[Key]:
    """What deltas add to these counters."""
    plain: Counter[tuple[str, ...]] = Counter()  # name, then labels by turns with their values
    for form in forms:
        for lane, _source, _version, language, outcome, sums in form.get("totals", ()):
            pages, words_in, words_kept, cpu_ms, confidence, kept_share = sums
            plain[PAGES, "lane", lane, "outcome", outcome] += pages
            plain[WORDS_IN, "lane", lane] += words_in
            plain[WORDS_KEPT, "lane", lane] += words_kept
            plain[CPU, "lane", lane] += cpu_ms / 1000
            if language:
                plain[LANGUAGES, "lane", lane, "language", language] += pages
            for name, bins in ((CONFIDENCE, confidence), (KEPT_SHARE, kept_share)):
                for at, count in bins.items():
                    plain[name, "lane", lane, "bin", str(at)] += count
        for lane, reason, _rule, (drops, words, _pages) in form.get("reasons", ()):
            plain[REMOVED_WORDS, "lane", lane, "reason", reason] += words
            plain[REMOVED_SPANS, "lane", lane, "reason", reason] += drops
    found: Counter[Key] = Counter()
    for (name, *labels), value in plain.items():
        found[name, labels_text(dict(zip(labels[::2], labels[1::2], strict=True)))] += value
    return found
