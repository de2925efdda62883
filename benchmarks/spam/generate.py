"""Puts spam of held-out brands and phrases into clean texts: kinds × languages × positions, from a seed."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.spam.carriers import FOLDER, UNSPACED, Carrier, by_language
from benchmarks.spam.obfuscate import WAYS, ways

WORD = re.compile(r"[^\W\d_]{3,}")
EDGES = {
    "zh": ["评论专区", "相关阅读", "首页 新闻 视频 登录", "版权所有 未经许可不得转载"],
    "ja": ["コメント一覧", "関連記事", "トップへ戻る", "ログイン 新規登録"],
    "ko": ["댓글 쓰기", "관련 기사", "로그인 회원가입", "무단 전재 및 재배포 금지"],
    "ru": ["Комментарии", "Читайте также", "Войти на сайт", "Все права защищены"],
    "ar": ["التعليقات", "اقرأ أيضا", "تسجيل الدخول", "جميع الحقوق محفوظة"],
    "th": ["ความคิดเห็น", "ข่าวที่เกี่ยวข้อง", "เข้าสู่ระบบ"],
    "hi": ["टिप्पणियाँ", "यह भी पढ़ें", "लॉग इन करें"],
    "el": ["Σχόλια", "Διαβάστε επίσης"],
    "en": ["Leave a comment", "Share this article", "Related posts", "All rights reserved"],
    "de": ["Kommentare", "Mehr zum Thema", "Alle Rechte vorbehalten"],
    "vi": ["Bình luận", "Xem thêm", "Đăng nhập"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One text with spam in it."""

    kind: str
    variant: str
    language: str
    carrier: str
    original: str
    text: str
    spans: tuple[tuple[int, int], ...]  # of the spam in `text`


def held_out() -> dict[str, Any]:
    """The brands and phrases nobody has shown to the engine."""
    return tomllib.loads((FOLDER / "heldout.toml").read_text("utf-8"))


class Spam:
    """Spam in one language, made of the held-out lists."""

    def __init__(self, language: str, chance: random.Random) -> None:
        self.data = held_out()
        self.language = language
        self.chance = chance
        own = self.data.get(language) or self.data["en"]
        self.topics = {name: phrases for name, phrases in own.items() if name != "sentences"}
        self.sentences: list[str] = own["sentences"]

    def brand(self) -> str:
        return str(self.chance.choice(self.data["brands"]))

    def keyword(self, titled: bool) -> str:
        """What a splice is for: a name, a name with words of a search, a short phrase."""
        draw = self.chance.random()
        brand = self.brand()
        parts = self.data["modifiers"]
        if draw < 0.55:
            return f"{brand} {self.chance.choice(parts)}"
        if draw < 0.7:
            return f"{self.chance.choice(parts)} {brand}"
        if draw < 0.85:
            while not titled and not any(char.isdigit() for char in brand):
                brand = self.brand()
            return brand
        own = [p for p in self.topics["gambling"] if p.count(" ") <= 3] or self.topics["gambling"]
        return str(self.chance.choice(own))

    def sentence(self) -> str:
        return self.chance.choice(self.sentences).replace("{brand}", self.brand())

    def half_sentence(self) -> str:
        """A sentence's beginning, or a phrase with a name, without a stop."""
        words = self.sentence().rstrip(".!?。！？।").split(" ")
        if len(words) > 6:
            return " ".join(words[: max(5, len(words) * 2 // 3)])
        return f"{self.brand()} {self.phrases(2, ' ')}"

    def phrases(self, count: int, between: str) -> str:
        """Phrases of one subject; now and then a name among them."""
        topic = self.chance.choice([name for name, own in self.topics.items() if len(own) >= 2])
        chosen = self.chance.sample(self.topics[topic], min(count, len(self.topics[topic])))
        if topic == "gambling" and self.chance.random() < 0.5:
            chosen[self.chance.randrange(len(chosen))] = self.brand()
        return between.join(chosen)

    def line(self) -> str:
        return self.phrases(self.chance.randint(3, 6), self.chance.choice((" ", ", ", " | ", " - ", "  ", "｜", " • ")))


def cases(carriers: list[Carrier], seed: int, each: int) -> list[Case]:
    """`each` cases of every kind for every language."""
    out: list[Case] = []
    for language, own in sorted(by_language(carriers).items()):
        for kind, make in KINDS.items():
            if kind == "splice" and language in UNSPACED:
                continue
            count = each * 3 if kind in ("splice", "obfuscated") else each
            if language not in held_out() and kind not in ("splice", "foreign_edge"):
                count = max(1, each // 4)  # English spam in a language without lists of its own
            for number in range(count):
                chance = random.Random(f"{seed} {language} {kind} {number}")
                made = make(own[number % len(own)], own, chance)
                if made is not None:
                    out.append(made)
    return out


def _case(kind: str, variant: str, carrier: Carrier, original: str, parts: list[tuple[int, str]]) -> Case:
    """The original with texts put in at offsets."""
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    at = size = 0
    for place, spam in sorted(parts):
        out += [original[at:place], spam]
        size += place - at
        spans.append((size, size + len(spam)))
        size += len(spam)
        at = place
    out.append(original[at:])
    text = "".join(out)
    return Case(
        kind=kind,
        variant=variant,
        language=carrier.language,
        carrier=carrier.name,
        original=original,
        text=text,
        spans=tuple(spans),
    )


def _body(carrier: Carrier, chance: random.Random) -> str:
    return carrier.text if chance.random() < 0.5 else "\n\n".join(carrier.paragraphs)


def splice(carrier: Carrier, own: list[Carrier], chance: random.Random, way: str = "") -> Case | None:
    """A squashed, cut-off title and a keyword inside a word of the first sentences."""
    titled = not way and chance.random() < 0.7
    original = "\n\n".join(carrier.paragraphs) if chance.random() < 0.7 else carrier.text
    places = list(WORD.finditer(original, 0, 400))
    count = 2 if chance.random() < 0.15 else 1
    chosen = chance.sample(places, min(count, len(places)))
    variant = "title" if titled else "keyword"
    parts: list[tuple[int, str]] = []
    for match in chosen:
        spam = Spam(carrier.language, chance)
        what = spam.keyword(titled)
        if way:
            what = WAYS[way](what, chance)
        if titled:
            squashed = chance.choice((carrier, chance.choice(own))).title.replace(" ", "")
            skip = chance.randint(0, 4)
            squashed = squashed[skip : skip + chance.randint(14, 36)]
            if chance.random() < 0.25:
                what, variant = what + squashed, "keyword before title"
            else:
                what = squashed + what
        parts.append((chance.randint(match.start() + 1, match.end() - 1), what))
    return _case("splice", f"{variant} ×{len(parts)}", carrier, original, parts) if parts else None


def title_end(carrier: Carrier, own: list[Carrier], chance: random.Random) -> Case:
    """`fb88 - ` before a headline or lead, ` | casino bonus` after a headline."""
    spam = Spam(carrier.language, chance)
    original = carrier.text
    end = len(carrier.title)
    words = chance.choice((spam.brand(), spam.keyword(True), spam.phrases(1, " "), spam.phrases(2, " ")))
    draw = chance.random()
    if draw < 0.35:
        return _case("title_end", "prefix", carrier, original, [(0, words + chance.choice((" - ", " | ", " – ", ": ")))])
    if draw < 0.5:
        return _case("title_end", "brackets", carrier, original, [(0, f"【{words}官网】")])
    if draw < 0.85:
        return _case("title_end", "suffix", carrier, original, [(end, chance.choice((" - ", " | ", " – ")) + words)])
    return _case("title_end", "lead", carrier, original, [(end + 2, f"{words} - ")])


def sentence(carrier: Carrier, own: list[Carrier], chance: random.Random, way: str = "") -> Case:
    """A sentence, or the half of one, between two honest ones; now and then in another language."""
    language = chance.choice(("en", "zh", "id")) if chance.random() < 0.15 else carrier.language
    spam = Spam(language, chance)
    original = _body(carrier, chance)
    places = [m.end() for m in re.finditer(r"[.!?।](?= \S)|[。！？]", original)] or [original.index("\n")]
    half = not way and chance.random() < 0.3
    words = spam.half_sentence() if half else spam.sentence()
    if way:
        words = WAYS[way](words, chance)
    at = chance.choice(places)
    variant = ("half" if half else "whole") + ("" if language == carrier.language else ", other language")
    glue = "" if carrier.language in UNSPACED and carrier.language != "th" else " "
    return _case("sentence", variant, carrier, original, [(at, glue + words)])


def keyword_line(carrier: Carrier, own: list[Carrier], chance: random.Random, way: str = "") -> Case:
    """A line of search phrases of its own, or a list with a line each."""
    spam = Spam(carrier.language, chance)
    original = _body(carrier, chance)
    places = [m.start() for m in re.finditer(r"\n\n", original)]
    at = chance.choice(places)
    if way:
        return _case("keyword_line", "line", carrier, original, [(at, "\n\n" + WAYS[way](spam.line(), chance))])
    draw = chance.random()
    if draw < 0.25:
        return _case("keyword_line", "list", carrier, original, [(at, "\n\n" + spam.phrases(5, "\n"))])
    if draw < 0.5:
        glued = spam.phrases(4, "")
        return _case("keyword_line", "glued", carrier, original, [(at, "\n\n" + re.sub(r" (?=\S)", "", glued))])
    return _case("keyword_line", "line", carrier, original, [(at, "\n\n" + spam.line())])


def footer(carrier: Carrier, own: list[Carrier], chance: random.Random) -> Case:
    """Lines of search phrases under the text."""
    spam = Spam(carrier.language if chance.random() < 0.7 else "en", chance)
    original = _body(carrier, chance)
    lines = "\n".join(spam.line() for _ in range(chance.randint(1, 4)))
    return _case("footer", "lines", carrier, original, [(len(original), "\n\n" + lines)])


def foreign_edge(carrier: Carrier, own: list[Carrier], chance: random.Random) -> Case:
    """A label, menu or footer of another site's language above or below the text."""
    others = [code for code in EDGES if code != carrier.language]
    if carrier.language in ("zh", "ja"):
        others = [code for code in others if code not in ("zh", "ja")]
    code = chance.choice(others)
    words = chance.choice(EDGES[code])
    original = _body(carrier, chance)
    if chance.random() < 0.75:
        return _case("foreign_edge", "below", carrier, original, [(len(original), chance.choice(("\n", "\n\n")) + words)])
    return _case("foreign_edge", "above", carrier, original, [(0, words + "\n")])


def obfuscated(carrier: Carrier, own: list[Carrier], chance: random.Random) -> Case | None:
    """The other kinds with their words disguised."""
    way = chance.choice(ways(carrier.language))
    makers: list[Callable[..., Case | None]] = [sentence, keyword_line]
    if way in ("zero_width", "homoglyphs", "leet") and carrier.language not in UNSPACED:
        makers.append(splice)
    made = chance.choice(makers)(carrier, own, chance, way)
    if made is None:
        return None
    return Case(
        kind="obfuscated",
        variant=f"{way}, {made.kind}",
        language=made.language,
        carrier=made.carrier,
        original=made.original,
        text=made.text,
        spans=made.spans,
    )


KINDS: dict[str, Callable[[Carrier, list[Carrier], random.Random], Case | None]] = {
    "splice": splice,
    "title_end": title_end,
    "sentence": sentence,
    "keyword_line": keyword_line,
    "footer": footer,
    "foreign_edge": foreign_edge,
    "obfuscated": obfuscated,
}
