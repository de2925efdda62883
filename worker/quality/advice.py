"""What each kind of alarm means and what to do about it, for the person it wakes."""

ADVICE = {
    "kept_share": "The host probably has a new template. Look at its latest pages; if parts are removed wrongly, "
    "review some, or switch the rule off for this host, then clean its pages again.",
    "confidence": "The cleaner is less sure of this host's pages than it was. Look at its latest pages: a new template, "
    "another kind of page, or text that is no longer in the markup.",
    "spam_wave": "Pages of this host carry spam that others put there. Look at them; it was removed where it was "
    "found. Hold the host back from the corpus until it is clean again, and tell its owner if you can.",
    "verdicts": "The crawler gets no content from this host: a bot check, a wall, an error page or an empty shell. Slow "
    "down or change how the host is crawled; cleaning again will not help.",
    "language_drift": "The host's pages are in another language than before: a redirect by place, a machine translation, "
    "or a new owner. Look at its latest pages and at how they are crawled.",
    "yield": "Fewer pages come out clean than usual. Look at why pages are rejected or dead: `dehusk dead`.",
    "backlog_age": "Pages wait too long. Add workers, or slow the crawler; see whether workers run: `dehusk status`.",
    "dead_pages": "More pages are given up than usual. Look at their errors with `dehusk dead`, and try them again when the "
    "cause is gone.",
    "second_opinion": "The second extractor disagrees more than it did. Review the pages on which they differ most.",
    "no_data": "No pages come in, though at this time they usually do. See whether the crawler runs, and whether "
    "the service takes its pages: `dehusk status`.",
    "stale_rollups": "Figures are not being added up, so what you see is old. See whether the scheduler runs.",
    "golden_score": "The golden set scores lower than its floor. Compare with the version before, "
    "and go back if that was better.",
}


def what_to_do(kind: str) -> str:
    """For any kind there is.

    >>> what_to_do("no_data")[:16]
    'No pages come in'
    """
    return ADVICE[kind]
