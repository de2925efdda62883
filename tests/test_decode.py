"""Bytes of every origin become the text their author meant, and every repair is noted."""

import subprocess
import sys
import time

import ftfy.bad_codecs  # noqa: F401  (registers sloppy-windows-1252)
import pytest

from cleaners.stages.charsets import charset_named, in_content_type, in_page
from cleaners.stages.decode import decode
from cleaners.stages.mojibake import has_mojibake, repaired

RUSSIAN = "Утром в городе шёл снег, и трамваи стояли на площади до самого вечера. " * 6
GREEK = "Το πρωί έβρεχε στην πόλη και τα λεωφορεία άργησαν μισή ώρα να φτάσουν. " * 6
POLISH = "Wczesnym rankiem żółty tramwaj stanął na środku mostu, a ludzie poszli pieszo. " * 6
CHINESE = "早上城里下了大雪，电车一直停在广场上，人们只好走路去上班。" * 6
TAIWANESE = "早上城裡下了大雪，電車一直停在廣場上，人們只好走路去上班。" * 6
JAPANESE = "朝から雪が降り、路面電車は広場で止まったままだった。みんな歩いて会社へ向かった。" * 6
KOREAN = "아침부터 눈이 내려 전차가 광장에 멈춰 섰고 사람들은 걸어서 출근했다. " * 6
GERMAN = "Früh am Morgen fiel Schnee, und die Straßenbahn blieb über Mittag auf der Brücke stehen. " * 6


def page(text: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("label", "name", "codec", "text"),
    [
        ("windows-1251", "windows-1251", "cp1251", RUSSIAN),
        ("koi8-r", "koi8-r", "koi8-r", RUSSIAN),
        ("iso-8859-7", "iso-8859-7", "iso8859-7", GREEK),
        ("windows-1250", "windows-1250", "cp1250", POLISH),
        ("gb2312", "gbk", "gb18030", CHINESE),
        ("big5", "big5", "big5", TAIWANESE),
        ("x-sjis", "shift_jis", "cp932", JAPANESE),
        ("euc-jp", "euc-jp", "euc_jp", JAPANESE),
        ("iso-2022-jp", "iso-2022-jp", "iso2022_jp", JAPANESE),
        ("ks_c_5601-1987", "euc-kr", "cp949", KOREAN),
        ("iso-8859-1", "windows-1252", "cp1252", GERMAN + "“quoted” – 5 €"),
        ("utf8", "utf-8", "utf-8", RUSSIAN),
    ],
)
@pytest.mark.parametrize("way", ["header", "meta", "http-equiv", "xml", "argument"])
def test_declared_encoding_is_used_wherever_it_is_declared(label: str, name: str, codec: str, text: str, way: str) -> None:
    head = {
        "meta": f"<meta charset={label}>",
        "http-equiv": f'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={label}">',
    }.get(way, "")
    markup = page(text, head)
    if way == "xml":
        markup = f'<?xml version="1.0" encoding="{label}"?>\n{markup}'
    decoded = decode(
        markup.encode(codec),
        f"text/html; charset={label}" if way == "header" else None,
        label if way == "argument" else None,
    )
    assert decoded.text == markup
    assert decoded.encoding == name
    assert decoded.notes == ()


@pytest.mark.parametrize(
    ("codec", "name", "text"),
    [
        ("cp1251", "windows-1251", RUSSIAN),
        ("koi8-r", "koi8-r", RUSSIAN),
        ("cp1253", "windows-1253", GREEK),
        ("cp1250", "windows-1250", POLISH),
        ("gb18030", "gb18030", CHINESE),
        ("cp932", "shift_jis", JAPANESE),
        ("euc_jp", "euc-jp", JAPANESE),
        ("iso2022_jp", "iso-2022-jp", JAPANESE),
        ("cp949", "euc-kr", KOREAN),
        ("big5", "big5", TAIWANESE),
    ],
)
def test_undeclared_encoding_is_detected(codec: str, name: str, text: str) -> None:
    decoded = decode(page(text).encode(codec))
    assert text in decoded.text
    assert decoded.encoding in (name, "gbk" if name == "gb18030" else name)
    assert decoded.notes == ()


def test_undeclared_western_text_keeps_its_letters() -> None:
    assert decode(page(GERMAN).encode("cp1252")).text == page(GERMAN)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_wide_and_marked_bytes(codec: str) -> None:
    markup = page(RUSSIAN + "and some plain words")
    decoded = decode(markup.encode(codec), "text/html; charset=windows-1251" if codec == "utf-8-sig" else None)
    assert decoded.text == markup
    assert decoded.encoding is not None and decoded.encoding.startswith("utf-")


def test_byte_order_mark_beats_the_header() -> None:
    decoded = decode(b"\xef\xbb\xbf" + "é".encode(), "text/plain; charset=iso-8859-1")
    assert (decoded.text, decoded.encoding) == ("é", "utf-8")


def test_header_beats_meta() -> None:
    markup = page(RUSSIAN, "<meta charset=windows-1252>")
    assert decode(markup.encode("koi8-r"), "text/html; charset=koi8-r").text == markup


def test_utf8_beats_a_lying_declaration() -> None:
    markup = page("Füße, Körbe", "<meta charset=iso-8859-1>")
    decoded = decode(markup.encode())
    assert (decoded.text, decoded.encoding, decoded.notes) == (markup, "utf-8", ("encoding_conflict",))


def test_a_few_chinese_bytes_that_happen_to_be_utf8_stay_chinese() -> None:
    assert decode("<p>联通</p>".encode("gbk"), "text/html; charset=gbk").text == "<p>联通</p>"
    assert decode(page(CHINESE).encode(), "text/html; charset=gbk").text == page(CHINESE)


def test_header_that_says_utf8_over_another_encoding_gives_way_to_the_meta() -> None:
    markup = page(RUSSIAN, "<meta charset=windows-1251>")
    decoded = decode(markup.encode("cp1251"), "text/html; charset=utf-8")
    assert (decoded.text, decoded.encoding, decoded.notes) == (markup, "windows-1251", ("encoding_conflict",))


def test_russian_declared_as_latin_is_read_as_russian() -> None:
    decoded = decode(page(RUSSIAN, "<meta charset=iso-8859-1>").encode("cp1251"))
    assert RUSSIAN in decoded.text
    assert decoded.notes == ("encoding_conflict",)


def test_explicit_encoding_is_obeyed_even_against_utf8() -> None:
    decoded = decode("é".encode(), None, "windows-1252")
    assert decoded.encoding == "windows-1252"


def test_unknown_explicit_encoding_is_noted_and_passed_over() -> None:
    decoded = decode("é".encode(), None, "klingon-1")
    assert (decoded.text, decoded.notes) == ("é", ("encoding_unknown",))


def test_broken_utf8_stays_utf8_with_replacements() -> None:
    raw = page(RUSSIAN).encode().replace("снег".encode(), b"\xd1\xff", 1)
    decoded = decode(raw)
    assert decoded.encoding == "utf-8"
    assert decoded.notes == ("decoded_with_errors",)
    assert "\ufffd" in decoded.text and "трамваи" in decoded.text


def test_page_cut_inside_a_character() -> None:
    decoded = decode((RUSSIAN + "я").encode()[:-1])
    assert decoded.text == RUSSIAN + "\ufffd"
    assert decoded.notes == ("decoded_with_errors",)


def test_nuls_and_lone_surrogates_are_replaced() -> None:
    assert decode(b"a\0b")[::2] == ("a\ufffdb", ("nul_replaced",))
    assert decode("a\0b")[::2] == ("a\ufffdb", ("nul_replaced",))
    assert decode("ж\0".encode("koi8-r"), None, "koi8-r")[::2] == ("ж\ufffd", ("nul_replaced",))
    assert decode("a\ud800b")[::2] == ("a\ufffdb", ("surrogates_replaced",))
    assert decode("\ud83d\ude00")[::2] == ("😀", ("surrogates_replaced",))


def test_text_keeps_everything_else_verbatim() -> None:
    text = "\ttabs\r\n  spaces \u200b and \u0085 line ends\x0b \ufb01"
    assert decode(text)[:3] == (text, None, ())
    assert decode(text.encode())[:3] == (text, "utf-8", ())
    assert decode("\ufeffx").text == "x"


@pytest.mark.parametrize(
    ("right", "codec"),
    [
        ("It doesn’t matter", "cp1252"),
        ("schön und grün", "latin-1"),
        ("ten – twenty; “5 €”", "cp1252"),
        ("Привет, как дела?", "cp1251"),
    ],
)
def test_mojibake_is_repaired_and_noted(right: str, codec: str) -> None:
    broken = right.encode().decode("sloppy-windows-1252" if codec == "cp1252" else codec)
    decoded = decode(f"<p>{broken}</p><p>naïve café, наверное</p>".encode())
    assert decoded.text == f"<p>{right}</p><p>naïve café, наверное</p>"
    assert decoded.notes == ("mojibake_repaired",)


@pytest.mark.parametrize(
    "text",
    [
        "When é turns into Ã© on a page, two encodings met.",
        "<p>Type <code>Ã©</code> to see it.</p>",
        "Il a dit « café » à midi, l’été dernier…",
        "SÃO PAULO É GRANDE, MÃE",
        "РОССИЯ, США и Румыния",
        "Â, Ã and Ä are letters",
        "“À”—‘É’ … Ñ",
    ],
)
def test_text_that_only_looks_like_mojibake_stays(text: str) -> None:
    assert decode(text.encode()).text == text


def test_mojibake_in_a_long_line_is_repaired_everywhere() -> None:
    line = ("plain words " * 300 + "donâ€™t ") * 5
    assert repaired(line) == line.replace("â€™", "’")


def test_clean_pages_are_told_without_ftfy() -> None:
    for text in (RUSSIAN, GREEK, POLISH, CHINESE, JAPANESE, KOREAN, GERMAN, "à la carte, où, ça"):
        assert not has_mojibake(text.encode())


def test_comments_and_descriptions_declare_nothing() -> None:
    assert in_page(b"<!-- <meta charset=koi8-r> --><p>") is None
    assert in_page(b'<meta name=description content="what charset=koi8-r means">') is None
    named = in_page(b'<meta content="text/html; charset=koi8-r" http-equiv=content-type>')
    assert named is not None and named.name == "koi8-r"


def test_utf16_in_a_readable_meta_means_utf8() -> None:
    assert decode(page("é", "<meta charset=utf-16>").encode()).encoding == "utf-8"


def test_labels_and_headers() -> None:
    for label, name in (("ASCII", "windows-1252"), ("sjis", "shift_jis"), ("TIS-620", "windows-874"), ("cp866", "ibm866")):
        found = charset_named(label)
        assert found is not None and found.name == name
    assert charset_named("none-such") is None
    header = in_content_type('text/html; Charset="UTF-8"')
    assert header is not None and header.name == "utf-8"
    assert in_content_type("text/html") is None


def test_hostile_bytes_take_no_time() -> None:
    for raw in (b"<" * 3_000_000 + b"\xe9", b"\xe9\xff" * 1_000_000, b"<script " * 300_000 + b"\x81", b"<meta " * 500_000):
        started = time.perf_counter()
        decode(raw)
        assert time.perf_counter() - started < 5


def test_a_clean_page_imports_no_detector() -> None:
    code = (
        "import sys; from cleaners.stages.decode import decode; decode('<p>café</p>'.encode());"
        "print([m for m in ('ftfy', 'charset_normalizer') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
