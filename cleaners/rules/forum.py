"""What boards put around posts: who wrote them, how often, from where, and what they always sign with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cleaners.page import Element, Page, Segment
from cleaners.rules.common import is_prose

PROFILE = 25  # words of a post's profile
NAME = 3  # words
_SAID: Final = frozenset({"p", "li", "pre", "quote"})  # what a poster writes: "As she put it:"
# a label of a user's profile, in the languages boards are translated into
_LABEL: Final = re.compile(
    r"(?:join(?:ed)?(?: date)?|posts?|location|registered|messages|reputation|threads|likes|from"
    r"|beiträge|registriert(?: seit)?|wohnort|dabei seit|mitglied seit"
    r"|сообщени[йя]|регистрация|откуда|inscription|localisation"
    r"|mensajes|registrado|ubicación|mensagens|localização|messaggi|iscritto il|località"
    r"|berichten|lid geworden op|woonplaats"
    r"|posty|dołączył\(?a?\)?|rejestracja|skąd|lokalizacja|příspěvky|registrován|bydliště|inlägg|blev medlem|mesajlar|kayıt"
    r"|帖子|积分|注册时间|来自|投稿|登録日|글|가입)\s*[:：]\s*\S",
    re.I,
)
_SIGNED: Final = re.compile(r"_{6,}\s|-- \n")
_NUMBER: Final = re.compile(r"#\d{1,5}")


def profiles(page: Page) -> Iterator[Segment]:
    """The blocks that say who a poster is."""
    seen: set[int] = set()
    for segment in page.segments:
        if segment.index in seen or is_prose(segment) or not _is_profile(segment.text):
            continue
        home = segment.element
        while home is not None and home.tag not in ("dl", "td", "ul", "aside"):
            home = home.parent
        group = [segment]
        if home is not None and home.words <= PROFILE and not home.first <= page.lead < home.last:
            group = page.segments[home.first : home.last]
        for part in group:
            if part.index not in seen:
                seen.add(part.index)
                yield part


def signatures(page: Page) -> Iterator[Segment]:
    """Signatures below posts."""
    for segment in page.segments:
        if _SIGNED.match(segment.text) or _named_signature(segment.element):
            yield segment


def quoted_names(page: Page) -> Iterator[Segment]:
    """The name above a quotation, when a colon ends it."""
    for segment, following in pairwise(page.segments):
        if (
            segment.text[-1] in ":："
            and segment.words <= NAME
            and segment.kind not in _SAID
            and _is_quoted(following.element)
        ):
            yield segment


def _is_quoted(element: Element | None) -> bool:
    for _ in range(2):
        if element is None:
            return False
        if element.tag == "blockquote":
            return True
        element = element.parent
    return False


def numbers(page: Page) -> Iterator[Segment]:
    """Running numbers of posts."""
    for segment in page.segments:
        if segment.text[0] == "#" and _NUMBER.fullmatch(segment.text):
            yield segment


def _is_profile(text: str) -> bool:
    lines = text.split("\n")
    return 2 * sum(bool(_LABEL.match(line)) for line in lines) >= max(1, len(lines) - 2)


def _named_signature(element: Element | None) -> bool:
    for _ in range(3):
        if element is None:
            return False
        if "signature" in element.classes.lower():
            return True
        element = element.parent
    return False
