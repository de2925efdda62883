"""Series that only grow, from the store's counters: the same on every web process."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from dashboard.exposed.text import Family
from dashboard.figures.outcomes import OUTCOMES
from worker.store import sums
from worker.store.figures import Counters
from worker.store.nouns import LANES
from worker.store.tally import BINS, MOVES

RENAMED = {"before": "from_", "after": "to"}

# the store's counter -> its name here, and what it is
KNOWN: Mapping[str, tuple[str, str]] = {
    "submissions": ("submissions_total", "Pages handed in: new, or known already."),
    "submissions_refused": ("submissions_refused_total", "Entries of stream and queue that are no page."),
    MOVES: ("state_changes_total", "Revisions of pages that went from one state to another."),
    sums.PAGES: ("pages_total", "Pages finished, by verdict of their document; rejected or dead without one."),
    sums.WORDS_IN: ("source_words_total", "Words of pages before cleaning."),
    sums.WORDS_KEPT: ("kept_words_total", "Words of pages after cleaning."),
    sums.CPU: ("cleaning_cpu_seconds_total", "CPU time of the cleaning itself."),
    sums.LANGUAGES: ("language_pages_total", "Cleaned pages by language."),
    sums.REMOVED_WORDS: ("removed_words_total", "Words removed, by reason."),
    sums.REMOVED_SPANS: ("removed_spans_total", "Spans removed, by reason."),
    "documents": ("documents_total", "Texts stored: new, or unchanged and so not stored again."),
    "retries": ("page_retries_total", "Pages sent back after a try that failed, by error."),
    "leases_passed": ("leases_passed_total", "Pages whose worker vanished without a word."),
    "pages_deleted": ("pages_deleted_total", "Pages taken down."),
}
HISTOGRAMS = {
    sums.CONFIDENCE: ("page_confidence_ratio", "Confidence of documents. The sum is of the middles of buckets."),
    sums.KEPT_SHARE: ("page_kept_ratio", "Share of words kept. The sum is of the middles of buckets."),
}
# so that a rate is there from the first page on, not from the second
AT_ZERO: Mapping[str, list[dict[str, str]]] = {
    sums.PAGES: [{"lane": lane, "outcome": outcome} for lane in LANES for outcome in OUTCOMES],
    "submissions": [{"lane": lane, "outcome": "new"} for lane in LANES],
    "documents": [{"outcome": "new"}, {"outcome": "unchanged"}],
    **{name: [{"lane": lane} for lane in LANES] for name in (sums.WORDS_IN, sums.WORDS_KEPT, sums.CPU)},
}


def counted(counters: Counters) -> Iterator[Family]:
    """All counters as families; one that is not known here keeps its own name."""
    by_name: dict[str, dict[str, float]] = defaultdict(dict)
    for (name, labels), value in counters.items():
        by_name[name][labels] = value
    for name in [*KNOWN, *sorted(by_name.keys() - KNOWN.keys() - HISTOGRAMS.keys())]:
        full, about = KNOWN.get(name, (f"{name}_total", "Counted by the service."))
        family = Family(full, "counter", about)
        found = by_name.get(name, {})
        known = {frozenset(json.loads(labels).items()) for labels in found}
        for zero in AT_ZERO.get(name, ()):
            if frozenset(zero.items()) not in known:
                family.add(0, **zero)
        for text, value in sorted(found.items()):
            family.add(value, **{RENAMED.get(label, label): said for label, said in json.loads(text).items()})
        yield family
    for name, (full, about) in HISTOGRAMS.items():
        yield _histogram(Family(full, "histogram", about), by_name.get(name, {}))


def _histogram(family: Family, found: Mapping[str, float]) -> Family:
    bins: dict[str, list[float]] = {lane: [0.0] * BINS for lane in LANES}
    for text, value in found.items():
        labels = json.loads(text)
        bins[labels["lane"]][int(labels["bin"])] += value
    bounds = [(at + 1) / BINS for at in range(BINS)]
    for lane, counts in bins.items():
        middles = sum(count * (at + 0.5) / BINS for at, count in enumerate(counts))
        family.add_histogram(bounds, [*counts, 0.0], middles, lane=lane)
    return family
