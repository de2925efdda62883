"""What came in: HTML, plain text, or something that is no text page at all.

The look decides where it is certain: a document that begins with a doctype or `<html>` is HTML under any content
type, and something without a single tag or character reference is text. In between the content type decides, and
without one the look again: markup stands in most lines of a page or fragment, and in few lines of a text about markup.
"""

from __future__ import annotations

import re
from typing import Final, Literal, Protocol

from cleaners.errors import EmptyInput, NotText, PageTooLarge
from cleaners.stages.detect import wide_without_mark

Kind = Literal["html", "text"]

HEAD: Final = 4096  # what a look takes in
MANY_CONTROLS: Final = 0.05  # of the head; random bytes have 0.10, pages with stray NULs far less
FEW_CONTROLS: Final = 8  # a short text may have that many
MUCH_UNREADABLE: Final = 0.2  # U+FFFD among the characters of a text that was decoded elsewhere
TAGGED_LINES: Final = 0.6  # of lines that are not empty

_MAGIC: Final = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "gzip; decompress it first"),
    (b"\x28\xb5\x2f\xfd", "zstd; decompress it first"),
    (b"\xfd7zXZ\0", "xz; decompress it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "RTF"),
    (b"%!PS-Adobe", "PostScript"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\0asm", "a program"),
    (b"OggS\0", "audio or video"),
    (b"fLaC\0", "audio"),
    (b"ID3\x02", "audio"),
    (b"ID3\x03", "audio"),
    (b"ID3\x04", "audio"),
    (b"FLV\x01", "video"),
    (b"\x1a\x45\xdf\xa3", "video"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\0\x01\0\0\0", "a font"),
    (b"\0\0\x01\0", "an icon"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"SQLite format 3\0", "a database"),
    (b"PAR1", "a Parquet file"),
)
_MAGICS: Final = tuple(magic for magic, _ in _MAGIC)
_CONTAINERS: Final = {b"WEBP": "a WebP image", b"WAVE": "audio", b"AVI ": "video"}
_CONTROLS: Final = bytes(b for b in range(32) if b not in b"\t\n\f\r\x1b") + b"\x7f"

_XML: Final = ("application/xhtml", "application/xml", "application/rss", "application/atom")
_MARKUP_TYPES: Final = ("text/html", "text/xml", *_XML)
_CERTAIN: Final = re.compile(
    r"(?:<\?xml[^>]*+>|<!--(?>.*?-->)|\s)*+<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>]|!doctype\s+\w+\s+public)",
    re.I | re.S,
)
_NAMES: Final = (
    "a|abbr|address|article|aside|b|blockquote|body|br|button|canvas|caption|center|cite|code|dd|del|details|div|dl|dt|em"
    "|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|legend|li|link"
    "|main|mark|meta|nav|noscript|object|ol|option|p|picture|pre|q|s|script|section|select|small|source|span|strong|style"
    "|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|u|ul|video"
)
_TAG: Final = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]*)?/?>", re.I)
_ANY_TAG: Final = re.compile(rf"</?(?:{_NAMES})[\s/>]|<!--|<!doctype", re.I)
_REFERENCE: Final = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
_BLOCK_FIRST: Final = re.compile(
    r"\s*+(?:<!--(?>.*?-->)\s*+)*+<(article|aside|blockquote|center|div|dl|fieldset|figure|footer|form|h[1-6]|header|main|meta|nav"
    r"|ol|p|pre|script|section|style|table|title|ul|link|tr|li)(?:\s[^<>]*)?>",
    re.I | re.S,
)


class Size(Protocol):
    """The part of a profile's limits that speaks of size."""

    @property
    def max_bytes(self) -> int: ...  # bytes, or characters' bytes in UTF-8


def input_kind(page: bytes | str, content_type: str | None, limits: Size) -> Kind:
    """Whether `page` is HTML or plain text.

    Raises:
        EmptyInput: there is nothing, or white space alone.
        PageTooLarge: it is over `max_bytes`.
        NotText: it is an image, an archive, a PDF or other binary data.
    """
    _measure(page, limits.max_bytes)
    if isinstance(page, str):
        text = page.lstrip("\ufeff")
        head = page[:HEAD].encode("latin-1", "replace")
        _refuse_magic(head)
        _refuse_controls(head)
        _refuse_unreadable(page[: HEAD * 4])
        nothing = not text or text.isspace()
    else:
        text, nothing = _look_at(page)
    if nothing:
        raise EmptyInput
    return _kind(text, content_type)


def _measure(page: bytes | str, most: int) -> None:
    size = len(page)
    if isinstance(page, str) and size <= most < 4 * size and not page.isascii():
        size = len(page.encode("utf-8", "surrogatepass"))
    if size > most:
        raise PageTooLarge(f"{size:,} bytes; the limit is {most:,} (max_bytes).")


def _look_at(page: bytes) -> tuple[str, bool]:
    """The page as text good enough to look for tags, and whether there is nothing in it."""
    head = page[:HEAD]
    _refuse_magic(head)
    if page.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = page.decode("utf-16", "replace")
        _refuse_unreadable(text[: HEAD * 4])
        return text, not text or text.isspace()
    if head.count(0) and wide_without_mark(head):
        return page.replace(b"\0", b"").decode("latin-1"), False
    _refuse_controls(head)
    if page.startswith(b"\xef\xbb\xbf"):
        page = page[3:]
    start = page[: 4 * HEAD].decode("latin-1")
    if _CERTAIN.match(start):
        return start, False
    return page.decode("latin-1"), not page or page.isspace()


def _refuse_magic(head: bytes) -> None:
    bare = head.lstrip()
    if head.startswith(_MAGICS) or bare.startswith(_MAGICS):
        what = next(what for magic, what in _MAGIC if head.startswith(magic) or bare.startswith(magic))
        raise NotText(f"This looks like {what}.")
    if head[:4] == b"RIFF" and head[8:12] in _CONTAINERS:
        raise NotText(f"This looks like {_CONTAINERS[head[8:12]]}.")
    if head[4:8] == b"ftyp":
        raise NotText("This looks like video or a HEIF image.")
    if head[257:262] == b"ustar":
        raise NotText("This looks like a tar archive.")


def _refuse_controls(head: bytes) -> None:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > FEW_CONTROLS and controls > MANY_CONTROLS * len(head):
        raise NotText("This looks like binary data.")


def _refuse_unreadable(head: str) -> None:
    unreadable = head.count("\ufffd")
    if unreadable > FEW_CONTROLS and unreadable > MUCH_UNREADABLE * len(head):
        raise NotText("This looks like binary data, or text decoded in the wrong encoding.")


def _kind(text: str, content_type: str | None) -> Kind:
    if _CERTAIN.match(text[: 4 * HEAD]):
        return "html"
    declared = (content_type or "").partition(";")[0].strip().lower()
    if declared.startswith("text/") and declared not in _MARKUP_TYPES:
        return "text"
    tagged = _ANY_TAG.search(text) is not None
    if declared.startswith(_MARKUP_TYPES):
        return "html" if tagged or _REFERENCE.search(text) else "text"
    if not tagged:
        return "text"
    return _by_look(text)


def _by_look(text: str) -> Kind:
    """HTML if it opens with a block that closes again, or has markup in most lines."""
    first = _BLOCK_FIRST.match(text)
    if first:
        name = first[1].lower()
        if name in ("meta", "link", "li", "tr", "p", "pre") or re.search(rf"</{name}\s*>", text, re.I):
            return "html"
    lines = [line for line in text[: 16 * HEAD].splitlines() if line.strip()]
    tagged = sum(1 for line in lines if _TAG.search(line))
    return "html" if tagged >= TAGGED_LINES * len(lines) else "text"
