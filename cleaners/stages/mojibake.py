"""Text that was decoded wrongly before it reached us: "cafÃ©" for "café".

A page without the tell-tale pairs pays microseconds. Otherwise ftfy repairs each run of text on its own, and only
where it is certain; text that shows both the broken and the right form speaks of the matter and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

AROUND: Final = 80  # characters of context that ftfy sees on each side
MOST: Final = 400_000  # characters shown to ftfy per page: it takes 0.7 s for a million

# UTF-8 read as windows-1252, itself in UTF-8: a letter from Â to ô before as many signs as it asks for, each of which
# stands for a byte from 0x80 to 0xBF
_SIGN: Final = (
    rb"(?:\xc2[\x80-\xbf]|\xe2(?:\x80[\x93\x94\x98-\x9a\x9c-\x9e\xa0-\xa2\xa6\xb0\xb9\xba]|\x82\xac|\x84\xa2)"
    rb"|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c])"
)
_LATIN: Final = re.compile(
    rb"\xc3(?:[\x82-\x9f]" + _SIGN + rb"|[\xa0-\xaf]" + _SIGN + rb"{2}|[\xb0-\xb4]" + _SIGN + rb"{3})"
)
_CYRILLIC: Final = (b"\xd0\xa0\xc2\xb0", b"\xd0\xa0\xc2\xb5")  # "Р°", "Рµ": UTF-8 read as windows-1251
_SIGNS: Final = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_HIT: Final = re.compile(
    f"(?:[Â-ß][{_SIGNS}]|[à-ï][{_SIGNS}]{{2}}|[ð-ô][{_SIGNS}]{{3}}|[РС][{_SIGNS}ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґё№єјЅѕї])+"
)
_PAIR: Final = re.compile(f"[Â-ôРС][{_SIGNS}ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґё№єјЅѕї]")  # fast, and part of every hit
_EDGE: Final = re.compile(r"[<>\n]")  # between runs of text
_CODE: Final = re.compile(r"<(?:code|pre|kbd|samp|tt)\b[^<>]*>$", re.I)


def has_mojibake(utf8: bytes) -> bool:
    """Whether the bytes hold a pair of characters that is rare in any language and common in mojibake."""
    if b"\xc3" in utf8 and _LATIN.search(utf8):
        return True
    return b"\xd0" in utf8 and any(pair in utf8 for pair in _CYRILLIC)


def repaired(text: str) -> str:
    """`text` with its mojibake undone, run of text by run of text.

    >>> repaired("<p>It doesnâ€™t matter.</p>")
    '<p>It doesn’t matter.</p>'
    >>> repaired("<p>The letter é became Ã© on the way.</p>")
    '<p>The letter é became Ã© on the way.</p>'
    """
    out: list[str] = []
    done = at = shown = 0
    scripts = _scripts(text)
    script = next(scripts, None)
    while shown <= MOST and (pair := _PAIR.search(text, at)):
        while script and script[1] <= pair.start():
            script = next(scripts, None)
        if script and script[0] <= pair.start():
            at = script[1]
            continue
        start = 1 + max(text.rfind(edge, at, pair.start()) for edge in "<>\n")
        start = max(start, at)
        edge = _EDGE.search(text, pair.start())
        at = edge.start() if edge else len(text)
        first = _HIT.search(text, pair.start(), at)
        if not first or _CODE.search(text, max(0, start - 200), start):
            continue
        run = text[start:at]
        for low, high in _windows(run, first.start() - start):
            shown += high - low
            out += text[done : start + low], _fix(run[low:high])
            done = start + high
    return "".join(out) + text[done:] if out else text


def _scripts(text: str) -> Iterator[tuple[int, int]]:
    """Where scripts stand that are no data: nobody reads them, and some hold long tables of wrong letters on purpose."""
    start = text.find("<script")
    while start >= 0:
        end = text.find("</script", start)
        if end < 0:
            return
        if "json" not in text[start : text.find(">", start) + 1].lower():
            yield start, end
        start = text.find("<script", end)


def _windows(run: str, first: int) -> list[tuple[int, int]]:
    """Stretches around the hits, apart from one another."""
    windows: list[tuple[int, int]] = []
    for hit in _HIT.finditer(run, first):
        start, end = max(0, hit.start() - AROUND), min(len(run), hit.end() + AROUND)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _fix(run: str) -> str:
    from ftfy import fix_encoding

    fixed = fix_encoding(run)
    if fixed == run or fixed.count("\ufffd") > run.count("\ufffd"):
        return run
    sound = _HIT.sub(" ", run)
    for hit in set(_HIT.findall(run)):
        right = fix_encoding(hit)
        if right != hit and right.strip() and right in sound:
            return run
    return fixed
