"""Spam at the ends of titles and headings (“fb88 - …”, “… | casino bonus”, “【…官网】…”), and in descriptions."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cleaners.rules.spam.blocks import Look, look
from cleaners.rules.spam.brands import brand_likeness
from cleaners.rules.spam.terms import Lexicon

_BREAK: Final = re.compile(r"\s+[-–—|·•»«:/~]+\s+|\s*[|｜]\s*|(?<=\S):\s+|\s*[【】]\s*|\s*(?:–|—)\s*")
_SENTENCE: Final = re.compile(r"[^.!?。！？…]+(?:[.!?。！？…]+(?=\s|$)|[。！？]|$)\s*")
_LOGIN: Final = re.compile(r"官网|官方|登录|登入|app下载", re.I)


class Part(NamedTuple):
    """A span of a title to cut."""

    start: int
    end: int
    confidence: float
    evidence: str


def title_parts(title: str, terms: Lexicon, body: str) -> list[Part]:
    """The spam at either end of a title, with what separates it; the whole title where nothing else is in it."""
    cuts = [match.span() for match in _BREAK.finditer(title)]
    edges = [0, *(end for _, end in cuts), len(title)]
    stops = [*(start for start, _ in cuts), len(title)]
    pieces = [(start, stop) for start, stop in zip(edges, stops, strict=False)]
    judged = [_part(title[start:stop], terms, body) for start, stop in pieces]
    first, last = 0, len(pieces)
    while first < last and (judged[first][0] >= 0.5 or not title[slice(*pieces[first])].strip()):
        first += 1
    while last > first and (judged[last - 1][0] >= 0.5 or not title[slice(*pieces[last - 1])].strip()):
        last -= 1
    if not any(score >= 0.5 for score, _ in judged):
        return []
    if first == last:
        score, seen = max(judged)
        return [Part(0, len(title), score, f"title is spam: {seen}")]
    out: list[Part] = []
    if any(judged[i][0] >= 0.5 for i in range(first)):
        score, seen = max(judged[:first])
        out.append(Part(0, pieces[first][0], score, f"prefix of title: {seen}"))
    if any(judged[i][0] >= 0.5 for i in range(last, len(pieces))):
        score, seen = max(judged[last:])
        out.append(Part(pieces[last - 1][1], len(title), score, f"suffix of title: {seen}"))
    return out


def _part(part: str, terms: Lexicon, body: str) -> tuple[float, str]:
    bare = part.strip().lower()
    if not bare or len(bare) > 80:
        return 0.0, ""
    seen: Look = look(bare, terms)
    score = seen.spamminess
    likeness = brand_likeness(bare)
    # a name that the page itself never speaks of
    if likeness >= 0.5 and bare not in body:
        return 0.75 + 0.2 * (likeness == 1.0), f"brand '{bare}' that the page never speaks of"
    if _LOGIN.search(bare) and re.search(r"[a-z]+\d{2,}|\d{2,}[a-z]+|体育|娱乐|棋牌|彩票|电竞", bare):
        return 0.9, f"official site of '{bare[:20]}'"
    if seen.strong or (seen.spamminess >= 0.5 and seen.weak >= 2):
        return score, ", ".join(seen.seen)
    return 0.0, ""


def sentences(text: str, terms: Lexicon) -> list[Part]:
    """The sentences of a description that are spam."""
    out: list[Part] = []
    for match in _SENTENCE.finditer(text):
        seen = look(match[0], terms)
        if seen.strong and seen.spamminess >= 0.5:
            part = Part(match.start(), match.end(), seen.spamminess, f"sentence of spam: {', '.join(seen.seen)}")
            if out and out[-1].end == part.start:
                part = Part(out[-1].start, part.end, max(out[-1].confidence, part.confidence), out[-1].evidence)
                out.pop()
            out.append(part)
    return out
