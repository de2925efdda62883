"""Phrase lists in data files, matched against short blocks with dictionary look-ups.

Matching is done on folded text. A hit says which rule's list matched and how; the rule decides what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import tomli as tomllib

EDGES: Final = (
    " \t\n\r\u00a0.,;:!?¡¿…·•●◦▪■□◆◇★☆✓✔✕✖×»«›‹→←↑↓⟶➜➔►▶◄▸▾▼▲△▽»|/\\-–—_=+*~^<>"
    "()[]{}\"'`´“”„‘’‚。，、；：！？（）【】「」『』《》〈〉"
    "©®™☰≡@&%$€£§°\u200b\u200e\u200f\u202a\u202c\u2060\ufeff،؛؟।｜／＞＜＋－"
)
_DIGITS: Final = re.compile(
    r"\d\d*(?:[.,]\d+)*"
)  # begins with a set of one character: such patterns are searched for faster
# The same for ASCII, byte by byte: small letters, lines joined, digits turned into a byte that no ASCII text has.
_SMALL: Final = bytes(
    0x80 if chr(c).isdigit() else ord(" ") if c == ord("\n") else ord(chr(c).lower()) for c in range(128)
) + bytes(128)
_NUMBERS: Final = re.compile(rb"\x80\x80*(?:[.,]\x80+)*")
_ASCII_EDGES: Final = "".join(filter(str.isascii, EDGES))
_APART: Final = "\0"  # stands in no text: decoding replaces it
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_WORD: Final = re.compile(r"\w+")
_SPACED: Final = bytes(c if c == ord("_") or chr(c).isalnum() else ord(" ") for c in range(128)) + bytes(128)
LONGEST: Final = 120  # words: no list is consulted for longer blocks
STARTS_LONGEST: Final = 40
STARTS_CHARS: Final = 120  # of Thai and Lao, whose letters count as a word each
REMEMBERED: Final = 6  # words: menus, labels and buttons
_SEEN_LIMIT: Final = 10_000
BAR_SHARE: Final = 0.4  # of a bar of links that its known entries are, at least
MENU_SHARE: Final = 0.2  # … where they are menu words: most entries of a menu are its own
_BAR: Final = re.compile(r"\s*[\n|｜·•]+\s*")
KEYS: Final = ("exact", "labels", "starts", "starts_name", "ends", "contains")
_NOT_RULES: Final = frozenset({"verdict", "months"})


class Hit(NamedTuple):
    """A phrase of one rule's list found in a block."""

    how: str  # exact, labels, starts, starts_name, ends, contains
    phrase: str
    language: str


def fold(text: str) -> str:
    """The form in which phrases are compared.

    >>> fold("  » Lire aussi : l’été ")
    "lire aussi : l'été"
    >>> fold("1,204 Comments")
    '# comments'
    """
    return _trimmed(_DIGITS.sub("#", " ".join(_folded(text).split())))


def fold_all(texts: list[str]) -> list[str]:
    """`fold` of many texts whose white space is collapsed already, at a fifth of the cost.

    >>> fold_all(["Lire aussi :", "1,204 Comments", "Tags\\nNews"])
    ['lire aussi', '# comments', 'tags news']
    """
    plain = [text for text in texts if text.isascii()]
    others = [text for text in texts if not text.isascii()] if len(plain) < len(texts) else []
    folds = iter(_cut(_NUMBERS.sub(b"#", _APART.join(plain).encode().translate(_SMALL)).decode(), _ASCII_EDGES))
    if not others:
        return list(folds)
    rest = iter(_cut(_DIGITS.sub("#", _folded(_APART.join(others)).replace("\n", " ")), EDGES))
    return [next(folds) if text.isascii() else next(rest) for text in texts]


def _cut(joined: str, edges: str) -> list[str]:
    return [t if t[:1].isalpha() and t[-1:].isalpha() else t.strip(edges) for t in joined.split(_APART)]


def _folded(text: str) -> str:
    text = text.casefold()
    if not text.isascii():
        # the last one is what casefold makes of the Turkish capital İ
        text = text.replace("\u2019", "'").replace("\u02bc", "'").replace("i\u0307", "i")
    return text


def _trimmed(text: str) -> str:
    if text[:1].isalpha() and text[-1:].isalpha():
        return text
    return text.strip(EDGES)


class PhraseBook:
    """All lists of all languages, indexed by first word, last word and rarest word."""

    def __init__(self, lists: Mapping[str, Mapping[str, Mapping[str, Iterable[str]]]]) -> None:
        self.exact: dict[str, list[tuple[str, Hit]]] = {}
        self.first: dict[str, list[tuple[str, Hit]]] = {}
        self.last: dict[str, list[tuple[str, Hit]]] = {}
        self.anchor: dict[str, list[tuple[str, Hit]]] = {}
        self.pairs: dict[str, list[tuple[str, Hit]]] = {}
        self._begins: set[str] = set()  # first words of `exact`
        self._openers: set[str] = set()  # first words of what is looked up by two
        self._anchors: frozenset[str | bytes] = frozenset()  # all of `anchor`, and as bytes those that are ASCII
        self._seen: dict[str, dict[str, Hit]] = {}
        for rule, languages in lists.items():
            for language, keys in languages.items():
                for how, phrases in keys.items():
                    for phrase in phrases:
                        self._add(rule, Hit(how, phrase, language))
        self._anchors = frozenset(self.anchor).union(word.encode() for word in self.anchor if word.isascii())

    def _add(self, rule: str, hit: Hit) -> None:
        phrase = hit.phrase
        if not phrase.strip("# "):
            raise ValueError(f"{rule}: the phrase {phrase!r} ({hit.language}) would match any number")
        unspaced = bool(_UNSPACED.search(phrase))
        if hit.how in ("exact", "labels"):
            self.exact.setdefault(phrase, []).append((rule, hit))
            self._begins.add(_trimmed(phrase.partition(" ")[0]))
        elif hit.how in ("starts", "starts_name"):
            word, words = (phrase[:2], "") if unspaced else _first_keys(phrase)
            self.first.setdefault(words or word, []).append((rule, hit))
            if words:
                self._openers.add(word)
        elif hit.how == "ends":
            key = phrase[-2:] if unspaced else _last_key(phrase)
            self.last.setdefault(key, []).append((rule, hit))
        elif unspaced:
            self.pairs.setdefault(phrase[:2], []).append((rule, hit))
        else:
            self.anchor.setdefault(max(_WORD.findall(phrase), key=len, default=phrase), []).append((rule, hit))

    def look(self, folded: str, words: int) -> dict[str, Hit]:
        """The hits of a folded text. Those of short texts, which recur from page to page, are remembered."""
        if words > REMEMBERED:
            return self.match(folded, words)
        known = self._seen.get(folded)
        if known is None:
            known = self.match(folded, words)
            if len(self._seen) >= _SEEN_LIMIT:
                self._seen.clear()
            self._seen[folded] = known
        return known

    def match(self, folded: str, words: int) -> dict[str, Hit]:
        """Hits by rule for one folded block; the strongest way of matching wins."""
        hits: dict[str, Hit] = {}
        if not folded:
            return hits
        found = self.exact.get(folded)
        if found:
            for rule, hit in found:
                hits.setdefault(rule, hit)
        ascii_only = folded.isascii()
        if words <= STARTS_LONGEST or ("\u0e00" <= folded[0] <= "\u0eff" and len(folded) <= STARTS_CHARS):
            word = folded.partition(" ")[0].rstrip(":：")
            candidates = self.first.get(word) if ascii_only else self._near(self.first, word, folded[:2], folded[0])
            if word in self._openers and (longer := self.first.get(_first_keys(folded)[1])):
                candidates = candidates + longer if candidates else longer
            if candidates:
                for rule, hit in candidates:
                    phrase = hit.phrase
                    if rule not in hits and folded.startswith(phrase) and _bounded(folded, len(phrase), phrase):
                        hits[rule] = hit
            word = folded[folded.rfind(" ") + 1 :]
            if word == "#":
                word = _last_key(folded)
            candidates = self.last.get(word) if ascii_only else self._near(self.last, word, folded[-2:], folded[-1])
            if candidates:
                for rule, hit in candidates:
                    if rule not in hits and folded.endswith(hit.phrase):
                        hits[rule] = hit
        if words > 2:
            anchors = self.anchor
            # in the order of the text, so that the same page gives the same hits
            for token in self._anchored(folded, ascii_only):
                for rule, hit in anchors[token]:
                    if rule not in hits and hit.phrase in folded and _whole(folded, hit.phrase):
                        hits[rule] = hit
        if not ascii_only and _UNSPACED.search(folded):
            pairs = self.pairs
            for index in range(len(folded) - 1):
                pair = folded[index : index + 2]
                if pair in pairs:
                    for rule, hit in pairs[pair]:
                        if rule not in hits and hit.phrase in folded:
                            hits[rule] = hit
        return hits

    def _anchored(self, folded: str, ascii_only: bool) -> list[str]:
        """The words of a text under which phrases are kept. Bytes are cut into words in half the time."""
        words: list[Any] = folded.encode().translate(_SPACED).split() if ascii_only else _WORD.findall(folded)
        found = self._anchors.intersection(words)
        if not found:
            return []
        return [word.decode() if isinstance(word, bytes) else word for word in sorted(found, key=words.index)]

    def match_parts(self, text: str) -> dict[str, Hit]:
        """The rules that many entries of a bar of links are known to: entries stand on lines, between bars or run on."""
        parts = _BAR.split(text)
        if len(parts) > 1:
            folds = fold_all([" ".join(part.split()) for part in parts])
            entries = [(folded, len(part)) for part, folded in zip(parts, folds, strict=True)]
        else:
            entries = self._entries(text)
        known: dict[str, int] = {}
        best: dict[str, Hit] = {}
        for folded, size in entries:
            for rule, hit in self.exact.get(folded, ()):
                known[rule] = known.get(rule, 0) + size
                best.setdefault(rule, hit)
        if not known:
            return {}
        return {
            rule: best[rule]._replace(how="exact")
            for rule, size in known.items()
            if size >= (MENU_SHARE if rule == "navigation" else BAR_SHARE) * len(text)
        }

    def _entries(self, text: str) -> list[tuple[str, int]]:
        """All runs of one to four words that a whole phrase may begin with, folded, each with its length in the text."""
        lengths = [len(word) + 1 for word in text.split()]
        words = _DIGITS.sub("#", _folded(text)).split()
        entries: list[tuple[str, int]] = []
        for first, word in enumerate(words):
            if (begin := _trimmed(word)) and begin not in self._begins:
                continue
            for past in range(first + 1, min(first + 5, len(words) + 1)):
                entries.append((_trimmed(" ".join(words[first:past])), sum(lengths[first:past]) - 1))
        return entries

    @staticmethod
    def _near(index: dict[str, list[tuple[str, Hit]]], word: str, pair: str, letter: str) -> list[tuple[str, Hit]] | None:
        """Entries under a word and, for scripts without spaces, under two letters or one."""
        found = index.get(word)
        if pair != word and (more := index.get(pair)):
            found = found + more if found else more
        if letter != word and letter != pair and (more := index.get(letter)):
            found = found + more if found else more
        return found


def _first_keys(folded: str) -> tuple[str, str]:
    """The word under which short phrases at a text's beginning are looked up, and the two words for longer ones.

    >>> _first_keys("share: this"), _first_keys("# min. read"), _first_keys("tags"), _first_keys("# / #")
    (('share', 'share this'), ('#', '# min'), ('tags', ''), ('#', ''))
    """
    word, _, rest = folded.partition(" ")
    word = word.rstrip(":：")
    behind = _WORD.match(rest) if rest else None
    return word, f"{word} {behind[0]}" if behind else ""


def _last_key(folded: str) -> str:
    """The word under which a text's end is looked up; a number takes the word before it along.

    >>> _last_key("all rights reserved"), _last_key("seite # von #"), _last_key("# / #")
    ('reserved', 'von #', '#')
    """
    rest, _, word = folded.rpartition(" ")
    if word == "#":
        before = rest[rest.rfind(" ") + 1 :]
        return f"{before} #" if before.isalpha() else word
    return word


def _bounded(folded: str, at: int, phrase: str) -> bool:
    if at >= len(folded):
        return True
    return not folded[at].isalnum() or not phrase[-1].isalnum() or bool(_UNSPACED.match(phrase[-1]))


def _whole(folded: str, phrase: str) -> bool:
    at = folded.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if (at == 0 or not folded[at - 1].isalnum()) and (end == len(folded) or not folded[end].isalnum()):
            return True
        at = folded.find(phrase, at + 1)
    return False


@lru_cache(maxsize=1)
def phrase_lists() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Every rule's lists as the data files give them: rule -> language -> key -> phrases."""
    lists: dict[str, dict[str, dict[str, list[str]]]] = {}
    folder = files("cleaners.data").joinpath("phrases")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        rule = entry.name.removesuffix(".toml")
        if entry.name.endswith(".toml") and rule not in _NOT_RULES:
            lists[rule] = tomllib.loads(entry.read_text(encoding="utf-8"))
    return lists


@lru_cache(maxsize=8)
def book(extra: tuple[tuple[str, str], ...] = (), allow: frozenset[str] = frozenset()) -> PhraseBook:
    """The book for a profile: the shipped lists, its extra (rule, phrase) pairs, less the phrases it allows."""
    lists: dict[str, dict[str, dict[str, list[str]]]] = {}
    for rule, languages in phrase_lists().items():
        lists[rule] = {
            language: {how: [p for p in phrases if p not in allow] for how, phrases in keys.items()}
            for language, keys in languages.items()
        }
    for rule, phrase in extra:
        own = lists.setdefault(rule, {}).setdefault("own", {})
        own.setdefault("exact" if len(phrase.split()) < 3 else "contains", []).append(fold(phrase))
    return PhraseBook(lists)
