"""One page through the engine, top to bottom: decode, parse, segment, judge, rules, repair, render."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import partial

from cleaners.errors import EmptyInput, TimeLimit
from cleaners.judge import judge_for
from cleaners.judge.reasons import name_drops
from cleaners.page import Block, Cleaned, Drop, Evidence, Head, Mark, Page, Segment, Verdicts
from cleaners.profile import Profile
from cleaners.rules import marks_of
from cleaners.rules.phrases import book, fold_all
from cleaners.stages.declared import add_declared_text
from cleaners.stages.decode import Decoded, decode
from cleaners.stages.json_ld import linked_data
from cleaners.stages.language import identify
from cleaners.stages.later_metadata import LaterMetadata
from cleaners.stages.lines import lines
from cleaners.stages.metadata import metadata
from cleaners.stages.page_kind import page_kind
from cleaners.stages.prescan import safe_markup
from cleaners.stages.repair import keep_together
from cleaners.stages.resolve import resolve
from cleaners.stages.second_metadata import fill_gaps
from cleaners.stages.sniff import input_kind
from cleaners.stages.urls import host_of
from cleaners.stages.verdict import verdict
from cleaners.stages.walk import walk
from cleaners.version import cleaner_version

_NO_EVIDENCE = Evidence()
# verdicts of pages without content of their own, and the reason their text goes under
_NO_CONTENT = {
    "challenge": "boilerplate",
    "consent_wall": "cookie_notice",
    "login_wall": "login_prompt",
    "soft_404": "boilerplate",
    "script_shell": "boilerplate",
}
PATH = 40  # innermost tags of a block's path: a page may be ten thousand deep
ROUNDS = 8  # rarely more than two are needed
LONGEST_BAR = 30  # words of a bar of links whose entries are looked up one by one
LONGEST_FOLDED = 120  # words: no phrase list speaks of longer blocks


def clean(
    page: bytes | str,
    *,
    url: str | None = None,
    content_type: str | None = None,
    encoding: str | None = None,
    profile: str | Profile = "default",
    evidence: Evidence | None = None,
) -> Cleaned:
    """Clean one page.

    Args:
        page: HTML or already-extracted plain text; bytes are decoded as browsers do.
        url: where the page comes from; helps with metadata, page kind and per-host overrides.
        content_type: the HTTP header, with its charset.
        encoding: the encoding, if the caller knows it better than the page does.
        profile: a packaged name, a TOML file's path, or a `Profile`.
        evidence: what the caller knows beyond the page.

    Raises:
        CleanError: one of the named errors in `cleaners.errors`; never a partial text.
    """
    # A page makes some ten thousand small objects and no cycles; looking for cycles among them meanwhile costs a tenth.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _clean(page, url, content_type, encoding, Profile.load(profile), evidence or _NO_EVIDENCE)
    finally:
        if collecting:
            gc.enable()


def _clean(
    page: bytes | str, url: str | None, content_type: str | None, encoding: str | None, chosen: Profile, known: Evidence
) -> Cleaned:
    chosen = chosen.for_host(host_of(url))
    check = _clock(chosen.limits.max_seconds)

    # decode
    kind = input_kind(page, content_type, chosen.limits)
    decoded = decode(page, content_type, encoding)
    check()

    # parse and segment
    work, markup = _read(decoded, kind, url or "", chosen)
    ld = linked_data(work.head.json_ld)
    if work.kind == "html":
        add_declared_text(work, ld)
    _match_phrases(work, chosen)
    check()

    # what the page says about itself
    work.page_kind = page_kind(work, ld)
    meta = metadata(work, ld)
    if chosen.trafilatura_metadata and markup:
        meta = fill_gaps(meta, markup, work.url)
    work.language = identify(_sample(work), meta.language_declared)
    work.facts["metadata"] = meta
    work.facts["types"] = ld.types
    check()

    # judge, rules, repair
    judged: Verdicts = judge_for(work).scores(work, known)
    if work.kind == "html" and meta.lead >= 0:
        work.lead = meta.lead  # better told than by the judge, who needs it before the metadata is read
    check()
    marks = _allowed(marks_of(work, known, chosen, check), chosen)
    if work.kind == "text":
        marks += _until_settled(work, marks, known, chosen, check)
    acting = [mark for mark in marks if mark.action in ("drop", "keep") and mark.field == "text"]
    named = keep_together(work, name_drops(work, judged))
    for index, drop in enumerate(named):
        if drop is not None and (stays := chosen.choice(drop.reason)).action != "drop":
            named[index] = None
            if stays.action == "flag":
                marks.append(drop._replace(action="flag"))
    resolved = resolve(work, acting, named)
    words = sum(segment.words for segment, kept in zip(work.segments, resolved.kept, strict=True) if kept)
    seen = sum(segment.words for segment in work.segments if segment.origin == "visible")
    said = verdict(work, words, seen, ld)
    if said in _NO_CONTENT and words:
        resolved = resolve(work, [mark for mark in acting if mark.action == "drop"], _all_dropped(work, said))
    elif said == "empty" and seen:
        # never silently empty: what no rule knows stays
        resolved = resolve(work, acting, [None] * len(work.segments))
    check()

    # render
    fields, field_drops = _fields(meta, marks)
    return Cleaned(
        text=resolved.text,
        title=fields["title"],
        author=fields["author"],
        date=meta.date or None,
        site_name=meta.site_name or None,
        description=fields["description"],
        language=work.language or None,
        page_kind=work.page_kind,
        verdict=said,
        confidence=judged.confidence,
        calibrated=judged.calibrated,
        spam_score=float(work.facts.get("spam_score", 0.0)),
        source_text=work.source_text,
        drops=tuple(resolved.drops + field_drops),
        flags=tuple(mark for mark in marks if mark.action == "flag"),
        notes=tuple(work.notes),
        encoding=decoded.encoding,
        input_kind=work.kind,
        cleaner_version=cleaner_version(chosen, known.digest),
        _blocks=partial(_blocks, work, judged, resolved.kept),
        _markdown=partial(_markdown, markup, work.source_text, resolved.drops, work.url) if markup else None,
    )


def _clock(seconds: float) -> Callable[[], None]:
    started = time.monotonic()

    def check() -> None:
        if time.monotonic() - started > seconds:
            raise TimeLimit(f"Limit: {seconds:g} s (max_seconds).")

    return check


def _read(decoded: Decoded, kind: str, url: str, profile: Profile) -> tuple[Page, bytes]:
    text = decoded.text
    if kind == "text":
        if text.isspace():
            raise EmptyInput
        page = Page("text", text, lines(text), [], Head(), url, notes=list(decoded.notes))
        return page, b""
    markup, parse_notes = safe_markup(decoded.utf8(), profile.limits)
    source_text, segments, elements, head = walk(markup)
    page = Page("html", source_text, segments, elements, head, url, notes=[*decoded.notes, *parse_notes])
    return page, markup


def _match_phrases(page: Page, profile: Profile) -> None:
    phrases = book(profile.extra_phrases, profile.allow_phrases)
    hits = page.hits
    short = [segment for segment in page.segments if segment.words <= LONGEST_FOLDED]
    texts = [" ".join(s.text.split()) if page.kind == "text" or s.kind == "pre" else s.text for s in short]
    folds = fold_all(texts) if texts else []
    for segment, folded in zip(short, folds, strict=True):
        segment.fold = folded
        found = phrases.look(folded, segment.words)
        if not found and segment.links > 1 and segment.words <= LONGEST_BAR and not _in_menu(segment):
            if segment.link_chars * 5 > len(segment.text) * 3:
                found = phrases.match_parts(segment.text)
        if found:
            segment.hits = found
            for rule, hit in found.items():
                hits.setdefault(rule, []).append((segment, hit))


def _in_menu(segment: Segment) -> bool:
    """Whether the block is a `<nav>`, whose entries need no list to tell what they are."""
    element = segment.element
    while element is not None and element.tag in ("ul", "ol"):
        element = element.parent
    return element is not None and element.tag == "nav"


def _sample(page: Page) -> str:
    """Up to 600 characters of the longest blocks, in order: what the language is told from."""
    long = [s for s in page.segments if s.words >= 12 and s.link_chars * 3 < len(s.text)]
    if not long:
        return page.source_text[:600]
    middle = len(long) // 4
    out: list[str] = []
    size = 0
    for segment in long[middle:] + long[:middle]:
        out.append(segment.text[:300])
        size += len(out[-1])
        if size >= 600:
            break
    return " ".join(out)[:600]


def _allowed(marks: list[Mark], profile: Profile) -> list[Mark]:
    """Marks as the profile wants them: acting, flagged, or left out."""
    out: list[Mark] = []
    for mark in marks:
        if mark.action == "drop":
            choice = profile.choice(mark.reason)
            if choice.action == "keep":
                continue
            if choice.action == "flag" or mark.confidence < choice.least:
                mark = mark._replace(action="flag")
        out.append(mark)
    return out


def _all_dropped(page: Page, said: str) -> list[Mark | None]:
    """Everything on a page that is not the page: a bot check, a wall, an error."""
    return [Mark(s.start, s.stop, "drop", _NO_CONTENT[said], "verdict", 0.9, "text", said) for s in page.segments]


def _until_settled(
    page: Page, marks: list[Mark], known: Evidence, profile: Profile, check: Callable[[], None]
) -> list[Mark]:
    """What the rules say of the text that is left, until they say nothing: cleaning twice equals cleaning once."""
    found: list[Mark] = []
    rest = page.segments
    for _ in range(ROUNDS):
        drops = [mark for mark in marks if mark.action == "drop" and mark.field == "text"]
        if not drops:
            break
        whole = {(mark.start, mark.end) for mark in drops}
        left = [segment for segment in rest if (segment.start, segment.stop) not in whole]
        if len(left) == len(rest):
            break
        again = Page("text", page.source_text, left, [], page.head, page.url, page.language, page.page_kind)
        for index, segment in enumerate(left):
            segment.index = index
            for rule, hit in (segment.hits or {}).items():
                again.hits.setdefault(rule, []).append((segment, hit))
        again.facts["metadata"] = LaterMetadata(again)
        rest = left
        marks = _allowed(marks_of(again, known, profile, check), profile)
        found += marks
    for index, segment in enumerate(page.segments):
        segment.index = index
    return found


def _fields(meta: object, marks: list[Mark]) -> tuple[dict[str, str | None], list[Drop]]:
    """Metadata less the spans that rules found injected there."""
    values: dict[str, str | None] = {}
    drops: list[Drop] = []
    for name in ("title", "author", "description"):
        value: str = getattr(meta, name)
        spans = sorted((m for m in marks if m.field == name and m.action == "drop"), key=lambda m: m.start)
        out: list[str] = []
        at = 0
        for mark in spans:
            start = max(mark.start, at)
            if start >= mark.end:
                continue
            out.append(value[at:start])
            drops.append(
                Drop(name, start, mark.end, value[start : mark.end], mark.reason, mark.rule, mark.confidence, mark.evidence)
            )
            at = mark.end
        out.append(value[at:])
        values[name] = "".join(out).strip() or None
    return values, drops


def _markdown(markup: bytes, source_text: str, drops: list[Drop], url: str) -> str:
    from cleaners.stages.markdown import markdown  # few ask for it, so nobody else loads it

    return markdown(markup, source_text, drops, url)


def _blocks(page: Page, judged: Verdicts, kept: list[bool]) -> tuple[Block, ...]:
    paths: dict[int, str] = {}
    out: list[Block] = []
    for segment, score, keep in zip(page.segments, judged.scores, kept, strict=True):
        element = segment.element
        path = ""
        if element is not None:
            path = paths.get(element.node) or ""
            if not path:
                tags: list[str] = []
                up = element
                while up is not None and up.node >= 0 and len(tags) < PATH:
                    tags.append(up.tag)
                    up = up.parent  # type: ignore[assignment]
                path = paths[element.node] = "/".join(reversed(tags))
        length = segment.stop - segment.start
        out.append(
            Block(
                segment.index,
                segment.start if segment.index else 0,
                segment.end,
                segment.kind,
                segment.origin,
                segment.node,
                path,
                segment.words,
                round(segment.link_chars / length, 4) if length else 0.0,
                segment.depth,
                round(score, 6),
                keep,
            )
        )
    return tuple(out)
