"""The writing system of a text: what tells a foreign block, a spliced keyword and half of all languages at no cost."""

from __future__ import annotations

from typing import Final

SAMPLE: Final = 96  # characters looked at: enough for a dominant script

_RANGES: Final = (
    ("Latin", 0x00C0, 0x02AF), ("Greek", 0x0370, 0x03FF), ("Cyrillic", 0x0400, 0x052F), ("Armenian", 0x0530, 0x058F),
    ("Hebrew", 0x0590, 0x05FF), ("Arabic", 0x0600, 0x06FF), ("Syriac", 0x0700, 0x074F), ("Arabic", 0x0750, 0x077F),
    ("Thaana", 0x0780, 0x07BF), ("Arabic", 0x08A0, 0x08FF), ("Devanagari", 0x0900, 0x097F), ("Bengali", 0x0980, 0x09FF),
    ("Gurmukhi", 0x0A00, 0x0A7F), ("Gujarati", 0x0A80, 0x0AFF), ("Oriya", 0x0B00, 0x0B7F), ("Tamil", 0x0B80, 0x0BFF),
    ("Telugu", 0x0C00, 0x0C7F), ("Kannada", 0x0C80, 0x0CFF), ("Malayalam", 0x0D00, 0x0D7F), ("Sinhala", 0x0D80, 0x0DFF),
    ("Thai", 0x0E00, 0x0E7F), ("Lao", 0x0E80, 0x0EFF), ("Tibetan", 0x0F00, 0x0FFF), ("Myanmar", 0x1000, 0x109F),
    ("Georgian", 0x10A0, 0x10FF), ("Hangul", 0x1100, 0x11FF), ("Ethiopic", 0x1200, 0x139F), ("Cherokee", 0x13A0, 0x13FF),
    ("Khmer", 0x1780, 0x17FF), ("Mongolian", 0x1800, 0x18AF), ("Georgian", 0x1C90, 0x1CBF), ("Latin", 0x1E00, 0x1EFF),
    ("Greek", 0x1F00, 0x1FFF), ("Kana", 0x3040, 0x30FF), ("Bopomofo", 0x3100, 0x312F), ("Hangul", 0x3130, 0x318F),
    ("Kana", 0x31F0, 0x31FF), ("Han", 0x3400, 0x4DBF), ("Han", 0x4E00, 0x9FFF), ("Cyrillic", 0xA640, 0xA69F),
    ("Hangul", 0xAC00, 0xD7AF), ("Han", 0xF900, 0xFAFF), ("Hebrew", 0xFB10, 0xFB4F), ("Arabic", 0xFB50, 0xFDFF),
    ("Arabic", 0xFE70, 0xFEFF), ("Latin", 0xFF20, 0xFF5F), ("Kana", 0xFF60, 0xFF9F),
)  # fmt: skip
_BLOCK: Final[dict[int, str]] = {
    block: name for name, first, last in _RANGES for block in range(first >> 4, (last >> 4) + 1)
} | dict.fromkeys(range(0x40 >> 4, 0x80 >> 4), "Latin")


def script_of(text: str) -> str:
    """The script most of the letters are in, by Unicode's name; "" without letters.

    Japanese gives "Kana" where kana are one letter in twelve or more, else "Han" like Chinese.

    >>> script_of("Hello, 世界"), script_of("Привет, world and more of it"), script_of("今日は雨が降る"), script_of("2024")
    ('Latin', 'Latin', 'Kana', '')
    """
    if text.isascii():
        return "Latin" if any(map(str.isalpha, text[:SAMPLE])) or any(map(str.isalpha, text)) else ""
    counts = script_counts(text)
    if not counts:
        return ""
    if "Kana" in counts and counts["Kana"] * 12 >= counts["Kana"] + counts.get("Han", 0):
        counts["Kana"] += counts.pop("Han", 0)
    return max(counts, key=counts.__getitem__)


def script_counts(text: str) -> dict[str, int]:
    """Letters by script in a sample spread over `text`."""
    step = len(text) // SAMPLE
    if step > 1:
        text = text[::step]
    counts: dict[str, int] = {}
    block = _BLOCK.get
    for character in text:
        if character.isalpha():
            code = ord(character)
            name = block(code >> 4) or ("Han" if code >= 0x20000 else "Other")
            counts[name] = counts.get(name, 0) + 1
    return counts
