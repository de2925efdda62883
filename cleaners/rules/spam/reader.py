"""What one page offers for judging its blocks: its words, its lists, its text without disguise. Made when asked for."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import Final

from cleaners.page import Page, Segment
from cleaners.profile import Profile
from cleaners.rules.spam.disguise import RUN, Plain, plain, spelled_out
from cleaners.rules.spam.evidence import Unit, units
from cleaners.rules.spam.gate import Sight
from cleaners.rules.spam.letters import words_of
from cleaners.rules.spam.spans import ends
from cleaners.rules.spam.terms import GLUED, Lexicon, extra_terms, lexicon
from cleaners.rules.spam.vocabulary import languages, vocabulary
from cleaners.rules.spam.words import Words
from cleaners.stages.language import identify
from cleaners.stages.urls import host_of

_FOREIGN_LEAST: Final = 24  # characters: shorter texts do not tell their language
_SCRIPTS: Final = (
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_LONGEST_EDGE: Final = 50  # characters before or behind a title that may be a name
_STRANGER: Final = 4.0  # weight of such a name
_STRANGE: Final = re.compile(r"[a-z0-9]*[a-z]{3}[a-z0-9]*")
_SAMPLE: Final = 160  # characters of a block whose words are looked up
_TELLING: Final = 6  # words
_USED: Final = 3.0  # Zipf value of words of everyday use
_HOME: Final = 0.8  # share of them
_OTHERS: Final = frozenset({"id", "vi", "ru", "tr", "es", "pt", "de", "fr", "pl", "it", "ar", "hi"})


class Reader:
    """One page, one profile."""

    def __init__(self, page: Page, profile: Profile, sight: Sight) -> None:
        self.page = page
        self.profile = profile
        self.sight = sight
        self.language = page.language or identify(page.source_text[:600], "")
        self._codes: dict[tuple[str, bool], str] = {}  # of texts, asked for more than once

    @cached_property
    def own_terms(self) -> frozenset[str]:
        """The most telling word of each of an operator's terms."""
        return frozenset(extra_terms(self.profile.spam_terms))

    @cached_property
    def lower(self) -> str:
        return self.page.source_text.lower()

    @cached_property
    def words(self) -> Words:
        """The model that splices are measured with."""
        titles = [self.page.head.title]
        titles += [segment.text for segment in self.page.segments if segment.kind in ("h1", "h2")][:6]
        if self.page.kind == "text" and self.page.segments and self.page.segments[0].words < 30:
            titles.append(self.page.segments[0].text)
        meta = self.page.facts.get("metadata")
        titles.append(getattr(meta, "title", "") or "")
        return Words(self.page_words, self.language, tuple(titles))

    @cached_property
    def page_words(self) -> list[str]:
        """The page's words in order, in lower case."""
        return words_of(self.page.source_text)

    @cached_property
    def counts(self) -> Counter[bytes]:
        """How often the page uses each word, as `Sight.tokens` has them."""
        return Counter(self.sight.tokens)

    def uses(self, word: str) -> int:
        """How often the page uses a lower-case word, also with a capital."""
        counts = self.counts
        times = counts[word.encode("utf-8", "replace")]
        if not word[0].isascii() and (capital := word[0].upper()) != word[0]:
            times += counts[(capital + word[1:]).encode("utf-8", "replace")]
        return times

    def terms(self, code: str, text: str = "") -> Lexicon:
        """The lists for a text in a language; those of other scripts in it, too."""
        codes = {code, self.language, "en"}
        if text and not text.isascii():
            codes |= {own for own, script in _SCRIPTS if script.search(text)}
        return lexicon(frozenset(codes), self.profile.spam_terms, self.profile.spam_allow)

    def spelled_out(self, text: str) -> Plain | None:
        """The text with spaces in runs too long for words, where they fall apart into words of the trades."""
        if not self.sight.glued or not RUN.search(text):
            return None
        return spelled_out(text, self.words)

    def zipf(self, word: str) -> float:
        """Frequency of a word in the page's language or in English, whichever is higher."""
        own = vocabulary(self.language)
        english = vocabulary("en")
        return max(own.zipf(word) if own else 0.0, english.zipf(word) if english else 0.0)

    def plain(self, text: str) -> Plain | None:
        """The text without disguise, if the page shows signs of any."""
        if not self.sight.disguised:
            return None
        return plain(text, self._meant)

    def _meant(self, word: str) -> bool:
        return self.zipf(word) >= 2.0 or bool(self.terms(self.language, word).find(word))

    def units(self, text: str, within: bool = True, disguised: frozenset[int] = frozenset()) -> list[Unit]:
        """The words of a block with their weights.

        Args:
            within: the block is part of the page, so that its own words are not the host's.
        """
        lower = text.lower()
        if len(lower) != len(text):
            lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        own = Counter(words_of(lower)) if within else Counter[str]()

        def host(word: str) -> int:
            return self.uses(word) - own[word]

        code = self._language_of(text, bool(disguised))
        if code == self.language:
            return units(lower, self.terms(code, lower), self.zipf, host, disguised)
        listed = vocabulary(code)

        def zipf(word: str) -> float:
            return max(self.zipf(word), listed.zipf(word) if listed else 0.0)

        return units(lower, self.terms(code, lower), zipf, host, disguised)

    def strange(self, text: str, units: list[Unit]) -> list[Unit]:
        """The words of a title, with weight on small-letter names that no list and nothing else on the page knows."""
        first, last = ends(text)
        if first > _LONGEST_EDGE:
            first = 0
        if len(text) - last > _LONGEST_EDGE:
            last = len(text)
        return [
            unit._replace(weight=_STRANGER, category="brand")
            if (unit.end <= first or unit.start >= last) and self._stranger(text, unit)
            else unit
            for unit in units
        ]

    def _stranger(self, text: str, unit: Unit) -> bool:
        if (
            unit.category not in ("", "brand")
            or unit.weight >= _STRANGER
            or not _STRANGE.fullmatch(text, unit.start, unit.end)
        ):
            return False
        if self.zipf(unit.text) or unit.text in host_of(self.page.url):
            return False
        return self.lower.count(unit.text) <= text.lower().count(unit.text)

    def _language_of(self, text: str, disguised: bool = False) -> str:
        """The language a block is in, where it is long enough to tell and there are lists for it."""
        if len(text) < _FOREIGN_LEAST and not GLUED.search(text):
            return self.language
        key = (text, disguised)
        code = self._codes.get(key)
        if code is None and not disguised and self._at_home(text):
            code = self._codes[key] = self.language
        if code is None:
            code = self._codes[key] = identify(" ".join(text.split()), "" if disguised else self.language)
        return code if code in _OTHERS or GLUED.search(text) else self.language

    def _at_home(self, text: str) -> bool:
        """Whether the words of a text are of the page's language: then nobody else need be asked which it is."""
        own = vocabulary(self.language)
        words = [word for word in words_of(text[:_SAMPLE]) if len(word) > 2 and word.isalpha()] if own else []
        return (
            own is not None
            and len(words) >= _TELLING
            and sum(own.zipf(word) >= _USED for word in words) >= _HOME * len(words)
        )

    def foreign(self, segment: Segment) -> bool:
        return self._language_of(segment.text) != self.language and self.language in languages()
