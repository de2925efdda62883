"""Photo captions and credits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import CONFIDENCE, HEADINGS, named, quoted, shown, whole
from cleaners.stages import hints as h

LONGEST = 90  # words: long captions in galleries and on news agencies' pages
_TEXTS: Final = frozenset({"p", "div", "caption", "dd", "li"})
CREDIT_LONGEST = 45  # words of a caption known only by its credit
_NAMES: Final = (
    "reuters|afp|getty images|getty|ap photo|associated press|epa-efe|epa|dpa|shutterstock|istock|alamy|xinhua|tass|sputnik"
    "|anadolu|aap|ansa|efe|apa|keystone|imago|pa wire|pa media|unsplash|pexels|pixabay|istockphoto|bloomberg|zuma|ritzau|ntb"
    "|scanpix|tt|belga|anp|lusa|pap|mti|ctk|čtk|interfax|ria novosti|kyodo|jiji|yonhap|vna|antara|wikimedia commons|flickr"
)
_AGENCIES: Final = tuple(_NAMES.split("|"))
_IN_BRACKETS: Final = (*_AGENCIES, "via", "photo", "foto", "ảnh", "фото", "写真", "图", "圖", "©")
_PAREN_CREDIT: Final = re.compile(
    rf"[(\[（【][^()\[\]（）]{{0,90}}(?:(?:{_NAMES})\b|\bvia\b|photos?\b|foto\b|ảnh|фото|写真|图|圖|©)[^()\[\]（）]{{0,60}}[)\]）】]\s*\.?$",
    re.I,
)
_SLASH_CREDIT: Final = re.compile(rf"(?:/|\bvia\b|[|–—-])\s?(?:{_NAMES})\s*$", re.I)
_SIGN_CREDIT: Final = re.compile(r"(?:©|\(c\))\s?(?:\d{4}\s)?[^\W\d_][^.!?]{1,50}$", re.I)

_LABEL_CREDIT: Final = re.compile(
    r"(?:^|[.!?…”\"»)]\s|[–—|]\s?)(?:(?:foto|photo|fotos|photos|fotografie|photograph|ảnh|фото|picture|image|bild|bilder|afbeelding"
    r"|zdj|foto/ilustrasi)\s?[:：]|fot\.|zdj\.)\s?\S[^.!?]{1,60}$",
    re.I,
)
_NAMED_CREDIT: Final = re.compile(
    r"\s(?:(?:Foto|Photo|Ảnh|Фото|Bild|Zdj)\s?:|Fot\.|Zdj\.)\s?(?:[^\W\d_a-z][\w.’'-]*[\s,/]*){1,5}$"
)
_LABEL_PARTS: Final = ("oto", "fot", "ảnh", "фото", "cture", "mage", "ld", "zdj")  # one of them is in every such label
_SENTENCES: Final = re.compile(r"[^\W\d]{3}[.!?] \w.*[.!?]$", re.S)  # two of them: text, not a caption's label
_HINT: Final = re.compile(r"[）】–—]")
_CLOSING: Final = tuple(")]）】")
NEAR_END: Final = 120  # characters: no credit is longer
_POINTING: Final = re.compile(r"[▲△]\s?[^\W\d_][^.!?。]{3,}")


def caption(page: Page) -> Iterator[Mark]:
    """Texts of figures by their element, and lines that end in a photo credit."""
    for segment in page.segments:
        words = segment.size
        if words > LONGEST or segment.index == page.lead:
            continue
        if segment.hints & h.CAPTION:
            if _element(segment):
                yield whole(segment, "caption", 0.9, "the caption of a figure")
            elif words <= CREDIT_LONGEST and _small(page, segment):
                yield whole(segment, "caption", 0.75, "class names a caption")
        elif 2 < words <= CREDIT_LONGEST and segment.kind not in HEADINGS:
            found = _credit(segment.text, words)
            if segment.text[0] in "▲△" and not segment.links and not _legal(segment) and _points(segment.text):
                yield whole(segment, "caption", 0.75, "points at the picture above")
            elif found and not _legal(segment) and not quoted(segment):
                yield whole(segment, "caption", 0.8, f"credit “{found[:60]}”")
    for segment, hit in page.hits.get("caption", ()):
        if segment.size > CREDIT_LONGEST or quoted(segment) or segment.index == page.lead or segment.kind in HEADINGS:
            continue
        if hit.how in ("ends", "contains") and segment.text.endswith((".", "!", "?")) and segment.size > 20:
            continue
        if hit.how == "starts" and segment.size > 12 and _SENTENCES.search(segment.text) and not segment.hints & h.CAPTION:
            continue
        yield whole(segment, "caption", CONFIDENCE[hit.how], shown(hit))


def _points(text: str) -> bool:
    """Whether a triangle points at the picture above; one before two sentences says which way prices went."""
    return bool(_POINTING.match(text)) and not _SENTENCES.search(text)


def _legal(segment: Segment) -> bool:
    """Whether a copyright sign speaks for the whole site."""
    return bool(segment.hints & (h.FOOTER | h.LEGAL)) or bool(segment.hits and "legal_footer" in segment.hits)


def _small(page: Page, segment: Segment) -> bool:
    """Whether the element named a caption holds one; shops and some themes name whole cards so."""
    if page.page_kind not in ("article", "other") or segment.hints & (h.FOOTER | h.POST):
        return False
    own = segment.element
    # inside a cell only an element of its own counts: tables name their cells for many things
    if segment.kind not in _TEXTS and not (
        segment.kind == "td" and own is not None and own.tag == "div" and own.own & h.CAPTION
    ):
        return False
    outermost = named(segment.element, h.CAPTION)
    return outermost is None or outermost.words <= LONGEST


def _element(segment: Segment) -> bool:
    up = segment.element
    while up is not None:
        if up.tag == "figcaption":
            return True
        if up.tag in ("figure", "article", "main", "section", "body", "td"):
            return False
        up = up.parent
    return False


def _credit(text: str, words: int) -> str:
    """The credit at the end of a text of so many words, with what leads up to it."""
    end = text[-60:]
    if ":" in end or "ot." in end:
        near = max(0, len(text) - NEAR_END)
        lower = text[near:].lower()
        if any(map(lower.__contains__, _LABEL_PARTS)):
            if label := _LABEL_CREDIT.search(text, near) or _NAMED_CREDIT.search(text, near):
                return label[0]
    signed = "©" in text
    if not (signed or ")" in end or "/" in end or "- " in end or "|" in end or "]" in end or "via" in end):
        if end.isascii() or not _HINT.search(end):
            return ""
    if "\n" in text and words > 25:
        return ""
    match = _in_brackets(text) if text.rstrip(". \n")[-1:] in _CLOSING else None
    if match is None and _plain(text[-NEAR_END:]).rstrip().endswith(_AGENCIES):
        match = _SLASH_CREDIT.search(text, max(0, len(text) - NEAR_END))
    if match is None and signed and not text.startswith(("©", "Copyright", "copyright")):
        match = _SIGN_CREDIT.search(text)
    return match[0] if match else ""


def _in_brackets(text: str) -> re.Match[str] | None:
    """A credit in the brackets that end a text. But for 【】 none stand inside them: the last that opens is theirs."""
    start = 0 if "【" in text else max(text.rfind("("), text.rfind("["), text.rfind("（"))
    if start < 0:
        return None
    inside = _plain(text[start:])
    if not any(map(inside.__contains__, _IN_BRACKETS)):
        return None
    return _PAREN_CREDIT.search(text) if "【" in text else _PAREN_CREDIT.match(text, start)


def _plain(text: str) -> str:
    """In small letters, as patterns without regard to case take them: the Turkish i's are one."""
    text = text.casefold()
    return text if text.isascii() else text.replace("\u0307", "").replace("ı", "i")
