"""A page with its account on it: what stays, what went and why, in the order of the source."""

from collections.abc import Iterator
from typing import NamedTuple

from cleaners.page import WHITE_SPACE, Cleaned

STRUCK, MARKED, QUIET, STRONG, END = "\x1b[9;31m", "\x1b[4;33m", "\x1b[36m", "\x1b[1m", "\x1b[0m"

# A page may hold sequences that a terminal would obey. They are shown by their pictures instead.
CONTROLS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
CONTROLS |= dict.fromkeys(range(128, 160), 65533)


class Piece(NamedTuple):
    """A stretch of the source text that is shown in one way."""

    text: str
    fate: str  # kept, dropped, flagged
    label: str


def explain(cleaned: Cleaned, colour: bool) -> str:
    """The source text with its removed parts struck out, or between `[-` and `-]`, each with its reason."""
    show = coloured if colour else plain
    body = "".join(show(piece) for piece in pieces(cleaned))
    parts = ["\n".join(head(cleaned, colour)), body.strip("\n"), "\n".join(summary(cleaned, colour))]
    return "\n\n".join(part for part in parts if part) + "\n"


def pieces(cleaned: Cleaned) -> Iterator[Piece]:
    at = 0
    for drop in cleaned.drops:
        if drop.field != "text":
            continue
        yield from kept(cleaned, at, drop.start)
        fate = "kept" if drop.reason == WHITE_SPACE else "dropped"
        yield Piece(drop.text, fate, label(drop.reason, drop.rule))
        at = drop.end
    yield from kept(cleaned, at, len(cleaned.source_text))


def kept(cleaned: Cleaned, start: int, end: int) -> Iterator[Piece]:
    """What stays between two offsets, with the flags on it."""
    source = cleaned.source_text
    for flag in sorted(cleaned.flags):
        first, last = max(flag.start, start), min(flag.end, end)
        if flag.field == "text" and first < last:
            yield Piece(source[start:first], "kept", "")
            yield Piece(source[first:last], "flagged", label(flag.reason, flag.rule))
            start = last
    yield Piece(source[start:end], "kept", "")


def label(reason: str, rule: str) -> str:
    return reason if rule == reason else f"{reason}: {rule}"


def plain(piece: Piece) -> str:
    if piece.fate == "kept":
        return clear(piece.text)
    before, text, after = trimmed(piece.text)
    left, right = ("[-", "-]") if piece.fate == "dropped" else ("[?", "?]")
    return f"{before}{left}{text}{right}{{{piece.label}}}{after}"


def coloured(piece: Piece) -> str:
    if piece.fate == "kept":
        return clear(piece.text)
    before, text, after = trimmed(piece.text)
    style = STRUCK if piece.fate == "dropped" else MARKED
    # Line by line, for pagers forget the style at the end of one.
    lines = "\n".join(f"{style}{line}{END}" if line else "" for line in text.split("\n"))
    return f"{before}{lines} {QUIET}{{{piece.label}}}{END}{after}"


def trimmed(text: str) -> tuple[str, str, str]:
    """White space before, the text, white space after: marks belong around words."""
    text = clear(text)
    bare = text.strip()
    if not bare:
        return "", text, ""
    start = text.index(bare)
    return text[:start], bare, text[start + len(bare) :]


def clear(text: str) -> str:
    return text.translate(CONTROLS)


def head(cleaned: Cleaned, colour: bool) -> Iterator[str]:
    """What is known of the page as a whole."""
    facts = [cleaned.language or "language unknown", cleaned.page_kind, cleaned.verdict]
    facts.append(f"confidence {cleaned.confidence:.2f}" + ("" if cleaned.calibrated else " (uncalibrated)"))
    if cleaned.spam_score:
        facts.append(f"spam {cleaned.spam_score:.2f}")
    yield line("page", " · ".join(facts), colour)
    for name in ("title", "author", "date", "site_name", "description"):
        value = getattr(cleaned, name)
        if value:
            yield line(name, value, colour)
    for drop in cleaned.drops:
        if drop.field != "text":
            yield line(drop.field, plain(Piece(drop.text, "dropped", label(drop.reason, drop.rule))), colour)
    if cleaned.notes:
        yield line("notes", ", ".join(cleaned.notes), colour)


def summary(cleaned: Cleaned, colour: bool) -> Iterator[str]:
    """How much went, by reason; the largest first."""
    totals: dict[str, tuple[int, int]] = {}
    for drop in cleaned.drops:
        if drop.field == "text" and drop.reason != WHITE_SPACE:
            spans, characters = totals.get(drop.reason, (0, 0))
            totals[drop.reason] = spans + 1, characters + drop.end - drop.start
    yield line("kept", f"{len(cleaned.text)} of {len(cleaned.source_text)} characters", colour)
    for reason, (spans, characters) in sorted(totals.items(), key=lambda item: (-item[1][1], item[0])):
        yield line(reason, f"{characters} characters in {spans} {'span' if spans == 1 else 'spans'}", colour)


def line(name: str, value: str, colour: bool) -> str:
    value = " ".join(clear(value).split())
    return f"{STRONG}{name}{END}  {value}" if colour else f"{name}: {value}"
