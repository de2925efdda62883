"""Bytes become text as in a browser: byte order mark, what the caller knows, HTTP header, meta, then detection.

Declarations lie more often than bytes that are well-formed UTF-8 do, so UTF-8 is tried first. It wins over a declared
single-byte encoding at the first multi-byte character, since windows-1252 and its like would show mojibake there, and
over a declared East Asian one when there is enough text to rule out chance.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from cleaners.stages.charsets import (
    ISO_2022_JP,
    UTF_8,
    UTF_16BE,
    UTF_16LE,
    WINDOWS_1252,
    Charset,
    charset_named,
    in_content_type,
    in_page,
)
from cleaners.stages.detect import detect, looks_foreign, wide_without_mark
from cleaners.stages.mojibake import has_mojibake, repaired

DECODED_WITH_ERRORS: Final = "decoded_with_errors"  # some bytes became U+FFFD
ENCODING_CONFLICT: Final = "encoding_conflict"  # the bytes are not in the encoding they were declared to be in
ENCODING_UNKNOWN: Final = "encoding_unknown"  # the caller named an encoding nobody knows
NUL_REPLACED: Final = "nul_replaced"
SURROGATES_REPLACED: Final = "surrogates_replaced"
MOJIBAKE_REPAIRED: Final = "mojibake_repaired"

CHANCE_BYTES: Final = 40  # bytes beyond ASCII: up to so many may be UTF-8 by chance in an East Asian encoding
MOSTLY: Final = 4  # good characters beyond ASCII for each bad one, to call broken UTF-8 UTF-8
TOLERATED: Final = 0.02  # share of bad characters beyond ASCII at which a declared encoding is still believed

_MARKS: Final = ((b"\xef\xbb\xbf", UTF_8), (b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE))


class Decoded(NamedTuple):
    """A page as text."""

    text: str
    encoding: str | None  # the standard's name; None when text came in
    notes: tuple[str, ...]
    raw: bytes | None = None  # the text in UTF-8, where it was at hand

    def utf8(self) -> bytes:
        """The text in UTF-8, which parsers take."""
        return self.text.encode() if self.raw is None else self.raw


class _Read(NamedTuple):
    text: str
    charset: Charset
    bad: int = 0  # characters that could not be read


def decode(page: bytes | str, content_type: str | None = None, encoding: str | None = None) -> Decoded:
    """The text of `page`, what it was encoded in, and notes on everything that had to be repaired."""
    if isinstance(page, str):
        return _finish(page, None, None, [])
    notes: list[str] = []
    for mark, charset in _MARKS:
        if page.startswith(mark):
            page = page[len(mark) :]
            read = _read(page, charset)
            return _finish(read.text, page, charset, [DECODED_WITH_ERRORS] if read.bad else notes)
    if encoding is not None:
        named = charset_named(encoding)
        if named:
            read = _read(page, named)
            return _finish(read.text, page, named, [DECODED_WITH_ERRORS] if read.bad else notes)
        notes.append(ENCODING_UNKNOWN)
    header = in_content_type(content_type)
    declared = header or in_page(page)
    read = _as_utf16(page) or _as_utf8(page, declared) or _as_legacy(page, header, declared)
    if read.bad:
        notes.append(DECODED_WITH_ERRORS)
    if declared and read.charset != declared:
        notes.append(ENCODING_CONFLICT)
    return _finish(read.text, page, read.charset, notes)


def _as_utf16(page: bytes) -> _Read | None:
    """The page read as UTF-16 without its mark, which would pass for UTF-8 full of NULs."""
    wide = wide_without_mark(page) if b"\0" in page[:1024] else None
    read = _read(page, wide) if wide else None
    return read if read and not read.bad else None


def _as_utf8(page: bytes, declared: Charset | None) -> _Read | None:
    """The page read as UTF-8, if that is what it is."""
    try:
        text = page.decode()
    except UnicodeDecodeError:
        return None
    if text.isascii():
        if b"\x1b$" in page and (declared is None or declared == ISO_2022_JP):
            read = _read(page, ISO_2022_JP)
            if not read.bad:
                return read
        if declared in (None, UTF_16LE, UTF_16BE, ISO_2022_JP):
            return _Read(text, UTF_8)
        return _Read(text, declared or UTF_8)
    if declared and declared.wide and declared != UTF_8:
        high = len(page) - len(page.translate(None, bytes(range(0x80, 0x100))))
        if high <= CHANCE_BYTES or declared in (UTF_16LE, UTF_16BE):
            read = _read(page, declared)
            if not read.bad:
                return read
    return _Read(text, UTF_8)


def _as_legacy(page: bytes, header: Charset | None, declared: Charset | None) -> _Read:
    """The page read in the encoding that leaves least unread, when it is not well-formed UTF-8."""
    broken = _read(page, UTF_8)
    beyond = len(broken.text) - len(broken.text.encode("ascii", "ignore"))
    if beyond - broken.bad >= MOSTLY * broken.bad:
        return broken
    candidates = list(dict.fromkeys(c for c in (header, declared, in_page(page)) if c and c != UTF_8))
    tries: list[_Read] = []
    for charset in candidates:
        read = _read(page, charset)
        tries.append(read)
        if not read.bad and not (charset == WINDOWS_1252 and looks_foreign(page)):
            return read
    found = detect(page)
    if found and found not in candidates:
        tries.insert(0, _read(page, found))
    for read in tries:
        if read.bad <= TOLERATED * (len(read.text) - len(read.text.encode("ascii", "ignore"))):
            return read
    return min(tries, key=lambda r: r.bad) if tries else _read(page, WINDOWS_1252)


def _read(page: bytes, charset: Charset) -> _Read:
    for codec in charset.codecs:
        try:
            return _Read(page.decode(codec), charset)
        except UnicodeDecodeError:
            continue
    text = page.decode(charset.codecs[0], "replace")
    return _Read(text, charset, max(1, text.count("\ufffd")))


def _finish(text: str, page: bytes | None, charset: Charset | None, notes: list[str]) -> Decoded:
    utf8 = page if charset == UTF_8 and not notes else None
    if text.startswith("\ufeff"):
        text = text[1:]
        utf8 = None
    if not text.isascii():
        if utf8 is None:
            try:
                utf8 = text.encode()
            except UnicodeEncodeError:
                # two surrogates that make a character do so; lone ones stand for nothing
                text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
                notes.append(SURROGATES_REPLACED)
                utf8 = text.encode()
        if has_mojibake(utf8):
            whole = repaired(text)
            if whole != text:
                text = whole
                utf8 = None
                notes.append(MOJIBAKE_REPAIRED)
    if (b"\0" in utf8) if utf8 is not None else ("\0" in text):
        text = text.replace("\0", "\ufffd")
        utf8 = None
        notes.append(NUL_REPLACED)
    return Decoded(text, charset.name if charset else None, tuple(notes), utf8)
