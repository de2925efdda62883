"""Pages and texts are told apart, and what is neither is refused by name."""

import gzip
import io
import zipfile
from dataclasses import dataclass

import pytest

from cleaners.errors import EmptyInput, NotText, PageTooLarge
from cleaners.stages.sniff import input_kind


@dataclass(frozen=True)
class Size:
    max_bytes: int = 10_000


def kind(page: bytes | str, content_type: str | None = None) -> str:
    return input_kind(page, content_type, Size())


TUTORIAL = """How to write your first page

A page is made of elements. Each begins with a start tag such as <p> and
ends with an end tag such as </p>. Between them stands the text. Headings use
the tags <h1> to <h6>.

Here is a small one:

    <h1>Hello</h1>
    <p>My first page.</p>

Save it in a file and open the file in your browser. If all is well you see a
heading and, below it, a line of text. Next time we look at links.
"""


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><body>x</body></html>",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">\n<html>',
        "<!-- saved page -->\n<html><p>x",
        "\ufeff\n <html lang=en>",
        "<div class=a><p>one</p>\n\n two\nthree\nfour\n</div>",
        "<pre>\none\ntwo\nthree",
        "<p>A paragraph\nbroken\nover\nmany\nlines",
        "Hello <b>world</b>, see <a href=x>this</a>.",
        "one<br>two<br>three",
        '<meta charset="utf-8">\nwords\nwords\nwords\n',
    ],
)
def test_markup_is_html(page: str) -> None:
    assert kind(page) == kind(page.encode()) == "html"


@pytest.mark.parametrize(
    "page",
    [
        TUTORIAL,
        "Just words.",
        "if a < b and b > c: print(a)",
        "From: <ann@mail.example>\nTo: <bob@mail.example>\n\nDear Bob,",
        "Fish & chips; R&D costs",
        "# A heading\n\nSome *Markdown* text with `<b>`.\n\nAnd a list:\n\n- one\n- two\n",
        "Generic<T> and List<String> are types.",
    ],
)
def test_words_are_text_even_when_they_quote_tags(page: str) -> None:
    assert kind(page) == kind(page.encode()) == "text"


def test_content_type_decides_what_the_look_leaves_open() -> None:
    assert kind(TUTORIAL, "text/html; charset=utf-8") == "html"
    assert kind("Hello <b>world</b>", "text/plain") == "text"
    assert kind("Fish &amp; chips", "text/html") == "html"


def test_a_certain_look_beats_the_content_type() -> None:
    assert kind("<!DOCTYPE html><html><body>x", "text/plain") == "html"
    assert kind("Only words,\nline by line.", "text/html") == "text"
    assert kind("<html><body>x", "application/octet-stream") == "html"


@pytest.mark.parametrize(
    "page", [b"", "", b" \r\n\t ", "\n \u3000", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\xff\xfe", "\ufeff "]
)
def test_nothing_is_named_so(page: bytes | str) -> None:
    with pytest.raises(EmptyInput):
        kind(page)


def _zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", "<html>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"\n\n%PDF-1.4 ...", "PDF"),
        ("%PDF-1.7\n1 0 obj <</Type /Catalog>>", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        ("\x89PNG\r\n\x1a\n" + "\0" * 100, "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"GIF89a\x01\0\x01\0", "GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "WebP"),
        (b"\0\0\0\x20ftypisom", "video"),
        (gzip.compress(b"<html>", mtime=0), "gzip"),
        (_zipped(), "ZIP"),
        (bytes(range(256)) * 4, "binary"),
        (b"\0" * 500, "binary"),
        (("word \ufffd\ufffd\ufffd\ufffd" * 50), "binary"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
    ],
)
@pytest.mark.parametrize("content_type", [None, "text/html", "text/plain"])
def test_what_is_no_text_is_refused_by_name(page: bytes | str, what: str, content_type: str | None) -> None:
    with pytest.raises(NotText, match=what):
        kind(page, content_type)


def test_utf16_and_stray_nuls_are_no_binary() -> None:
    words = "<html><body><p>Some words to read</p></body></html>"
    assert kind(words.encode("utf-16")) == "html"
    assert kind(words.encode("utf-16-le")) == "html"
    assert kind("Plain words, a line of them".encode("utf-16-be")) == "text"
    assert kind(b"<html>" + b"word\0 and more words to read " * 20) == "html"
    assert kind(b"a\0b") == "text"


def test_size_counts_bytes() -> None:
    assert kind(b"x" * 10_000) == kind("x" * 10_000) == "text"
    for page in (b"x" * 10_001, "x" * 10_001, "é" * 5_001, "\ud800" * 4_000):
        with pytest.raises(PageTooLarge, match="max_bytes"):
            kind(page)
    assert kind("é" * 5_000) == "text"
