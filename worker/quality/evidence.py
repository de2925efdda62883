"""What fired an alarm, as a sentence with units: for pages and messages that a person reads in a hurry."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

LABEL = {
    "kept_share": "Kept share",
    "confidence": "Confidence",
    "spam_wave": "Spam wave",
    "verdicts": "Pages without content",
    "language_drift": "Language drift",
    "yield": "Yield",
    "backlog_age": "Pages wait too long",
    "dead_pages": "Dead pages",
    "second_opinion": "Second opinion disagrees",
    "no_data": "No data",
    "stale_rollups": "Stale figures",
    "golden_score": "Golden set",
}


def said(kind: str, subject: str, evidence: Mapping[str, Any]) -> str:
    """One or two sentences.

    >>> said("kept_share", "a.example", {"usual": 0.61, "now": 0.09, "score": 31.2, "pages_before": 1240})
    'Kept share is about 9 %; usually 61 %, over 1,240 pages before.'
    """
    teller = _OF_HOST.get(kind) if subject else _OF_ALL.get(kind)
    try:
        return teller(evidence) if teller is not None else ""
    except KeyError:  # an alarm of another release may have other figures
        return ""


def ended(evidence: Mapping[str, Any]) -> str:
    """Why an alarm is over; "" while it is not, and where nothing more than that is known.

    >>> ended({"closed": {"why": "it is as it was", "now": 0.6}})
    'Over: it is as it was.'
    """
    why = evidence.get("closed", {}).get("why")
    return f"Over: {why}." if why else ""


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %" if 0 < value < 0.1 and round(100 * value, 1) % 1 else f"{100 * value:.0f} %"


def _time(ms: int | None) -> str:
    return "never" if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime("%d %B %Y, %H:%M UTC").lstrip("0")


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _level(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda e: (
        f"{name} is about {_percent(e['now'])}; usually {_percent(e['usual'])}, over {e['pages_before']:,} pages before."
    )


def _rate(what: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda e: (
        f"The latest pages fit a share of {_percent(e['now'])} or more {what}; "
        f"usually {_percent(e['usual'])}, over {e['pages_before']:,} pages before."
    )


def _hour(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda e: (
        f"{name} was {_percent(e['now'])} in the hour from {_time(e['hour'])}, over {e['pages']:,} pages; at this hour it "
        f"is usually {_percent(e['usual'])}. That is {abs(e['spreads']):.1f} times the usual distance."
    )


def _backlog(e: Mapping[str, Any]) -> str:
    late = [
        f"the oldest {lane} page waits for {_span(age)} (at most {_span(e['may_be'][lane])} is right)"
        for lane, age in e["oldest_seconds"].items()
        if age > e["may_be"][lane]
    ]
    text = "; ".join(late) or "no page waits too long any more"
    return f"{text[0].upper()}{text[1:]}."


_OF_HOST: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "kept_share": _level("Kept share"),
    "confidence": _level("Confidence"),
    "spam_wave": _rate("with injected spam"),
    "verdicts": _rate("without content"),
    "language_drift": _rate("in another language"),
    "no_data": lambda e: (
        f"The last page came in the hour from {_time(e['last_hour'])}. The week before had {e['pages_before']:,} pages, "
        "some on every day."
    ),
}
_OF_ALL: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "kept_share": _hour("Kept share"),
    "confidence": _hour("Confidence"),
    "yield": _hour("Yield"),
    "verdicts": _hour("The share of pages with content"),
    "backlog_age": _backlog,
    "dead_pages": lambda e: f"{e['now']:,} pages were given up in two hours; usually {e['usual']:.1f}.",
    "no_data": lambda e: (
        f"The last page came in the hour from {_time(e['last_page_in_hour'])}. At this hour pages came on "
        f"{e['days_with_pages_then']} of the last {e['days']} days."
    ),
    "stale_rollups": lambda e: f"The oldest figures that were not added up are of the hour from {_time(e['oldest_hour'])}.",
    "second_opinion": lambda e: (
        f"Agreement is {_percent(e['now'])} over {e['pages']:,} pages of the last day; in the weeks before it was "
        f"{_percent(e['usual'])}."
    ),
    "golden_score": lambda e: (
        f"F1 is {_percent(e['f1'])}; the floor is {_percent(e['floor'])}, the best of the last runs {_percent(e['best'])}. "
        f"Cleaner {e['version']}."
    ),
}
