"""What a page calls its encoding, and what a browser makes of the name.

The names and what they stand for are those of the WHATWG Encoding Standard. Python's codecs differ from it in places:
each encoding lists the codecs to try in order, the first that decodes without an error winning.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Charset(NamedTuple):
    """An encoding of the web."""

    name: str  # as the standard writes it, in lower case
    codecs: tuple[str, ...]  # Python's, best first
    wide: bool = False  # one character may take two bytes or more


_CHARSETS: Final = (
    Charset("utf-8", ("utf-8",), True),
    Charset("utf-16le", ("utf-16-le",), True),
    Charset("utf-16be", ("utf-16-be",), True),
    Charset("gbk", ("gb18030",), True),
    Charset("gb18030", ("gb18030",), True),
    Charset("big5", ("big5hkscs", "cp950"), True),
    Charset("shift_jis", ("cp932", "shift_jis_2004"), True),
    Charset("euc-jp", ("euc_jp", "euc_jis_2004"), True),
    Charset("iso-2022-jp", ("iso2022_jp_ext", "iso2022_jp_2004"), True),
    Charset("euc-kr", ("cp949",), True),
    Charset("windows-874", ("cp874",)),
    *(Charset(f"windows-{n}", (f"cp{n}",)) for n in range(1250, 1259)),
    *(Charset(f"iso-8859-{n}", (f"iso8859_{n}",)) for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    Charset("iso-8859-8-i", ("iso8859_8",)),
    Charset("ibm866", ("cp866",)),
    Charset("koi8-r", ("koi8_r",)),
    Charset("koi8-u", ("koi8_u",)),
    Charset("macintosh", ("mac_roman",)),
    Charset("x-mac-cyrillic", ("mac_cyrillic",)),
)
_BY_NAME: Final = {charset.name: charset for charset in _CHARSETS}

# Other labels that pages use, by the encoding they stand for.
_LABELS: Final = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8",
    "utf-16le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16",
    "utf-16be": "unicodefffe",
    "gbk": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk",
    "big5": "big5-hkscs cn-big5 csbig5 x-x-big5",
    "shift_jis": "csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis",
    "euc-jp": "cseucpkdfmtjapanese x-euc-jp",
    "iso-2022-jp": "csiso2022jp",
    "euc-kr": "cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    "windows-874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620",
    "windows-1250": "cp1250 x-cp1250",
    "windows-1251": "cp1251 x-cp1251",
    "windows-1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591"
    " iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii x-cp1252",
    "windows-1253": "cp1253 x-cp1253",
    "windows-1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5"
    " x-cp1254",
    "windows-1255": "cp1255 x-cp1255",
    "windows-1256": "cp1256 x-cp1256",
    "windows-1257": "cp1257 x-cp1257",
    "windows-1258": "cp1258 x-cp1258",
    "iso-8859-2": "csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso-8859-3": "csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso-8859-4": "csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso-8859-5": "csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso-8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i iso-ir-127"
    " iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso-8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987"
    " sun_eu_greek",
    "iso-8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8"
    " iso_8859-8:1988 visual",
    "iso-8859-8-i": "csiso88598i logical",
    "iso-8859-10": "csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso-8859-13": "iso8859-13 iso885913",
    "iso-8859-14": "iso8859-14 iso885914",
    "iso-8859-15": "csisolatin9 iso8859-15 iso885915 iso_8859-15 l9",
    "ibm866": "866 cp866 csibm866",
    "koi8-r": "cskoi8r koi koi8 koi8_r",
    "koi8-u": "koi8-ru",
    "macintosh": "csmacintosh mac x-mac-roman",
    "x-mac-cyrillic": "x-mac-ukrainian",
}
_BY_LABEL: Final = {
    **_BY_NAME,
    **{label: _BY_NAME[name] for name, labels in _LABELS.items() for label in labels.split()},
}
_BY_CODEC: Final = {codec: charset for charset in reversed(_CHARSETS) for codec in charset.codecs}

UTF_8: Final = _BY_NAME["utf-8"]
UTF_16LE: Final = _BY_NAME["utf-16le"]
UTF_16BE: Final = _BY_NAME["utf-16be"]
WINDOWS_1252: Final = _BY_NAME["windows-1252"]
ISO_2022_JP: Final = _BY_NAME["iso-2022-jp"]

HEAD: Final = 4096  # bytes in which a page names its encoding; the standard looks at 1024, real pages need more

_IN_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.I)
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.S)
_META: Final = re.compile(rb"<meta[\s/]([^>]*)", re.I)
_CONTENT: Final = re.compile(rb"""content\s*=\s*(?:"[^"]*"|'[^']*')""", re.I)
_IN_META: Final = re.compile(rb"""charset\s*=\s*["']?\s*([^\s"'/>;]+)""", re.I)
_IN_XML: Final = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)""")


def charset_named(label: str) -> Charset | None:
    """The encoding a label stands for, or None for a label no browser knows.

    >>> charset_named(" ISO-8859-1 ").name, charset_named("gb2312").codecs, charset_named("latin-one")
    ('windows-1252', ('gb18030',), None)
    """
    return _BY_LABEL.get(label.strip().lower())


def charset_of_codec(codec: str) -> Charset | None:
    """The web's encoding that Python's `codec` reads."""
    return _BY_CODEC.get(codec)


def in_content_type(content_type: str | None) -> Charset | None:
    """The encoding an HTTP header names."""
    found = _IN_HEADER.search(content_type) if content_type else None
    return charset_named(found[1]) if found else None


def in_page(page: bytes) -> Charset | None:
    """The encoding a page names in its own first bytes: in a <meta>, or in an XML declaration."""
    head = page[:HEAD]
    found: re.Match[bytes] | None = None
    if b"meta" in head or b"META" in head or b"Meta" in head:
        for meta in _META.finditer(_COMMENT.sub(b"", head)):
            attributes = meta[1]
            if b"http-equiv" not in attributes.lower():
                attributes = _CONTENT.sub(b"", attributes)  # a description may speak of charsets
            found = _IN_META.search(attributes)
            if found:
                break
    found = found or _IN_XML.match(head)
    if not found:
        return None
    named = charset_named(found[1].decode("latin-1"))
    if named in (UTF_16LE, UTF_16BE):
        return UTF_8  # the name could be read, so it cannot be true
    if named is None and found[1].lower() == b"x-user-defined":
        return WINDOWS_1252
    return named
